"""A clinic with the shipped models, founded once per kind of database and copied for each test."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support import postgres
from tests.support.clinic import Clinic, found_clinic


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a clinic at an address, founded at the first call for it."""

    @cache
    def found(url: str) -> Path:
        home = tmp_path_factory.mktemp("clinic") / "home"
        home.mkdir()
        found_clinic(home, url)
        return home

    return found


@pytest.fixture(scope="session")
def founded_postgresql(postgresql_server: postgres.Server) -> Iterator[str]:
    url = postgresql_server.fresh(tables=False)
    yield url
    postgresql_server.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def clinic(request: pytest.FixtureRequest, tmp_path: Path, founded: Callable[[str], Path]) -> Iterator[Clinic]:
    """A clinic of its own for each test."""
    home, url = tmp_path / "home", ""
    server: postgres.Server | None = None
    if request.param == "postgresql":
        first = request.getfixturevalue("founded_postgresql")
        server = request.getfixturevalue("postgresql_server")
        founded(first)
        url = server.copy(first)
    shutil.copytree(founded(request.getfixturevalue("founded_postgresql") if server is not None else ""), home)
    opened = Clinic(home, url)
    yield opened
    opened.program.close()
    if server is not None:
        server.drop(url)
