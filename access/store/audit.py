"""Rows of the audit; the table itself refuses changes."""

from collections.abc import Iterator

import sqlalchemy as sa

from access.store.tables import audit, audit_heads
from database import Row, Tx

PAGE = 1000
_INSERT = sa.insert(audit)
_HEAD = sa.select(audit_heads.c.head).where(audit_heads.c.chain == sa.bindparam("chain")).with_for_update()
_HEADS = sa.select(audit_heads.c.chain, audit_heads.c.head)
_NEW_HEAD = sa.insert(audit_heads)
_MOVE_HEAD = (
    sa.update(audit_heads)
    .where(audit_heads.c.chain == sa.bindparam("c"), audit_heads.c.head == sa.bindparam("old"))
    .values(head=sa.bindparam("new"))
)
_KEY = (audit.c.shard, audit.c.chain, audit.c.seq)
_PAGE = (
    sa.select(audit)
    .where(sa.tuple_(*_KEY) > sa.tuple_(*(sa.bindparam(f"last_{c.name}", type_=c.type) for c in _KEY)))
    .order_by(*_KEY)
    .limit(PAGE)
)


def insert(tx: Tx, row: dict[str, object]) -> None:
    """All columns by name; a seq that is there already is a Conflict."""
    tx.run(_INSERT, row)


def head(tx: Tx, chain: str) -> bytes | None:
    """The head of a principal's chain, locked on PostgreSQL."""
    found = tx.one(_HEAD, {"chain": chain})
    return None if found is None else bytes(found.head)


def move_head(tx: Tx, chain: str, old: bytes | None, new: bytes) -> None:
    """Conflict when another note came between."""
    if old is None:
        tx.run(_NEW_HEAD, {"chain": chain, "head": new})
    else:
        tx.run(_MOVE_HEAD, {"c": chain, "old": old, "new": new}, expect=1)


def heads(tx: Tx) -> dict[str, bytes]:
    """The heads of all principals' chains: one per person or program that ever acted outside a case."""
    return {row.chain: bytes(row.head) for row in tx.rows(_HEADS)}


def all_rows(tx: Tx) -> Iterator[Row]:
    """Every row, chain by chain in their order; a page at a time by primary key."""
    last: dict[str, object] = {"last_shard": -1, "last_chain": "", "last_seq": -1}
    while page := tx.rows(_PAGE, last):
        yield from page
        last = {f"last_{column.name}": getattr(page[-1], column.name) for column in _KEY}
