"""Note in a case's history that a house above has kept something about it: a contact, a note. No token moves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.model import Actor, CaseId


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """`kind` is a past participle such as ContactLogged; `facts` are plain and never identifying. Any status will do."""

    case_id: CaseId
    kind: str
    actor: Actor
    at: datetime
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
