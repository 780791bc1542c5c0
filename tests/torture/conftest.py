"""Fixtures of the faults: a line of the report, a PostgreSQL that may be crashed, and a crew of processes that may be killed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from database import create_tables, open_database
from tests.support import postgres
from tests.torture.crew import Crew
from tests.torture.report import Report, reporter


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Report:
    return reporter(request.node.user_properties)


@pytest.fixture(scope="session")
def _cluster() -> Iterator[postgres.Cluster]:
    try:
        with postgres.cluster() as found:
            yield found
    except postgres.NoPostgreSQL as reason:
        pytest.skip(f"no PostgreSQL of our own: {reason}")


@pytest.fixture
def cluster(_cluster: postgres.Cluster) -> postgres.Cluster:
    """A server that only these tests use, durable, with an empty database in it; it may be crashed."""
    _cluster.clean()
    return _cluster


@pytest.fixture
def crash_url(cluster: postgres.Cluster) -> str:
    """The address of a database with all tables on the server that may be crashed."""
    database = open_database(cluster.url)
    create_tables(database)
    database.close()
    return cluster.url


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Callable[[str], Crew]]:
    """Processes on a database: `crew(url)`; none outlives the test."""
    made: list[Crew] = []

    def gather(url: str) -> Crew:
        made.append(Crew(url, tmp_path / f"crew-{len(made)}"))
        return made[-1]

    yield gather
    for each in made:
        each.dismiss()
