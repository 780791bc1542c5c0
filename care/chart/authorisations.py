"""Authorisations from the request to the last answer: decision, talk between physicians, appeal. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from care.chart.referrals import Happened
from care.entry import Kept
from care.kept.authorisations import CHASED, EVERY

PENDING, WITHDRAWN = "pending", "withdrawn"
_AFTER_OBJECTION = {"overturned": "approved", "partly": "partial", "upheld": "denied"}
_OPEN = frozenset({PENDING, "more_info", "appealing"})


@dataclass(frozen=True, slots=True)
class Authorisation:
    """What a payor was asked and answered. `status` is pending, more_info, approved, partial, denied, appealing or withdrawn;
    `overturned` when a denial was taken back, `on_time` whether the first decision came by `due_at`.
    """

    id: str
    service_class: str | None
    code: str | None
    provider: str | None
    urgency: str | None
    in_network: bool | None
    status: str
    number: str | None
    units: int | None
    units_approved: int | None
    begins_on: date | None
    ends_on: date | None
    requested_at: datetime | None
    due_at: datetime | None
    decided_at: datetime | None
    on_time: bool | None
    reviewer: str | None
    denial_reason: str | None
    overturned: bool
    chased: int
    history: tuple[Happened, ...]


def authorisations_of(rows: Sequence[Kept]) -> tuple[Authorisation, ...]:
    """The authorisations of a case, in the order in which they began."""
    threads: dict[str, list[Kept]] = {}
    for row in (row for row in rows if row.standing):
        if row.plain["thread"] != EVERY:
            threads.setdefault(str(row.plain["thread"]), []).append(row)
            continue
        for held in threads.values():
            if _status(held) in _OPEN:
                held.append(row)
    return tuple(_authorisation(thread, held) for thread, held in threads.items())


def _authorisation(thread: str, rows: Sequence[Kept]) -> Authorisation:
    asked, decided = _last(rows, "requested"), _last(rows, "decided")
    first = next((row for row in rows if row.plain["event"] == "decided"), None)
    due = next((row.plain["due_at"] for row in rows if row.plain["due_at"] is not None), None)
    span = decided if decided is not None and decided.plain["begins_on"] is not None else asked
    results = [row.plain["result"] for row in rows if row.plain["event"] in {"talked", "appealed"}]
    return Authorisation(
        id=thread,
        service_class=_plain(asked, "service_class"),
        code=_sealed(asked, "code"),
        provider=_sealed(asked, "provider"),
        urgency=_plain(asked, "urgency"),
        in_network=_plain(asked, "in_network"),
        status=_status(rows),
        number=_sealed(decided, "number"),
        units=_plain(asked, "units"),
        units_approved=_plain(decided, "units"),
        begins_on=_plain(span, "begins_on"),
        ends_on=_plain(span, "ends_on"),
        requested_at=asked.at if asked is not None else None,
        due_at=due,  # type: ignore[arg-type]  # an instant of its column
        decided_at=decided.at if decided is not None else None,
        on_time=None if first is None or due is None else first.at <= due,  # type: ignore[operator]
        reviewer=_plain(decided, "reviewer") or _plain(asked, "reviewer"),
        denial_reason=_plain(decided, "reason"),
        overturned=any(result in {"overturned", "partly"} for result in results),
        chased=sum(row.plain["event"] == CHASED for row in rows),
        history=tuple(_happened(row) for row in rows),
    )


def _status(rows: Sequence[Kept]) -> str:
    status = PENDING
    for row in rows:
        event, result = row.plain["event"], row.plain["result"]
        if event == "requested":
            status = PENDING
        elif event == "decided":
            status = str(result or PENDING)
        elif event in {"talked", "appealed"}:
            status = _AFTER_OBJECTION.get(str(result), "appealing")
        elif event == WITHDRAWN:
            status = WITHDRAWN
    return status


def _happened(row: Kept) -> Happened:
    plain = row.plain
    reason = plain["reason"] or plain["level"]
    result = plain["result"]
    return Happened(
        row.id,
        str(plain["event"]),
        None if result is None else str(result),
        row.at,
        row.actor_id,
        None if reason is None else str(reason),
    )


def _last(rows: Sequence[Kept], event: str) -> Kept | None:
    return next((row for row in reversed(rows) if row.plain["event"] == event), None)


def _plain(row: Kept | None, name: str) -> Any:  # Any: a column's value
    return None if row is None else row.plain[name]


def _sealed(row: Kept | None, name: str) -> str | None:
    value = None if row is None else row.sealed.get(name)
    return value if isinstance(value, str) else None
