"""The history as an event log: pages of rows by primary key, so that any number of events needs the memory of one page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from database import Instant, Row, Tx
from engine.model import CaseId
from engine.store.cases import shard_of
from engine.store.tables import cases, history, tasks

b = sa.bindparam
PAGE = 1000
TOLD = ("ElementLeft", "ElementCancelled", "TaskOpened", "TaskCancelled")
"""Kinds that become events."""
ALONG = ("StageEntered", "CaseMigrated", "TaskCompleted")
"""Kinds that are read along: they tell of phase, release and task."""
BEGINNING, END = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What is exported: events of a span, of a process (its cases wholly, else what it draws), of all for None."""

    process: str | None = None
    since: datetime = BEGINNING
    until: datetime = END


@dataclass(frozen=True, slots=True)
class LoggedCase:
    """A case of which something is exported."""

    id: CaseId
    subject_id: str
    process: str
    release: str
    status: str
    outcome: str | None
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class LoggedTask:
    """A task of an exported case."""

    id: str
    case_id: CaseId
    element: str
    group: str | None
    status: str
    opened_at: datetime


_KEY = (history.c.shard, history.c.case_id, history.c.step, history.c.n)
_AFTER: tuple[sa.BindParameter[Any], ...] = tuple(b(f"after_{column.name}") for column in _KEY)
_SINCE, _UNTIL = b("since", type_=Instant), b("until", type_=Instant)
_KIND = sa.func.coalesce(history.c.kind, "")
"""Not the bare column: SQLite would gather all rows of these kinds and sort them for each page (40 s among 1.7 million)."""
_IN_SPAN = sa.and_(history.c.at >= _SINCE, _KIND.in_(TOLD))
_OF_PROCESS = sa.or_(cases.c.process == b("process"), history.c.process == b("process"))
_ROWS = (
    sa.select(history, cases.c.subject_id, cases.c.process.label("root"), cases.c.release)
    .join_from(history, cases, sa.and_(cases.c.shard == history.c.shard, cases.c.id == history.c.case_id))
    .where(sa.tuple_(*_KEY) > sa.tuple_(*_AFTER), history.c.at < _UNTIL)
    .order_by(*_KEY)
    .limit(PAGE)
)
_ALL = _ROWS.where(sa.or_(_IN_SPAN, _KIND.in_(ALONG)))
_SOME = _ROWS.where(sa.or_(sa.and_(_IN_SPAN, _OF_PROCESS), _KIND.in_(ALONG)))
_MOVED = sa.select(history.c.case_id).where(history.c.kind == "CaseMigrated").limit(1)
_MOVES = (
    sa.select(history.c.case_id, history.c.step, history.c.facts)
    .where(
        history.c.kind == "CaseMigrated", sa.tuple_(history.c.shard, history.c.case_id).in_(b("keys", expanding=True))
    )
    .order_by(history.c.case_id, history.c.step)
)


def rows(tx: Tx, wanted: LogFilter) -> Iterator[Sequence[Row]]:
    """Pages of rows of TOLD and ALONG in the order of their case and step."""
    statement = _ALL if wanted.process is None else _SOME
    last: Mapping[str, Any] = {"after_shard": -1, "after_case_id": "", "after_step": 0, "after_n": 0}
    given: dict[str, Any] = {"since": wanted.since, "until": wanted.until}
    if wanted.process is not None:
        given |= {"process": wanted.process}
    while page := tx.rows(statement, {**given, **last}):
        yield page
        end = page[-1]
        last = {f"after_{column.name}": getattr(end, column.name) for column in _KEY}


def moves(tx: Tx, page: Sequence[Row]) -> Mapping[str, Sequence[tuple[int, str]]]:
    """Case -> (step of a migration, release before it), of the cases of a page; by primary key, nothing is read when no case ever moved."""
    if tx.one(_MOVED) is None:
        return {}
    found: dict[str, list[tuple[int, str]]] = {}
    for row in tx.rows(_MOVES, {"keys": sorted({(row.shard, row.case_id) for row in page})}):
        found.setdefault(row.case_id, []).append((row.step, row.facts["from"]))
    return found


def _exported(wanted: LogFilter) -> sa.ColumnElement[bool]:
    """Whether anything of a case is an event of the log."""
    held = sa.exists().where(
        history.c.shard == cases.c.shard,
        history.c.case_id == cases.c.id,
        history.c.at >= wanted.since,
        history.c.at < wanted.until,
        _KIND.in_(TOLD),
    )
    if wanted.process is None:
        return held
    return held.where(sa.or_(cases.c.process == wanted.process, history.c.process == wanted.process))


def logged_cases(tx: Tx, wanted: LogFilter) -> Iterator[LoggedCase]:
    """The cases of the log, by primary key, page by page."""
    columns = (
        cases.c.id,
        cases.c.subject_id,
        cases.c.process,
        cases.c.release,
        cases.c.status,
        cases.c.outcome,
        cases.c.started_at,
        cases.c.ended_at,
    )
    statement = sa.select(cases.c.shard, *columns).where(_exported(wanted))
    for row in _paged(tx, statement, cases):
        yield LoggedCase(*row[1:])


def logged_tasks(tx: Tx, wanted: LogFilter) -> Iterator[LoggedTask]:
    """The tasks of the cases of the log, by primary key, page by page."""
    columns = (tasks.c.id, tasks.c.case_id, tasks.c.element, tasks.c.group, tasks.c.status, tasks.c.opened_at)
    statement = (
        sa.select(tasks.c.shard, *columns)
        .join_from(tasks, cases, sa.and_(cases.c.shard == tasks.c.shard, cases.c.id == tasks.c.case_id))
        .where(_exported(wanted), tasks.c.opened_at < wanted.until)
    )
    for row in _paged(tx, statement, tasks):
        yield LoggedTask(*row[1:])


def logged_subjects(tx: Tx, wanted: LogFilter) -> Iterator[str]:
    """The subjects of the cases of the log, each once, page by page."""
    statement = sa.select(cases.c.subject_id).where(_exported(wanted)).distinct().order_by(cases.c.subject_id)
    last = ""
    while page := tx.rows(statement.where(cases.c.subject_id > last).limit(PAGE)):
        yield from (row.subject_id for row in page)
        last = page[-1].subject_id


def exported(tx: Tx, wanted: LogFilter, case_ids: Iterable[str]) -> frozenset[str]:
    """Those of the cases that are in the log; by primary key."""
    keys = [(shard_of(case_id), case_id) for case_id in sorted(set(case_ids))]
    statement = sa.select(cases.c.id).where(sa.tuple_(cases.c.shard, cases.c.id).in_(keys), _exported(wanted))
    return frozenset(row.id for row in tx.rows(statement))


def _paged(tx: Tx, statement: sa.Select[Any], table: sa.Table) -> Iterator[Row]:  # Any: each select has its own columns
    key = (table.c.shard, table.c.id)
    last = (-1, "")
    while page := tx.rows(statement.where(sa.tuple_(*key) > sa.tuple_(*last)).order_by(*key).limit(PAGE)):
        yield from page
        last = (page[-1].shard, page[-1].id)
