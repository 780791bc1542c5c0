"""Turns a driver's error into ours. The driver's text can quote stored values, so it is never passed on."""

import sqlite3

import sqlalchemy as sa

from database.errors import Busy, Conflict, ConstraintBroken, DatabaseError, DatabaseFull, DatabaseUnavailable, Locked

_SQLITE = {
    "SQLITE_CONSTRAINT_UNIQUE": Conflict,
    "SQLITE_CONSTRAINT_PRIMARYKEY": Conflict,
    "SQLITE_CONSTRAINT_ROWID": Conflict,
    "SQLITE_CONSTRAINT": ConstraintBroken,
    "SQLITE_BUSY": Busy,
    "SQLITE_LOCKED": Busy,
    "SQLITE_FULL": DatabaseFull,
    "SQLITE_IOERR": DatabaseUnavailable,
    "SQLITE_CANTOPEN": DatabaseUnavailable,
    "SQLITE_NOTADB": DatabaseUnavailable,
    "SQLITE_CORRUPT": DatabaseUnavailable,
    "SQLITE_READONLY": DatabaseUnavailable,
}
_POSTGRESQL = {
    "23505": Conflict,  # unique
    "40001": Conflict,  # serialization
    "40P01": Conflict,  # deadlock
    "55P03": Locked,  # lock timeout
    "57014": Busy,  # statement timeout
    "53300": Busy,  # too many connections
    "53100": DatabaseFull,
    "25P03": DatabaseUnavailable,  # idle in a transaction for too long: the server hung up
    "23": ConstraintBroken,
    "08": DatabaseUnavailable,
    "57": DatabaseUnavailable,
    "53": DatabaseUnavailable,
}


def translate(error: sa.exc.DBAPIError) -> DatabaseError | None:
    """Our error for a driver's, or None for a mistake in a statement (wrong SQL, unknown table)."""
    origin = error.orig
    if isinstance(origin, sqlite3.Error):
        name: str = getattr(origin, "sqlite_errorname", "")
        kind = _SQLITE.get(name) or _SQLITE.get("_".join(name.split("_")[:2]))
    else:
        state: str = getattr(origin, "sqlstate", None) or ""
        kind = _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
        if kind is None and (
            error.connection_invalidated or (not state and isinstance(error, sa.exc.OperationalError))
        ):
            kind = DatabaseUnavailable
    return None if kind is None else kind()


def ours(error: BaseException) -> BaseException:
    """Our error for whatever a driver or SQLAlchemy raised; any other error as it is."""
    if isinstance(error, sqlite3.Error):
        error = sa.exc.DBAPIError("", None, error)
    return (translate(error) or error) if isinstance(error, sa.exc.DBAPIError) else error
