"""The tests of a decision table's cell."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from feel import compile_tests
from tests.feel.asking import passes

CELLS = [
    (">= 10", 12, True),
    ("< 10", 12, False),
    ("<= x", 5, True),
    ("= 5", 5, True),
    ("!= 5", 5, False),
    ("!= true", None, True),
    ("= null", None, True),
    ("[1..3], 7", 7, True),
    ("[1..3], 7", 4, False),
    ("(1..3)", 3, False),
    ("]1..3[", 2, True),
    ('"a", "b"', "b", True),
    ('"a","b"', "c", False),
    ("not(1, 2)", 3, True),
    ("not(1, 2)", 2, False),
    ("not(true)", False, True),
    ('not("a")', None, True),
    ("not(< 5)", None, False),
    ("not([missing..5])", 9, False),
    ("? > 3", 4, True),
    ("? > 3", None, False),
    ('contains(?, "a") and x > 1', "cat", True),
    ("?", True, True),
    ("?", 5, False),
    ("-", None, True),
    ("", 5, True),
    ("  ", 5, True),
    ("-5", -5, True),
    ("null", None, True),
    ("null", 5, False),
    ("true", True, True),
    ("true", None, False),
    ("true", "true", False),
    ("5", "5", False),
    ("x", 5, True),
    ("[4, 5]", 5, True),
    ("[4, 5]", 6, False),
    ("[[1, 2]]", [1, 2], True),
    ("[1, 2]", [1, 2], True),
    ("[1..3]", None, False),
    ("< 5", None, False),
    ("x > 3", "anything", True),
    ("x > 9", "anything", False),
    ("not(true) and false", 1, False),
    ("not(x > 9)", 1, True),
    ('@"P1D"', timedelta(days=1), True),
    ('> @"2025-01-01T00:00:00Z"', datetime(2025, 6, 1, tzinfo=UTC), True),
    ("[1..2]", "a", False),
    ("(< 5)", 4, True),
    ("(>= 5)", 4, False),
    ("abs(-5)", 5, True),
    ("some y in [1, 5] satisfies y = ?", 5, True),
]


@pytest.mark.parametrize(("cell", "value", "wanted"), CELLS)
def test_a_cell_passes(cell, value, wanted):
    assert passes(cell, value, x=5) is wanted


def test_a_range_equals_itself():
    from feel import compile_expression

    span = compile_expression("[1..3]").evaluate({})

    assert passes("[1..3]", span)


def test_a_cell_knows_the_names_it_reads():
    assert compile_tests("? > limit, [low..high]").names == {"limit", "low", "high"}


def test_a_cell_may_use_names_with_signs_when_given():
    tests = compile_tests("a-b", ["a-b"])

    assert tests.match(Decimal(3), {"a-b": 3})
