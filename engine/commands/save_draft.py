"""Keep what was typed so far; no step of the case."""

from dataclasses import dataclass
from datetime import datetime

from engine.commands.claim_task import require_open
from engine.errors import NotAllowed, StaleVersion
from engine.model import Actor, Task, TaskId, Values
from engine.policy import missing_to_complete


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """`draft_version` is the one that was read, 0 before the first; None overwrites."""

    task_id: TaskId
    values: Values
    actor: Actor
    at: datetime
    draft_version: int | None = None


def require(command: SaveDraft, task: Task) -> None:
    require_open(task)
    if command.draft_version is not None and command.draft_version != task.draft_version:
        raise StaleVersion(task.draft_version)
    missing = missing_to_complete(command.actor, task)
    if missing is not None:
        raise NotAllowed(missing)
