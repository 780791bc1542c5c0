"""Start a case of a process on the active release."""

from dataclasses import dataclass, field
from datetime import datetime

from engine.model import Actor, CaseId, Values


@dataclass(frozen=True, slots=True)
class StartCase:
    """`case_id` comes from `case_id_of`; `values` stand in the first token, `facts` are the first case facts."""

    case_id: CaseId
    process: str
    subject_id: str
    actor: Actor
    at: datetime
    unit: str | None = None
    values: Values = field(default_factory=dict)
    facts: Values = field(default_factory=dict)
