"""End a case before its model does: tasks withdrawn, timers, waits and tokens gone in the same transaction."""

from dataclasses import dataclass
from datetime import datetime

from engine.errors import FormRefused
from engine.model import Actor, CaseId

MOST_SIGNS = 60


@dataclass(frozen=True, slots=True)
class CancelCase:
    """`outcome` is the ending that is shown, a code of at most 60 signs."""

    case_id: CaseId
    outcome: str
    actor: Actor
    at: datetime
    reason: str


def require(command: CancelCase) -> None:
    """Raises FormRefused for an outcome that is no code."""
    if not 0 < len(command.outcome) <= MOST_SIGNS:
        raise FormRefused([("#/outcome", f"Expected a code of 1 to {MOST_SIGNS} signs.")])
