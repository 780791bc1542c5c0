"""Put a task off: the inbox hides it until an instant and shows it again by itself, since its query compares with the clock's now."""

from dataclasses import dataclass
from datetime import datetime

from engine.commands.claim_task import require_open, require_version
from engine.errors import InstantPast, NotAllowed
from engine.model import Actor, Task, TaskId
from engine.policy import missing_to_complete


@dataclass(frozen=True, slots=True)
class SnoozeTask:
    """`until` None wakes it. `version` None snoozes whatever it is."""

    task_id: TaskId
    actor: Actor
    at: datetime
    reason: str
    until: datetime | None = None
    version: int | None = None


def require(command: SnoozeTask, task: Task) -> None:
    """Who may complete a task may put it off. Raises TaskClosed, StaleVersion, NotAllowed, InstantPast in that order."""
    require_open(task)
    require_version(task, command.version)
    missing = missing_to_complete(command.actor, task)
    if missing is not None:
        raise NotAllowed(missing)
    if command.until is not None and command.until <= command.at:
        raise InstantPast("until")
