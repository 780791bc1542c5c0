"""Where tokens stand and how often elements were left, for one case or for all, plus the timers on the diagram."""

from collections import Counter
from collections.abc import Mapping

import sqlalchemy as sa

from database import Tx
from engine.model import OPEN
from engine.queries.case import timer_views
from engine.queries.inbox import view as task_view
from engine.store.cases import shard_of
from engine.store.tables import cases, history, tasks, timers, waits
from engine.views import TaskView, TimerView

Counts = Mapping[tuple[str, str], int]
MANY = 200


def tokens_of(tx: Tx, case_id: str) -> Counts:
    """(process, element) -> tokens of one case; by primary key."""
    row = tx.one(sa.select(cases.c.active).where(cases.c.shard == shard_of(case_id), cases.c.id == case_id))
    return Counter((process, element) for process, element in (row.active if row is not None else []))


def visits_of(tx: Tx, case_id: str) -> Counts:
    """(process, element) -> how often a case left it; by primary key."""
    statement = (
        sa.select(history.c.process, history.c.element, sa.func.count().label("visits"))
        .where(history.c.shard == shard_of(case_id), history.c.case_id == case_id, history.c.kind == "ElementLeft")
        .group_by(history.c.process, history.c.element)
    )
    return {(row.process, row.element): row.visits for row in tx.rows(statement)}


def timers_of(tx: Tx, case_id: str) -> tuple[TimerView, ...]:
    statement = sa.select(timers).where(timers.c.case_id == case_id).order_by(timers.c.due_at).limit(MANY)
    return timer_views(tx.rows(statement))


def tasks_of(tx: Tx, case_id: str) -> tuple[TaskView, ...]:
    statement = sa.select(tasks).where(tasks.c.case_id == case_id, tasks.c.status == OPEN).limit(MANY)
    return tuple(task_view(row) for row in tx.rows(statement))


def tokens(tx: Tx, process: str) -> Mapping[str, int]:
    """Element -> tokens over all active cases, from open tasks, timers and messages awaited."""
    found: Counter[str] = Counter()
    open_tasks = (
        sa.select(tasks.c.element, sa.func.count().label("n"))
        .where(tasks.c.process == process, tasks.c.status == OPEN)
        .group_by(tasks.c.element)
    )
    set_timers = (
        sa.select(timers.c.element, sa.func.count().label("n"))
        .where(timers.c.process == process)
        .group_by(timers.c.element)
    )
    awaited = (
        sa.select(waits.c.element, sa.func.count().label("n"))
        .where(waits.c.process == process, waits.c.id.not_like("event-%"))
        .group_by(waits.c.element)
    )
    for statement in (open_tasks, set_timers, awaited):
        found.update({row.element: row.n for row in tx.rows(statement)})
    return found


def stages(tx: Tx, process: str) -> Mapping[str, int]:
    """Stage -> active cases of a process in it; served by cases_stage."""
    statement = (
        sa.select(cases.c.stage, sa.func.count().label("n"))
        .where(cases.c.process == process, cases.c.status == "active", cases.c.stage.is_not(None))
        .group_by(cases.c.stage)
    )
    return {row.stage: row.n for row in tx.rows(statement)}


def visits(tx: Tx, process: str) -> Mapping[str, int]:
    """Element -> how often it was left over all cases; served by history_kind."""
    statement = (
        sa.select(history.c.element, sa.func.count().label("visits"))
        .where(history.c.kind == "ElementLeft", history.c.process == process)
        .group_by(history.c.element)
    )
    return {row.element: row.visits for row in tx.rows(statement)}
