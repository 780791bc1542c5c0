"""Give a timer another due instant, in its row and in the state of its case; for a cycle, to its next turn."""

from dataclasses import dataclass
from datetime import datetime

from engine.errors import InstantPast, NotAllowed
from engine.model import Actor, TimerId
from engine.policy import missing_to_mend


@dataclass(frozen=True, slots=True)
class RescheduleTimer:
    timer_id: TimerId
    actor: Actor
    at: datetime
    due_at: datetime
    reason: str


def require(command: RescheduleTimer) -> None:
    """Raises NotAllowed, InstantPast."""
    missing = missing_to_mend(command.actor)
    if missing is not None:
        raise NotAllowed(missing)
    if command.due_at <= command.at:
        raise InstantPast("due_at")
