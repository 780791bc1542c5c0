"""Rows that say who belongs to a case, and as what."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from access.store.tables import case_access
from database import Tx

_GRANT = {
    "sqlite": sqlite.insert(case_access).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(case_access).on_conflict_do_nothing(),
}
_REVOKE = sa.delete(case_access).where(
    case_access.c.shard == sa.bindparam("s"),
    case_access.c.case_id == sa.bindparam("c"),
    case_access.c.person_id == sa.bindparam("p"),
    case_access.c.kind == sa.bindparam("k"),
)
_OF_CASE = (
    sa.select(case_access.c.person_id, case_access.c.kind)
    .where(case_access.c.shard == sa.bindparam("shard"), case_access.c.case_id == sa.bindparam("case_id"))
    .order_by(case_access.c.person_id, case_access.c.kind)
    .limit(1000)
)


def grant(tx: Tx, shard: int, case_id: str, person_id: str, kind: str) -> None:
    """One statement; a grant that is there already stays."""
    tx.run(_GRANT[tx.dialect], {"shard": shard, "case_id": case_id, "person_id": person_id, "kind": kind})


def revoke(tx: Tx, shard: int, case_id: str, person_id: str, kind: str) -> None:
    """One statement; a grant that is not there is no error."""
    tx.run(_REVOKE, {"s": shard, "c": case_id, "p": person_id, "k": kind})


def of_case(tx: Tx, shard: int, case_id: str) -> tuple[tuple[str, str], ...]:
    """(person, kind) of everybody on a case, by primary key; at most 1000."""
    return tuple((row.person_id, row.kind) for row in tx.rows(_OF_CASE, {"shard": shard, "case_id": case_id}))
