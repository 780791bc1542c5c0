"""What surrounds the client, as it is known now. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from care.entry import Kept
from care.kept.profiles import KINDS, LANGUAGE


@dataclass(frozen=True, slots=True)
class Part:
    """One part: what was said last of each thing, by whom and when it was said last."""

    kind: str
    said: Mapping[str, Any] = field(default_factory=dict)
    by: str | None = None
    at: datetime | None = None


def profile_of(rows: Sequence[Kept]) -> Mapping[str, Part]:
    """Support system, care team, cover and language; a part that nobody spoke of is empty."""
    found = {kind: Part(kind) for kind in KINDS}
    for row in (row for row in rows if row.standing):
        kind = str(row.plain["kind"])
        said = dict(row.sealed)
        if kind == LANGUAGE and row.plain["interpreter"] is not None:
            said["interpreter"] = row.plain["interpreter"]
        found[kind] = Part(kind, {**found[kind].said, **said}, row.actor_id, row.at)
    return found
