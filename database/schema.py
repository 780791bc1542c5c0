"""Makes, migrates, checks and compares the tables of a database. Rows are not its business."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from database.address import parse, sqlite_path
from database.append_only import statements, trigger_names
from database.columns import metadata
from database.errors import Busy, Conflict, ConstraintBroken, DatabaseMissing, WrongRevision
from database.faults import ours
from database.postgresql import postgresql_engine
from database.sqlite import prepare_file, sqlite_engine
from database.tx import Database

MIGRATIONS = Path(__file__).parent / "migrations"
VERSIONS = MIGRATIONS / "versions"
UPGRADE_TRIES = 15


def create_tables(database: Database, tables: sa.MetaData = metadata) -> None:
    """Makes all tables at once, with their triggers, in one transaction: for tests and throw-away databases.

    An installation uses `upgrade`.
    """
    with database.engine.connect() as connection:
        begin(connection)
        tables.create_all(connection)
        for table in _append_only(tables):
            for statement in statements(table, connection.dialect.name):
                connection.exec_driver_sql(statement)
        finish(connection)


def upgrade(url: str, *, versions: Path = VERSIONS) -> str:
    """Brings the database to this release's revision and names it; makes an absent SQLite file.

    Two processes at once are safe: the second waits, then finds nothing to do. It waits for a table no longer than writers
    behind it can bear, then lets them pass and tries again; Busy or Conflict, and nothing changed, when no try got through.
    """
    if parse(url).get_backend_name() == "sqlite":
        prepare_file(sqlite_path(parse(url)))
    for _ in range(UPGRADE_TRIES - 1):
        with suppress(Busy, Conflict):  # a lock that lasts, or a deadlock with a writer
            return _upgraded(url, versions)
    return _upgraded(url, versions)


def _upgraded(url: str, versions: Path) -> str:
    with _connection(url) as connection:
        command.upgrade(configuration(connection, versions), "head")
        return _found(connection) or ""


def check(url: str, *, versions: Path = VERSIONS) -> str:
    """The database's revision; DatabaseMissing when there is none, WrongRevision when it is not this release's."""
    address = parse(url)
    if address.get_backend_name() == "sqlite" and not sqlite_path(address).is_file():
        raise DatabaseMissing(f"Expected a database in '{sqlite_path(address)}', but there is none")
    with _connection(url) as connection:
        found, expected = _found(connection), head(versions)
    if found is None or found != expected:
        raise WrongRevision(found, expected)
    return found


def compare(url: str) -> list[str]:
    """How the migrated tables differ from `metadata` and its append-only marks; empty when they agree."""
    with _connection(url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        differences = [_in_words(difference) for difference in compare_metadata(context, metadata)]
        present = _triggers(connection)
    wanted = {name for table in _append_only(metadata) for name in trigger_names(table)}
    return differences + [f"trigger missing: {name}" for name in sorted(wanted - present)]


def head(versions: Path = VERSIONS) -> str | None:
    """The newest revision among the files, or None when there is none yet."""
    return ScriptDirectory.from_config(configuration(None, versions)).get_current_head()


def configuration(connection: sa.Connection | None, versions: Path = VERSIONS) -> Config:
    """Alembic's configuration, made here instead of an .ini file; env.py finds the connection in it."""
    config = Config(cmd_opts=Namespace(quiet=True))
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("version_locations", str(versions).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def begin(connection: sa.Connection) -> None:
    """Begins the one transaction of a change of tables; a second process waits here.

    SQLite rebuilds tables to change them, so its foreign keys rest meanwhile and are checked before the commit.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4711170926)")


def finish(connection: sa.Connection) -> None:
    """Commits it; ConstraintBroken, and nothing changed, when a foreign key leads nowhere."""
    if connection.dialect.name == "sqlite":
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            raise ConstraintBroken
        connection.exec_driver_sql("COMMIT")
    else:
        connection.commit()


@contextmanager
def _connection(url: str) -> Iterator[sa.Connection]:
    address = parse(url)
    backend = address.get_backend_name()
    engine = sqlite_engine(sqlite_path(address)) if backend == "sqlite" else postgresql_engine(address)
    try:
        with engine.connect() as connection:
            yield connection
    except sa.exc.DBAPIError as error:
        raise ours(error) from None
    finally:
        engine.dispose()


def _found(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _append_only(tables: sa.MetaData) -> list[str]:
    return [table.name for table in tables.sorted_tables if table.info.get("append_only")]


def _triggers(connection: sa.Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    return {str(row[0]) for row in connection.exec_driver_sql(query)}


def _in_words(difference: Any) -> str:  # Any: alembic's nested tuples of schema items
    if isinstance(difference, list):
        return "; ".join(_in_words(part) for part in difference)
    return " ".join(str(getattr(part, "name", part)) for part in difference if part is not None and part != {})
