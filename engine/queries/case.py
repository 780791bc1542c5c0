"""Case lists, single cases, their timelines and timers, under a Scope. No state blob is ever loaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from database import Row, Tx
from engine.mended import Linked
from engine.model import OPEN, CaseId, Scope
from engine.queries.cursor import open_cursor, seal_cursor, whole
from engine.queries.paging import by_instant, cut
from engine.queries.scope import cases_within
from engine.store.cases import shard_of
from engine.store.tables import case_links, cases, history, tasks, timers
from engine.views import CaseView, Event, Page, TimerView

FIRST_OF_ALL, LAST_OF_ALL = datetime(1900, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
_OPEN_TASKS = (
    sa.select(sa.func.count())
    .where(tasks.c.case_id == cases.c.id, tasks.c.status == OPEN)
    .scalar_subquery()
    .label("open_tasks")
)
_NEXT_TIMER = (
    sa.select(sa.func.min(timers.c.due_at))
    .where(timers.c.case_id == cases.c.id)
    .scalar_subquery()
    .label("next_timer_at")
)
_COLUMNS = (
    *(column for column in cases.c if column.name not in {"state", "facts", "audit_head", "shard", "active"}),
    _OPEN_TASKS,
    sa.type_coerce(_NEXT_TIMER, timers.c.due_at.type).label("next_timer_at"),
)
MOST_LINKS = 200
_TIMELINE_KINDS = ("ElementLeft", "ElementCancelled")


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """`older_than`: started before; `subjects` limits to clients found by a search; `sort`: started_at or next_timer_at, with - for the other way."""

    process: str | None = None
    status: str | None = None
    phase: str | None = None
    risk: str | None = None
    unit: str | None = None
    manager: str | None = None
    older_than: datetime | None = None
    element: str | None = None
    subjects: tuple[str, ...] | None = None
    sort: str = "-started_at"
    limit: int = 50
    cursor: str | None = None


def listed(tx: Tx, scope: Scope, wanted: CaseFilter) -> Page[CaseView]:
    """Cases by age, served by cases_started, or by next timer, where those without one come last both ways."""
    statement = sa.select(*_COLUMNS).where(cases_within(scope), *_conditions(wanted))
    descending = wanted.sort.startswith("-")
    key: sa.ColumnElement[datetime] = cases.c.started_at
    if wanted.sort.endswith("next_timer_at"):
        last = sa.literal(FIRST_OF_ALL if descending else LAST_OF_ALL, timers.c.due_at.type)
        key = sa.type_coerce(sa.func.coalesce(_NEXT_TIMER.element, last), timers.c.due_at.type)
    return by_instant(tx, statement, (key, cases.c.id), wanted.cursor, wanted.limit, view, descending=descending)


def _conditions(wanted: CaseFilter) -> list[sa.ColumnElement[bool]]:
    pairs = (
        (cases.c.process, wanted.process),
        (cases.c.status, wanted.status),
        (cases.c.stage, wanted.phase),
        (cases.c.grade, wanted.risk),
        (cases.c.unit, wanted.unit),
        (cases.c.manager, wanted.manager),
    )
    found: list[sa.ColumnElement[bool]] = [column == value for column, value in pairs if value is not None]
    if wanted.older_than is not None:
        found.append(cases.c.started_at < wanted.older_than)
    if wanted.subjects is not None:
        found.append(cases.c.subject_id.in_(wanted.subjects))
    if wanted.element is not None:
        found.append(
            sa.exists().where(tasks.c.case_id == cases.c.id, tasks.c.status == OPEN, tasks.c.element == wanted.element)
        )
    return found


def one(tx: Tx, scope: Scope, case_id: str) -> CaseView | None:
    statement = sa.select(*_COLUMNS).where(
        cases.c.shard == shard_of(case_id), cases.c.id == case_id, cases_within(scope)
    )
    row = tx.one(statement)
    return None if row is None else view(row)


def open_cases(tx: Tx, subjects: Sequence[str]) -> tuple[CaseId, ...]:
    """The active cases of subjects, oldest first; served by cases_subject."""
    statement = (
        sa.select(cases.c.id)
        .where(cases.c.subject_id.in_(subjects), cases.c.status == "active")
        .order_by(cases.c.started_at, cases.c.id)
    )
    return tuple(CaseId(row.id) for row in tx.rows(statement))


def sealed_facts(tx: Tx, case_id: str) -> bytes | None:
    row = tx.one(sa.select(cases.c.facts).where(cases.c.shard == shard_of(case_id), cases.c.id == case_id))
    return None if row is None else row.facts


def timeline(tx: Tx, case_id: str, limit: int, cursor: str | None) -> Page[Event]:
    """What happened, newest first, without the single elements; by primary key."""
    statement = sa.select(history).where(
        history.c.shard == shard_of(case_id), history.c.case_id == case_id, history.c.kind.not_in(_TIMELINE_KINDS)
    )
    if cursor is not None:
        step, n = (whole(part) for part in open_cursor(cursor, 2))
        statement = statement.where(sa.tuple_(history.c.step, history.c.n) < sa.tuple_(sa.literal(step), sa.literal(n)))
    rows = tx.rows(statement.order_by(history.c.step.desc(), history.c.n.desc()).limit(limit + 1))
    return cut(rows, limit, event, lambda row: seal_cursor(str(row.step), str(row.n)))


def step_events(tx: Tx, case_id: str, step: int) -> tuple[Event, ...]:
    """The rows of one step: why a task is on a list."""
    statement = sa.select(history).where(
        history.c.shard == shard_of(case_id),
        history.c.case_id == case_id,
        history.c.step == step,
        history.c.kind.not_in(_TIMELINE_KINDS),
    )
    return tuple(event(row) for row in tx.rows(statement.order_by(history.c.n)))


def event(row: Row) -> Event:
    return Event(row.step, row.at, row.actor, row.kind, row.process, row.element, row.facts or {})


def timer_rows(
    tx: Tx, case_id: str | None, due_before: datetime | None, limit: int, cursor: str | None
) -> Page[TimerView]:
    """Timers in the order in which they wake; served by timers_going or timers_case."""
    statement = sa.select(timers)
    if case_id is not None:
        statement = statement.where(timers.c.case_id == case_id)
    if due_before is not None:
        statement = statement.where(timers.c.due_at < due_before)
    order = (timers.c.wake_at, timers.c.id)
    return by_instant(tx, statement, order, cursor, limit, timer_view, descending=False)


def timer(tx: Tx, timer_id: str) -> TimerView | None:
    row = tx.one(sa.select(timers).where(timers.c.shard == shard_of(timer_id), timers.c.id == timer_id))
    return None if row is None else timer_view(row)


def timer_views(rows: Sequence[Row]) -> tuple[TimerView, ...]:
    return tuple(timer_view(row) for row in rows)


def timer_view(row: Row) -> TimerView:
    return TimerView(
        row.id,
        row.case_id,
        row.process,
        row.element,
        row.due_at,
        row.wake_at,
        row.kind,
        row.attempts,
        row.incident,
        row.held,
    )


def view(row: Row) -> CaseView:
    return CaseView(
        id=row.id,
        process=row.process,
        release=row.release,
        version=row.version,
        status=row.status,
        subject_id=row.subject_id,
        phase=row.stage,
        risk=row.grade,
        unit=row.unit,
        manager=row.manager,
        ending=row.outcome,
        started_at=row.started_at,
        ended_at=row.ended_at,
        open_tasks=row.open_tasks,
        next_timer_at=row.next_timer_at,
    )


def linked(tx: Tx, scope: Scope, case_id: str) -> tuple[Linked, ...]:
    """Other cases of the client that this one is linked to, oldest first; by primary key prefix, only what the reader may know of."""
    statement = (
        sa.select(cases.c.id, case_links.c.kind, cases.c.process, cases.c.status, case_links.c.at)
        .join_from(case_links, cases, cases.c.id == case_links.c.linked_id)
        .where(case_links.c.shard == shard_of(case_id), case_links.c.case_id == case_id, cases_within(scope))
        .order_by(case_links.c.at, cases.c.id)
        .limit(MOST_LINKS)
    )
    return tuple(Linked(*row) for row in tx.rows(statement))


def to_migrate(tx: Tx, process: str, release: str, after: str, limit: int) -> tuple[CaseId, ...]:
    """Running cases of a process that are not on a release, by id from `after` on; served by cases_stage."""
    statement = (
        sa.select(cases.c.id)
        .where(
            cases.c.process == process,
            cases.c.status.in_(("active", "suspended")),
            cases.c.release != release,
            cases.c.id > after,
        )
        .order_by(cases.c.id)
        .limit(limit)
    )
    return tuple(CaseId(row.id) for row in tx.rows(statement))


def on_releases(tx: Tx, process: str) -> dict[str, int]:
    """Release -> running cases of a process; served by cases_stage."""
    statement = (
        sa.select(cases.c.release, sa.func.count().label("n"))
        .where(cases.c.process == process, cases.c.status.in_(("active", "suspended")))
        .group_by(cases.c.release)
    )
    return {row.release: row.n for row in tx.rows(statement)}
