"""Front door of the database: connections, `write(work)`, sealed values, receipts, migrations.

Knows no table of the houses above; they register theirs in `metadata`.
"""

from database.address import open_database
from database.append_only import append_only
from database.columns import APPEND_ONLY, Instant, Json, JsonValue, metadata
from database.errors import (
    AlreadyServed,
    Busy,
    Conflict,
    ConstraintBroken,
    DatabaseClosed,
    DatabaseError,
    DatabaseFull,
    DatabaseMissing,
    DatabaseUnavailable,
    KeysUnreadable,
    KeysUnsafe,
    Locked,
    NestedWrite,
    SealBroken,
    UnknownDatabase,
    WriteInRead,
    WrongRevision,
)
from database.keyfile import open_keyring
from database.receipt import find_receipt, forget_receipts, insert_receipt, receipts
from database.room import has_room
from database.schema import check, compare, create_tables, upgrade
from database.sealed import Keyring
from database.serving import ServingLock, lock_for_serving
from database.tx import Database, Row, Tx

__all__ = [
    "APPEND_ONLY",
    "AlreadyServed",
    "Busy",
    "Conflict",
    "ConstraintBroken",
    "Database",
    "DatabaseClosed",
    "DatabaseError",
    "DatabaseFull",
    "DatabaseMissing",
    "DatabaseUnavailable",
    "Instant",
    "Json",
    "JsonValue",
    "Keyring",
    "KeysUnreadable",
    "KeysUnsafe",
    "Locked",
    "NestedWrite",
    "Row",
    "SealBroken",
    "ServingLock",
    "Tx",
    "UnknownDatabase",
    "WriteInRead",
    "WrongRevision",
    "append_only",
    "check",
    "compare",
    "create_tables",
    "find_receipt",
    "forget_receipts",
    "has_room",
    "insert_receipt",
    "lock_for_serving",
    "metadata",
    "open_database",
    "open_keyring",
    "receipts",
    "upgrade",
]
