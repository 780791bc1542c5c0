"""Set case facts, or values in a token that is open, with a reason."""

from dataclasses import dataclass, field
from datetime import datetime

from engine.errors import FormRefused
from engine.model import Actor, CaseId, TaskId, Values
from engine.places import Place


@dataclass(frozen=True, slots=True)
class SetValues:
    """`values` go into the token at `place`; `token` is one of several there, by its task's id."""

    case_id: CaseId
    actor: Actor
    at: datetime
    reason: str
    facts: Values = field(default_factory=dict)
    place: Place | None = None
    values: Values = field(default_factory=dict)
    token: TaskId | None = None


def require(command: SetValues) -> None:
    """Raises FormRefused when there is nothing to set, or no token for the values."""
    if command.values and command.place is None:
        raise FormRefused([("#/element", "Expected the element whose token gets the values.")])
    if not command.facts and not command.values:
        raise FormRefused([("#/values", "Expected a case fact or a value to set.")])
