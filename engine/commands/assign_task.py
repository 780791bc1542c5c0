"""Give a task to a person, or back to a group: what a supervisor does."""

from dataclasses import dataclass
from datetime import datetime

from engine.commands.claim_task import require_open, require_version
from engine.errors import NotAllowed, ReceiverUnfit
from engine.model import Actor, Task, TaskId
from engine.policy import missing_to_assign, missing_to_receive


@dataclass(frozen=True, slots=True)
class AssignTask:
    """`to` None gives it back to its group, or to `group` where one is named. `version` None assigns whatever it is."""

    task_id: TaskId
    actor: Actor
    at: datetime
    reason: str
    to: Actor | None = None
    group: str | None = None
    version: int | None = None


def require(command: AssignTask, task: Task, unit: str | None) -> None:
    """`unit` is the case's. Raises TaskClosed, StaleVersion, NotAllowed, ReceiverUnfit in that order."""
    require_open(task)
    require_version(task, command.version)
    missing = missing_to_assign(command.actor, unit)
    if missing is not None:
        raise NotAllowed(missing)
    if command.to is not None:
        require_fit(command.to, task, command.group)


def require_fit(receiver: Actor, task: Task, group: str | None = None) -> None:
    """A task is given to nobody who could not complete it. Raises ReceiverUnfit."""
    missing = missing_to_receive(receiver, task, group or task.group)
    if missing is not None:
        raise ReceiverUnfit(missing)
