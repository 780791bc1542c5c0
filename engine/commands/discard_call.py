"""Give a call of the outbox up: it is never sent, and who decided it and why stands in the audit."""

from dataclasses import dataclass
from datetime import datetime

from engine.model import Actor


@dataclass(frozen=True, slots=True)
class DiscardCall:
    """`reason` is for the audit: it names no client."""

    call_id: str
    actor: Actor
    at: datetime
    reason: str
