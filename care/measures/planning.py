"""Measures of the plan and what it asks for: plans, changes, authorisations, appeals, referrals, issues."""

from collections.abc import Iterator
from datetime import timedelta

from care.measures.enrolment import ASSESSED
from care.measures.evidence import Evidence
from care.measures.model import Behind, Period
from care.queries.measured import Drafted

DAY = timedelta(days=1)
THIRTY_DAYS = timedelta(days=30)
DECIDED = frozenset({"approved", "partial", "denied"})
REFUSED = frozenset({"partial", "denied"})
BEGUN = frozenset({"started", "completed"})
SETTLED = frozenset({"resolved", "accepted"})
CHANGES = frozenset({"minor", "complete"})


def plan_final_days(evidence: Evidence, period: Period) -> Iterator[Behind]:
    """A plan that followed the one before without an assessment between is left out: it began nowhere."""
    assessed = evidence.times(*ASSESSED)
    for case_id, times in evidence.times("p4_planning", "finish_plan").items():
        for n, at in enumerate(times):
            if not period.holds(at):
                continue
            before = times[n - 1] if n else None
            began = max((item for item in assessed.get(case_id, ()) if item <= at), default=None)
            is_new = began is not None and (before is None or began > before)
            days = (at - began) / DAY if began is not None and is_new else None
            yield Behind(case_id, days, excluded="" if is_new else "no_assessment")


def plan_changes(evidence: Evidence, period: Period) -> Iterator[Behind]:
    """A version counts once, when it was written first."""
    for case_id, versions in evidence.plans.items():
        first: dict[tuple[int, int], Drafted] = {}
        for item in versions:
            held = first.setdefault((item.major, item.minor), item)
            first[item.major, item.minor] = min(held, item, key=lambda each: each.at)
        for item in first.values():
            if item.change in CHANGES and period.holds(item.at):
                yield Behind(case_id, 1.0, 0.0, part=item.change)
    until = min(period.until, evidence.now)
    for enrolled in evidence.enrolments:
        if enrolled.since < until and (enrolled.until is None or enrolled.until > period.since):
            yield Behind(enrolled.case_id, 0.0)


def auth_on_time(evidence: Evidence, period: Period) -> Iterator[Behind]:
    due = {task.id: task.due_at for task in evidence.tasks_of("decide_auth")}
    for item in evidence.answers("decide_auth"):
        if period.holds(item.at) and item.answers.get("decision") in DECIDED:
            limit = due.get(item.task_id)
            yield Behind(item.case_id, float(limit is None or item.at <= limit))


def denial_rate(evidence: Evidence, period: Period) -> Iterator[Behind]:
    for item in evidence.answers("decide_auth"):
        decision = item.answers.get("decision")
        if period.holds(item.at) and decision in DECIDED:
            yield Behind(item.case_id, float(decision in REFUSED), part=str(decision) if decision in REFUSED else "")


def overturn_rate(evidence: Evidence, period: Period) -> Iterator[Behind]:
    for item in evidence.answers("peer_to_peer", "file_appeal"):
        result = item.answers.get("result")
        if period.holds(item.at) and result is not None:
            yield Behind(item.case_id, float(result == "overturned"), part="" if result == "upheld" else str(result))


def referral_closed(evidence: Evidence, period: Period) -> Iterator[Behind]:
    """Each referral in the month in which its thirty days end. One step completes a task and opens what follows for the same service."""
    answered = {item.task_id: item for item in evidence.answers("accept_referral")}
    confirmed = {item.task_id: item for item in evidence.answers("confirm_started")}
    again = {(item.case_id, item.step) for item in evidence.rows("TaskOpened", "arrange_service")}
    opened = {
        (str(item.case_id), item.step): item.facts["task"] for item in evidence.rows("TaskOpened", "confirm_started")
    }
    for task in evidence.tasks_of("accept_referral"):
        end = task.opened_at + THIRTY_DAYS
        if not period.holds(end):
            continue
        answer = answered.get(task.id)
        part = ""
        if answer is not None and answer.answers.get("status") == "declined":
            is_sent_again = (answer.case_id, answer.step) in again and answer.at <= end
            part = "declined_with_alternative" if is_sent_again else ""
        elif answer is not None:
            last = confirmed.get(opened.get((answer.case_id, answer.step), ""))
            if last is not None and last.at <= end and last.answers.get("status") in BEGUN:
                part = str(last.answers["status"])
        reason = "" if part else "withdrawn" if task.status == "cancelled" else ""
        if not part and not reason and end > evidence.now:
            reason = "window_open"
        yield Behind(task.case_id, float(bool(part)), excluded=reason, part=part)


def issue_closed(evidence: Evidence, period: Period) -> Iterator[Behind]:
    answered = {item.task_id: item for item in evidence.answers("resolve_issue")}
    for task in evidence.tasks_of("resolve_issue"):
        if not period.holds(task.opened_at):
            continue
        answer = answered.get(task.id)
        due = task.due_at
        settled = answer is not None and answer.answers.get("status") in SETTLED
        done = settled and (due is None or (answer is not None and answer.at <= due))
        reason = ""
        if task.status == "cancelled":
            reason = "withdrawn"
        elif not done and task.status == "open" and (due is None or due > evidence.now):
            reason = "window_open"
        yield Behind(task.case_id, float(done), excluded=reason)
