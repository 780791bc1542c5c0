"""Fire a timer now, before it is due: what a person does by hand. The clock's own command is FireTimer."""

from dataclasses import dataclass
from datetime import datetime

from engine.errors import CaseSuspended, NotAllowed
from engine.model import Actor, Case, TimerId
from engine.policy import missing_to_mend


@dataclass(frozen=True, slots=True)
class ForceTimer:
    timer_id: TimerId
    actor: Actor
    at: datetime
    reason: str


def require(command: ForceTimer, case: Case) -> None:
    """Raises NotAllowed, CaseSuspended."""
    missing = missing_to_mend(command.actor)
    if missing is not None:
        raise NotAllowed(missing)
    if case.status == "suspended":
        raise CaseSuspended
