"""Timer rows across cases: what is due, what is next, and the back-off of a timer whose case failed."""

from datetime import datetime

import sqlalchemy as sa

from database import Row, Tx
from engine.model import CaseId, TimerId
from engine.store.cases import shard_of
from engine.store.tables import GOING, cases, timers

b = sa.bindparam
_DUE = (
    sa.select(timers.c.id)
    .where(GOING, timers.c.wake_at <= b("now"))
    .order_by(timers.c.wake_at, timers.c.id)
    .limit(b("k"))
)
_CLAIM = (
    sa.select(timers.c.id)
    .join_from(timers, cases, (cases.c.shard == timers.c.shard) & (cases.c.id == timers.c.case_id))
    .where(GOING, timers.c.wake_at <= b("now"))
    .order_by(timers.c.wake_at, timers.c.id)
    .limit(b("k"))
    .with_for_update(of=[cases, timers], skip_locked=True)
)
_NEXT = sa.select(sa.func.min(timers.c.wake_at).label("at")).where(GOING)
_FAIL = (
    sa.update(timers)
    .where(timers.c.shard == b("s"), timers.c.id == b("i"))
    .values(attempts=timers.c.attempts + 1, wake_at=b("wake_"), incident=b("incident_"))
)
_HOLD = sa.update(timers).where(timers.c.case_id == b("c"), timers.c.held != b("held_")).values(held=b("held_"))
_PARKED = sa.select(timers.c.case_id).where(timers.c.shard == b("s"), timers.c.id == b("i"), timers.c.incident)
_AGAIN = (
    sa.update(timers)
    .where(timers.c.shard == b("s"), timers.c.id == b("i"), timers.c.incident)
    .values(attempts=0, incident=sa.false(), wake_at=b("now_"))
)
_CASE_OF = sa.select(timers.c.case_id).where(timers.c.shard == b("s"), timers.c.id == b("i"))
_ATTEMPTS = sa.select(timers.c.attempts).where(timers.c.shard == b("s"), timers.c.id == b("i"))


def due(tx: Tx, now: datetime, limit: int) -> tuple[TimerId, ...]:
    """Ids of due timers in due order; served by timers_going.

    On PostgreSQL it claims them, so the transaction must be a writing one: timers and cases stay locked until its end, and what
    others hold is passed over. Both rows, or two timers of one case could wait for each other in two workers.
    """
    found = tx.rows(_CLAIM if tx.dialect == "postgresql" else _DUE, {"now": now, "k": limit})
    return tuple(TimerId(row.id) for row in found)


def next_wake(tx: Tx) -> datetime | None:
    """The nearest instant at which a timer wakes; served by timers_going."""
    row = tx.one(_NEXT)
    return row.at if row is not None else None


def case_of(tx: Tx, timer_id: str) -> CaseId | None:
    """The case of a timer, due or not, held or parked; None when it is gone."""
    row = tx.one(_CASE_OF, {"s": shard_of(timer_id), "i": timer_id})
    return None if row is None else CaseId(row.case_id)


def attempts(tx: Tx, timer_id: str) -> int:
    row = tx.one(_ATTEMPTS, {"s": shard_of(timer_id), "i": timer_id})
    return row.attempts if row is not None else 0


def fail(tx: Tx, timer_id: str, wake_at: datetime, *, incident: bool) -> None:
    """Counts a failed attempt: tried again at `wake_at`, or parked for a person."""
    tx.run(_FAIL, {"s": shard_of(timer_id), "i": timer_id, "wake_": wake_at, "incident_": incident})


def parked(tx: Tx, timer_id: str) -> Row | None:
    """(case_id) of a timer that failed too often."""
    return tx.one(_PARKED, {"s": shard_of(timer_id), "i": timer_id})


def again(tx: Tx, timer_id: TimerId, now: datetime) -> None:
    """Lets a parked timer wake at once, with all its attempts before it."""
    tx.run(_AGAIN, {"s": shard_of(timer_id), "i": timer_id, "now_": now}, expect=1)


def hold(tx: Tx, case_id: str, *, held: bool) -> None:
    """Holds all timers of a case, or lets them go on; by timers_case."""
    tx.run(_HOLD, {"c": case_id, "held_": held})
