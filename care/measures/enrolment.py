"""Measures from referral to assessment: who is enrolled, who is not reached, how long it takes, and the yearly assessment."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from care.measures.evidence import Evidence
from care.measures.model import Behind, Period

UNREACHABLE = frozenset({"unable_to_reach", "client_unreachable"})
ASSESSED = ("p2_assessing", "phase_note")
SIXTY_DAYS = timedelta(days=60)
YEAR_AND_GRACE = (12, 14)
"""Months."""


def _eligible(evidence: Evidence) -> Mapping[str, datetime]:
    """Case -> when it was found eligible for the first time."""
    return {case_id: times[0] for case_id, times in evidence.times("p1_screening", "note_eligible").items()}


def enrolment_rate(evidence: Evidence, period: Period) -> Iterator[Behind]:
    for case_id, at in _eligible(evidence).items():
        if period.holds(at):
            yield Behind(case_id, float(case_id in evidence.enrolled))


def unreachable_rate(evidence: Evidence, period: Period) -> Iterator[Behind]:
    eligible = {case_id for case_id, at in _eligible(evidence).items() if period.holds(at)}
    for case_id, case in evidence.cases.items():
        ended = period.holds(case.ended_at)
        over = case_id in eligible or (ended and case_id in evidence.enrolled)
        lost = ended and case.outcome in UNREACHABLE
        if over or lost:
            yield Behind(case_id, float(lost), float(over))


def screen_time(evidence: Evidence, period: Period) -> Iterator[Behind]:
    decided: dict[str, datetime] = {}
    for element in ("note_eligible", "note_not_eligible"):
        for case_id, times in evidence.times("p1_screening", element).items():
            decided[case_id] = min(times[0], decided.get(case_id, times[0]))
    received = {
        item.case_id: datetime.fromisoformat(item.answers["received_at"])
        for item in evidence.answers("register_referral")
        if item.answers.get("received_at")
    }
    for case_id, case in evidence.cases.items():
        began = min(received.get(case_id, case.started_at), case.started_at)
        if period.holds(began):
            at = decided.get(case_id)
            yield Behind(case_id, (at - began) / timedelta(hours=1) if at is not None else None)


def assess_60d(evidence: Evidence, period: Period) -> Iterator[Behind]:
    """Each case in the month in which its sixty days end."""
    assessed = evidence.times(*ASSESSED)
    for case_id, at in _eligible(evidence).items():
        end = at + SIXTY_DAYS
        if not period.holds(end):
            continue
        done = any(at <= item <= end for item in assessed.get(case_id, ()))
        ended = evidence.cases[case_id].ended_at if case_id in evidence.cases else None
        is_over = ended is not None and ended <= end
        reason = "" if done else "ended" if is_over else "window_open" if end > evidence.now else ""
        yield Behind(case_id, float(done), excluded=reason)


def reassess_on_time(evidence: Evidence, period: Period) -> Iterator[Behind]:
    """As it stands at the end of the period, or now."""
    at = min(period.until, evidence.now)
    year, grace = (_months_before(evidence, at, months) for months in YEAR_AND_GRACE)
    assessed = evidence.times(*ASSESSED)
    for item in evidence.enrolled_at(at):
        if item.since <= year:
            last = max((time for time in assessed.get(item.case_id, ()) if time <= at), default=None)
            part = "late" if last is None or last < grace else "grace" if last < year else "on_time"
            yield Behind(item.case_id, float(part == "on_time"), part=part)


def _months_before(evidence: Evidence, at: datetime, months: int) -> datetime:
    """The same day of an earlier month in the organisation's zone, or the last of it."""
    local = at.astimezone(evidence.settings.zone)
    place = local.year * 12 + local.month - 1 - months
    for day in range(local.day, 27, -1):
        try:
            return local.replace(year=place // 12, month=place % 12 + 1, day=day)
        except ValueError:
            continue
    return local.replace(year=place // 12, month=place % 12 + 1)
