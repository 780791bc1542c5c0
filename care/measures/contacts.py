"""Measures of contact and of use: contacts on time, work per day, emergency visits, avoidable days."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from care.measures.evidence import Evidence
from care.measures.model import Behind, Period
from care.measures.period import months_in
from care.utilisation import belongs_to_a_stay
from engine import Happened

DAY = timedelta(days=1)
SERVICES = ("arrange_service", "confirm_started", "educate", "hold_conference")
FOLLOW_UP_WITHIN = timedelta(days=7)


def contact_on_time(evidence: Evidence, period: Period) -> Iterator[Behind]:
    """One thing counted is one clock of the next contact, in the month in which it is due."""
    cleared = {
        (str(item.case_id), item.facts["timer"]): item.at for item in evidence.rows("TimerCleared", "next_contact")
    }
    clocks: dict[tuple[str, str], Happened] = {}
    for item in evidence.rows("TimerSet", "next_contact"):
        clocks[item.case_id, item.facts["timer"]] = item
    for key, item in clocks.items():
        due = datetime.fromisoformat(item.facts["due_at"])
        if not period.holds(due):
            continue
        done = evidence.forms_of(item.case_id, "contact_and_review")
        met = any(item.at <= form.at <= due + DAY for form in done)
        gone = cleared.get(key)
        reason = ""
        if not met and gone is not None and gone < due:
            reason = "overtaken"
        elif not met and _has_ended(evidence, item.case_id, due + DAY):
            reason = "ended"
        elif not met and due + DAY > evidence.now:
            reason = "window_open"
        yield Behind(item.case_id, float(met), excluded=reason)


def _has_ended(evidence: Evidence, case_id: str, at: datetime) -> bool:
    ended = evidence.cases[case_id].ended_at if case_id in evidence.cases else None
    return ended is not None and ended <= at


def ed_follow_up(evidence: Evidence, period: Period) -> Iterator[Behind]:
    """Emergency visits of enrolled clients that ended in the period without an admission."""
    for visit in evidence.stays:
        at = visit.discharged_at
        held = evidence.stays_by_client.get(visit.client_id, ())
        if at is None or not visit.is_emergency or not period.holds(at):
            continue
        case_id = evidence.case_of(visit.client_id, at)
        if case_id is None or belongs_to_a_stay(visit, held, evidence.settings):
            continue
        end = evidence.end_of_day(at, FOLLOW_UP_WITHIN.days)
        done = any(at <= item.at <= end and item.two_way for item in evidence.contacts_by_case.get(case_id, ()))
        seen = any(at <= item.at <= end for item in evidence.forms_of(case_id, "ed_follow_up"))
        over = end <= evidence.now or done or seen
        yield Behind(case_id, float(done or seen), excluded="" if over else "window_open")


def ed_per_1000(evidence: Evidence, period: Period) -> Iterator[Behind]:
    """Visits of the numerator carry no months, months of the denominator no visit."""
    for visit in evidence.stays:
        at = visit.began_at
        if at is None or not visit.is_emergency or not period.holds(at):
            continue
        case_id = evidence.case_of(visit.client_id, at)
        held = evidence.stays_by_client.get(visit.client_id, ())
        if case_id is not None and not belongs_to_a_stay(visit, held, evidence.settings):
            yield Behind(case_id, 1.0, 0.0)
    for item in evidence.enrolments:
        months = _months(evidence, item.since, item.until or evidence.now, period)
        if months:
            yield Behind(item.case_id, 0.0, months)


def _months(evidence: Evidence, since: datetime, until: datetime, period: Period) -> float:
    """How many months, parts of them as parts, lie between two instants and in the period."""
    months = months_in(period, evidence.settings.zone)
    spans = [(min(until, item.until, period.until) - max(since, item.since, period.since), item) for item in months]
    return sum(max(span / (item.until - item.since), 0.0) for span, item in spans)


def avoidable_days(evidence: Evidence, period: Period) -> Iterator[Behind]:
    for item in evidence.answers("avoidable_day"):
        first, last = (_day(item.answers.get(name)) for name in ("from", "to"))
        if first is not None and last is not None:
            days = sum(_holds(evidence, period, first + n * DAY) for n in range(min((last - first).days, 366) + 1))
            if days:
                yield Behind(item.case_id, float(days), 0.0, part=str(item.answers.get("reason", "")))
    for stay in evidence.stays:
        if stay.is_inpatient and stay.began_at is not None:
            yield from _inpatient_days(evidence, period, stay.client_id, stay.began_at, stay.discharged_at)


def _day(text: object) -> date | None:
    return date.fromisoformat(text[:10]) if isinstance(text, str) else None


def _holds(evidence: Evidence, period: Period, day: date) -> bool:
    """Whether a day of the organisation lies in a period."""
    return period.holds(evidence.calendar.local(datetime.combine(day, datetime.min.time())))


def _inpatient_days(
    evidence: Evidence, period: Period, client_id: str, began: datetime, ended: datetime | None
) -> Iterator[Behind]:
    """Days from admission to discharge, the last one not counted unless it is the only one, on which the client was enrolled."""
    first, last = evidence.day(began), evidence.day(ended or evidence.now)
    days: dict[str, int] = {}
    for n in range(max((last - first).days, 1)):
        day = first + n * DAY
        if _holds(evidence, period, day):
            case_id = evidence.case_of(client_id, max(began, evidence.calendar.end_of(day)))
            if case_id is not None:
                days[case_id] = days.get(case_id, 0) + 1
    yield from (Behind(case_id, 0.0, float(n)) for case_id, n in days.items())


def interventions_day(evidence: Evidence, period: Period) -> Iterator[Behind]:
    """The working days of each person who did any of it stand beside the first thing they did."""
    done = [(item.at, item.actor, item.case_id) for item in evidence.contacts]
    done += [(item.at, item.actor, item.case_id) for item in evidence.answers(*SERVICES)]
    met: set[str] = set()
    days = _working_days(evidence, period)
    for at, actor, case_id in sorted(done):
        if period.holds(at):
            yield Behind(case_id, 1.0, 0.0 if actor in met else float(days))
            met.add(actor)


def _working_days(evidence: Evidence, period: Period) -> int:
    day, last = evidence.day(period.since), evidence.day(min(period.until - DAY, evidence.now))
    return sum(evidence.calendar.is_business_day(day + n * DAY) for n in range((last - day).days + 1))
