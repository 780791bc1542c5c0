"""Links between cases of one client: a row on each side."""

from datetime import datetime

import sqlalchemy as sa

from database import Tx
from engine.model import CaseId
from engine.places import Link
from engine.store.cases import shard_of
from engine.store.tables import case_links

_LINK = sa.insert(case_links)


def insert(tx: Tx, links: dict[CaseId, Link], now: datetime) -> None:
    """Writes what each case is linked to; one statement."""
    rows = [
        {"shard": shard_of(case_id), "case_id": case_id, "linked_id": link.linked_id, "kind": link.kind, "at": now}
        for case_id, link in links.items()
    ]
    tx.run(_LINK, rows)
