"""Room for writes: it counts as there until a write finds none, and is asked for again from then on."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from database import Database, DatabaseFull, create_tables, find_receipt, has_room, insert_receipt, open_database
from tests.support.statements import counted

NOW = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'small.db'}", synchronous="NORMAL")
    create_tables(database)
    yield database
    database.close()


def limit(database: Database, pages: int) -> None:
    """How many pages the writer may use."""
    database._writer._raw.execute(f"PRAGMA max_page_count = {pages}")


def keep(database: Database, key: str) -> None:
    given = {"actor": "ann", "path": "/", "key": key, "fingerprint": b"", "created_at": NOW}
    database.write(lambda tx: insert_receipt(tx, answer=os.urandom(200_000), **given))


def test_room_is_not_asked_for_until_a_write_was_refused(store: Database):
    with counted(store) as seen:
        assert has_room(store)

    assert len(seen) == 0


def test_a_refused_write_makes_it_full_until_a_write_finds_room(store: Database):
    limit(store, 1)
    with pytest.raises(DatabaseFull):
        keep(store, "one")
    assert store.full
    assert not has_room(store)

    limit(store, 100_000)

    assert has_room(store)
    assert not store.full
    assert store.read(lambda tx: find_receipt(tx, "ann", "/", "one")) is None


def test_asking_leaves_nothing_behind(store: Database):
    store.full = True

    assert has_room(store)

    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM receipts").scalar() == 0
