"""Let a held case go on: timers that came due meanwhile fire at once, in due order."""

from dataclasses import dataclass
from datetime import datetime

from engine.model import Actor, CaseId


@dataclass(frozen=True, slots=True)
class ResumeCase:
    case_id: CaseId
    actor: Actor
    at: datetime
    reason: str
