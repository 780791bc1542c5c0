"""Start a further case for the client of a case, linked both ways."""

from dataclasses import dataclass, field
from datetime import datetime

from engine.model import Actor, CaseId, Values


@dataclass(frozen=True, slots=True)
class StartLinkedCase:
    """`linked_id` is the new case's, from `case_id_of`; `values` and `facts` as in StartCase. Any status of the first case will do."""

    case_id: CaseId
    linked_id: CaseId
    process: str
    actor: Actor
    at: datetime
    reason: str
    values: Values = field(default_factory=dict)
    facts: Values = field(default_factory=dict)
