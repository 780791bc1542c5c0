"""Take a task as one's own, or give it back."""

from dataclasses import dataclass
from datetime import datetime

from engine.errors import NotAllowed, StaleVersion, TaskClosed
from engine.model import OPEN, Actor, Task, TaskId
from engine.policy import missing_to_claim, missing_to_release


@dataclass(frozen=True, slots=True)
class ClaimTask:
    """`version` is the one that was read; None claims whatever it is."""

    task_id: TaskId
    actor: Actor
    at: datetime
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ReleaseTask:
    """Gives a claimed task back: to its owner when it was delegated, else to its group."""

    task_id: TaskId
    actor: Actor
    at: datetime
    version: int | None = None


def handle(command: ClaimTask | ReleaseTask, task: Task) -> str | None:
    """The new assignee. Raises TaskClosed, StaleVersion, NotAllowed in that order."""
    require_open(task)
    require_version(task, command.version)
    assignee: str | None
    if isinstance(command, ClaimTask):
        missing, assignee = missing_to_claim(command.actor, task), command.actor.id
    else:
        missing, assignee = missing_to_release(command.actor, task), task.delegated_by
    if missing is not None:
        raise NotAllowed(missing)
    return assignee


def require_open(task: Task) -> None:
    if task.status != OPEN:
        raise TaskClosed(task.id, task.status, task.closed_by, task.closed_at)


def require_version(task: Task, version: int | None) -> None:
    if version is not None and version != task.version:
        raise StaleVersion(task.version)
