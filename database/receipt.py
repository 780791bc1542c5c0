"""Idempotency receipts: the answer to a request, kept in the transaction of its effect. The caller seals answers."""

from datetime import datetime

import sqlalchemy as sa

from database.columns import Instant, metadata
from database.tx import Row, Tx

receipts = sa.Table(
    "receipts",
    metadata,
    sa.Column("actor", sa.String(200), primary_key=True),
    sa.Column("path", sa.String(400), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("fingerprint", sa.LargeBinary, nullable=False),
    sa.Column("answer", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index("receipts_age", "created_at"),
    sqlite_with_rowid=False,
)
_FIND = sa.select(receipts.c.fingerprint, receipts.c.answer, receipts.c.created_at).where(
    receipts.c.actor == sa.bindparam("actor"),
    receipts.c.path == sa.bindparam("path"),
    receipts.c.key == sa.bindparam("key"),
)
_INSERT = sa.insert(receipts)
_FORGET = sa.delete(receipts).where(receipts.c.created_at < sa.bindparam("before"))


def find_receipt(tx: Tx, actor: str, path: str, key: str) -> Row | None:
    """The row (fingerprint, answer, created_at) of a request already answered, by primary key."""
    return tx.one(_FIND, {"actor": actor, "path": path, "key": key})


def insert_receipt(
    tx: Tx, *, actor: str, path: str, key: str, fingerprint: bytes, answer: bytes, created_at: datetime
) -> None:
    """Keeps an answer; the same (actor, path, key) twice is a Conflict, so work runs again and finds it."""
    row = {"actor": actor, "path": path, "key": key, "fingerprint": fingerprint, "answer": answer}
    tx.run(_INSERT, {**row, "created_at": created_at})


def forget_receipts(tx: Tx, before: datetime) -> None:
    """Deletes the receipts older than `before`; served by receipts_age."""
    tx.run(_FORGET, {"before": before})
