"""Changes of a task row that are no step of its case: claim, release, draft. Each compares what was read."""

from typing import Any

import sqlalchemy as sa

from database import Keyring, Tx
from engine.model import OPEN, Task
from engine.store.cases import shard_of
from engine.store.tables import tasks
from engine.values import dumps, loads

b = sa.bindparam
_ASSIGN = (
    sa.update(tasks)
    .where(tasks.c.shard == b("s"), tasks.c.id == b("i"), tasks.c.version == b("v"), tasks.c.status == OPEN)
    .values(assignee=b("who"), version=b("v2"))
)
_DRAFT = (
    sa.update(tasks)
    .where(tasks.c.shard == b("s"), tasks.c.id == b("i"), tasks.c.draft_version == b("v"), tasks.c.status == OPEN)
    .values(draft=b("draft_"), draft_version=b("v2"))
)


def assign(tx: Tx, task: Task, person_id: str | None) -> None:
    """Sets or clears the assignee; Conflict when the row moved since it was read."""
    row = {"s": shard_of(task.id), "i": task.id, "v": task.version, "who": person_id, "v2": task.version + 1}
    tx.run(_ASSIGN, row, expect=1)


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
