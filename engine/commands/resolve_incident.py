"""Let a token that could not go on step over its element, as if that had been done."""

from dataclasses import dataclass, field
from datetime import datetime

from engine.model import Actor, Values


@dataclass(frozen=True, slots=True)
class ResolveIncident:
    """`values` stand for what the element would have given."""

    incident_id: str
    actor: Actor
    at: datetime
    reason: str
    values: Values = field(default_factory=dict)
