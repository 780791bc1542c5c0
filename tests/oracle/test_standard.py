"""Every example that the standard's own tables of FEEL give is true."""

from __future__ import annotations

import pytest

from feel import compile_expression
from tests.oracle.standard import EXAMPLES

LINES = [(table, line) for table, lines in EXAMPLES.items() for line in lines.strip().splitlines()]


@pytest.mark.parametrize(("table", "line"), LINES)
def test_an_example_of_the_standard_is_true(table, line):
    assert compile_expression(line).evaluate({}) is True, table


def test_no_example_is_asked_twice():
    assert len(LINES) == len(set(LINES)) > 250
