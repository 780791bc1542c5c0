"""Every example of the designers' reference is true, and nothing of the language is missing there."""

import re
from pathlib import Path

import pytest

from feel.builtins import FUNCTIONS
from feel.values import KIND_NAMES
from tests.feel.asking import ask, passes, same

PAGE = (Path(__file__).parents[2] / "docs" / "feel.md").read_text(encoding="utf-8")
CODE = r"(?:`` ?(.+?) ?``|`([^`]+)`)"
ROW = re.compile(rf"^\| {CODE} \| `([^`]+)` \|(?: `(true|false)` \|)?", re.MULTILINE)
ROWS = [(match[1] or match[2], match[3], match[4]) for match in ROW.finditer(PAGE)]
EXAMPLES = [(text, wanted) for text, wanted, cell in ROWS if cell is None]
CELLS = [row for row in ROWS if row[2] is not None]


@pytest.mark.parametrize(("text", "wanted"), EXAMPLES)
def test_an_example_gives_what_the_page_says(text, wanted):
    assert same(ask(text), ask(wanted))


@pytest.mark.parametrize(("cell", "value", "wanted"), CELLS)
def test_a_cell_passes_as_the_page_says(cell, value, wanted):
    assert passes(cell, ask(value)) is (wanted == "true")


def test_every_function_has_an_example():
    texts = "\n".join(text for text, _ in EXAMPLES)

    assert not [name for name in FUNCTIONS if f"{name}(" not in texts]


def test_every_kind_of_value_is_named():
    assert not [name for name in KIND_NAMES.values() if name not in PAGE]


def test_no_example_is_overlooked():
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]

    assert len(ROWS) == len(rows)
