"""Referrals as closed loops: each sending with what came of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from care.entry import Kept
from care.kept.referrals import CHASED

BEGINS = frozenset({"sent", "booked", "planned"})
CLOSES = frozenset({"completed"})


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of a history; `id` is its row's."""

    id: str
    what: str
    result: str | None
    at: datetime
    by: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral. `status` is its last one, chasing apart; `closed_at` when it was completed, or declined and sent to another."""

    id: str
    kind: str
    intervention: str | None
    provider: str | None
    status: str
    sent_at: datetime
    booked_at: datetime | None
    closed_at: datetime | None
    chased: int
    history: tuple[Happened, ...] = field(default=())


def referrals_of(rows: Sequence[Kept]) -> tuple[Referral, ...]:
    """The referrals of a case, in the order in which they were sent."""
    threads: dict[str, list[list[Kept]]] = {}
    for row in (row for row in rows if row.standing):
        held = threads.setdefault(str(row.plain["thread"]), [])
        if row.plain["status"] in BEGINS or not held:
            held.append([])
        held[-1].append(row)
    found = [
        (loop[0].place, _referral(loop, later))
        for held in threads.values()
        for loop, later in zip(held, [*held[1:], None], strict=True)
    ]
    return tuple(referral for _, referral in sorted(found, key=lambda pair: pair[0]))


def _referral(loop: Sequence[Kept], later: Sequence[Kept] | None) -> Referral:
    first, told = loop[0], [row for row in loop if row.plain["status"] != CHASED] or list(loop)
    last = told[-1]
    closed = last.at if last.plain["status"] in CLOSES else None
    if last.plain["status"] == "declined" and later is not None:
        closed = later[0].at
    booked = first.plain["booked_at"]
    return Referral(
        id=first.id,
        kind=str(first.plain["kind"]),
        intervention=_said(first, "intervention"),
        provider=_said(first, "provider"),
        status=str(last.plain["status"]),
        sent_at=first.at,
        booked_at=booked if isinstance(booked, datetime) else None,
        closed_at=closed,
        chased=sum(row.plain["status"] == CHASED for row in loop),
        history=tuple(
            Happened(row.id, str(row.plain["status"]), None, row.at, row.actor_id, _said(row, "reason")) for row in loop
        ),
    )


def _said(row: Kept, name: str) -> str | None:
    value = row.sealed.get(name)
    return value if isinstance(value, str) else None
