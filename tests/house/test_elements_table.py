"""docs/elements.md is the one table of what a model may use: it names every kind that the linter knows, and tests that exist."""

import re
from pathlib import Path

import pytest

from engine.spiff.lint import _REFUSED
from engine.spiff.lint_events import KINDS, REFUSED_ALONE
from engine.spiff.normalise import NODES

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "docs" / "elements.md").read_text().splitlines()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in LINES if line.startswith("|")]
CODE = re.compile(r"`([^`]+)`")
EVENTS = {
    row[1].strip("`"): set(CODE.findall(row[2])) for row in ROWS if row[0] != "nowhere" and row[1].strip("`") in KINDS
}


def named() -> set[str]:
    return {name for row in ROWS for cell in row[:3] for name in CODE.findall(cell)}


def test_every_kind_of_element_that_the_linter_knows_is_in_the_table() -> None:
    known = set(NODES.values()) | {name for name in _REFUSED if not name.endswith("EventDefinition")}

    assert known - named() == set()


def test_every_kind_of_event_that_the_linter_refuses_is_in_the_table() -> None:
    refused = {name.removesuffix("EventDefinition") for name in _REFUSED if name.endswith("EventDefinition")}

    assert refused == REFUSED_ALONE
    (row,) = [row for row in ROWS if row[0] == "nowhere"]
    assert set(CODE.findall(row[2])) == refused


@pytest.mark.parametrize("place", KINDS)
def test_the_kinds_of_an_event_are_those_that_the_linter_lets_through(place: str) -> None:
    assert EVENTS[place] - {"none"} == set(KINDS[place])


@pytest.mark.parametrize("row", [row for row in ROWS if "test" in row[-1]], ids=lambda row: row[0])
def test_each_row_names_tests_that_exist(row: list[str]) -> None:
    names = [name for name in CODE.findall(row[-1]) if name.endswith(".py")]

    assert names or row[-1].startswith("tested")
    for name in names:
        path = ROOT / name if "/" in name else ROOT / "tests" / "engine" / "elements" / name
        assert path.is_file(), name


def test_every_row_but_the_heads_says_where_it_is_tested() -> None:
    assert [row[0] for row in ROWS if ".py" not in row[-1] and row[-1] != "tested in" and "---" not in row[0]] == []
