"""Whether writes find room: after one that found none, a write of our own asks again."""

import os
import secrets
from datetime import UTC, datetime, timedelta

from database.errors import DatabaseFull
from database.receipt import forget_receipts, insert_receipt
from database.tx import Database, Tx

ENOUGH = 65_536
"""Bytes that must find room: more than a step needs, and more than what lies free in a page."""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def has_room(database: Database) -> bool:
    """Whether writes find room, as far as is known: it writes only after a write was refused."""
    if database.full:
        try:
            database.write(_fill)
            database.write(_forget)
        except DatabaseFull:
            return False
        database.full = False
    return True


def _fill(tx: Tx) -> None:
    insert_receipt(
        tx,
        actor="",
        path="room",
        key=secrets.token_hex(16),
        fingerprint=b"",
        answer=os.urandom(ENOUGH),  # what cannot be compressed away
        created_at=_LONG_AGO,
    )


def _forget(tx: Tx) -> None:
    forget_receipts(tx, _LONG_AGO + timedelta(days=1))
