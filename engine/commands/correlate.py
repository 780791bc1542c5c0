"""Give a message to every wait of a case that it fits."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from engine.model import Actor, CaseId, Values


@dataclass(frozen=True, slots=True)
class Correlate:
    """`key` None fits every wait of the name; a wait without a key takes every message of its name."""

    case_id: CaseId
    name: str
    actor: Actor
    at: datetime
    key: str | None = None
    payload: Values = field(default_factory=dict)


class Waiting(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def key(self) -> str | None: ...


def fitting(command: Correlate, waits: Iterable[Waiting]) -> list[str]:
    """Ids of the waits that take the message."""
    return [
        wait.id
        for wait in waits
        if wait.name == command.name and (wait.key is None or command.key is None or wait.key == command.key)
    ]
