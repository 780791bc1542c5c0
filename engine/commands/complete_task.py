"""Complete an open task."""

from dataclasses import dataclass, field
from datetime import datetime

from engine.commands.claim_task import require_open, require_version
from engine.errors import NotAllowed
from engine.model import Actor, Receipt, Task, TaskId, Values
from engine.policy import missing_to_complete


@dataclass(frozen=True, slots=True)
class CompleteTask:
    """`version` is the one that was read; None completes whatever it is."""

    task_id: TaskId
    actor: Actor
    at: datetime
    values: Values = field(default_factory=dict)
    version: int | None = None
    receipt: Receipt | None = None


def require(command: CompleteTask, task: Task) -> None:
    """Raises TaskClosed, StaleVersion, NotAllowed in that order."""
    require_open(task)
    require_version(task, command.version)
    missing = missing_to_complete(command.actor, task)
    if missing is not None:
        raise NotAllowed(missing)
