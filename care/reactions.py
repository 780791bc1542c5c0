"""What a change of a stay means for the client's case. Pure: the stay before and after, the other stays -> effects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from care.model import CareSettings
from care.stays import ADMIT_EVENTS, Stay
from care.utilisation import belongs_to_a_stay, days_after_discharge, last_discharge_before

_TELLS_DISCHARGE = ADMIT_EVENTS | {"A03"}


@dataclass(frozen=True, slots=True)
class Admitted:
    """The client is in hospital; `after` is the stay that ended last before, `days` the whole days since."""

    stay: Stay
    after: Stay | None
    days: int | None
    readmission: bool
    starts_case: bool


@dataclass(frozen=True, slots=True)
class Discharged:
    """An inpatient left alive; `late` when the first call should have been made already."""

    stay: Stay
    late: bool
    against_advice: bool


@dataclass(frozen=True, slots=True)
class EmergencyArrived:
    """An emergency visit became known."""

    stay: Stay


@dataclass(frozen=True, slots=True)
class EmergencyLeft:
    """An emergency visit ended that belongs to no stay."""

    stay: Stay


@dataclass(frozen=True, slots=True)
class Cancelled:
    """An admission or a discharge never was, or a stay was over long ago; `what` is admit, discharge or stay_over."""

    stay: Stay
    what: str


@dataclass(frozen=True, slots=True)
class BecameOutpatient:
    """An inpatient stay ended without a discharge home."""

    stay: Stay


Effect = Admitted | Discharged | EmergencyArrived | EmergencyLeft | Cancelled | BecameOutpatient
# Merge and death come before any of these; among these, what takes back comes first.
_ORDER = (Cancelled, BecameOutpatient, Admitted, Discharged, EmergencyArrived, EmergencyLeft)


def react(
    event: str, before: Stay | None, after: Stay, others: Sequence[Stay], now: datetime, settings: CareSettings
) -> tuple[Effect, ...]:
    """The effects of one message on a living client's case, in the order in which they are to happen.

    `others` are the client's other stays. State decides, not the message: a repeated or late message has no effect twice.
    """
    discharge = _discharge(event, after, others, now, settings)
    found = [
        *_cancellations(before, after, bool(discharge), now, settings),
        *_admission(event, before, after, others, settings),
        *discharge,
        *_emergency(before, after, others, now, settings),
    ]
    return tuple(sorted(found, key=lambda effect: _ORDER.index(type(effect))))


def _cancellations(
    before: Stay | None, after: Stay, is_told: bool, now: datetime, settings: CareSettings
) -> list[Effect]:
    if before is None or before.state in {"expected", "void"}:
        return []
    if after.state == "void":
        return [Cancelled(after, "admit")]
    if before.is_inpatient and not after.is_inpatient:
        return [BecameOutpatient(after)]
    if _over_long_ago(before, after, now, settings):
        return [Cancelled(after, "stay_over")]
    told = after.outreach.told_for
    taken_back = told is not None and after.discharged_at is None
    return [Cancelled(after, "discharge")] if taken_back or (is_told and told is not None) else []


def _admission(
    event: str, before: Stay | None, after: Stay, others: Sequence[Stay], settings: CareSettings
) -> list[Effect]:
    if not after.is_inpatient or after.began_at is None or _is_history(after, others):
        return []
    was_known = before is not None and before.is_inpatient and before.state in {"open", "discharged"}
    starts_case = event in ADMIT_EVENTS and after.case_id is None
    if was_known and not starts_case:
        return []
    previous = last_discharge_before(after, others)
    days = days_after_discharge(previous, after.began_at)
    readmission = days is not None and days < settings.readmission_within.days
    return [Admitted(after, previous, days, readmission, starts_case)]


def _discharge(event: str, after: Stay, others: Sequence[Stay], now: datetime, settings: CareSettings) -> list[Effect]:
    left_at = after.discharged_at
    if not after.is_inpatient or left_at is None or _is_silent(left_at, now, settings):
        return []
    if any(other.is_inpatient and other.began_at and other.began_at >= left_at for other in others):
        return []
    told = after.outreach.told_for
    first = told is None and event in _TELLS_DISCHARGE
    corrected = told is not None and told != left_at and after.outreach.contacted_at is None
    if not first and not corrected:
        return []
    against_advice = after.said("disposition") in settings.against_advice_codes
    return [Discharged(after, now > left_at + settings.call_after, against_advice)]


def _emergency(
    before: Stay | None, after: Stay, others: Sequence[Stay], now: datetime, settings: CareSettings
) -> list[Effect]:
    if not after.is_emergency or after.began_at is None:
        return []
    effects: list[Effect] = []
    if before is None or not before.is_emergency or before.state == "expected":
        effects.append(EmergencyArrived(after))
    left_at = after.discharged_at
    is_new = left_at is not None and after.outreach.told_for is None and not _is_silent(left_at, now, settings)
    if is_new and not belongs_to_a_stay(after, others, settings):
        effects.append(EmergencyLeft(after))
    return effects


def _is_history(stay: Stay, others: Sequence[Stay]) -> bool:
    began = stay.began_at
    return any(other.is_inpatient and other.began_at and began and other.began_at > began for other in others)


def _over_long_ago(before: Stay, after: Stay, now: datetime, settings: CareSettings) -> bool:
    """A discharge known so late that no outreach follows: a case that waits for it must wait no longer."""
    left_at = after.discharged_at
    if left_at is None or before.discharged_at is not None or after.case_id is None:
        return False
    return after.is_inpatient and _is_silent(left_at, now, settings)


def _is_silent(left_at: datetime, now: datetime, settings: CareSettings) -> bool:
    return now - left_at > settings.silent_after
