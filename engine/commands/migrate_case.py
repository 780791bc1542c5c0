"""Move a running case to another release, where its tokens, tasks, drafts and timers stay."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.model import Actor, CaseId


@dataclass(frozen=True, slots=True)
class MigrateCase:
    """`elements` maps ids of the case's release to ids of the other one; unnamed ones stay what they are."""

    case_id: CaseId
    release: str
    actor: Actor
    at: datetime
    reason: str
    elements: Mapping[str, str] = field(default_factory=dict)
