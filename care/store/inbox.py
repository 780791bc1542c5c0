"""The inbox of ADT messages: each is kept, sealed, under its sender and control id, with what it came to."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from care.store.tables import adt_messages
from database import Keyring, Tx

b = sa.bindparam
_FIND = sa.select(adt_messages.c.body_hash).where(
    adt_messages.c.application == b("application"),
    adt_messages.c.facility == b("facility"),
    adt_messages.c.control_id == b("control_id"),
)
_INSERT = sa.insert(adt_messages)


@dataclass(frozen=True, slots=True)
class Kept:
    """One message of the inbox; `outcome` is applied or filed (kept, without an effect)."""

    application: str
    facility: str
    control_id: str
    event: str
    event_at: datetime
    received_at: datetime
    outcome: str
    client_id: str | None
    case_id: str | None


def known_body(tx: Tx, application: str, facility: str, control_id: str) -> bytes | None:
    """The keyed hash of the body that came first under this key, by primary key."""
    row = tx.one(_FIND, {"application": application, "facility": facility, "control_id": control_id})
    return None if row is None else bytes(row.body_hash)


def hash_body(keyring: Keyring, body: bytes) -> bytes:
    """A keyed hash: a plain one would let a reader of the database try out bodies."""
    return keyring.blind("adt_messages.body", body.hex())


def insert(tx: Tx, keyring: Keyring, message: Kept, body: bytes) -> None:
    """Keeps a message; a Conflict when its key was used meanwhile."""
    row = f"{message.application}|{message.facility}|{message.control_id}"
    values = {
        "application": message.application,
        "facility": message.facility,
        "control_id": message.control_id,
        "body_hash": hash_body(keyring, body),
        "received_at": message.received_at,
        "event_at": message.event_at,
        "event": message.event,
        "body": keyring.seal(body, "adt_messages", "body", row),
        "outcome": message.outcome,
        "client_id": message.client_id,
        "case_id": message.case_id,
    }
    tx.run(_INSERT, values)
