"""Send a call of the outbox again: a dead letter, or one that waits for its next try."""

from dataclasses import dataclass
from datetime import datetime

from engine.errors import CallSettled, CallUnderWay
from engine.letters import OutgoingCall
from engine.model import Actor

MENDABLE = frozenset({"pending", "dead"})


@dataclass(frozen=True, slots=True)
class ResendCall:
    """It is due at once and has its full time again."""

    call_id: str
    actor: Actor
    at: datetime
    reason: str | None = None


def require_settling(call: OutgoingCall, at: datetime) -> None:
    """Raises CallSettled for what was delivered or discarded, CallUnderWay while a relay holds it."""
    if call.status not in MENDABLE:
        raise CallSettled(call.status)
    if call.claimed_until is not None and call.claimed_until > at:
        raise CallUnderWay
