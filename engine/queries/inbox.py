"""Task lists and single tasks, under a Scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from database import Row, Tx
from engine.model import OPEN, Scope, TaskId
from engine.queries.paging import by_instant
from engine.queries.scope import tasks_within
from engine.store.cases import shard_of
from engine.store.tables import tasks
from engine.views import Page, TaskView

_COLUMNS = tuple(
    column
    for column in tasks.c
    if column.name not in {"draft", "form_values", "prefill", "step", "may_assess", "shard", "manager", "due_key"}
)


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """`queue`: mine, claimable, team or all; `subjects` limits to clients found by a search, `text` to names that hold it, `awake_at` to open tasks that are not snoozed beyond it; `sort`: due_at, -due_at or opened_at."""

    queue: str = "all"
    assignee: str | None = None
    group: str | None = None
    phase: str | None = None
    risk: str | None = None
    case_id: str | None = None
    due_before: datetime | None = None
    subjects: tuple[str, ...] | None = None
    text: str | None = None
    status: str = OPEN
    awake_at: datetime | None = None
    sort: str = "due_at"
    limit: int = 50
    cursor: str | None = None


def inbox(tx: Tx, scope: Scope, wanted: InboxFilter) -> Page[TaskView]:
    """Tasks in order of due date; served by tasks_mine, tasks_group, tasks_due or tasks_case."""
    key = tasks.c.opened_at if wanted.sort.endswith("opened_at") else tasks.c.due_key
    statement = sa.select(*_COLUMNS).where(tasks_within(scope), *_conditions(scope, wanted))
    descending = wanted.sort.startswith("-")
    return by_instant(tx, statement, (key, tasks.c.id), wanted.cursor, wanted.limit, view, descending=descending)


def _conditions(scope: Scope, wanted: InboxFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [tasks.c.status == wanted.status]
    match wanted.queue:
        case "mine":
            found.append(tasks.c.assignee == scope.person)
        case "claimable":
            found += [tasks.c.assignee.is_(None), tasks.c.group.in_(sorted(scope.groups))]
        case "team":
            found.append(tasks.c.group.in_(sorted(scope.groups)))
    for column, value in (
        (tasks.c.assignee, wanted.assignee),
        (tasks.c.group, wanted.group),
        (tasks.c.stage, wanted.phase),
        (tasks.c.grade, wanted.risk),
        (tasks.c.case_id, wanted.case_id),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.due_before is not None:
        found.append(tasks.c.due_at < wanted.due_before)
    if wanted.awake_at is not None and wanted.status == OPEN:
        found.append(sa.or_(tasks.c.snoozed_until.is_(None), tasks.c.snoozed_until <= wanted.awake_at))
    if wanted.text:
        found.append(tasks.c.name.icontains(wanted.text, autoescape=True))
    if wanted.subjects is not None:
        found.append(tasks.c.subject_id.in_(wanted.subjects))
    return found


def one(tx: Tx, scope: Scope, task_id: str) -> Row | None:
    """The whole row of a task within the scope."""
    return tx.one(
        sa.select(tasks).where(tasks.c.shard == shard_of(task_id), tasks.c.id == task_id, tasks_within(scope))
    )


def some(tx: Tx, scope: Scope, task_ids: Sequence[TaskId]) -> tuple[TaskView, ...]:
    """Those of the named tasks that are within the scope, in the order named."""
    if not task_ids:
        return ()
    shards = {shard_of(task_id) for task_id in task_ids}
    wanted = sa.select(*_COLUMNS).where(tasks.c.shard.in_(shards), tasks.c.id.in_(task_ids), tasks_within(scope))
    rows = tx.rows(wanted.limit(len(task_ids)))
    found = {row.id: view(row) for row in rows}
    return tuple(found[task_id] for task_id in task_ids if task_id in found)


def view(row: Row) -> TaskView:
    return TaskView(
        id=row.id,
        case_id=row.case_id,
        process=row.process,
        element=row.element,
        name=row.name,
        form=row.form,
        group=row.group,
        status=row.status,
        assignee=row.assignee,
        priority=row.priority,
        opened_at=row.opened_at,
        due_at=row.due_at,
        version=row.version,
        draft_version=row.draft_version,
        subject_id=row.subject_id,
        phase=row.stage,
        risk=row.grade,
        unit=row.unit,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        snoozed_until=row.snoozed_until,
        delegated_by=row.delegated_by,
    )
