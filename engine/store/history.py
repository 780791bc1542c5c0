"""The append-only history: one row for what happened (n = 0) and one per element, stage, decision, timer and task of the step.

Plain facts are coded, dated and never identifying; what was typed or seen is in the sealed delta of row 0.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from database import Keyring, Row, Tx
from engine.model import Advance, Case, Change
from engine.store.cases import shard_of
from engine.store.tables import history
from engine.traces import Decided
from engine.values import dumps, loads
from engine.views import Addendum

_NOTE = sa.insert(history)
AMENDED = "TaskAmended"
_AMENDED = (
    sa.select(history)
    .where(
        history.c.shard == sa.bindparam("s"),
        history.c.case_id == sa.bindparam("c"),
        history.c.kind == AMENDED,
    )
    .order_by(history.c.step)
)
Note = tuple[str, str, str, Mapping[str, Any] | None, datetime | None]


def note(tx: Tx, keyring: Keyring, case: Case, advance: Advance, actor_id: str, now: datetime) -> None:
    """All rows of one step in one statement."""
    step = case.version + 1
    delta: dict[str, Any] = {
        "values": dict(advance.delta),
        "decided": [_seen(item) for item in advance.decided],
    }
    told = {"facts": dict(advance.given), "outside": dict(advance.outside), "reason": advance.reason}
    delta |= {name: value for name, value in told.items() if value}
    sealed = _seal(keyring, case, delta)
    head = _head(advance)
    first: Note = (advance.kind, advance.process, advance.element, head, None)
    rows = [
        {
            "shard": case.shard,
            "case_id": case.id,
            "step": step,
            "n": n,
            "at": now,
            "actor": actor_id,
            "kind": kind,
            "process": process,
            "element": element,
            "entered_at": entered,
            "facts": facts,
            "delta": sealed if n == 0 else None,
        }
        for n, (kind, process, element, facts, entered) in enumerate([first, *_notes(case, advance)])
    ]
    tx.run(_NOTE, rows)


def _head(advance: Advance) -> Mapping[str, Any] | None:
    """Plain facts of the step itself, with what its expressions warned of: names and kinds, never a value."""
    told: dict[str, Any] = dict(advance.noted)
    if advance.completed_task:
        told["task"] = advance.completed_task
    if advance.warnings:
        told["warnings"] = [{"element": item.element, "message": item.message} for item in advance.warnings]
    return told or None


def _seen(item: Decided) -> Mapping[str, Any]:
    """What a decision saw and gave; the decisions that it required are told with what they gave."""
    return {
        "element": item.element,
        "decision": item.decision,
        "inputs": dict(item.inputs),
        "output": item.output,
        "outputs": [dict(given) for given in item.outputs],
        "required": [{"decision": each.decision, "output": each.output} for each in item.required],
    }


def _decided(item: Decided) -> Mapping[str, Any]:
    told: dict[str, Any] = {"decision": item.decision, "rules": list(item.rules), "release": item.release}
    if item.required:
        told["required"] = [{"decision": each.decision, "rules": list(each.rules)} for each in item.required]
    if item.warnings:
        told["warnings"] = list(item.warnings)
    return told


def fact(tx: Tx, keyring: Keyring, case: Case, change: Change, actor_id: str, now: datetime) -> None:
    """The one row of a step that moved no token."""
    row = {
        "shard": case.shard,
        "case_id": case.id,
        "step": case.version + 1,
        "n": 0,
        "at": now,
        "actor": actor_id,
        "kind": change.kind,
        "process": change.process or case.process,
        "element": change.element,
        "entered_at": None,
        "facts": dict(change.facts) or None,
        "delta": _seal(
            keyring, case, {"values": dict(change.delta), "facts": dict(change.given), "reason": change.reason}
        ),
    }
    tx.run(_NOTE, row)


def amendments(tx: Tx, keyring: Keyring, case_id: str, task_id: str) -> tuple[Addendum, ...]:
    """What was added to a completed form, oldest first; by primary key."""
    rows = tx.rows(_AMENDED, {"s": shard_of(case_id), "c": case_id})
    return tuple(_addendum(keyring, row) for row in rows if row.facts["task"] == task_id)


def _addendum(keyring: Keyring, row: Row) -> Addendum:
    delta = loads(keyring.open(row.delta, "history", "delta", f"{row.case_id}.{row.step}"))
    return Addendum(row.at, row.actor, delta["reason"], delta["values"])


def _seal(keyring: Keyring, case: Case, delta: Mapping[str, Any]) -> bytes:
    return keyring.seal(dumps(delta), "history", "delta", f"{case.id}.{case.version + 1}")


def _notes(case: Case, advance: Advance) -> Iterator[Note]:
    for link in advance.links:
        yield "CaseLinked", case.process, "", {"linked": link.linked_id, "kind": link.kind}, None
    for before, stage in advance.stages:
        yield "StageEntered", case.process, stage, {"from": before, "to": stage}, None
    for visit in advance.left:
        yield visit.kind, visit.process, visit.element, None, visit.entered_at
    for item in advance.decided:
        yield "Decided", item.process, item.element, _decided(item), None
    for timer in advance.timers_set:
        yield "TimerSet", timer.process, timer.element, {"timer": timer.id, "due_at": timer.due_at.isoformat()}, None
    for timer in advance.timers_cleared:
        if not (advance.kind == "TimerFired" and timer.element == advance.element):
            yield "TimerCleared", timer.process, timer.element, {"timer": timer.id}, None
    for task in advance.opened:
        yield "TaskOpened", task.process, task.element, {"task": task.id, "group": task.group}, None
    for closed in advance.withdrawn:
        yield "TaskCancelled", closed.process, closed.element, {"task": closed.id}, None
    for call in advance.calls:
        yield "OperationCalled", call.process, call.element, {"operation": call.operation}, None
    for incident in advance.parked:
        told = {"incident": incident.id, "cause": incident.cause, "attempts": incident.attempts}
        yield "IncidentOpened", incident.process, incident.element, told, None
    if advance.freed and not advance.kind.startswith("Incident"):
        yield "IncidentsGone", case.process, "", {"incidents": list(advance.freed)}, None
    if advance.grade != case.grade:
        yield "GradeChanged", case.process, "", {"from": case.grade, "to": advance.grade}, None
    if advance.completed:
        yield "CaseEnded", case.process, "", {"outcome": advance.outcome, "stage": advance.stage}, None
