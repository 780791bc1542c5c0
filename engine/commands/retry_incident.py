"""Let what could not go on try again, perhaps with values that were wrong before."""

from dataclasses import dataclass, field
from datetime import datetime

from engine.model import Actor, Values


@dataclass(frozen=True, slots=True)
class RetryIncident:
    """`incident_id` is that of the token or of the timer; `values` are put into the token's data first."""

    incident_id: str
    actor: Actor
    at: datetime
    reason: str = ""
    values: Values = field(default_factory=dict)
