"""Rows of sessions; secrets are here as SHA-256 only."""

from datetime import datetime

import sqlalchemy as sa

from access.store.people import COLUMNS
from access.store.tables import people, sessions
from database import Row, Tx

_INSERT = sa.insert(sessions)
_FIND = (
    sa.select(
        people.c.id,
        *COLUMNS,
        sessions.c.csrf_hash,
        sessions.c.created_at,
        sessions.c.seen_at,
        sessions.c.expires_at,
    )
    .join_from(sessions, people, people.c.id == sessions.c.person_id)
    .where(sessions.c.token_hash == sa.bindparam("token_hash"))
)
_TOUCH = sa.update(sessions).where(sessions.c.token_hash == sa.bindparam("t")).values(seen_at=sa.bindparam("at"))
_CLOSE = sa.delete(sessions).where(sessions.c.token_hash == sa.bindparam("t"))
_CLOSE_ALL = sa.delete(sessions).where(sessions.c.person_id == sa.bindparam("person"))
_FORGET = sa.delete(sessions).where(sessions.c.expires_at < sa.bindparam("before"))


def insert(
    tx: Tx, *, token_hash: bytes, csrf_hash: bytes, person_id: str, created_at: datetime, expires_at: datetime
) -> None:
    """A session that was seen just now."""
    row = {"token_hash": token_hash, "csrf_hash": csrf_hash, "person_id": person_id, "expires_at": expires_at}
    tx.run(_INSERT, {**row, "created_at": created_at, "seen_at": created_at})


def find(tx: Tx, token_hash: bytes) -> Row | None:
    """A session with its person, by primary key."""
    return tx.one(_FIND, {"token_hash": token_hash})


def touch(tx: Tx, token_hash: bytes, at: datetime) -> None:
    """Puts the idle clock back."""
    tx.run(_TOUCH, {"t": token_hash, "at": at})


def close(tx: Tx, token_hash: bytes) -> None:
    """One, by primary key."""
    tx.run(_CLOSE, {"t": token_hash})


def close_all(tx: Tx, person_id: str) -> None:
    """All of one person; served by sessions_person."""
    tx.run(_CLOSE_ALL, {"person": person_id})


def forget(tx: Tx, before: datetime) -> None:
    """Those that ended before an instant; served by sessions_expiry."""
    tx.run(_FORGET, {"before": before})
