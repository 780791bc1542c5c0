"""Messages of cases: stored once per source and id, kept until consumed or expired. Payloads are sealed."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from database import JsonValue, Keyring, Row, Tx
from engine.letters import Message
from engine.model import Case, CaseId, Wait
from engine.store.cases import shard_of
from engine.store.tables import cases, messages, waits
from engine.values import dumps, loads

b = sa.bindparam
WAITING, CONSUMED, EXPIRED = "waiting", "consumed", "expired"
AT_ONCE = 100
"""Kept messages that one step looks at; the sweep brings the rest."""
_KEPT = messages.c.status == sa.literal(WAITING, literal_execute=True)  # in the text, so that partial indexes serve
_FIND = sa.select(messages).where(messages.c.id == b("id"))
_INSERT = sa.insert(messages)
_CONSUME = (
    sa.update(messages)
    .where(messages.c.id == b("i"), messages.c.status == WAITING)
    .values(status=CONSUMED, consumed_at=b("at_"), consumed_by=b("case_"))
)
_EXPIRE = sa.update(messages).where(_KEPT, messages.c.expires_at <= b("now")).values(status=EXPIRED)
_FORGET = sa.delete(messages).where(messages.c.received_at < b("before"), messages.c.status.in_([CONSUMED, EXPIRED]))
_ANYBODY = messages.c.case_id.is_(None)
_OWN = (messages.c.case_id == b("case")) | (_ANYBODY & (messages.c.subject_id == b("subject")))
_BY_KEY = _ANYBODY & messages.c.subject_id.is_(None) & messages.c.key.in_(b("keys", expanding=True))


def _kept(whom: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:  # Any: the columns of a row
    return (
        sa.select(messages)
        .where(_KEPT, messages.c.name.in_(b("names", expanding=True)), messages.c.expires_at > b("now"), whom)
        .order_by(messages.c.received_at, messages.c.id)
        .limit(AT_ONCE)
    )


_KEPT_FOR, _KEPT_FOR_KEYS = _kept(_OWN), _kept(_OWN | _BY_KEY)  # made once: building one costs more than running it


def message_id(source: str, source_id: str) -> str:
    """The id of a message follows from who sent it under which id, so that the same one twice meets itself."""
    return hashlib.sha256(f"{source}\0{source_id}".encode()).hexdigest()[:32]


def find(tx: Tx, id_: str) -> Row | None:
    """A message in any state, by primary key."""
    return tx.one(_FIND, {"id": id_})


def opened(keyring: Keyring, row: Row) -> Message:
    payload = loads(keyring.open(row.payload, "messages", "payload", row.id))
    return Message(
        row.id, row.name, row.key, row.case_id, row.subject_id, payload, row.source, row.source_id, row.received_at
    )


def insert(
    tx: Tx,
    keyring: Keyring,
    message: Message,
    expires_at: datetime,
    reached: JsonValue,
    consumed_by: str | None,
) -> None:
    """Stores a message: consumed when cases took it, else kept. The same one again is a Conflict, so work runs again and finds it."""
    taken = consumed_by is not None
    row = {
        "id": message.id,
        "name": message.name,
        "key": message.key,
        "shard": shard_of(message.case_id) if message.case_id is not None else None,
        "case_id": message.case_id,
        "subject_id": message.subject_id,
        "payload": keyring.seal(dumps(dict(message.payload)), "messages", "payload", message.id),
        "source": message.source,
        "source_id": message.source_id,
        "status": CONSUMED if taken else WAITING,
        "received_at": message.received_at,
        "expires_at": expires_at,
        "consumed_at": message.received_at if taken else None,
        "consumed_by": consumed_by,
        "reached": reached,
    }
    tx.run(_INSERT, row)


def consume(tx: Tx, message: Message, case_id: str, now: datetime) -> None:
    """A kept message is taken; Conflict when another case was first."""
    tx.run(_CONSUME, {"i": message.id, "at_": now, "case_": case_id}, expect=1)


def kept_for(tx: Tx, keyring: Keyring, case: Case, fresh: Sequence[Wait], now: datetime) -> tuple[Message, ...]:
    """Kept messages for new waits of a case, in order of arrival; by messages_case, messages_subject, messages_waiting."""
    given = {"case": case.id, "subject": case.subject_id, "now": now, "names": sorted({wait.name for wait in fresh})}
    keys = sorted({wait.key for wait in fresh if wait.key is not None})
    rows = tx.rows(_KEPT_FOR_KEYS, {**given, "keys": keys}) if keys else tx.rows(_KEPT_FOR, given)
    return tuple(opened(keyring, row) for row in rows)


def waiting_with_key(tx: Tx, name: str, key: str, limit: int) -> tuple[CaseId, ...]:
    """Active cases that wait for exactly this key; served by waits_key."""
    statement = (
        sa.select(waits.c.case_id)
        .distinct()
        .join(cases, (cases.c.shard == waits.c.shard) & (cases.c.id == waits.c.case_id))
        .where(waits.c.name == name, waits.c.key == key, waits.c.key.is_not(None), cases.c.status == "active")
        .order_by(waits.c.case_id)
        .limit(limit)
    )
    return tuple(CaseId(row.case_id) for row in tx.rows(statement))


def unmet(tx: Tx, now: datetime, limit: int) -> tuple[tuple[str, CaseId], ...]:
    """(message, case) pairs where a kept message and a wait missed each other: from a rival commit, or a case that was suspended.

    Walks the kept messages once: by primary key of waits, by cases_subject, by waits_key.
    """
    own = (waits.c.shard == messages.c.shard) & (waits.c.case_id == messages.c.case_id)
    subjects = messages.c.case_id.is_(None) & (cases.c.subject_id == messages.c.subject_id)
    keyed = messages.c.case_id.is_(None) & messages.c.subject_id.is_(None) & (waits.c.key == messages.c.key)
    same_case = (cases.c.shard == waits.c.shard) & (cases.c.id == waits.c.case_id)
    fits = sa.or_(messages.c.key.is_(None), waits.c.key.is_(None), waits.c.key == messages.c.key)
    pair = sa.select(messages.c.id, waits.c.case_id, messages.c.received_at)
    going = (_KEPT, messages.c.expires_at > now, cases.c.status == "active", waits.c.name == messages.c.name)
    found = sa.union(
        pair.join_from(messages, waits, own).join(cases, same_case).where(fits, *going),
        pair.join_from(messages, cases, subjects).join(waits, same_case).where(fits, *going),
        pair.join_from(messages, waits, keyed).join(cases, same_case).where(waits.c.key.is_not(None), *going),
    ).subquery()
    statement = sa.select(found.c.id, found.c.case_id).order_by(found.c.received_at, found.c.id).limit(limit)
    return tuple((row.id, CaseId(row.case_id)) for row in tx.rows(statement))


def expire(tx: Tx, now: datetime) -> None:
    """Marks kept messages whose time is over; served by messages_expiry."""
    tx.run(_EXPIRE, {"now": now})


def forget(tx: Tx, before: datetime) -> None:
    """Deletes what was consumed or expired and came before an instant; served by messages_listed."""
    tx.run(_FORGET, {"before": before})


def reached_of(row: Row) -> Iterable[tuple[str, int, list[str]]]:
    """(case, waits, tasks opened) of the first answer."""
    return ((case_id, count, list(tasks)) for case_id, count, tasks in row.reached or ())
