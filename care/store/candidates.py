"""Rows of candidates: clients whom care might take on."""

from datetime import datetime

import sqlalchemy as sa

from care.model import Candidate
from care.store.tables import candidates
from database import Row, Tx

b = sa.bindparam
COLUMNS = (
    candidates.c.id,
    candidates.c.client_id,
    candidates.c.reason,
    candidates.c.at,
    candidates.c.status,
    candidates.c.decided_at,
    candidates.c.decided_by,
)
_BY_ID = sa.select(*COLUMNS).where(candidates.c.id == b("id"))
_KNOWN = (
    sa.select(candidates.c.id, candidates.c.status, candidates.c.stay_id)
    .where(
        candidates.c.client_id.in_(b("clients", expanding=True)),
        sa.or_(candidates.c.status == "open", candidates.c.stay_id == b("stay")),
    )
    .limit(50)
)
_INSERT = sa.insert(candidates)
_DECIDE = (
    sa.update(candidates)
    .where(candidates.c.id == b("id_"), candidates.c.status == "open")
    .values(status=b("status_"), decided_at=b("when"), decided_by=b("by"))
)
_CLOSE = (
    sa.update(candidates)
    .where(candidates.c.client_id == b("client"), candidates.c.status == "open")
    .values(status="accepted", decided_at=b("when"), decided_by=b("by"))
)
_MOVE = sa.update(candidates).where(candidates.c.client_id == b("retired")).values(client_id=b("survivor"))


def by_id(tx: Tx, candidate_id: str) -> Candidate | None:
    """By primary key."""
    row = tx.one(_BY_ID, {"id": candidate_id})
    return None if row is None else from_row(row)


def is_known(tx: Tx, client_ids: list[str], stay_id: str) -> bool:
    """Whether one is open for the client, or was ever made for this stay; by candidates_client."""
    return bool(tx.rows(_KNOWN, {"clients": client_ids, "stay": stay_id}))


def insert(tx: Tx, candidate: Candidate, stay_id: str | None) -> None:
    """Keeps a new candidate."""
    row = {"id": candidate.id, "client_id": candidate.client_id, "stay_id": stay_id, "reason": candidate.reason}
    tx.run(_INSERT, {**row, "at": candidate.at, "status": candidate.status})


def decide(tx: Tx, candidate_id: str, status: str, at: datetime, by: str) -> None:
    """Accepts or dismisses an open candidate; a Conflict when it is not open."""
    tx.run(_DECIDE, {"id_": candidate_id, "status_": status, "when": at, "by": by}, expect=1)


def close_for(tx: Tx, client_id: str, at: datetime, by: str) -> None:
    """Accepts the client's open candidate, if any, because a case began."""
    tx.run(_CLOSE, {"client": client_id, "when": at, "by": by})


def move(tx: Tx, retired: str, survivor: str) -> None:
    """Gives the retired client's candidates to the survivor."""
    tx.run(_MOVE, {"retired": retired, "survivor": survivor})


def from_row(row: Row) -> Candidate:
    """A candidate from the columns of COLUMNS."""
    return Candidate(row.id, row.client_id, row.reason, row.at, row.status, row.decided_at, row.decided_by)
