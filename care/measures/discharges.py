"""Measures after a discharge: reach within 48 hours, transitional care, readmissions. One thing counted is one inpatient stay that ended."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from care.facts import age_at
from care.measures.evidence import Evidence
from care.measures.model import Behind, Period
from care.queries.measured import Served, Touch
from care.stays import OUTPATIENT, Stay

COMMUNITY = frozenset({"home", "domiciliary", "rest_home", "assisted_living"})
"""Where somebody lives who is discharged to the community; a discharge that does not say where counts as one home."""
ORIGINS = frozenset({"acute", "psychiatric", "ltac", "snf", "irf", "observation", "partial_hosp"})
TWO_DAYS, ONE_DAY = timedelta(hours=48), timedelta(hours=24)
ADULT, LAST_INDEX_DAY = 18, (12, 1)
SEEN = frozenset({"face_to_face", "video"})
WINDOW = 30


@dataclass(frozen=True, slots=True)
class Discharge:
    """A client who was enrolled in `case_id` left hospital at `at`; `planned` are the answers of the discharge plan."""

    stay: Stay
    case_id: str
    at: datetime
    client: Served
    planned: Mapping[str, Any]
    following: Stay | None

    @property
    def destination(self) -> str | None:
        return self.stay.destination or self.planned.get("destination")

    @property
    def origin(self) -> str:
        return self.planned.get("origin") or "acute"

    @property
    def to_community(self) -> bool:
        return (self.destination or "home") in COMMUNITY


def discharges(evidence: Evidence, period: Period) -> Iterator[Discharge]:
    """Inpatient discharges of enrolled clients in a period."""
    nobody = Served(None, None, None)
    for at, stay in evidence.left_hospital:
        if not period.holds(at):
            continue
        case_id = evidence.case_of(stay.client_id, at)
        if case_id is not None:
            client = evidence.served.get(stay.client_id, nobody)
            planned = _planned(evidence, case_id, stay, at)
            yield Discharge(stay, case_id, at, client, planned, _following(evidence, stay, at))


def _planned(evidence: Evidence, case_id: str, stay: Stay, at: datetime) -> Mapping[str, Any]:
    """The last discharge plan that was written during the stay."""
    began = stay.began_at or at
    plans = [item.answers for item in evidence.forms_of(case_id, "discharge_plan") if began <= item.at <= at]
    return plans[-1] if plans else {}


def _following(evidence: Evidence, stay: Stay, at: datetime) -> Stay | None:
    """The inpatient stay that began next."""
    later = [
        (other.began_at, other.id, other)
        for other in evidence.stays_by_client.get(stay.client_id, ())
        if other.is_inpatient and other.id != stay.id and other.began_at is not None and other.began_at >= at
    ]
    return min(later, key=lambda item: item[:2])[2] if later else None


def _touches(evidence: Evidence, found: Discharge, until: datetime) -> list[Touch]:
    """Two-way contacts, and calls that reached nobody, from the discharge to an instant."""
    held = evidence.contacts_by_case.get(found.case_id, ())
    return [
        item for item in held if found.at <= item.at <= until and (item.two_way or item.purpose == "post_discharge")
    ]


def _reached(touches: list[Touch]) -> bool:
    return any(item.two_way for item in touches)


def _tried(touches: list[Touch]) -> bool:
    """Whoever was reached needs no second attempt."""
    return _reached(touches) or len(touches) >= 2


def _why_not_48h(evidence: Evidence, found: Discharge, *, done: bool) -> str:
    """Why a discharge is left out of the 48-hour measures; empty when it counts."""
    end = found.at + TWO_DAYS
    died, following = found.client.deceased_at, found.following
    if died is not None and died <= end:
        return "death"
    if following is not None and following.began_at is not None and following.began_at <= end:
        return "readmission"
    case = evidence.cases[found.case_id]
    if case.outcome == "consent_withdrawn" and case.ended_at is not None and case.ended_at <= end:
        return "withdrawal"
    return "" if done or end <= evidence.now else "window_open"


def _within_48h(evidence: Evidence, period: Period, enough: Callable[[list[Touch]], bool]) -> Iterator[Behind]:
    for found in discharges(evidence, period):
        if found.to_community:
            done = enough(_touches(evidence, found, found.at + TWO_DAYS))
            yield Behind(found.case_id, float(done), excluded=_why_not_48h(evidence, found, done=done))


def outreach_48h_reached(evidence: Evidence, period: Period) -> Iterator[Behind]:
    return _within_48h(evidence, period, _reached)


def outreach_48h_attempted(evidence: Evidence, period: Period) -> Iterator[Behind]:
    return _within_48h(evidence, period, _tried)


def _transitional(evidence: Evidence, period: Period) -> Iterator[Discharge]:
    return (item for item in discharges(evidence, period) if item.origin in ORIGINS and item.to_community)


def tcm_contact_2bd(evidence: Evidence, period: Period) -> Iterator[Behind]:
    for found in _transitional(evidence, period):
        end = evidence.calendar.after(found.at, 2)
        done = _tried(_touches(evidence, found, end))
        yield Behind(found.case_id, float(done), excluded="" if done or end <= evidence.now else "window_open")


def tcm_billable(evidence: Evidence, period: Period) -> Iterator[Behind]:
    """What the organisation's own tables say of each discharge whose 30 days are over."""
    found = list(_transitional(evidence, period))
    inputs = [_tcm_inputs(evidence, item) for item in found]
    missing = evidence.chronicle.decided(evidence.tx, "tcm_missing", inputs)
    known = [{**given, "tcm_missing": lacks} for given, lacks in zip(inputs, missing, strict=False)]
    codes = evidence.chronicle.decided(evidence.tx, "tcm_code", known)
    for item, code in zip(found, codes, strict=False):
        is_over = evidence.end_of_day(item.at, WINDOW) <= evidence.now
        yield Behind(item.case_id, float(code not in {None, "none"}), excluded="" if is_over else "window_open")


def _tcm_inputs(evidence: Evidence, found: Discharge) -> dict[str, Any]:
    touches = _touches(evidence, found, evidence.calendar.after(found.at, 2))
    died = found.client.deceased_at
    return {
        "origin": found.origin,
        "destination": found.destination or "home",
        "contact_within_2bd": _reached(touches),
        "attempts_within_2bd": len(touches),
        "visit_day": min((day for day in _visit_days(evidence, found) if day >= 1), default=None),
        "mdm": found.planned.get("mdm"),
        "meds_reconciled_day": min(_reconciled_days(evidence, found), default=None),
        "died_within_30d": died is not None and died <= evidence.end_of_day(found.at, WINDOW),
    }


def _days_after(evidence: Evidence, found: Discharge, day: date) -> int:
    return (day - evidence.day(found.at)).days


def _visit_days(evidence: Evidence, found: Discharge) -> list[int]:
    """Days after the discharge on which the client visited as an outpatient."""
    visits = [
        other.began_at
        for other in evidence.stays_by_client.get(found.stay.client_id, ())
        if other.patient_class == OUTPATIENT and other.state != "void" and other.began_at is not None
    ]
    return [_days_after(evidence, found, evidence.day(at)) for at in visits if at >= found.at]


def _reconciled_days(evidence: Evidence, found: Discharge) -> list[int]:
    """Days after the discharge on which medicines were reconciled, 0 to 30."""
    held = evidence.forms_of(found.case_id, "reconcile_medicines", "medicine_review")
    told = [item.answers.get("reconciled_on") for item in held]
    days = [_days_after(evidence, found, date.fromisoformat(text[:10])) for text in told if isinstance(text, str)]
    return [day for day in days if 0 <= day <= WINDOW]


def _followed(evidence: Evidence, period: Period) -> Iterator[tuple[Discharge, str]]:
    """Discharges of the measurement year (to 1 December) with why one is left out."""
    for found in discharges(evidence, period):
        day = evidence.day(found.at)
        age = age_at(found.client.birth_date, day)
        if age is None or age < ADULT:
            yield found, "minor" if age is not None else "age_unknown"
        elif found.destination == "hospice":
            yield found, "hospice"
        else:
            yield found, "late_in_year" if (day.month, day.day) > LAST_INDEX_DAY else ""


def _in_window(evidence: Evidence, period: Period, days: int, is_done: Callable[[Discharge], bool]) -> Iterator[Behind]:
    for found, reason in _followed(evidence, period):
        done = is_done(found)
        over = evidence.end_of_day(found.at, days) <= evidence.now
        yield Behind(found.case_id, float(done), excluded=reason or ("" if done or over else "window_open"))


def trc_notice(evidence: Evidence, period: Period) -> Iterator[Behind]:
    """The first admission message of the stay: the one that names a time within it."""

    def is_told(found: Discharge) -> bool:
        began = found.stay.began_at or found.at
        told = [
            item.received_at
            for item in evidence.arrivals.get(found.stay.client_id, ())
            if began - ONE_DAY <= item.event_at <= found.at
        ]
        return bool(told) and min(told) <= evidence.end_of_day(began, 2)

    return _in_window(evidence, period, 0, is_told)


def trc_info(evidence: Evidence, period: Period) -> Iterator[Behind]:
    def is_here(found: Discharge) -> bool:
        began, end = found.stay.began_at or found.at, evidence.end_of_day(found.at, 2)
        return any(began <= item.at <= end for item in evidence.forms_of(found.case_id, "episode_summary"))

    return _in_window(evidence, period, 2, is_here)


def trc_engage(evidence: Evidence, period: Period) -> Iterator[Behind]:
    def is_seen(found: Discharge) -> bool:
        held = evidence.contacts_by_case.get(found.case_id, ())
        met = [
            _days_after(evidence, found, evidence.day(item.at))
            for item in held
            if item.two_way and item.channel in SEEN
        ]
        return any(1 <= day <= WINDOW for day in [*_visit_days(evidence, found), *met])

    return _in_window(evidence, period, WINDOW, is_seen)


def trc_meds(evidence: Evidence, period: Period) -> Iterator[Behind]:
    return _in_window(evidence, period, WINDOW, lambda found: bool(_reconciled_days(evidence, found)))


def readmit_30d(evidence: Evidence, period: Period) -> Iterator[Behind]:
    for found in discharges(evidence, period):
        following = found.following.began_at if found.following is not None else None
        gap = following - found.at if following is not None else None
        died = found.client.deceased_at
        excluded = ""
        if died is not None and died <= found.at:
            excluded = "death"
        elif gap is not None and gap < ONE_DAY:
            excluded = "transfer"
        elif found.at + timedelta(days=WINDOW + 1) > evidence.now:
            excluded = "window_open"
        is_back = gap is not None and ONE_DAY <= gap < timedelta(days=WINDOW + 1)
        yield Behind(found.case_id, float(is_back and _is_unplanned(evidence, found)), excluded=excluded)


def _is_unplanned(evidence: Evidence, found: Discharge) -> bool:
    """By the case manager's readmission review, else by the admission itself."""
    stay = found.following
    assert stay is not None and stay.began_at is not None  # noqa: S101, PT018  # asked of readmissions only
    end = stay.discharged_at or evidence.now
    reviews = [
        item.answers["planned"]
        for item in evidence.forms_of(found.case_id, "readmission_review")
        if stay.began_at <= item.at <= end and "planned" in item.answers
    ]
    return not reviews[-1] if reviews else stay.is_acute(evidence.settings)
