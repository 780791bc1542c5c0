"""Measures of the work in hand at the end of a period, or now: weight, very high risk, late tasks. All told again from history."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from care.measures.evidence import Enrolment, Evidence
from care.measures.model import Behind, Period

VERY_HIGH = "very_high"
UNASSIGNED, CASE_MANAGER = "unassigned", "case_manager"


def _moment(evidence: Evidence, period: Period) -> datetime:
    return min(period.until, evidence.now)


def _standing(evidence: Evidence, kind: str, at: datetime) -> Mapping[str, str | None]:
    """Case -> what its last stage or grade was at an instant, whenever it was set."""
    return {item.case_id: item.facts["to"] for item in evidence.ever_told(kind) if item.at <= at}


def very_high_share(evidence: Evidence, period: Period) -> Iterator[Behind]:
    at = _moment(evidence, period)
    grades = _standing(evidence, "GradeChanged", at)
    for item in evidence.enrolled_at(at):
        yield Behind(item.case_id, float(grades.get(item.case_id) == VERY_HIGH))


def late_tasks(evidence: Evidence, period: Period) -> Iterator[Behind]:
    at = _moment(evidence, period)
    for task in evidence.tasks:
        if task.opened_at <= at and (task.closed_at is None or task.closed_at > at):
            yield Behind(task.case_id, float(task.due_at is not None and task.due_at < at))


def caseload_weight(evidence: Evidence, period: Period) -> Iterator[Behind]:
    """By the organisation's own tables of points and limits; the limit of each case manager stands beside the first of their cases."""
    at = _moment(evidence, period)
    held = evidence.enrolled_at(at)
    weights = evidence.chronicle.decided(evidence.tx, "case_weight", _inputs(evidence, held, at))
    managers = {item.case_id: evidence.cases[item.case_id].manager or UNASSIGNED for item in held}
    limits = _limits(evidence, sorted(set(managers.values())))
    for item, weight in zip(held, weights, strict=False):
        manager = managers[item.case_id]
        yield Behind(item.case_id, float(weight or 0), limits.pop(manager, 0.0), part=manager)


def _limits(evidence: Evidence, managers: Sequence[str]) -> dict[str, float]:
    """Case manager -> limit of points, by their step on the ladder; of cases without one that of a case manager."""
    asked = [{"ladder": evidence.ladder.get(manager, CASE_MANAGER)} for manager in managers]
    found = evidence.chronicle.decided(evidence.tx, "caseload_limit", asked)
    return {
        manager: float(limit["limit"] if isinstance(limit, dict) else 0)
        for manager, limit in zip(managers, found, strict=False)
    }


def _inputs(evidence: Evidence, held: tuple[Enrolment, ...], at: datetime) -> list[dict[str, Any]]:
    grades, stages = (_standing(evidence, kind, at) for kind in ("GradeChanged", "StageEntered"))
    programmes = _answers(evidence, "screen_client", "programme", at)
    interpreted = _answers(evidence, "register_referral", "interpreter", at)
    crises = _crises(evidence, at)
    return [
        {
            "risk_category": grades.get(item.case_id),
            "programme": _programme(evidence, item) or programmes.get(item.case_id),
            "phase": stages.get(item.case_id),
            "days_since_enrolled": (at - item.since).days,
            "crisis_open": item.case_id in crises,
            "interpreter": interpreted.get(item.case_id) is True,
        }
        for item in held
    ]


def _programme(evidence: Evidence, item: Enrolment) -> str | None:
    client = evidence.served.get(item.client_id)
    return client.programme if client is not None else None


def _answers(evidence: Evidence, element: str, name: str, at: datetime) -> Mapping[str, Any]:
    return {item.case_id: item.answers.get(name) for item in evidence.ever(element) if item.at <= at}


def _crises(evidence: Evidence, at: datetime) -> frozenset[str]:
    """Cases whose last crisis was opened and not closed."""
    rows = [(item.at, item.step, "open", item.case_id) for item in evidence.left("ev_crisis", "open_crisis")]
    rows += [(item.at, item.step, "closed", item.case_id) for item in evidence.left("ev_crisis", "close_crisis")]
    last = {case_id: what for moment, _step, what, case_id in sorted(rows) if moment <= at}
    return frozenset(case_id for case_id, what in last.items() if what == "open")
