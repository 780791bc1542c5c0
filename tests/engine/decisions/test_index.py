"""The index of a table changes nothing but how many rows are tried."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.decisions import evaluate, index
from engine.decisions.axis import RowIndex
from feel import Budget, BudgetExceeded
from tests.engine.decisions.tabled import Column, Out, decided

KINDS = ("", "number", "string")
CELLS = st.sampled_from(
    [
        *("-", "1", "2, 3", "[1..3]", "< 2", "not(2)", "null", "!= null", '"a"', '"a", "b"', 'not("a")', "true", "> 7"),
        *("< x", "x", "contains(?, x)", '@"2025-01-01"', '> @"10:00:00"', "[1, 2]", "? > 1 and ? < 4", "[2..1]"),
    ]
)
NUMERIC = st.sampled_from(["-", "1", "2", "3", "4, 5", "[1..3]", "< 2", ">= 4", "null", "not(1)"])
VALUES = st.one_of(
    st.none(), st.integers(0, 6), st.sampled_from(["a", "b", True, [], [1], {}, "2025-01-01", Decimal("2.5"), "10:00"])
)
POLICIES = st.sampled_from(["UNIQUE", "FIRST", "ANY", "COLLECT", "RULE ORDER", "PRIORITY"])


def walked(decision):
    """The same decision, whose table is walked."""
    return replace(decision, logic=replace(decision.logic, rules=decision.logic.rules, index=Walk()))


class Walk(RowIndex):
    """An index that knows nothing."""


@pytest.fixture(autouse=True)
def _small_tables_have_an_index(monkeypatch):
    plain = index.candidates
    monkeypatch.setattr(index, "FEWEST_ROWS", 1)
    monkeypatch.setattr(
        "engine.decisions.rows.candidates",
        lambda table, values: table.rules if isinstance(table.index, Walk) else plain(table, values),
    )


def spent(decision, values, steps=100_000):
    budget = Budget(steps)
    try:
        outcome = evaluate(decision, values, budget=budget)
    except BudgetExceeded:
        return "exceeded", 0
    return outcome, budget.steps


@given(
    POLICIES,
    st.lists(st.sampled_from(KINDS), min_size=1, max_size=3),
    st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12),
    st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=4),
    VALUES,
)
@example("FIRST", ["", ""], [("1", "< x", "-"), ('"a"', "1", "-")], [(1, "a", None)], 3)
def test_with_and_without_an_index_a_table_gives_the_same_outcome(policy, kinds, rows, inputs, other):
    columns = [Column(f"i{number}", kind) for number, kind in enumerate(kinds)]
    cells = [[*row[: len(kinds)], str(number % 3)] for number, row in enumerate(rows)]
    decision = decided(policy, columns, cells, [Out(allowed="0, 1, 2")])

    for row in inputs:
        values = {"x": other, **{f"i{number}": value for number, value in enumerate(row)}}
        quick, left = spent(decision, values)
        slow, less = spent(walked(decision), values)
        assert quick == slow
        assert left >= less


@given(st.lists(st.tuples(NUMERIC, NUMERIC), max_size=40), st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=5))
def test_typed_columns_give_the_same_outcome(rows, inputs):
    columns = [Column("i0", "number"), Column("i1", "number")]
    decision = decided("COLLECT", columns, [[*row, str(number)] for number, row in enumerate(rows)])

    for first, second in inputs:
        values = {"i0": first, "i1": second}
        assert spent(decision, values)[0] == spent(walked(decision), values)[0]


@given(st.integers(0, 400))
def test_whatever_the_walk_can_afford_the_index_can_afford(steps):
    rows = [f'{number} | "{number % 7}" | {number}' for number in range(60)]
    decision = decided("UNIQUE", [Column("i0", "number"), Column("i1", "string")], rows)

    quick, _ = spent(decision, {"i0": 40, "i1": "5"}, steps)
    slow, _ = spent(walked(decision), {"i0": 40, "i1": "5"}, steps)

    assert slow in (quick, "exceeded")


def test_rows_that_equality_rules_out_are_not_tried(monkeypatch):
    rows = [f'{number % 50} | "{number // 50}" | {number}' for number in range(200)]
    decision = decided("UNIQUE", [Column("i0", "number"), Column("i1", "string")], rows)

    outcome, _ = spent(decision, {"i0": 7, "i1": "3"})
    tried = list(index.candidates(decision.logic, [Decimal(7), "3"]))

    assert outcome.value == 157
    assert [rule.number for rule in tried] == [158]


def test_a_cell_that_cannot_be_read_is_tried_and_so_are_those_behind_it():
    rows = ["x | 1 | 0", "1 | x | 1", "2 | x | 2", "1 | 5 | 3"]
    table = decided("COLLECT", [Column("i0", "number"), Column("i1", "number")], rows).logic

    assert [rule.number for rule in index.candidates(table, [Decimal(1), Decimal(1)])] == [1, 2]


def test_a_value_of_another_kind_is_tried_where_it_would_cause_a_warning():
    rows = ["- | 1 | 0", "1 | 2 | 1", "- | 2 | 2"]
    table = decided("COLLECT", [Column("i0"), Column("i1")], rows).logic

    assert [rule.number for rule in index.candidates(table, ["a", Decimal(2)])] == [2, 3]


def test_a_column_too_large_for_an_index_is_walked(monkeypatch):
    monkeypatch.setattr(index, "MOST_BITS", 10)
    rows = ["1 | 1 | 0", "2 | - | 1", "3 | - | 2"]
    table = decided("COLLECT", [Column("i0", "number"), Column("i1", "number")], rows).logic

    assert [rule.number for rule in index.candidates(table, [Decimal(2), None])] == [2, 3]


def test_a_small_table_has_no_index(monkeypatch):
    monkeypatch.setattr(index, "FEWEST_ROWS", 8)
    table = decided("COLLECT", [Column("i0", "number")], ["1 | 1"]).logic

    assert index.candidates(table, [Decimal(5)]) is table.rules
    assert table.index.lanes is None
