"""Everything the facts of a case need of its client, in one SELECT."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from care.model import Client
from care.stays import Stay
from care.store import clients as client_rows
from care.store import stays as stay_rows
from care.store.tables import clients, stays
from database import Keyring, Tx

_ASKED = clients.alias("asked")
_SELECT: sa.Select[Any] = (  # Any: the columns are those of the two COLUMNS
    sa.select(*client_rows.COLUMNS, *(column for column in stay_rows.COLUMNS if column.name != "client_id"))
    .select_from(_ASKED)
    .join(clients, clients.c.id == sa.func.coalesce(_ASKED.c.merged_into, _ASKED.c.id))
    .outerjoin(stays, stays.c.client_id == clients.c.id)
    .where(_ASKED.c.id == sa.bindparam("id"))
    .order_by(stays.c.began_at.desc())
    .limit(stay_rows.LIMIT)
)


@dataclass(frozen=True, slots=True)
class ClientWithStays:
    """A client, or the one that took their place, with the latest 200 stays."""

    client: Client
    stays: tuple[Stay, ...]


def client_with_stays(tx: Tx, keyring: Keyring, client_id: str) -> ClientWithStays | None:
    """Served by the primary key of clients and stays_client."""
    rows = tx.rows(_SELECT, {"id": client_id})
    if not rows:
        return None
    client = client_rows.from_row(rows[0], keyring)
    held = tuple(stay_rows.from_row(row, keyring, client.id) for row in rows if row.stay_id is not None)
    return ClientWithStays(client, held)
