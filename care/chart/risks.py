"""The risk history: what the table advised and what people decided, each with the row of the table that hit. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from care.entry import Kept, texts
from care.kept.risks import ADVICE


@dataclass(frozen=True, slots=True)
class Risk:
    """A stratification. `source` is table, review, second_look or claims; `rule` is the first row that hit, `rules` are all;
    `overridden` when a person decided otherwise than the table advised, for `reason`.
    """

    id: str
    at: datetime
    by: str
    source: str
    category: str | None
    advised: str | None
    rule: int | None
    rules: tuple[int, ...]
    reasons: tuple[str, ...]
    scores: Mapping[str, Any]
    overridden: bool
    reason: str | None
    standing: bool


def risks_of(rows: Sequence[Kept]) -> tuple[Risk, ...]:
    """Newest first. A decision of a person carries the rows of the table's last answer before it."""
    found: list[Risk] = []
    advice: Kept | None = None
    for row in rows:
        found.append(_risk(row, row if row.plain["source"] == ADVICE else advice))
        if row.plain["source"] == ADVICE:
            advice = row
    return tuple(reversed(found))


def _risk(row: Kept, advice: Kept | None) -> Risk:
    plain, reason = row.plain, row.sealed.get("override_reason")
    hits = advice.plain["rules"] if advice is not None else None
    inputs = row.sealed.get("inputs")
    scores = dict(inputs) if isinstance(inputs, Mapping) else {}
    scores |= {name: plain[name] for name in ("lace", "hospital_score") if plain[name] is not None}
    reasons = texts(row.sealed.get("reasons")) or (texts(advice.sealed.get("reasons")) if advice is not None else [])
    return Risk(
        id=row.id,
        at=row.at,
        by=row.actor_id,
        source=str(plain["source"]),
        category=_code(plain["category"]),
        advised=_code(plain["advised"]) or (_code(advice.plain["category"]) if advice is not None else None),
        rule=hits[0] if isinstance(hits, list) and hits else None,
        rules=tuple(hits) if isinstance(hits, list) else (),
        reasons=tuple(reasons),
        scores=scores,
        overridden=plain["overridden"] is True,
        reason=reason if isinstance(reason, str) else None,
        standing=row.standing,
    )


def _code(value: object) -> str | None:
    return value if isinstance(value, str) else None
