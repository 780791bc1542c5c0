"""Worlds: `world` on SQLite (fast), `either_world` on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from database import Database, Keyring, open_database
from tests.support.world import World


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_templates: Callable[[], Path]) -> Iterator[Database]:
    path = tmp_path / "world.db"
    shutil.copyfile(sqlite_templates(), path)
    opened = open_database(f"sqlite:///{path}", synchronous="NORMAL")
    yield opened
    opened.close()


@pytest.fixture
def world(sqlite: Database, keyring: Keyring) -> World:
    return World(sqlite, keyring)


@pytest.fixture
def either_world(database: Database, keyring: Keyring) -> World:
    return World(database, keyring)
