"""Begin a finished or cancelled case again, from an element."""

from dataclasses import dataclass, field
from datetime import datetime

from engine.model import Actor, CaseId, Values
from engine.places import Place


@dataclass(frozen=True, slots=True)
class RestartCase:
    """The token has the values the case ended with, and `values` over them."""

    case_id: CaseId
    target: Place
    actor: Actor
    at: datetime
    reason: str
    values: Values = field(default_factory=dict)
