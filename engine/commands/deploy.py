"""Make a new release: the active one plus what changed, checked as one set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.model import Actor, Artefact


@dataclass(frozen=True, slots=True)
class Deploy:
    artefacts: tuple[Artefact, ...]
    actor: Actor
    at: datetime


def merged(current: Iterable[Artefact], changed: Iterable[Artefact]) -> tuple[Artefact, ...]:
    """The artefacts of the new release, by kind and key."""
    found: Mapping[tuple[str, str], Artefact] = {(item.kind, item.key): item for item in [*current, *changed]}
    return tuple(found[name] for name in sorted(found))
