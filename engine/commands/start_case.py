"""Start a case of a process on the active release."""

from dataclasses import dataclass, field
from datetime import datetime

from engine.model import Actor, CaseId, Values


@dataclass(frozen=True, slots=True)
class StartCase:
    """`case_id` comes from `new_case_id`; `values` stand in the first token."""

    case_id: CaseId
    process: str
    subject_id: str
    actor: Actor
    at: datetime
    unit: str | None = None
    values: Values = field(default_factory=dict)
