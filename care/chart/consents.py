"""Consents in their order, and what may be shared by them at an instant. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from care.entry import Kept, day, texts
from care.kept.consents import PART2, UNDECIDED


@dataclass(frozen=True, slots=True)
class Share:
    """A scope that was given: since when, until which day it lasts, and when it ended. `active` at the day that was asked for."""

    scope: str
    since: datetime
    until: date | None
    ended_at: datetime | None
    active: bool
    given_by: str
    recipient: str | None = None
    purpose: str | None = None


def shares_of(rows: Sequence[Kept], today: date) -> tuple[Share, ...]:
    """All scopes that were ever given, in that order. A later consent takes the earlier one's place; a refusal, a withdrawal
    or the end of the case ends all, a day that is over ends what it was given for.
    """
    held: dict[str, Share] = {}
    ended: list[Share] = []
    for row in (row for row in rows if row.standing):
        result = row.plain["result"]
        if result == UNDECIDED:
            continue
        given = _given(row) if result == "given" else {}
        ended += [_over(share, row.at) for scope, share in held.items() if scope not in given]
        held = {scope: _going_on(share, held.get(scope)) for scope, share in given.items()}
    living = [_judged(share, today) for share in held.values()]
    return tuple(sorted([*ended, *living], key=lambda share: (share.since, share.scope)))


def active_scopes(rows: Sequence[Kept], today: date) -> frozenset[str]:
    """What may be shared on a day."""
    return frozenset(share.scope for share in shares_of(rows, today) if share.active)


def _given(row: Kept) -> Mapping[str, Share]:
    until, by, said = day(row.plain["until"]), str(row.plain["given_by"] or "client"), row.sealed
    found: dict[str, Share] = {}
    for scope in texts(said.get("scopes")):
        mine = [until, day(said.get("part2_expires"))] if scope == PART2 else [until]
        last = min((each for each in mine if each is not None), default=None)
        to, purpose = (said.get("part2_recipient"), said.get("part2_purpose")) if scope == PART2 else (None, None)
        found[scope] = Share(
            scope,
            row.at,
            last,
            None,
            True,
            by,
            None if to is None else str(to),
            None if purpose is None else str(purpose),
        )
    return found


def _going_on(share: Share, before: Share | None) -> Share:
    since = before.since if before is not None else share.since
    return _with(share, since, share.ended_at, active=share.active)


def _over(share: Share, at: datetime) -> Share:
    return _with(share, share.since, at, active=False)


def _judged(share: Share, today: date) -> Share:
    return _with(share, share.since, None, active=share.until is None or today <= share.until)


def _with(share: Share, since: datetime, ended_at: datetime | None, *, active: bool) -> Share:
    return Share(share.scope, since, share.until, ended_at, active, share.given_by, share.recipient, share.purpose)
