"""Rows that an Advance changes beside its case: tasks, timers, waits, outbox. Each kind is at most one statement."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from database import Keyring, Tx
from engine.model import OPEN, Advance, Case, OpenTask
from engine.store import incidents
from engine.store.tables import outbox, tasks, timers, waits
from engine.values import dumps

b = sa.bindparam
NO_DUE = datetime(9999, 1, 1, tzinfo=UTC)
"""Sorts tasks without a due date behind all others."""
_CLOSE = (
    sa.update(tasks)
    .where(tasks.c.shard == b("s"), tasks.c.id == b("i"), tasks.c.status == OPEN)
    .values(
        status=b("status_"),
        closed_at=b("at_"),
        closed_by=b("by_"),
        form_values=b("values_"),
        draft=sa.case((b("status_") == "completed", sa.null()), else_=tasks.c.draft),
        version=tasks.c.version + 1,
    )
)
_GRADE = sa.update(tasks).where(tasks.c.case_id == b("i"), tasks.c.status == OPEN).values(grade=b("grade_"))
_CLEAR = sa.delete(timers).where(timers.c.shard == b("s"), timers.c.id == b("i"))
_UNAWAIT = sa.delete(waits).where(waits.c.shard == b("s"), waits.c.case_id == b("c"), waits.c.id == b("i"))
_RENEWED = ("process", "element", "name", "form", "group", "priority", "may_assess", "stage", "prefill")
_RENEW = (
    sa.update(tasks)
    .where(tasks.c.shard == b("s"), tasks.c.id == b("i"), tasks.c.status == OPEN)
    .values({**{name: b(f"{name}_") for name in _RENEWED}, "version": tasks.c.version + 1})
)
_KEEP_TIMER = (
    sa.update(timers)
    .where(timers.c.shard == b("s"), timers.c.id == b("i"))
    .values(process=b("process_"), element=b("element_"))
)
_KEEP_WAIT = (
    sa.update(waits)
    .where(waits.c.shard == b("s"), waits.c.case_id == b("c"), waits.c.id == b("i"))
    .values(process=b("process_"), element=b("element_"), name=b("name_"))
)
_OPEN, _SET, _AWAIT, _SEND = (sa.insert(table) for table in (tasks, timers, waits, outbox))


def apply(tx: Tx, keyring: Keyring, case: Case, advance: Advance, actor_id: str, now: datetime) -> None:
    """Everything that a step changes around its case. Conflict when a task or timer is not as it was read."""
    _close_tasks(tx, keyring, case, advance, actor_id, now)
    _open_tasks(tx, keyring, case, advance, now)
    _renew(tx, keyring, case, advance)
    if advance.grade != case.grade and case.version > 0:
        regrade(tx, case.id, advance.grade)
    _change_timers(tx, case, advance)
    _change_waits(tx, case, advance)
    incidents.apply(tx, case, advance, actor_id, now)
    _send(tx, keyring, case, advance, now)


def regrade(tx: Tx, case_id: str, grade: str | None) -> None:
    """Open tasks carry the grade of their case."""
    tx.run(_GRADE, {"i": case_id, "grade_": grade})


def _change_timers(tx: Tx, case: Case, advance: Advance) -> None:
    gone = [{"s": case.shard, "i": timer.id} for timer in advance.timers_cleared]
    tx.run(_CLEAR, gone, expect=len(gone))
    rows = [
        {
            "shard": case.shard,
            "id": timer.id,
            "case_id": case.id,
            "process": timer.process,
            "element": timer.element,
            "kind": timer.kind,
            "due_at": timer.due_at,
            "wake_at": timer.due_at,
            "held": case.status == "suspended",
        }
        for timer in advance.timers_set
    ]
    tx.run(_SET, rows)


def _change_waits(tx: Tx, case: Case, advance: Advance) -> None:
    tx.run(_UNAWAIT, [{"s": case.shard, "c": case.id, "i": wait} for wait in advance.waits_cleared])
    rows = [
        {
            "shard": case.shard,
            "case_id": case.id,
            "id": wait.id,
            "process": wait.process,
            "element": wait.element,
            "name": wait.name,
            "key": wait.key,
        }
        for wait in advance.waits_set
    ]
    tx.run(_AWAIT, rows)


def _close_tasks(tx: Tx, keyring: Keyring, case: Case, advance: Advance, actor_id: str, now: datetime) -> None:
    closed: list[dict[str, Any]] = []
    if advance.completed_task is not None:
        sealed = keyring.seal(dumps(dict(advance.delta)), "tasks", "form_values", advance.completed_task)
        closed.append({"i": advance.completed_task, "status_": "completed", "by_": actor_id, "values_": sealed})
    closed += [{"i": task.id, "status_": "cancelled", "by_": actor_id, "values_": None} for task in advance.withdrawn]
    tx.run(_CLOSE, [{"s": case.shard, "at_": now, **row} for row in closed], expect=len(closed))


def _open_tasks(tx: Tx, keyring: Keyring, case: Case, advance: Advance, now: datetime) -> None:
    tx.run(
        _OPEN,
        [
            {
                "shard": case.shard,
                "id": task.id,
                "case_id": case.id,
                "process": task.process,
                "element": task.element,
                "name": task.name,
                "form": task.form,
                "group": task.group,
                "status": OPEN,
                "due_at": task.due_at,
                "due_key": task.due_at or NO_DUE,
                "priority": task.priority,
                "may_assess": task.may_assess,
                "prefill": _prefill(keyring, task),
                "subject_id": case.subject_id,
                "stage": task.stage,
                "grade": advance.grade,
                "unit": case.unit,
                "manager": case.manager,
                "version": 1,
                "draft_version": 0,
                "step": case.version + 1,
                "opened_at": now,
            }
            for task in advance.opened
        ],
    )


def _renew(tx: Tx, keyring: Keyring, case: Case, advance: Advance) -> None:
    """What stays open under another release, or with other values: ids, assignees, drafts and due times are kept."""
    rows = [
        {
            "s": case.shard,
            "i": task.id,
            **{f"{name}_": getattr(task, name) for name in _RENEWED},
            "prefill_": _prefill(keyring, task),
        }
        for task in advance.renewed
    ]
    tx.run(_RENEW, rows, expect=len(rows))
    places = [
        {"s": case.shard, "i": timer.id, "process_": timer.process, "element_": timer.element}
        for timer in advance.timers_kept
    ]
    tx.run(_KEEP_TIMER, places, expect=len(places))
    kept = [
        {
            "s": case.shard,
            "c": case.id,
            "i": wait.id,
            "process_": wait.process,
            "element_": wait.element,
            "name_": wait.name,
        }
        for wait in advance.waits_kept
    ]
    tx.run(_KEEP_WAIT, kept, expect=len(kept))


def _prefill(keyring: Keyring, task: OpenTask) -> bytes | None:
    return keyring.seal(dumps(dict(task.prefill)), "tasks", "prefill", task.id) if task.prefill else None


def _send(tx: Tx, keyring: Keyring, case: Case, advance: Advance, now: datetime) -> None:
    rows = []
    for n, call in enumerate(advance.calls):
        id_ = f"{case.id}-{case.version + 1}-{n}"
        payload = keyring.seal(dumps(dict(call.parameters)), "outbox", "payload", id_)
        rows.append(
            {
                "shard": case.shard,
                "id": id_,
                "case_id": case.id,
                "step": case.version + 1,
                "n": n,
                "topic": call.operation,
                "element": call.element,
                "payload": payload,
                "token": call.token,
                "status": "pending",
                "created_at": now,
                "next_at": now,
            }
        )
    tx.run(_SEND, rows)
