"""What happened over all cases in a span of time, as plain facts: for measures and reports, without a Scope. Scans of an index, never values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from database import Instant, Row, Tx
from engine.model import CaseId, Scope
from engine.queries.scope import cases_within
from engine.store.cases import shard_of
from engine.store.tables import cases, history, tasks

b = sa.bindparam
LEFT = "ElementLeft"
ASKED = 500
"""Ids of one question."""


@dataclass(frozen=True, slots=True)
class Happened:
    """A row of the history; `facts` are plain: coded, dated, naming nobody."""

    case_id: CaseId
    step: int
    at: datetime
    actor: str
    process: str
    element: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskSpan:
    """A task from opening to closing; `status` is open, completed or cancelled."""

    id: str
    case_id: CaseId
    element: str
    status: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None


@dataclass(frozen=True, slots=True)
class CaseSpan:
    """A case from start to end, as it stands now."""

    id: CaseId
    process: str
    subject_id: str
    manager: str | None
    status: str
    stage: str | None
    grade: str | None
    outcome: str | None
    started_at: datetime
    ended_at: datetime | None


_BETWEEN = (
    history.c.at >= b("since", type_=Instant),
    history.c.at < b("until", type_=Instant),
)
_ROWS = sa.select(
    history.c.case_id,
    history.c.step,
    history.c.at,
    history.c.actor,
    history.c.process,
    history.c.element,
    history.c.facts,
).where(history.c.kind == b("kind"), *_BETWEEN)
_ORDER = (history.c.at, history.c.case_id, history.c.step, history.c.n)
_ALL = _ROWS.order_by(*_ORDER)
_SOME = _ROWS.where(history.c.element.in_(b("elements", expanding=True))).order_by(*_ORDER)
_DRAWN = _ROWS.where(history.c.process == b("process"), history.c.element == b("element")).order_by(*_ORDER)
_TASKS = (
    sa.select(
        tasks.c.id,
        tasks.c.case_id,
        tasks.c.element,
        tasks.c.status,
        tasks.c.opened_at,
        tasks.c.due_at,
        tasks.c.closed_at,
        tasks.c.closed_by,
    )
    .where(tasks.c.opened_at < b("until", type_=Instant))
    .where(sa.or_(tasks.c.closed_at.is_(None), tasks.c.closed_at >= b("since", type_=Instant)))
    .order_by(tasks.c.opened_at, tasks.c.id)
)
_CASES = sa.select(
    cases.c.id,
    cases.c.process,
    cases.c.subject_id,
    cases.c.manager,
    cases.c.status,
    cases.c.stage,
    cases.c.grade,
    cases.c.outcome,
    cases.c.started_at,
    cases.c.ended_at,
).order_by(cases.c.started_at, cases.c.id)


def happened(
    tx: Tx, kind: str, elements: Sequence[str] | None, since: datetime, until: datetime
) -> tuple[Happened, ...]:
    """Rows of a kind, of all elements for None, in order of time; served by history_kind."""
    given = {"kind": kind, "since": since, "until": until}
    rows = tx.rows(_ALL, given) if elements is None else tx.rows(_SOME, {**given, "elements": list(elements)})
    return tuple(_happened(row) for row in rows)


def left(tx: Tx, process: str, element: str, since: datetime, until: datetime) -> tuple[Happened, ...]:
    """When an element of a process was left, in order of time; served by history_kind wholly."""
    given = {"kind": LEFT, "process": process, "element": element, "since": since, "until": until}
    return tuple(_happened(row) for row in tx.rows(_DRAWN, given))


def _happened(row: Row) -> Happened:
    return Happened(row.case_id, row.step, row.at, row.actor, row.process, row.element, row.facts or {})


def task_spans(tx: Tx, since: datetime, until: datetime) -> tuple[TaskSpan, ...]:
    """Tasks that were open at some time of a span, in the order in which they were opened; a scan."""
    return tuple(TaskSpan(*row) for row in tx.rows(_TASKS, {"since": since, "until": until}))


def case_spans(tx: Tx) -> tuple[CaseSpan, ...]:
    """All cases; a scan of their plain columns."""
    return tuple(CaseSpan(*row) for row in tx.rows(_CASES))


def known_of(tx: Tx, scope: Scope, case_ids: Iterable[str]) -> frozenset[str]:
    """Those of the cases that a reader may know of; by primary key."""
    wanted = sorted(set(case_ids))
    found: set[str] = set()
    for start in range(0, len(wanted), ASKED):
        keys = [(shard_of(case_id), case_id) for case_id in wanted[start : start + ASKED]]
        asked = sa.select(cases.c.id).where(sa.tuple_(cases.c.shard, cases.c.id).in_(keys), cases_within(scope))
        found.update(row.id for row in tx.rows(asked))
    return frozenset(found)
