"""Calls of the outbox and messages as an administrator sees them: which, since when, in what state; never what they say."""

from dataclasses import dataclass

import sqlalchemy as sa

from database import Row, Tx
from engine.letters import CallView, MessageView
from engine.queries.paging import by_instant
from engine.store.cases import shard_of
from engine.store.tables import messages, outbox
from engine.views import Page

_HIDDEN = {"payload", "token", "claimed_by", "shard", "n"}
_CALLS = (*(column for column in outbox.c if column.name not in _HIDDEN), outbox.c.token.is_not(None).label("awaited"))
_MESSAGES = tuple(
    column
    for column in messages.c
    if column.name not in {"payload", "key", "subject_id", "shard", "reached", "source_id"}
)


@dataclass(frozen=True, slots=True)
class CallFilter:
    """`status`: pending, delivered, dead or discarded."""

    status: str | None = None
    topic: str | None = None
    case_id: str | None = None
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """`status`: waiting, consumed or expired."""

    status: str | None = None
    name: str | None = None
    case_id: str | None = None
    limit: int = 50
    cursor: str | None = None


def calls(tx: Tx, wanted: CallFilter) -> Page[CallView]:
    """Calls, the latest first; served by outbox_listed, or outbox_case for one case."""
    statement = sa.select(*_CALLS)
    for column, value in (
        (outbox.c.status, wanted.status),
        (outbox.c.topic, wanted.topic),
        (outbox.c.case_id, wanted.case_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    order = (outbox.c.created_at, outbox.c.id)
    return by_instant(tx, statement, order, wanted.cursor, wanted.limit, call, descending=True)


def one_call(tx: Tx, call_id: str) -> CallView | None:
    """One call; by its id, within its case."""
    row = tx.one(sa.select(*_CALLS).where(outbox.c.shard == shard_of(call_id[:35]), outbox.c.id == call_id))
    return None if row is None else call(row)


def kept(tx: Tx, wanted: MessageFilter) -> Page[MessageView]:
    """Messages, the latest first; served by messages_listed, or messages_case for one case."""
    statement = sa.select(*_MESSAGES)
    for column, value in (
        (messages.c.status, wanted.status),
        (messages.c.name, wanted.name),
        (messages.c.case_id, wanted.case_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    order = (messages.c.received_at, messages.c.id)
    return by_instant(tx, statement, order, wanted.cursor, wanted.limit, message, descending=True)


def call(row: Row) -> CallView:
    return CallView(
        id=row.id,
        case_id=row.case_id,
        step=row.step,
        topic=row.topic,
        element=row.element,
        status=row.status,
        created_at=row.created_at,
        attempts=row.attempts,
        next_at=row.next_at,
        give_up_at=row.give_up_at,
        claimed_until=row.claimed_until,
        done_at=row.done_at,
        error=row.error,
        awaited=bool(row.awaited),
    )


def message(row: Row) -> MessageView:
    return MessageView(
        id=row.id,
        name=row.name,
        case_id=row.case_id,
        source=row.source,
        status=row.status,
        received_at=row.received_at,
        expires_at=row.expires_at,
        consumed_at=row.consumed_at,
        consumed_by=row.consumed_by,
    )
