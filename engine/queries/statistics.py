"""Counts over all cases for reports: scans, never for a page. Every figure comes from plain columns and history rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

import sqlalchemy as sa

from database import Tx
from engine.model import OPEN
from engine.store.tables import cases, history, tasks


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """`by_stage` counts active cases, `by_outcome` ended ones, `by_grade` all."""

    started: int
    active: int
    ended: int
    by_stage: Mapping[str, int]
    by_outcome: Mapping[str, int]
    by_grade: Mapping[str | None, int]


@dataclass(frozen=True, slots=True)
class TaskCounts:
    opened: int
    completed: int
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class ElementCount:
    """`median_seconds` from entering to leaving, in seconds."""

    visits: int
    median_seconds: float


@dataclass(frozen=True, slots=True)
class Statistics:
    """All counts of a report. `stages` by (before, entered), `elements` by (process, element)."""

    cases: CaseCounts
    tasks: TaskCounts
    stages: Mapping[tuple[str | None, str], int]
    elements: Mapping[tuple[str, str], ElementCount]
    incidents: int


def case_counts(tx: Tx) -> CaseCounts:
    def grouped(column: sa.Column[str], *where: sa.ColumnElement[bool]) -> dict[Any, int]:  # Any: a column's own value
        statement = sa.select(column.label("name"), sa.func.count().label("n")).where(*where).group_by(column)
        return {row.name: row.n for row in tx.rows(statement)}

    by_status = grouped(cases.c.status)
    active = by_status.get("active", 0)
    total = sum(by_status.values())
    return CaseCounts(
        started=total,
        active=active,
        ended=total - active,
        by_stage=grouped(cases.c.stage, cases.c.status == "active"),
        by_outcome=grouped(cases.c.outcome, cases.c.status != "active"),
        by_grade=grouped(cases.c.grade),
    )


def task_counts(tx: Tx, now: datetime) -> TaskCounts:
    by_status = {
        row.status: row.n
        for row in tx.rows(sa.select(tasks.c.status, sa.func.count().label("n")).group_by(tasks.c.status))
    }
    late = sa.select(sa.func.count().label("n")).where(tasks.c.status == OPEN, tasks.c.due_at < now)
    row = tx.one(late)
    return TaskCounts(
        opened=sum(by_status.values()),
        completed=by_status.get("completed", 0),
        open=by_status.get(OPEN, 0),
        overdue=row.n if row is not None else 0,
    )


def stage_changes(tx: Tx) -> Mapping[tuple[str | None, str], int]:
    """(stage before, stage entered) -> how often; served by history_kind."""
    found: dict[tuple[str | None, str], int] = {}
    for row in tx.rows(sa.select(history.c.facts).where(history.c.kind == "StageEntered")):
        key = (row.facts["from"], row.facts["to"])
        found[key] = found.get(key, 0) + 1
    return found


def element_counts(tx: Tx) -> Mapping[tuple[str, str], ElementCount]:
    """(process, element) -> visits and median duration; served by history_kind."""
    statement = sa.select(history.c.process, history.c.element, history.c.entered_at, history.c.at).where(
        history.c.kind == "ElementLeft"
    )
    durations: dict[tuple[str, str], list[float]] = {}
    for row in tx.rows(statement):
        durations.setdefault((row.process, row.element), []).append((row.at - row.entered_at).total_seconds())
    return {key: ElementCount(len(values), median(values)) for key, values in sorted(durations.items())}
