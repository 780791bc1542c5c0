"""Try whether a case would move to another release: nothing is changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.model import Actor, CaseId


@dataclass(frozen=True, slots=True)
class PlanMigration:
    """As MigrateCase."""

    case_id: CaseId
    release: str
    actor: Actor
    at: datetime
    elements: Mapping[str, str] = field(default_factory=dict)
