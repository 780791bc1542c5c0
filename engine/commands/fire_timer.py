"""Fire a due timer. It is checked again: a stale one does nothing."""

from dataclasses import dataclass
from datetime import datetime

from engine.model import Actor, TimerId


@dataclass(frozen=True, slots=True)
class FireTimer:
    timer_id: TimerId
    actor: Actor
    at: datetime
