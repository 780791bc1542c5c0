"""Tasks that change hands, wait, or are added to."""

from dataclasses import replace
from typing import Any

from access import actor_of
from api.caller import Caller, caller
from api.conditions import etag, if_match
from api.idempotency import receipt_of_request
from api.instants import plain
from api.mending import mended, receiver, require_group
from api.policies import TASKS_ASSIGN, TASKS_CLAIM, TASKS_COMPLETE
from api.routing import Room, Takes
from api.shapes import mending as shapes
from api.shapes.tasks import TaskItem
from api.shown import tasks_shown
from api.work import change, in_sight
from database import Tx
from engine import Amended, AmendTask, AssignTask, DelegateTask, Receipt, SnoozeTask, TaskId

room = Room("handing", "Tasks that change hands, wait, or are added to; each says why.")
IF_MATCH = ("If-Match", "Idempotency-Key")
ASSIGN = {"assignee": "omar-case-manager", "group": None, "reason": "Knows the family"}
DELEGATE = {"assignee": "omar-case-manager", "reason": "On leave until Monday"}
SNOOZE = {"until": "2026-11-24T14:00:00Z", "reason": "Asked to be called at two"}
AMEND = {"values": {"pain": 7}, "reason": "Misheard on the phone"}


@room.route(
    "POST /tasks/<id:task_id>:assign",
    TASKS_ASSIGN,
    TaskItem(),
    takes=Takes(body=shapes.Assign(), headers=IF_MATCH, example=ASSIGN),
)
def assign_task(body: dict[str, Any], task_id: str) -> Any:
    """Gives a task to a person, or back to a group."""
    who, wanted, receipt = caller(), if_match(), receipt_of_request()

    def command(tx: Tx) -> AssignTask:
        require_group(tx, body["group"])
        to = receiver(tx, body["assignee"])
        found = actor_of(to) if to is not None else None
        return AssignTask(TaskId(task_id), who.actor, who.now, body["reason"], found, body["group"], wanted.version)

    with wanted.required():
        change(who, TaskId(task_id), command, receipt)
    return _item(who, task_id)


@room.route(
    "POST /tasks/<id:task_id>:delegate",
    TASKS_CLAIM,
    TaskItem(),
    takes=Takes(body=shapes.Delegate(), headers=IF_MATCH, example=DELEGATE),
)
def delegate_task(body: dict[str, Any], task_id: str) -> Any:
    """Hands one's task to a colleague, or a delegated one back to its owner."""
    who, wanted, receipt = caller(), if_match(), receipt_of_request()

    def command(tx: Tx) -> DelegateTask:
        to = receiver(tx, body["assignee"])
        found = actor_of(to) if to is not None else None
        return DelegateTask(TaskId(task_id), who.actor, who.now, body["reason"], found, wanted.version)

    with wanted.required():
        change(who, TaskId(task_id), command, receipt)
    return _item(who, task_id)


@room.route(
    "POST /tasks/<id:task_id>:snooze",
    TASKS_CLAIM,
    TaskItem(),
    takes=Takes(body=shapes.Snooze(), headers=IF_MATCH, example=SNOOZE),
)
def snooze_task(body: dict[str, Any], task_id: str) -> Any:
    """Hides a task from the inbox until an instant; it comes back by itself."""
    who, wanted, receipt = caller(), if_match(), receipt_of_request()
    command = SnoozeTask(TaskId(task_id), who.actor, who.now, body["reason"], body["until"], wanted.version)
    with wanted.required():
        change(who, command.task_id, lambda _tx: command, receipt)
    return _item(who, task_id)


@room.route(
    "POST /tasks/<id:task_id>:amend",
    TASKS_COMPLETE,
    shapes.Amended(),
    takes=Takes(body=shapes.Amend(), headers=IF_MATCH, example=AMEND),
)
def amend_task(body: dict[str, Any], task_id: str) -> Any:
    """Adds to a completed form, which checks it; what was answered stays, and the case does not move."""
    who, wanted, receipt = caller(), if_match(), receipt_of_request()
    command = AmendTask(TaskId(task_id), who.actor, who.now, body["reason"], body["values"], wanted.version)
    with wanted.required():
        told = mended(who, receipt, lambda tx: _amend(tx, who, command, receipt))
    return told, etag(told["version"])


def _amend(tx: Tx, who: Caller, command: AmendTask, receipt: Receipt | None) -> dict[str, Any]:
    in_sight(tx, who, command.task_id, receipt)
    done: Amended = who.program.engine.execute(command, tx)
    return {"id": done.task_id, "version": done.version, "values": plain(done.values), "facts": list(done.facts)}


def _item(who: Caller, task_id: str) -> tuple[dict[str, Any], dict[str, str]]:
    everything = replace(who.scope, everything=True)
    views = who.read(lambda tx: tasks_shown(tx, who, who.program.reading.tasks(tx, everything, [TaskId(task_id)])))
    return views[0], etag(views[0]["version"])
