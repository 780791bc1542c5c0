"""`ninefold migrate`: tries or moves the running cases of a process, and says of each that stays why."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bpmn import models_folder
from tests.cli.conftest import Command
from tests.journeys.story import FEEDS


def release_of_cases(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "ninefold.db")) as connection:
        return [row[0] for row in connection.execute("SELECT release FROM cases")]


@pytest.fixture
def other_release(ninefold: Command, home: Path, tmp_path: Path) -> str:
    """One case at its first task, and a release in which that task has another id."""
    ninefold("feed", FEEDS / "strangers.hl7", home=home)
    with closing(sqlite3.connect(home / "ninefold.db")) as connection:
        (element,) = connection.execute("SELECT element FROM tasks WHERE status = 'open'").fetchone()
    source = (models_folder() / "p1_screening.bpmn").read_text()
    (tmp_path / "p1_screening.bpmn").write_text(
        source.replace(f'"{element}"', '"looked_at"').replace(f">{element}<", ">looked_at<")
    )
    deployed = ninefold("deploy", "--format", "json", tmp_path / "p1_screening.bpmn", home=home)
    assert deployed.code == 0, deployed.err
    (tmp_path / "map.json").write_text(json.dumps({element: "looked_at"}))
    return str(deployed.document["release"])


def test_a_dry_run_names_case_element_and_reason_and_changes_nothing(ninefold: Command, home: Path, other_release: str):
    found = ninefold("migrate", "case_lifecycle", "--to", other_release, "--format", "json", home=home)

    assert found.code == 0
    assert (found.document["cases"], found.document["movable"]) == (1, 0)
    (obstacle,) = found.document["blocked"]
    assert set(obstacle) == {"case", "element", "reason"}
    assert obstacle["reason"] == "the release has no such element, and the map names no other"
    assert release_of_cases(home) == ["r1"]


def test_with_a_map_the_cases_move_once_applied(ninefold: Command, home: Path, tmp_path: Path, other_release: str):
    words = ("migrate", "case_lifecycle", "--to", other_release, "--map", tmp_path / "map.json", "--format", "json")

    tried = ninefold(*words, home=home)
    assert (tried.document, release_of_cases(home)) == ({"cases": 1, "movable": 1, "blocked": []}, ["r1"])
    done = ninefold(*words, "--apply", home=home)
    assert (done.document, release_of_cases(home)) == ({"cases": 1, "movable": 1, "blocked": []}, [other_release])
    again = ninefold(*words[:-2], home=home)
    assert (again.code, again.out.strip()) == (0, "0 of 0 can move")


def test_blocked_cases_stay_when_applied(ninefold: Command, home: Path, other_release: str):
    found = ninefold("migrate", "case_lifecycle", "--to", other_release, "--apply", home=home)

    assert found.code == 0
    assert "0 of 1 moved" in found.out
    assert release_of_cases(home) == ["r1"]


def test_an_unknown_release_fails_and_a_map_that_is_none_is_wrong_usage(ninefold: Command, home: Path, tmp_path: Path):
    assert ninefold("migrate", "case_lifecycle", "--to", "r99", home=home).code == 1
    for content in ("[1]", '{"a": 1}', "nonsense"):
        (tmp_path / "map.json").write_text(content)
        found = ninefold("migrate", "case_lifecycle", "--to", "r1", "--map", tmp_path / "map.json", home=home)
        assert found.code == 2
