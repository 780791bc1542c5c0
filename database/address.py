"""Opens the database an address names."""

from pathlib import Path

import sqlalchemy as sa

from database.errors import UnknownDatabase
from database.postgresql import PostgresqlDatabase
from database.sqlite import SqliteDatabase
from database.tx import Database


def open_database(url: str, *, synchronous: str = "FULL") -> Database:
    """Opens `sqlite:///path` or `postgresql://…` (psycopg); tables are made by `upgrade`, not here.

    `synchronous` is SQLite's: FULL survives power loss, NORMAL may lose the last commits then.
    An absent SQLite file is made (mode 0600). UnknownDatabase for other addresses, DatabaseMissing without the folder.
    """
    address = parse(url)
    if address.get_backend_name() == "sqlite":
        return SqliteDatabase(sqlite_path(address), synchronous)
    return PostgresqlDatabase(address)


def parse(url: str) -> sa.URL:
    """The address as a value; UnknownDatabase when it names neither of the two databases."""
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise UnknownDatabase from None
    backend = address.drivername.partition("+")[0]
    if backend in {"postgresql", "postgres"}:
        return address.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and address.database and address.database != ":memory:":
        return address.set(drivername="sqlite")
    raise UnknownDatabase


def sqlite_path(address: sa.URL) -> Path:
    """The file of an SQLite address."""
    return Path(address.database or "")
