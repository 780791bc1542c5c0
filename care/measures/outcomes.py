"""Measures of what came of it: outcomes by domain, depression scores, satisfaction, return on investment."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from care.measures.evidence import Answered, Evidence, grouped
from care.measures.model import Behind, Definition, Period

DOMAINS = (
    "clinical",
    "financial",
    "quality_of_life",
    "experience",
    "physical_function",
    "psychosocial",
    "self_care_engagement",
    "knowledge",
)
SCREENED, LEAST, REMITTED = 10, 2, 5
REPEAT = (timedelta(weeks=4), timedelta(weeks=26))
GOOD = 4


def _closed(evidence: Evidence, period: Period) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Enrolled cases that ended in a period, with the answers of their last rating; none when nobody rated."""
    rated = grouped(evidence.answers("rate_outcomes"), lambda item: item.case_id)
    for case_id, case in evidence.cases.items():
        if period.holds(case.ended_at) and case_id in evidence.enrolled:
            held = rated.get(case_id, ())
            yield case_id, held[-1].answers if held else {}


def goals_met(evidence: Evidence, period: Period) -> Iterator[Behind]:
    """Each goal of the last plan of a case counts; a closed case whose plan has none is not there."""
    closed = [case_id for case_id, _ in _closed(evidence, period)]
    for case_id, goals in evidence.goals(closed).items():
        for progress in goals.values():
            yield Behind(case_id, float(progress == "met"), part=progress or "not_reviewed")


def domain_change(evidence: Evidence, period: Period) -> Iterator[Behind]:
    for case_id, answers in _closed(evidence, period):
        ratings = {name: answers.get(f"{name}.rating") for name in DOMAINS}
        known = {name: float(rating) for name, rating in ratings.items() if rating is not None}
        if not known:
            yield Behind(case_id, None, excluded="not_rated")
        yield from (Behind(case_id, rating, part=name) for name, rating in known.items())


def _repeated(evidence: Evidence, period: Period) -> Iterator[tuple[str, float, float]]:
    """(case, first score, last score) of those whose first score called for care and who were asked again in time.

    In the month of the last repeat that lies 4 to 26 weeks after the first.
    """
    scored = [item for item in evidence.ever("phq9") if item.answers.get("phq9_total") is not None]
    for case_id, items in grouped(scored, lambda item: item.case_id).items():
        first = items[0]
        if _score(first) < SCREENED:
            continue
        again = [item for item in items if REPEAT[0] <= item.at - first.at <= REPEAT[1]]
        if again and period.holds(again[-1].at):
            yield case_id, _score(first), _score(again[-1])


def _score(item: Answered) -> float:
    return float(item.answers["phq9_total"])


def phq_response(evidence: Evidence, period: Period) -> Iterator[Behind]:
    for case_id, first, last in _repeated(evidence, period):
        yield Behind(case_id, float(last * LEAST <= first))


def phq_remission(evidence: Evidence, period: Period) -> Iterator[Behind]:
    for case_id, _first, last in _repeated(evidence, period):
        yield Behind(case_id, float(last < REMITTED))


def satisfaction(evidence: Evidence, period: Period) -> Iterator[Behind]:
    """Surveys that were sent and closed without an answer carry no rating and stand beside the returned ones."""
    answered = {item.task_id: item for item in evidence.answers("survey")}
    for task in evidence.tasks_of("survey"):
        if period.holds(task.closed_at):
            rating = answered[task.id].answers.get("overall") if task.id in answered else None
            if rating is None:
                yield Behind(task.case_id, None, 0.0, part="not_returned")
            else:
                yield Behind(task.case_id, float(rating), part="returned")


def survey_shares(definition: Definition, counted: Sequence[Behind]) -> Mapping[str, float]:
    """Share of returned surveys at 4 or 5, and of surveys that came back, both in percent."""
    returned = [item.counted for item in counted if item.counted is not None]
    good = sum(rating >= GOOD for rating in returned)
    return {
        "share_4_or_5": round(100 * good / len(returned), definition.digits) if returned else 0.0,
        "returned": round(100 * len(returned) / len(counted), definition.digits) if counted else 0.0,
    }


def roi(evidence: Evidence, period: Period) -> Iterator[Behind]:
    for case_id, answers in _closed(evidence, period):
        cost, savings = answers.get("programme_cost"), answers.get("savings")
        if cost is None or savings is None:
            yield Behind(case_id, 0.0, 0.0, excluded="not_stated")
        else:
            yield Behind(case_id, float(savings) - float(cost), float(cost))
