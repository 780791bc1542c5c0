"""The report of contract.md, section 4, computed a second time: raw SQL on the SQLite file that a run left behind, nothing of ours."""

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

PHASES = [
    "screening",
    "assessing",
    "stratifying",
    "planning",
    "implementing",
    "following_up",
    "transitioning",
    "post_transition",
    "evaluating",
]
LOOPS = (
    ("following_up", "following_up"),
    ("following_up", "implementing"),
    ("following_up", "planning"),
    ("following_up", "assessing"),
    ("following_up", "transitioning"),
    ("post_transition", "planning"),
    ("post_transition", "following_up"),
    ("evaluating", "planning"),
    ("evaluating", "assessing"),
)
RISKS = ("low", "moderate", "high", "very_high")


def recomputed(path: Path, end: datetime) -> dict[str, Any]:
    """Everything of the report that a database can know but its measures: no seed, span, wall time, duplicates, refusals."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return _all(connection, end.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


def _all(db: sqlite3.Connection, end: str) -> dict[str, Any]:
    def number(statement: str, *values: object) -> int:
        return int(db.execute(statement, values).fetchone()[0])

    def groups(statement: str) -> dict[Any, int]:
        return dict(db.execute(statement).fetchall())

    phases = groups("SELECT stage, count(*) FROM cases WHERE status = 'active' GROUP BY stage")
    endings = groups("SELECT outcome, count(*) FROM cases WHERE status <> 'active' GROUP BY outcome")
    grades = groups("SELECT coalesce(grade, ''), count(*) FROM cases GROUP BY 1")
    loops = groups(
        "SELECT json_extract(facts, '$.from') || '>' || json_extract(facts, '$.to'), count(*) FROM history "
        "WHERE kind = 'StageEntered' AND json_extract(facts, '$.from') IS NOT NULL GROUP BY 1"
    )
    overdue = number("SELECT count(*) FROM tasks WHERE status = 'open' AND due_at < ?", end)
    outreach = _outreach(number, end)
    return {
        "messages": {"accepted": number("SELECT count(*) FROM adt_messages")},
        "cases": {
            "started": number("SELECT count(DISTINCT case_id) FROM history WHERE kind = 'CaseStarted'"),
            "open": number("SELECT count(*) FROM cases WHERE ended_at IS NULL"),
            "closed": number("SELECT count(*) FROM cases WHERE ended_at IS NOT NULL"),
            "by_phase": {phase: phases.get(phase, 0) for phase in PHASES},
            "by_ending": {ending or "none": n for ending, n in sorted(endings.items())},
        },
        "tasks": {
            "opened": number("SELECT count(*) FROM history WHERE kind = 'TaskOpened'"),
            "completed": number("SELECT count(*) FROM history WHERE kind = 'TaskCompleted'"),
            "open": number("SELECT count(*) FROM tasks WHERE closed_at IS NULL"),
            "overdue": overdue,
        },
        "loops": {f"{a}_to_{b}": loops.get(f"{a}>{b}", 0) for a, b in LOOPS},
        "outreach": outreach,
        "risk": {
            "unknown": sum(n for grade, n in grades.items() if grade not in RISKS),
            **{risk: grades.get(risk, 0) for risk in RISKS},
        },
        "incidents": number(
            "SELECT (SELECT count(*) FROM timers WHERE incident <> 0) + count(*) FROM incidents WHERE status = 'open'"
        ),
        "elements": _elements(db),
    }


def _outreach(number: Any, end: str) -> dict[str, int]:
    """By the engine's history for the clocks (not by care's own columns), by stays and contacts for what came of them."""
    return {
        "discharges_alive": number("SELECT count(*) FROM stays WHERE patient_class = 'I' AND deadline IS NOT NULL"),
        "timers_set": number("SELECT count(*) FROM stays WHERE armed_at IS NOT NULL"),
        "fired": number("SELECT count(*) FROM stays WHERE fired_at IS NOT NULL"),
        "cancelled": number("SELECT count(*) FROM stays WHERE cancelled_at IS NOT NULL"),
        "within_48h": number("SELECT count(*) FROM stays WHERE contacted_at <= deadline"),
        "late": number(
            "SELECT count(*) FROM stays WHERE deadline < ? AND NOT coalesce(contacted_at <= deadline, 0) "
            "AND NOT coalesce(cancelled_at <= deadline, 0)",
            end,
        ),
    }


def _elements(db: sqlite3.Connection) -> dict[str, dict[str, dict[str, float]]]:
    spans: dict[str, dict[str, list[float]]] = {}
    rows = db.execute("SELECT process, element, entered_at, at FROM history WHERE kind = 'ElementLeft'")
    for process, element, entered, left in rows:
        took = (datetime.fromisoformat(left) - datetime.fromisoformat(entered)).total_seconds()
        spans.setdefault(process, {}).setdefault(element, []).append(took)
    return {
        process: {
            element: {"visits": len(took), "median_duration_s": round(median(took), 3)}
            for element, took in elements.items()
        }
        for process, elements in spans.items()
    }


def clocks_by_history(path: Path) -> dict[str, tuple[int, int]]:
    """case -> (48-hour clocks set, fired), from the engine's own history."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        found = db.execute(
            "SELECT case_id, sum(kind = 'TimerSet'), sum(kind = 'TimerFired') FROM history "
            "WHERE element = 'outreach_48h' AND kind IN ('TimerSet', 'TimerFired') GROUP BY case_id"
        )
        return {case: (armed, rung) for case, armed, rung in found}


def plain(report: dict[str, Any]) -> dict[str, Any]:
    """The part of a program's report that `recomputed` computes, after a round trip through JSON."""
    known = json.loads(json.dumps(report))
    known["messages"] = {"accepted": known["messages"]["accepted"]}
    return {
        key: known[key]
        for key in known
        if key not in {"virtual_from", "virtual_to", "seed", "wall_seconds", "measures"}
    }
