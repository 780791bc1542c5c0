"""Incident rows: one per token that cannot go on, opened and closed by the step that parks or frees it."""

from datetime import datetime

import sqlalchemy as sa

from database import Tx
from engine.model import OPEN, Advance, Case, Incident
from engine.store.tables import incidents

b = sa.bindparam
_INSERT = sa.insert(incidents)
_MINE = (incidents.c.shard == b("s"), incidents.c.id == b("i"), incidents.c.status == OPEN)
_AGAIN = (
    sa.update(incidents)
    .where(*_MINE)
    .values(attempts=b("attempts_"), cause=b("cause_"), detail=b("detail_"), step=b("step_"))
)
_CLOSE = sa.update(incidents).where(*_MINE).values(status=b("status_"), closed_at=b("at_"), closed_by=b("by_"))
_CASE_OF = sa.select(incidents.c.case_id).where(incidents.c.shard == b("s"), incidents.c.id == b("i"))
HOW = {"IncidentRetried": "retried", "IncidentResolved": "resolved"}


def apply(tx: Tx, case: Case, advance: Advance, actor_id: str, now: datetime) -> None:
    """Opens, counts again and closes what a step parked and freed. No statement when it did neither."""
    tx.run(_INSERT, [_row(case, item, now) for item in advance.parked if item.attempts == 1])
    again = [item for item in advance.parked if item.attempts > 1]
    tx.run(_AGAIN, [_changed(case, item) for item in again], expect=len(again))
    status = HOW.get(advance.kind, "gone")
    closed = [{"s": case.shard, "i": key, "status_": status, "at_": now, "by_": actor_id} for key in advance.freed]
    tx.run(_CLOSE, closed, expect=len(closed))


def case_of(tx: Tx, shard: int, incident_id: str) -> str | None:
    """The case of an incident, open or closed."""
    row = tx.one(_CASE_OF, {"s": shard, "i": incident_id})
    return None if row is None else str(row.case_id)


def _row(case: Case, item: Incident, now: datetime) -> dict[str, object]:
    return {
        "shard": case.shard,
        "id": item.id,
        "case_id": case.id,
        "process": item.process,
        "element": item.element,
        "kind": "token",
        "cause": item.cause[:60],
        "detail": item.detail[:400],
        "token": item.id,
        "status": OPEN,
        "attempts": item.attempts,
        "step": case.version + 1,
        "opened_at": now,
    }


def _changed(case: Case, item: Incident) -> dict[str, object]:
    return {
        "s": case.shard,
        "i": item.id,
        "attempts_": item.attempts,
        "cause_": item.cause[:60],
        "detail_": item.detail[:400],
        "step_": case.version + 1,
    }
