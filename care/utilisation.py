"""What a client's stays add up to: admissions, emergency visits, the index stay. Pure; feeds the decision tables."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from care.model import CareSettings
from care.stays import Stay

SIX_MONTHS = timedelta(days=183)
TWELVE_MONTHS = timedelta(days=365)


def belongs_to_a_stay(visit: Stay, stays: Sequence[Stay], settings: CareSettings) -> bool:
    """Whether an emergency visit lies inside an inpatient stay or begins at most 24 h before one."""
    began = visit.began_at
    return began is not None and any(_holds(stay, began, settings) for stay in stays if stay.id != visit.id)


def _holds(stay: Stay, began: datetime, settings: CareSettings) -> bool:
    if not stay.is_inpatient or stay.began_at is None:
        return False
    return stay.began_at - settings.emergency_before <= began and (
        stay.discharged_at is None or began <= stay.discharged_at
    )


def last_discharge_before(stay: Stay, others: Sequence[Stay]) -> Stay | None:
    """The inpatient stay that ended last before this one began."""
    ended = [
        (other.discharged_at, other)
        for other in others
        if other.is_inpatient and other.id != stay.id and other.discharged_at and stay.began_at
    ]
    earlier = [pair for pair in ended if stay.began_at and pair[0] <= stay.began_at]
    return max(earlier, key=lambda pair: pair[0])[1] if earlier else None


def days_after_discharge(stay: Stay | None, at: datetime | None) -> int | None:
    """Whole days of 24 h between a discharge and an instant."""
    return (at - stay.discharged_at).days if stay and stay.discharged_at and at else None


def index_stay(stays: Sequence[Stay], now: datetime, settings: CareSettings) -> Stay | None:
    """The inpatient stay that matters now: the latest one, when it is open or ended in the last 30 days."""
    known = [(stay.began_at, stay) for stay in stays if stay.is_inpatient and stay.began_at and stay.began_at <= now]
    if not known:
        return None
    latest = max(known, key=lambda pair: pair[0])[1]
    ended = latest.discharged_at
    return latest if ended is None or now - ended <= settings.silent_after else None


def admissions(stays: Sequence[Stay], index: Stay | None, now: datetime, window: timedelta) -> int:
    """Inpatient admissions in the window before the index admission (itself not counted), or before now without one."""
    until = (index.began_at if index else None) or now
    return sum(
        1
        for stay in stays
        if stay.is_inpatient and stay is not index and stay.began_at and until - window <= stay.began_at <= until
    )


def emergency_visits(stays: Sequence[Stay], index: Stay | None, now: datetime, settings: CareSettings) -> int:
    """Emergency visits since six months before the index admission (or before now) that belong to no stay."""
    since = ((index.began_at if index else None) or now) - SIX_MONTHS
    return sum(
        1
        for visit in stays
        if visit.is_emergency
        and visit.began_at
        and since <= visit.began_at <= now
        and not belongs_to_a_stay(visit, stays, settings)
    )
