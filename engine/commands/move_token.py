"""Move a token: cancelled here, started there."""

from dataclasses import dataclass, field
from datetime import datetime

from engine.model import Actor, CaseId, TaskId, Values
from engine.places import Place


@dataclass(frozen=True, slots=True)
class MoveToken:
    """`values` go along under the ones the token has; `token` is one of several at `source`, by its task's id."""

    case_id: CaseId
    source: Place
    target: Place
    actor: Actor
    at: datetime
    reason: str
    values: Values = field(default_factory=dict)
    token: TaskId | None = None
