"""Incidents as administrators see them: tokens that cannot go on and timers that failed too often, grouped by cause or one by one."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from database import Instant, Row, Tx
from engine.model import OPEN, CaseId, Scope
from engine.queries.paging import by_instant
from engine.queries.scope import cases_within
from engine.store.tables import cases, incidents, timers
from engine.views import IncidentGroup, IncidentView, Page

TIMER_CAUSE, TIMER_DETAIL = "timer-failed", "it could not be fired, three times"


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """Which open incidents; `limit` up to 200."""

    case_id: str | None = None
    cause: str | None = None
    process: str | None = None
    element: str | None = None
    limit: int = 50
    cursor: str | None = None


def _open() -> "sa.Subquery[Any]":  # Any: rows of two tables
    """Open incidents of both kinds, served by incidents_open and by the timers that are parked."""
    shared = ("shard", "id", "case_id", "process", "element")
    of_tokens = sa.select(
        *(incidents.c[name] for name in shared),
        incidents.c.kind,
        incidents.c.cause,
        incidents.c.detail,
        incidents.c.attempts,
        incidents.c.opened_at,
    ).where(incidents.c.status == OPEN)
    of_timers = sa.select(
        *(timers.c[name] for name in shared),
        sa.literal("timer").label("kind"),
        sa.literal(TIMER_CAUSE).label("cause"),
        sa.literal(TIMER_DETAIL).label("detail"),
        timers.c.attempts,
        timers.c.wake_at.label("opened_at"),
    ).where(timers.c.incident)
    return sa.union_all(of_tokens, of_timers).subquery("open_incidents")


def _within(scope: Scope, found: "sa.Subquery[Any]", wanted: IncidentFilter) -> list[sa.ColumnElement[bool]]:
    asked = {name: getattr(wanted, name) for name in ("case_id", "cause", "process", "element")}
    conditions = [found.c[name] == value for name, value in asked.items() if value is not None]
    if not scope.everything:
        mine = sa.exists().where(cases.c.shard == found.c.shard, cases.c.id == found.c.case_id, cases_within(scope))
        conditions.append(mine)
    return conditions


def listed(tx: Tx, scope: Scope, wanted: IncidentFilter) -> Page[IncidentView]:
    """Open incidents, oldest first."""
    found = _open()
    statement = sa.select(found).where(*_within(scope, found, wanted))
    order = (sa.type_coerce(found.c.opened_at, Instant()), found.c.id)
    return by_instant(tx, statement, order, wanted.cursor, wanted.limit, view, descending=False)


def groups(tx: Tx, scope: Scope) -> tuple[IncidentGroup, ...]:
    """One line per element and cause, the most frequent first: what is mended once for all of them."""
    found = _open()
    key = (found.c.process, found.c.element, found.c.kind, found.c.cause)
    statement = (
        sa.select(
            *key, sa.func.count().label("n"), sa.type_coerce(sa.func.min(found.c.opened_at), Instant()).label("at")
        )
        .where(*_within(scope, found, IncidentFilter()))
        .group_by(*key)
        .order_by(sa.desc("n"), *key)
    )
    return tuple(
        IncidentGroup(row.process, row.element, row.kind, row.cause, row.n, row.at) for row in tx.rows(statement)
    )


def one(tx: Tx, scope: Scope, incident_id: str) -> IncidentView | None:
    found = _open()
    statement = sa.select(found).where(found.c.id == incident_id, *_within(scope, found, IncidentFilter()))
    row = tx.one(statement)
    return None if row is None else view(row)


def count(tx: Tx) -> int:
    row = tx.one(sa.select(sa.func.count().label("n")).select_from(_open()))
    return row.n if row is not None else 0


def view(row: Row) -> IncidentView:
    return IncidentView(
        id=row.id,
        case_id=CaseId(row.case_id),
        process=row.process,
        element=row.element,
        kind=row.kind,
        cause=row.cause,
        detail=row.detail,
        attempts=row.attempts,
        opened_at=row.opened_at,
    )
