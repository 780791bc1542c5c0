"""The report of a run, contract.md section 4: every figure is read back from the database that the run left behind."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from care import outreach_counts
from engine import CaseCounts, Statistics
from program import Program
from trial.drive import Fed

LOOPS = (
    "following_up_to_following_up",
    "following_up_to_implementing",
    "following_up_to_planning",
    "following_up_to_assessing",
    "following_up_to_transitioning",
    "post_transition_to_planning",
    "post_transition_to_following_up",
    "evaluating_to_planning",
    "evaluating_to_assessing",
)
PHASES = (
    "screening",
    "assessing",
    "stratifying",
    "planning",
    "implementing",
    "following_up",
    "transitioning",
    "post_transition",
    "evaluating",
)
RISKS = ("low", "moderate", "high", "very_high")


def report(
    program: Program, fed: Fed, begin: datetime, end: datetime, seed: int, wall_seconds: float
) -> dict[str, Any]:
    """The report as JSON."""
    found, outreach = program.database.read(lambda tx: (program.reading.statistics(tx, end), outreach_counts(tx, end)))
    return {
        "virtual_from": _text(begin),
        "virtual_to": _text(end),
        "seed": seed,
        "messages": {
            "fed": fed.fed,
            "accepted": fed.accepted,
            "duplicates": fed.duplicates,
            "rejected": len(fed.rejected),
        },
        "cases": _cases(found.cases),
        "tasks": asdict(found.tasks),
        "loops": loops(found),
        "outreach": asdict(outreach),
        "risk": _risk(found),
        "measures": measures(found, outreach.within_48h, outreach.discharges_alive, outreach.cancelled),
        "incidents": found.incidents,
        "elements": elements(found),
        "wall_seconds": round(wall_seconds, 2),
    }


def _cases(found: CaseCounts) -> dict[str, Any]:
    return {
        "started": found.started,
        "open": found.active,
        "closed": found.ended,
        "by_phase": {phase: found.by_stage.get(phase, 0) for phase in PHASES},
        "by_ending": dict(sorted((ending or "none", n) for ending, n in found.by_outcome.items())),
    }


def loops(found: Statistics) -> Mapping[str, int]:
    """How often each loop of the care process was taken."""
    taken = {f"{before}_to_{after}": n for (before, after), n in found.stages.items()}
    return {loop: taken.get(loop, 0) for loop in LOOPS}


def elements(found: Statistics) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    """Visits and median duration by process and element."""
    processes: dict[str, dict[str, Mapping[str, float]]] = {}
    for (process, element), counts in found.elements.items():
        entry = {"visits": counts.visits, "median_duration_s": round(counts.median_seconds, 3)}
        processes.setdefault(process, {})[element] = entry
    return processes


def measures(found: Statistics, in_time: int, discharges: int, cancelled: int) -> Mapping[str, Mapping[str, Any]]:
    """The measures that the first slice computes: reach within 48 hours, and late tasks."""
    counted = discharges - cancelled
    return {
        "outreach_48h_reached": _rate(in_time, counted, cancelled),
        "late_tasks": {
            "value": found.tasks.overdue,
            "unit": "tasks",
            "numerator": found.tasks.overdue,
            "denominator": found.tasks.open,
            "excluded": 0,
        },
    }


def _rate(numerator: int, denominator: int, excluded: int) -> Mapping[str, Any]:
    value = round(100 * numerator / denominator, 1) if denominator else 0.0
    return {"value": value, "unit": "%", "numerator": numerator, "denominator": denominator, "excluded": excluded}


def _risk(found: Statistics) -> Mapping[str, int]:
    named = {risk: found.cases.by_grade.get(risk, 0) for risk in RISKS}
    return {"unknown": sum(found.cases.by_grade.values()) - sum(named.values()), **named}


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
