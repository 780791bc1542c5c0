"""Hand a task of one's own to a colleague, or give a delegated one back to its owner."""

from dataclasses import dataclass
from datetime import datetime

from engine.commands.assign_task import require_fit
from engine.commands.claim_task import require_open, require_version
from engine.errors import NotAllowed
from engine.model import Actor, Task, TaskId
from engine.policy import missing_to_delegate, missing_to_give_back


@dataclass(frozen=True, slots=True)
class DelegateTask:
    """`to` None gives it back to its owner. `version` None delegates whatever it is."""

    task_id: TaskId
    actor: Actor
    at: datetime
    reason: str
    to: Actor | None = None
    version: int | None = None


def handle(command: DelegateTask, task: Task) -> tuple[str | None, str | None]:
    """The new assignee, and the owner who is to be remembered: the first one, however often it is handed on.

    Raises TaskClosed, StaleVersion, NotAllowed, ReceiverUnfit in that order.
    """
    require_open(task)
    require_version(task, command.version)
    give_back = command.to is None
    missing = missing_to_give_back(command.actor, task) if give_back else missing_to_delegate(command.actor, task)
    if missing is not None:
        raise NotAllowed(missing)
    if command.to is None:
        return task.delegated_by, None
    require_fit(command.to, task)
    owner = task.delegated_by or task.assignee
    return command.to.id, owner if owner != command.to.id else None
