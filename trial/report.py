"""The report of a run, contract.md section 4: every figure is read back from the database that the run left behind."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from care import PHASES, Measured, Period, outreach_counts
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
RISKS = ("low", "moderate", "high", "very_high")


def report(
    program: Program, fed: Fed, begin: datetime, end: datetime, seed: int, wall_seconds: float
) -> dict[str, Any]:
    """The report as JSON."""
    whole = Period("run", begin, end + timedelta(microseconds=1))
    found, outreach, measured = program.database.read(
        lambda tx: (
            program.reading.statistics(tx, end),
            outreach_counts(tx, end),
            program.measures.all_of(tx, (whole,)),
        )
    )
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
        "measures": {item.definition.id: measure(item) for (item,) in measured},
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


def measure(found: Measured) -> Mapping[str, Any]:
    """One measure of care-process.md, section 10, over the whole run."""
    return {
        "value": _plain(found.value),
        "unit": found.definition.unit,
        "numerator": _plain(found.numerator),
        "denominator": _plain(found.denominator),
        "excluded": found.excluded,
        **({"parts": {name: _plain(value) for name, value in found.parts.items()}} if found.parts else {}),
    }


def _plain(number: float) -> float:
    return int(number) if number == int(number) else number


def _risk(found: Statistics) -> Mapping[str, int]:
    named = {risk: found.cases.by_grade.get(risk, 0) for risk in RISKS}
    return {"unknown": sum(found.cases.by_grade.values()) - sum(named.values()), **named}


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
