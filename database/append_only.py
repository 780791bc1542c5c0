"""Triggers that forbid UPDATE and DELETE on a table, for migrations and for tests."""

from typing import Protocol

import sqlalchemy as sa

_SQLITE = """
CREATE TRIGGER {table}_keeps_rows BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
--
CREATE TRIGGER {table}_keeps_values BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION ninefold_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the table is append-only' USING ERRCODE = 'restrict_violation'; END $$
--
CREATE TRIGGER {table}_keeps_rows BEFORE DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION ninefold_append_only()
--
CREATE TRIGGER {table}_keeps_values BEFORE UPDATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION ninefold_append_only()
"""


class Operations(Protocol):
    """What we need of alembic's `op`."""

    def execute(self, sqltext: str, /) -> None: ...

    def get_bind(self) -> sa.Connection: ...


def append_only(op: Operations, table: str) -> None:
    """In a migration: forbids UPDATE and DELETE (and TRUNCATE on PostgreSQL) on `table`.

    SQLite loses triggers when a batch operation rebuilds the table: call it again afterwards.
    """
    for statement in statements(table, op.get_bind().dialect.name):
        op.execute(statement)


def statements(table: str, dialect: str) -> tuple[str, ...]:
    """The DDL, in order."""
    ddl = _SQLITE if dialect == "sqlite" else _POSTGRESQL
    return tuple(statement.strip() for statement in ddl.format(table=table).split("\n--\n"))


def trigger_names(table: str) -> tuple[str, str]:
    """The names of the two triggers."""
    return f"{table}_keeps_rows", f"{table}_keeps_values"
