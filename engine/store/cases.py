"""Loads a case for one command and stores its Advance. Functions take a transaction and never commit."""

import re
import zlib
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from database import Keyring, Row, Tx, receipts
from engine.errors import NotFound
from engine.model import Advance, Case, CaseId, Change, Fact, Facts, Receipt, Task
from engine.store.tables import GOING, cases, tasks, timers, waits
from engine.values import dumps, loads

b = sa.bindparam
_ID = re.compile(r"[0-9a-f]{35}")
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
    tasks.c.delegated_by,
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
    .with_for_update(
        of=[cases, tasks]
    )  # the case first, always: PostgreSQL locks in this order, so nobody meets crosswise
)
_READ_CASE = sa.select(*_CASE).where(cases.c.shard == b("shard"), cases.c.id == b("case"))
_FOR_CASE = _READ_CASE.with_for_update(of=[cases])
_FOR_TIMER = (
    sa.select(*_CASE, timers.c.attempts)
    .join_from(timers, cases, (cases.c.shard == timers.c.shard) & (cases.c.id == timers.c.case_id))
    .where(timers.c.shard == b("shard"), timers.c.id == b("timer"), timers.c.due_at <= b("now"), GOING)
    .with_for_update(of=[cases, timers], skip_locked=True)
)
_WAITS = sa.select(waits.c.id, waits.c.name, waits.c.key, waits.c.element).where(
    waits.c.shard == b("shard"), waits.c.case_id == b("case")
)
_CHANGED = (
    "release",
    "version",
    "state",
    "facts",
    "audit_head",
    "status",
    "stage",
    "grade",
    "outcome",
    "active",
    "ended_at",
)
_SAVE = (
    sa.update(cases)
    .where(cases.c.shard == b("s"), cases.c.id == b("i"), cases.c.version == b("v"), cases.c.audit_head == b("h"))
    .values({name: b(f"{name}_") for name in _CHANGED})
)
_HEAD = (
    sa.update(cases)
    .where(cases.c.shard == b("s"), cases.c.id == b("i"), cases.c.audit_head == b("h"))
    .values(audit_head=b("head_"))
)
_INSERT_CASE = sa.insert(cases)


class Loaded(NamedTuple):
    """A task with its case, and the answer already given under the same key: (fingerprint, sealed answer)."""

    case: Case
    task: Task
    known: tuple[bytes, bytes] | None


def case_id_of(hexadecimal: str) -> CaseId:
    """The public id of a new case: three digits of its shard before its own 32."""
    return CaseId(f"{zlib.crc32(hexadecimal.encode()) % 1024:03x}{hexadecimal}")


def shard_of(public_id: str) -> int:
    """The shard in a public id. Raises NotFound for text that is no id of ours."""
    if not _ID.fullmatch(public_id):
        raise NotFound("Expected an id that was given out, but it is none")
    return int(public_id[:3], 16)


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


def read_case(tx: Tx, keyring: Keyring, case_id: str) -> Case | None:
    """A case for reading only: nothing is locked."""
    row = tx.one(_READ_CASE, {"shard": shard_of(case_id), "case": case_id})
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


def seal_facts(keyring: Keyring, facts: Facts, case_id: str) -> bytes:
    stored = {name: [fact.value, fact.at.isoformat(), fact.source] for name, fact in facts.items()}
    return keyring.seal(dumps(stored), "cases", "facts", case_id)


def save_case(tx: Tx, keyring: Keyring, case: Case, advance: Advance, head: bytes, now: datetime) -> None:
    """Inserts a new case or updates it if version and audit head are as they were read, else Conflict. Status and release are those of `case`."""
    changed: dict[str, Any] = {
        "release": case.release,
        "version": case.version + 1,
        "state": advance.state,
        "facts": seal_facts(keyring, advance.facts, case.id),
        "audit_head": head,
        "status": advance.ending if advance.completed else case.status,
        "stage": advance.stage,
        "grade": advance.grade,
        "outcome": advance.outcome,
        "active": [list(place) for place in advance.active],
        "ended_at": now if advance.completed else None,
    }
    if case.version > 0:
        read = {"s": case.shard, "i": case.id, "v": case.version, "h": case.audit_head}
        tx.run(_SAVE, {**read, **{f"{name}_": value for name, value in changed.items()}}, expect=1)
        return
    kept = {
        "shard": case.shard,
        "id": case.id,
        "process": case.process,
        "subject_id": case.subject_id,
        "unit": case.unit,
        "manager": case.manager,
        "started_at": now,
    }
    tx.run(_INSERT_CASE, {**kept, **changed})


def save_change(tx: Tx, case: Case, change: Change, head: bytes) -> None:
    """A step without tokens: version and audit head move, and the columns that it names; Conflict as in `save_case`."""
    changed = {"version": case.version + 1, "audit_head": head, **change.columns}
    statement = (
        sa.update(cases)
        .where(cases.c.shard == b("s"), cases.c.id == b("i"), cases.c.version == b("v"), cases.c.audit_head == b("h"))
        .values({name: b(f"{name}_") for name in changed})
    )
    read = {"s": case.shard, "i": case.id, "v": case.version, "h": case.audit_head}
    tx.run(statement, {**read, **{f"{name}_": value for name, value in changed.items()}}, expect=1)


def save_head(tx: Tx, case: Case, head: bytes) -> None:
    """Moves the audit head without a step: a noted read or claim."""
    tx.run(_HEAD, {"s": case.shard, "i": case.id, "h": case.audit_head, "head_": head}, expect=1)
