"""One program per test, on SQLite in a folder of its own."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from api import create_app
from program import Program
from tests.api.site import Visitor, add_client, make_site, open_site


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once, copied for each test."""
    home = tmp_path_factory.mktemp("site")
    make_site(home)
    return home


@pytest.fixture
def program(tmp_path: Path, template: Path) -> Iterator[Program]:
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    opened = open_site(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def app(program: Program) -> Flask:
    return create_app(program)


@pytest.fixture
def visit(app: Flask) -> Callable[[str], Visitor]:
    """Signs somebody in."""
    return lambda person: Visitor(app).sign_in(person)


@pytest.fixture
def nora(visit: Callable[[str], Visitor]) -> Visitor:
    return visit("nora-case-manager")


@pytest.fixture
def client_id(program: Program) -> str:
    return add_client(program, "MRN-1")


@pytest.fixture
def case(nora: Visitor, client_id: str) -> dict:
    answer = nora.post("/cases", {"process": "visit", "client_id": client_id})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.json


@pytest.fixture
def task(nora: Visitor, case: dict) -> dict:
    (item,) = nora.get(f"/tasks?case_id={case['id']}")["items"]
    return item
