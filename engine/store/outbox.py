"""The outbox: claimed by a lease, settled by whoever holds it. The call itself never sits in a transaction."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from database import Keyring, Row, Tx
from engine.letters import OutgoingCall
from engine.model import Values
from engine.store.cases import shard_of
from engine.store.tables import outbox
from engine.values import loads

b = sa.bindparam
PENDING, DELIVERED, DEAD, DISCARDED = "pending", "delivered", "dead", "discarded"
_PENDING = outbox.c.status == sa.literal(PENDING, literal_execute=True)  # in the text, so that partial indexes serve
_COLUMNS = (
    outbox.c.id,
    outbox.c.case_id,
    outbox.c.topic,
    outbox.c.element,
    outbox.c.status,
    outbox.c.payload,
    outbox.c.created_at,
    outbox.c.attempts,
    outbox.c.token,
    outbox.c.claimed_by,
    outbox.c.claimed_until,
    outbox.c.give_up_at,
    outbox.c.error,
)
_before = outbox.alias("earlier")
_EARLIER = sa.exists().where(
    _before.c.case_id == outbox.c.case_id,
    _before.c.status == sa.literal(PENDING, literal_execute=True),
    _before.c.topic.in_(b("topics", expanding=True)),
    sa.or_(_before.c.step < outbox.c.step, (_before.c.step == outbox.c.step) & (_before.c.n < outbox.c.n)),
)
_IS_DUE = (
    _PENDING,
    outbox.c.topic == b("topic"),
    outbox.c.next_at <= b("now"),
    sa.or_(outbox.c.claimed_until.is_(None), outbox.c.claimed_until <= b("now")),
    ~_EARLIER,
)
_DUE = (
    sa.select(*_COLUMNS)
    .where(*_IS_DUE)
    .order_by(outbox.c.next_at, outbox.c.id)
    .limit(b("k"))
    .with_for_update(of=[outbox], skip_locked=True)
)
_ANY_DUE = sa.select(outbox.c.id).where(*_IS_DUE).limit(1)
_THIS = (outbox.c.shard == b("s"), outbox.c.id == b("i"), outbox.c.attempts == b("tries"))
_CLAIM = (
    sa.update(outbox)
    .where(*_THIS, outbox.c.status == PENDING)
    .values(
        claimed_by=b("by_"),
        claimed_until=b("until_"),
        attempts=outbox.c.attempts + 1,
        give_up_at=sa.func.coalesce(outbox.c.give_up_at, b("give_up_", type_=outbox.c.give_up_at.type)),
    )
)
_SETTLE = (
    sa.update(outbox)
    .where(*_THIS, outbox.c.status == PENDING, outbox.c.claimed_by == b("by_"))
    .values(
        status=b("status_"),
        next_at=b("next_"),
        done_at=b("done_"),
        error=b("error_"),
        claimed_by=sa.null(),
        claimed_until=sa.null(),
    )
)
_MEND = (
    sa.update(outbox)
    .where(*_THIS, outbox.c.status == b("was_"))
    .values(
        status=b("status_"),
        next_at=b("next_"),
        done_at=b("done_"),
        attempts=b("attempts_"),
        claimed_by=sa.null(),
        claimed_until=sa.null(),
        give_up_at=sa.null(),
    )
)
_TOPICS = sa.select(outbox.c.topic).distinct().where(_PENDING).order_by(outbox.c.topic)
_FIND = sa.select(*_COLUMNS).where(outbox.c.shard == b("s"), outbox.c.id == b("i"))
_LOCK = _FIND.with_for_update(of=[outbox])


def due(tx: Tx, topic: str, topics: Sequence[str], now: datetime, limit: int) -> tuple[OutgoingCall, ...]:
    """Due calls of a topic that nobody holds, each the first undelivered of its case among the topics; served by outbox_due, outbox_case.

    On PostgreSQL the rows are locked, and rows that another relay is claiming are passed over.
    """
    given = {"topic": topic, "topics": list(topics), "now": now, "k": limit}
    return tuple(_call(row) for row in tx.rows(_DUE, given))


def is_due(tx: Tx, topic: str, topics: Sequence[str], now: datetime) -> bool:
    """Whether a topic has a call to claim, without a lock; served by outbox_due."""
    return tx.one(_ANY_DUE, {"topic": topic, "topics": list(topics), "now": now}) is not None


def topics(tx: Tx) -> tuple[str, ...]:
    """The topics of pending calls; served by outbox_due."""
    return tuple(row.topic for row in tx.rows(_TOPICS))


def claim(tx: Tx, calls: Sequence[OutgoingCall], by: str, until: datetime, give_up_at: datetime) -> None:
    """Takes a lease on calls and counts a try; Conflict when another was faster."""
    rows = [{**_this(call), "by_": by, "until_": until, "give_up_": give_up_at} for call in calls]
    tx.run(_CLAIM, rows, expect=len(rows))


def find(tx: Tx, call_id: str) -> OutgoingCall | None:
    """A call, locked on PostgreSQL; by primary key."""
    row = tx.one(_LOCK, {"s": shard_of(call_id[:35]), "i": call_id})
    return None if row is None else _call(row)


def settle(
    tx: Tx, call: OutgoingCall, status: str, next_at: datetime, done_at: datetime | None, error: str | None
) -> None:
    """What came of a call, by the one who holds it; Conflict when the lease was lost."""
    row = {**_this(call), "by_": call.claimed_by, "status_": status, "next_": next_at}
    tx.run(_SETTLE, {**row, "done_": done_at, "error_": error}, expect=1)


def mend(tx: Tx, call: OutgoingCall, status: str, next_at: datetime, done_at: datetime | None) -> None:
    """A person's decision on a call; Conflict when it moved meanwhile."""
    tries = 0 if status == PENDING else call.attempts
    row = {**_this(call), "was_": call.status, "status_": status, "next_": next_at}
    tx.run(_MEND, {**row, "done_": done_at, "attempts_": tries}, expect=1)


def open_payload(keyring: Keyring, call: OutgoingCall) -> Values:
    return dict(loads(keyring.open(call.payload, "outbox", "payload", call.id)))


def _this(call: OutgoingCall) -> dict[str, object]:
    return {"s": shard_of(call.id[:35]), "i": call.id, "tries": call.attempts}


def _call(row: Row) -> OutgoingCall:
    return OutgoingCall(*(getattr(row, column.name) for column in _COLUMNS))
