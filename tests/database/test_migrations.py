"""Revisions: drafted on SQLite, run on both, checked and compared. The lines of this file use tables of their own."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

import database.schema
from database import (
    APPEND_ONLY,
    ConstraintBroken,
    DatabaseMissing,
    DatabaseUnavailable,
    Instant,
    Json,
    WrongRevision,
    check,
    compare,
    create_tables,
    open_database,
    upgrade,
)
from database.migrations import draft as drafting
from database.migrations import render


def tables():
    """A house's tables with everything the drafts must know how to write."""
    made = sa.MetaData(naming_convention=database.metadata.naming_convention)
    sa.Table("owners", made, sa.Column("id", sa.String(10), primary_key=True))
    sa.Table(
        "ledger",
        made,
        sa.Column("id", sa.String(10), primary_key=True),
        sa.Column("shard", sa.SmallInteger, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("data", Json),
        sa.Column("blob", sa.LargeBinary),
        sa.Column("open", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("owner", sa.String(10), sa.ForeignKey("owners.id")),
        sa.Index("ledger_open", "at", sqlite_where=sa.text("open"), postgresql_where=sa.text("open")),
        info=APPEND_ONLY,
    )
    shut = made.tables["ledger"].c.open == sa.false()
    sa.Index("ledger_shut", made.tables["ledger"].c.at, sqlite_where=shut, postgresql_where=shut)
    return made


@pytest.fixture
def own(monkeypatch):
    """Stands in for the tables of all houses."""
    made = tables()
    monkeypatch.setattr(database.schema, "metadata", made)
    monkeypatch.setattr(render, "metadata", made)
    monkeypatch.setattr("database.columns.metadata", made)
    return made


@pytest.fixture
def versions(own, tmp_path):
    folder = tmp_path / "versions"
    folder.mkdir()
    drafting.draft("first", versions=folder)
    return folder


def rows(url, statement):
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=sa.NullPool)
    with engine.connect() as connection:
        return connection.execute(sa.text(statement)).all()


def test_a_drafted_revision_makes_the_tables_on_both_databases(address, versions):
    url = address(tables=False)

    assert upgrade(url, versions=versions) == "0001"
    assert upgrade(url, versions=versions) == "0001"
    assert check(url, versions=versions) == "0001"
    assert compare(url) == []


def test_a_draft_is_portable_and_forbids_changes_of_what_only_grows(versions):
    (path,) = versions.glob("*.py")
    text = path.read_text()

    assert path.name == "0001_first.py"
    assert "database.Instant()" in text
    assert "server_default=sa.true()" in text
    assert 'database.append_only(op, "ledger")' in text
    assert 'append_only(op, "owners")' not in text


def test_no_draft_is_made_when_nothing_changed(versions):
    assert drafting.draft("second", versions=versions) is None


def test_a_changed_table_is_found_drafted_and_migrated(address, versions, own):
    url = address(tables=False)
    upgrade(url, versions=versions)
    own.tables["owners"].append_column(sa.Column("since", Instant))

    assert compare(url) != []
    drafted = drafting.draft("owners since", versions=versions)
    assert drafted.name == "0002_owners_since.py"
    with pytest.raises(WrongRevision) as caught:
        check(url, versions=versions)
    assert (caught.value.found, caught.value.expected) == ("0001", "0002")
    assert upgrade(url, versions=versions) == "0002"
    assert compare(url) == []


def test_rows_that_only_grow_cannot_be_changed_after_a_migration(address, versions):
    url = address(tables=False)
    upgrade(url, versions=versions)
    store = open_database(url)
    insert = "INSERT INTO ledger (id, shard, at) VALUES ('a', 1, '2026-01-01T00:00:00.000000Z')"
    store.write(lambda tx: tx.run(sa.text(insert)))

    for forbidden in ("UPDATE ledger SET shard = 2", "DELETE FROM ledger"):
        with pytest.raises(ConstraintBroken):
            store.write(lambda tx, text=forbidden: tx.run(sa.text(text)))

    assert store.read(lambda tx: tx.one(sa.text("SELECT shard, open FROM ledger"))) == (1, True)
    store.close()


def test_created_tables_are_guarded_like_migrated_ones(address, own):
    url = address(tables=False)
    store = open_database(url)
    create_tables(store, own)
    store.close()

    assert compare(url) == []


def test_a_missing_trigger_is_found(address, versions):
    url = address(tables=False)
    upgrade(url, versions=versions)
    store = open_database(url)
    on = "" if store.dialect == "sqlite" else " ON ledger"
    store.write(lambda tx: tx.run(sa.text(f"DROP TRIGGER ledger_keeps_rows{on}")))
    store.close()

    assert compare(url) == ["trigger missing: ledger_keeps_rows"]


def test_a_failing_revision_changes_nothing(address, versions):
    url = address(tables=False)
    upgrade(url, versions=versions)
    (versions / "0002_broken.py").write_text(
        'revision = "0002"\ndown_revision = "0001"\n'
        "from alembic import op\n"
        'def upgrade():\n    op.execute("CREATE TABLE half (id INTEGER)")\n    raise RuntimeError("broken")\n'
    )

    with pytest.raises(RuntimeError, match="broken"):
        upgrade(url, versions=versions)

    assert rows(url, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert all("half" not in difference for difference in compare(url))


def test_those_who_upgrade_at_once_both_arrive(address, versions):
    url = address(tables=False)
    program = (
        "import sys; from pathlib import Path; from database import upgrade; "
        "print(upgrade(sys.argv[1], versions=Path(sys.argv[2])))"
    )

    def run(_):
        command = [sys.executable, "-c", program, url, str(versions)]
        return subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True).stdout

    with ThreadPoolExecutor(2) as people:
        assert list(people.map(run, range(2))) == ["0001\n", "0001\n"]


def test_an_empty_database_has_the_wrong_revision(address, versions):
    url = address(tables=False)
    open_database(url).close()

    with pytest.raises(WrongRevision, match="db upgrade"):
        check(url, versions=versions)


def test_a_file_that_is_not_there_is_missing_and_not_made(tmp_path):
    with pytest.raises(DatabaseMissing):
        check(f"sqlite:///{tmp_path}/none.db")

    assert not (tmp_path / "none.db").exists()


def test_a_key_that_leads_nowhere_after_a_revision_undoes_it(tmp_path, versions):
    url = f"sqlite:///{tmp_path}/ninefold.db"
    upgrade(url, versions=versions)
    (versions / "0002_orphans.py").write_text(
        'revision = "0002"\ndown_revision = "0001"\n'
        "from alembic import op\n"
        "def upgrade():\n    op.execute(\"INSERT INTO ledger (id, shard, at, owner) VALUES ('a', 1, '', 'nobody')\")\n"
    )

    with pytest.raises(ConstraintBroken):
        upgrade(url, versions=versions)

    assert check_fails_at(url, versions) == "0001"


def check_fails_at(url, versions):
    with pytest.raises(WrongRevision) as caught:
        check(url, versions=versions)
    return caught.value.found


def test_a_server_that_is_not_there_cannot_be_upgraded(versions):
    with pytest.raises(DatabaseUnavailable):
        upgrade("postgresql://nobody@/none?host=/nonexistent", versions=versions)


def test_a_changed_column_is_told_in_words(address, versions, own):
    url = address(tables=False)
    upgrade(url, versions=versions)
    own.tables["ledger"].c.shard.nullable = True

    (difference,) = compare(url)

    assert "ledger" in difference
    assert "shard" in difference


def test_the_revisions_of_this_release_make_the_tables_of_all_houses(address):
    if database.schema.head() is None:
        pytest.skip("the first revision has not been drafted yet")
    program = (
        "import sys, access, care, engine; from database import compare, upgrade; "
        "print(upgrade(sys.argv[1]), compare(sys.argv[1]))"
    )
    command = [sys.executable, "-c", program, address(tables=False)]

    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)

    assert done.stdout == f"{database.schema.head()} []\n", done.stderr


def test_the_command_imports_the_houses_and_names_the_file_it_wrote(monkeypatch, capsys):
    answers = [Path("0002_more.py"), None]
    monkeypatch.setattr(drafting, "draft", lambda what: answers.pop(0))

    assert drafting.main(["More", "--houses", "database"]) == 0
    assert drafting.main(["More", "--houses", "database"]) == 0

    assert capsys.readouterr().out == "0002_more.py\nThe tables need no revision.\n"
