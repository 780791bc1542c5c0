"""Tasks that change hands or wait: assign, delegate, snooze. No token moves; each leaves its fact in the case's history."""

from collections.abc import Mapping

from database import Tx
from engine.commands import AssignTask, DelegateTask, SnoozeTask, assign_task, delegate_task, snooze_task
from engine.desk import Desk
from engine.errors import NotFound
from engine.model import Actor, Case, Change, Task, TaskId
from engine.store import cases, tasks
from engine.views import Claimed


def assign(desk: Desk, command: AssignTask, tx: Tx) -> Claimed:
    case, task = require_task(desk, tx, command.task_id, command.actor)
    assign_task.require(command, task, case.unit)
    to = command.to.id if command.to is not None else None
    group = command.group or task.group
    facts = {"task": task.id, "from": task.assignee, "to": to, "group": group}
    desk.record(tx, case, change_of(task, "TaskAssigned", command.reason, facts), command.actor, command.at)
    return _given(desk, tx, case, task, to, group=group)


def delegate(desk: Desk, command: DelegateTask, tx: Tx) -> Claimed:
    case, task = require_task(desk, tx, command.task_id, command.actor)
    to, owner = delegate_task.handle(command, task)
    facts = {"task": task.id, "from": task.assignee, "to": to, "owner": owner}
    desk.record(tx, case, change_of(task, "TaskDelegated", command.reason, facts), command.actor, command.at)
    return _given(desk, tx, case, task, to, owner=owner)


def snooze(desk: Desk, command: SnoozeTask, tx: Tx) -> Claimed:
    case, task = require_task(desk, tx, command.task_id, command.actor)
    snooze_task.require(command, task)
    facts = {"task": task.id, "until": command.until.isoformat() if command.until is not None else None}
    desk.record(tx, case, change_of(task, "TaskSnoozed", command.reason, facts), command.actor, command.at)
    tasks.snooze(tx, task, command.until)
    return Claimed(task.id, task.version + 1, task.assignee)


def require_task(desk: Desk, tx: Tx, task_id: TaskId, actor: Actor) -> tuple[Case, Task]:
    """A task with its case, both locked on PostgreSQL. Raises NotFound."""
    loaded = cases.for_task(tx, desk.keyring, task_id, actor.id, None)
    if loaded is None:
        raise NotFound(f"Expected task '{task_id}', but there is none")
    return loaded.case, loaded.task


def change_of(task: Task, kind: str, reason: str, facts: Mapping[str, object]) -> Change:
    return Change(kind, reason, process=task.process, element=task.element, object=task.id, facts=facts)


def _given(
    desk: Desk, tx: Tx, case: Case, task: Task, to: str | None, *, group: str | None = None, owner: str | None = None
) -> Claimed:
    """Whoever is given a task may know of its case from then on."""
    tasks.assign(tx, task, to, group=group, delegated_by=owner)
    if to is not None:
        desk.audience.joined(tx, case, to, "assignee")
    return Claimed(task.id, task.version + 1, to)
