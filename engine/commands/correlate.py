"""Give a message to every wait of a case that it fits."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from engine.model import Actor, CaseId, Values


@dataclass(frozen=True, slots=True)
class Correlate:
    """`key` None fits every wait of the name; a wait without a key takes every message of its name.

    With a `source_id`, the sender's own id of the message, it is counted once. What nobody awaits is not kept.
    """

    case_id: CaseId
    name: str
    actor: Actor
    at: datetime
    key: str | None = None
    payload: Values = field(default_factory=dict)
    source_id: str | None = None


class Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def key(self) -> str | None: ...


class Waiting(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def key(self) -> str | None: ...


def fitting(message: Named, waits: Iterable[Waiting]) -> list[str]:
    """Ids of the waits that take the message."""
    return [
        wait.id
        for wait in waits
        if wait.name == message.name and (wait.key is None or message.key is None or wait.key == message.key)
    ]
