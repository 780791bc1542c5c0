"""Hold a case: no task of it is completed and no timer fires until it is resumed."""

from dataclasses import dataclass
from datetime import datetime

from engine.model import Actor, CaseId


@dataclass(frozen=True, slots=True)
class SuspendCase:
    case_id: CaseId
    actor: Actor
    at: datetime
    reason: str
