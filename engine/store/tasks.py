"""Changes of a task row that are no step of its case: claim, release, draft. Each compares what was read."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from database import Keyring, Tx
from engine.model import COMPLETED, OPEN, Task
from engine.store.cases import shard_of
from engine.store.tables import tasks
from engine.values import dumps, loads

b = sa.bindparam
_ASSIGN = (
    sa.update(tasks)
    .where(tasks.c.shard == b("s"), tasks.c.id == b("i"), tasks.c.version == b("v"), tasks.c.status == OPEN)
    .values(assignee=b("who"), version=b("v2"), group=b("group_"), delegated_by=b("owner"), snoozed_until=sa.null())
)
_SNOOZE = (
    sa.update(tasks)
    .where(tasks.c.shard == b("s"), tasks.c.id == b("i"), tasks.c.version == b("v"), tasks.c.status == OPEN)
    .values(snoozed_until=b("until_"), version=b("v2"))
)
_AMEND = (
    sa.update(tasks)
    .where(tasks.c.shard == b("s"), tasks.c.id == b("i"), tasks.c.version == b("v"), tasks.c.status == COMPLETED)
    .values(version=b("v2"))
)
_VALUES = sa.select(tasks.c.form_values).where(tasks.c.shard == b("s"), tasks.c.id == b("i"))
_DRAFT = (
    sa.update(tasks)
    .where(tasks.c.shard == b("s"), tasks.c.id == b("i"), tasks.c.draft_version == b("v"), tasks.c.status == OPEN)
    .values(draft=b("draft_"), draft_version=b("v2"))
)


def assign(
    tx: Tx, task: Task, person_id: str | None, *, group: str | None = None, delegated_by: str | None = None
) -> None:
    """Sets or clears the assignee, and wakes a snoozed task; Conflict when the row moved since it was read."""
    changed = {"who": person_id, "group_": group or task.group, "owner": delegated_by}
    tx.run(_ASSIGN, {**_moved(task), **changed}, expect=1)


def snooze(tx: Tx, task: Task, until: datetime | None) -> None:
    tx.run(_SNOOZE, {**_moved(task), "until_": until}, expect=1)


def amend(tx: Tx, task: Task) -> None:
    """Moves the version of a completed task: what was answered stays as it is."""
    tx.run(_AMEND, _moved(task), expect=1)


def _moved(task: Task) -> dict[str, Any]:
    return {"s": shard_of(task.id), "i": task.id, "v": task.version, "v2": task.version + 1}


def answers(tx: Tx, keyring: Keyring, task_id: str) -> dict[str, Any]:
    """What a completed form was answered with."""
    row = tx.one(_VALUES, {"s": shard_of(task_id), "i": task_id})
    return open_answers(keyring, row.form_values if row is not None else None, task_id)


def open_answers(keyring: Keyring, sealed: bytes | None, task_id: str) -> dict[str, Any]:
    return {} if sealed is None else dict(loads(keyring.open(sealed, "tasks", "form_values", task_id)))


def save_draft(tx: Tx, keyring: Keyring, task: Task, values: dict[str, Any]) -> None:
    sealed = keyring.seal(dumps(values), "tasks", "draft", task.id)
    row = {
        "s": shard_of(task.id),
        "i": task.id,
        "v": task.draft_version,
        "draft_": sealed,
        "v2": task.draft_version + 1,
    }
    tx.run(_DRAFT, row, expect=1)


def open_draft(keyring: Keyring, sealed: bytes | None, task_id: str) -> dict[str, Any] | None:
    return None if sealed is None else dict(loads(keyring.open(sealed, "tasks", "draft", task_id)))


def open_prefill(keyring: Keyring, sealed: bytes | None, task_id: str) -> dict[str, Any]:
    """What the model gave the task to start with."""
    return {} if sealed is None else dict(loads(keyring.open(sealed, "tasks", "prefill", task_id)))
