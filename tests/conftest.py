"""Fixtures of every room: a real database of each kind, keys, and fresh addresses."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from database import Database, Keyring, create_tables, metadata, open_database
from tests.support import postgres
from tests.support.sample import sample_in
from tests.support.world import World
from tests.torture.report import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]

# the gate asks every property the same questions in every run; new ones are drawn by `make fuzz`
settings.register_profile("suite", derandomize=True, deadline=None)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgres.Server]:
    """One PostgreSQL for the run; skips, saying why, when there is none."""
    try:
        with postgres.server() as found:
            yield found
    except postgres.NoPostgreSQL as reason:
        pytest.skip(f"no PostgreSQL: {reason}")


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Gives a file with all tables of the houses imported so far, made once: copying it is faster."""
    folder = tmp_path_factory.mktemp("templates")

    def template() -> Path:
        path = folder / f"{len(metadata.tables)}.db"
        if not path.exists():
            database = open_database(f"sqlite:///{path}", synchronous="NORMAL")
            create_tables(database)
            database.close()
        return path

    return template


@pytest.fixture(params=["sqlite", "postgresql"])
def address(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_templates: Callable[[], Path]
) -> Iterator[Callable[..., str]]:
    """Gives the address of a new database on each call: `address(tables=False)` without tables."""
    made: list[str] = []

    def sqlite(*, tables: bool = True) -> str:
        path = tmp_path / f"ninefold-{len(made)}.db"
        made.append(f"sqlite:///{path}")
        if tables:
            shutil.copyfile(sqlite_templates(), path)
        return made[-1]

    if request.param == "sqlite":
        yield sqlite
        return
    server: postgres.Server = request.getfixturevalue("postgresql_server")

    def postgresql(*, tables: bool = True) -> str:
        made.append(server.fresh(tables=tables))
        return made[-1]

    yield postgresql
    for url in made:
        server.drop(url)


@pytest.fixture
def database(address: Callable[..., str]) -> Iterator[Database]:
    """An open database with all tables of the houses imported so far; runs the test on SQLite and on PostgreSQL."""
    opened = open_database(address())
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    """Keys that are the same in every run."""
    return Keyring({1: bytes(range(32))}, audit_key=b"a" * 32, index_key=b"i" * 32)


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_templates: Callable[[], Path]) -> Iterator[Database]:
    """SQLite alone, for what does not touch the dialect."""
    path = tmp_path / "world.db"
    shutil.copyfile(sqlite_templates(), path)
    opened = open_database(f"sqlite:///{path}", synchronous="NORMAL")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the folder of the sample as it opens, with its keys and people."""
    return Path(shutil.copytree(sample_in(tmp_path_factory.getbasetemp()), tmp_path_factory.mktemp("sample") / "home"))


@pytest.fixture
def world(sqlite: Database, keyring: Keyring) -> World:
    """The engine on SQLite (fast)."""
    return World(sqlite, keyring)


@pytest.fixture
def either_world(database: Database, keyring: Keyring) -> World:
    """The engine on SQLite and on PostgreSQL."""
    return World(database, keyring)
