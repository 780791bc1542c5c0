"""Loads a case for one command and stores its Advance. Functions take a transaction and never commit."""

import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from database import Keyring, Row, Tx, receipts
from engine.model import OPEN, Advance, Case, CaseId, Fact, Facts, Receipt, Task
from engine.store.tables import cases, outbox, tasks, timers, waits
from engine.values import dumps, loads

b = sa.bindparam
_CASE = [
    column.label(f"c_{column.name}") for column in cases.c if column.name not in {"started_at", "ended_at", "active"}
]
_TASK = (
    tasks.c.id,
    tasks.c.case_id,
    tasks.c.process,
    tasks.c.element,
    tasks.c.form,
    tasks.c.group,
    tasks.c.status,
    tasks.c.assignee,
    tasks.c.version,
    tasks.c.draft_version,
    tasks.c.may_assess,
    tasks.c.prefill,
    tasks.c.closed_by,
    tasks.c.closed_at,
)
_SAME_CASE = (cases.c.shard == tasks.c.shard) & (cases.c.id == tasks.c.case_id)
_FOR_TASK = (
    sa.select(*_CASE, *_TASK, receipts.c.fingerprint, receipts.c.answer)
    .join_from(tasks, cases, _SAME_CASE)
    .outerjoin(
        receipts,
        (receipts.c.actor == b("actor")) & (receipts.c.path == b("path")) & (receipts.c.key == b("key")),
    )
    .where(tasks.c.shard == b("shard"), tasks.c.id == b("task"))
    .with_for_update(of=[tasks, cases])
)
_FOR_CASE = sa.select(*_CASE).where(cases.c.shard == b("shard"), cases.c.id == b("case")).with_for_update(of=[cases])
_FOR_TIMER = (
    sa.select(*_CASE, timers.c.attempts)
    .join_from(timers, cases, (cases.c.shard == timers.c.shard) & (cases.c.id == timers.c.case_id))
    .where(timers.c.shard == b("shard"), timers.c.id == b("timer"), timers.c.due_at <= b("now"), ~timers.c.incident)
    .with_for_update(of=[timers, cases], skip_locked=True)
)
_WAITS = sa.select(waits.c.id, waits.c.name, waits.c.key, waits.c.element).where(
    waits.c.shard == b("shard"), waits.c.case_id == b("case")
)
_SAVE = (
    sa.update(cases)
    .where(cases.c.shard == b("s"), cases.c.id == b("i"), cases.c.version == b("v"), cases.c.audit_head == b("h"))
    .values(
        version=b("version_"),
        state=b("state_"),
        facts=b("facts_"),
        audit_head=b("head_"),
        status=b("status_"),
        stage=b("stage_"),
        grade=b("grade_"),
        outcome=b("outcome_"),
        active=b("active_"),
        ended_at=b("ended_"),
    )
)
_HEAD = (
    sa.update(cases)
    .where(cases.c.shard == b("s"), cases.c.id == b("i"), cases.c.audit_head == b("h"))
    .values(audit_head=b("head_"))
)
_CLOSE = (
    sa.update(tasks)
    .where(tasks.c.shard == b("s"), tasks.c.id == b("i"), tasks.c.status == OPEN)
    .values(
        status=b("status_"),
        closed_at=b("at_"),
        closed_by=b("by_"),
        form_values=b("values_"),
        draft=sa.null(),
        version=tasks.c.version + 1,
    )
)
_GRADE = sa.update(tasks).where(tasks.c.case_id == b("i"), tasks.c.status == OPEN).values(grade=b("grade_"))
_INSERT_CASE, _OPEN, _SET, _AWAIT, _SEND = (sa.insert(table) for table in (cases, tasks, timers, waits, outbox))
_CLEAR = sa.delete(timers).where(timers.c.shard == b("s"), timers.c.id == b("i"))
_UNAWAIT = sa.delete(waits).where(waits.c.shard == b("s"), waits.c.case_id == b("c"), waits.c.id == b("i"))


class Loaded(NamedTuple):
    """A task with its case, and the answer already given under the same key: (fingerprint, sealed answer)."""

    case: Case
    task: Task
    known: tuple[bytes, bytes] | None


def case_id_of(hexadecimal: str) -> CaseId:
    """The public id of a new case: three digits of its shard before its own 32."""
    return CaseId(f"{zlib.crc32(hexadecimal.encode()) % 1024:03x}{hexadecimal}")


def shard_of(public_id: str) -> int:
    """The shard in a public id; -1 for text that is none, so that nothing is found."""
    try:
        return int(public_id[:3], 16)
    except ValueError:
        return -1


def for_task(tx: Tx, keyring: Keyring, task_id: str, actor_id: str, receipt: Receipt | None) -> Loaded | None:
    """One statement: task, case and receipt; on PostgreSQL both rows are locked."""
    key = {"actor": actor_id, "path": receipt.path if receipt else "", "key": receipt.key if receipt else ""}
    row = tx.one(_FOR_TASK, {"shard": shard_of(task_id), "task": task_id, **key})
    if row is None:
        return None
    known = None if row.answer is None else (row.fingerprint, row.answer)
    return Loaded(_case(row, keyring), Task(*(getattr(row, column.name) for column in _TASK)), known)


def for_case(tx: Tx, keyring: Keyring, case_id: str) -> Case | None:
    row = tx.one(_FOR_CASE, {"shard": shard_of(case_id), "case": case_id})
    return None if row is None else _case(row, keyring)


def for_timer(tx: Tx, keyring: Keyring, timer_id: str, now: datetime) -> Case | None:
    """The case of a due timer; None when it is gone, not due, parked, or held by another on PostgreSQL."""
    row = tx.one(_FOR_TIMER, {"shard": shard_of(timer_id), "timer": timer_id, "now": now})
    return None if row is None else _case(row, keyring)


def awaited(tx: Tx, case_id: str) -> tuple[Row, ...]:
    """Rows (id, name, key, element) of what a case waits for, by primary key prefix."""
    return tuple(tx.rows(_WAITS, {"shard": shard_of(case_id), "case": case_id}))


def _case(row: Row, keyring: Keyring) -> Case:
    values = {name.removeprefix("c_"): value for name, value in row._mapping.items() if name.startswith("c_")}
    values["facts"] = open_facts(keyring, values["facts"], values["id"])
    return Case(**values)


def open_facts(keyring: Keyring, sealed: bytes, case_id: str) -> Facts:
    stored = loads(keyring.open(sealed, "cases", "facts", case_id))
    return {name: Fact(value, datetime.fromisoformat(at), source) for name, (value, at, source) in stored.items()}


def _seal_facts(keyring: Keyring, facts: Facts, case_id: str) -> bytes:
    stored = {name: [fact.value, fact.at.isoformat(), fact.source] for name, fact in facts.items()}
    return keyring.seal(dumps(stored), "cases", "facts", case_id)


def save_case(tx: Tx, keyring: Keyring, case: Case, advance: Advance, head: bytes, now: datetime) -> None:
    """Inserts a new case or updates it if version and audit head are as they were read, else Conflict."""
    status = "completed" if advance.completed else "active"
    facts = _seal_facts(keyring, advance.facts, case.id)
    if case.version == 0:
        row = {
            "shard": case.shard,
            "id": case.id,
            "process": case.process,
            "release": case.release,
            "version": 1,
            "state": advance.state,
            "facts": facts,
            "audit_head": head,
            "status": status,
            "subject_id": case.subject_id,
            "stage": advance.stage,
            "grade": advance.grade,
            "unit": case.unit,
            "manager": case.manager,
            "outcome": advance.outcome,
            "active": [list(place) for place in advance.active],
            "started_at": now,
            "ended_at": now if advance.completed else None,
        }
        tx.run(_INSERT_CASE, row)
        return
    changed: Mapping[str, Any] = {
        "s": case.shard,
        "i": case.id,
        "v": case.version,
        "h": case.audit_head,
        "version_": case.version + 1,
        "state_": advance.state,
        "facts_": facts,
        "head_": head,
        "status_": status,
        "stage_": advance.stage,
        "grade_": advance.grade,
        "outcome_": advance.outcome,
        "active_": [list(place) for place in advance.active],
        "ended_": now if advance.completed else None,
    }
    tx.run(_SAVE, changed, expect=1)


def save_head(tx: Tx, case: Case, head: bytes) -> None:
    """Moves the audit head without a step: a noted read or claim."""
    tx.run(_HEAD, {"s": case.shard, "i": case.id, "h": case.audit_head, "head_": head}, expect=1)


def apply(tx: Tx, keyring: Keyring, case: Case, advance: Advance, actor_id: str, now: datetime) -> None:
    """Rows for tasks, timers, waits and outbox; each kind at most one statement."""
    _close_tasks(tx, keyring, case, advance, actor_id, now)
    _open_tasks(tx, keyring, case, advance, now)
    if advance.grade != case.grade and case.version > 0:
        tx.run(_GRADE, {"i": case.id, "grade_": advance.grade})
    if advance.timers_cleared:
        gone = [{"s": case.shard, "i": timer.id} for timer in advance.timers_cleared]
        tx.run(_CLEAR, gone, expect=len(gone))
    tx.run(
        _SET,
        [
            {
                "shard": case.shard,
                "id": timer.id,
                "case_id": case.id,
                "process": timer.process,
                "element": timer.element,
                "kind": timer.kind,
                "due_at": timer.due_at,
                "wake_at": timer.due_at,
            }
            for timer in advance.timers_set
        ],
    )
    tx.run(_UNAWAIT, [{"s": case.shard, "c": case.id, "i": wait} for wait in advance.waits_cleared])
    tx.run(
        _AWAIT,
        [
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
        ],
    )
    _send(tx, keyring, case, advance, now)


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
                "priority": task.priority,
                "may_assess": task.may_assess,
                "prefill": keyring.seal(dumps(dict(task.prefill)), "tasks", "prefill", task.id)
                if task.prefill
                else None,
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
                "topic": call.operation,
                "element": call.element,
                "payload": payload,
                "status": "pending",
                "created_at": now,
                "next_at": now,
            }
        )
    tx.run(_SEND, rows)
