"""The outreach numbers of the replay's report, counted over stays."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from care.store.tables import stays
from database import Tx

_NOW = sa.bindparam("now", type_=stays.c.deadline.type)
_IN_TIME = sa.and_(stays.c.contacted_at.is_not(None), stays.c.contacted_at <= stays.c.deadline)
_LATE = sa.and_(
    stays.c.deadline < _NOW,
    sa.not_(sa.func.coalesce(stays.c.contacted_at <= stays.c.deadline, sa.false())),
    sa.not_(sa.func.coalesce(stays.c.cancelled_at <= stays.c.deadline, sa.false())),
)


def _count(condition: sa.ColumnElement[bool], name: str) -> sa.Label[int]:
    return sa.func.count(sa.case((condition, 1))).label(name)


_SELECT = sa.select(
    _count(stays.c.deadline.is_not(None), "discharges_alive"),
    _count(stays.c.armed_at.is_not(None), "timers_set"),
    _count(stays.c.fired_at.is_not(None), "fired"),
    _count(stays.c.cancelled_at.is_not(None), "cancelled"),
    _count(_IN_TIME, "within_48h"),
    _count(_LATE, "late"),
)


@dataclass(frozen=True, slots=True)
class OutreachCounts:
    """a clock may have fired and been cancelled after, when its call was withdrawn; see contract.md, section 4."""

    discharges_alive: int
    timers_set: int
    fired: int
    cancelled: int
    within_48h: int
    late: int


def outreach_counts(tx: Tx, now: datetime) -> OutreachCounts:
    """Counts over all stays (a scan: for reports, not for pages)."""
    row = tx.one(_SELECT, {"now": now})
    return OutreachCounts(*row) if row is not None else OutreachCounts(0, 0, 0, 0, 0, 0)
