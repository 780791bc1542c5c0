"""The set of values a cell accepts: exact where it is told, and told for everything that is made of constants."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feel import (
    Meaning,
    YearsMonths,
    compile_expression,
    compile_tests,
    constants,
    coordinates,
    intersection,
    region_of,
    union,
)

WRITTEN = {
    "null": None,
    "true": True,
    "false": False,
    "-1": Decimal(-1),
    "0": Decimal(0),
    "2.5": Decimal("2.5"),
    "7": Decimal(7),
    "1E+3": Decimal(1000),
    '""': "",
    '"a"': "a",
    '"b"': "b",
    '"é\\n"': "é\n",
    'date("2025-03-30")': date(2025, 3, 30),
    '@"2025-04-01"': date(2025, 4, 1),
    '@"10:00:00"': time(10),
    '@"10:00:00Z"': time(10, tzinfo=UTC),
    '@"12:00:00+02:00"': time(12, tzinfo=timezone(timedelta(hours=2))),
    '@"2025-03-30T01:30:00"': datetime(2025, 3, 30, 1, 30),
    '@"2025-03-30T01:30:00Z"': datetime(2025, 3, 30, 1, 30, tzinfo=UTC),
    '@"2025-03-30T03:30:00@Europe/Paris"': datetime(2025, 3, 30, 3, 30, tzinfo=ZoneInfo("Europe/Paris")),
    '@"2025-03-30T01:30:00.5Z"': datetime(2025, 3, 30, 1, 30, 0, 500_000, tzinfo=UTC),
    '@"12000-01-01"': compile_expression('@"12000-01-01"').evaluate({}),
    '@"12000-01-01T00:00:00Z"': compile_expression('@"12000-01-01T00:00:00Z"').evaluate({}),
    '@"12000-01-01T00:00:00"': compile_expression('@"12000-01-01T00:00:00"').evaluate({}),
    '@"PT36H"': timedelta(hours=36),
    '@"P1D"': timedelta(days=1),
    '@"P1Y"': YearsMonths(12),
    '@"P13M"': YearsMonths(13),
}
VALUES = [*WRITTEN.values(), Decimal("2.4"), Decimal(3), "aa", time(23, 59), date(1, 1, 1), [], [Decimal(7)], {}]
SIGNS = ("<", "<=", ">", ">=", "=", "!=")
written_constants = st.sampled_from(sorted(WRITTEN))
brackets = st.sampled_from([(opening, closing) for opening in "[(]" for closing in "])["])


def ranges(low, high, ends):
    return f"{ends[0]}{low}..{high}{ends[1]}"


positive = st.one_of(
    written_constants,
    st.builds("{} {}".format, st.sampled_from(SIGNS), written_constants),
    st.builds(ranges, written_constants, written_constants, brackets),
    st.builds("({} {})".format, st.sampled_from(SIGNS), written_constants),
)
asked = st.one_of(
    st.builds("? {} {}".format, st.sampled_from(SIGNS), written_constants),
    st.builds("? between {} and {}".format, written_constants, written_constants),
    st.builds("? in ({})".format, st.lists(positive, min_size=1, max_size=3).map(", ".join)),
    st.builds("? in {}".format, st.builds(ranges, written_constants, written_constants, brackets)),
)
questions = st.recursive(
    asked,
    lambda inner: st.builds("({}) {} ({})".format, inner, st.sampled_from(("and", "or")), inner),
    max_leaves=5,
)
cells = st.one_of(
    st.just("-"),
    st.lists(st.one_of(positive, questions), min_size=1, max_size=4).map(", ".join),
    st.lists(st.one_of(positive, questions), max_size=3).map(lambda parts: f"not({', '.join(parts)})"),
)


@given(cells)
@example("not([7..0])")
@example("not(null)")
@example('not("a", 7)')
@example('!= @"10:00:00Z"')
def test_a_region_holds_exactly_what_the_tests_accept(cell):
    tests = compile_tests(cell)
    if tests.meaning is None:
        assert ".." in cell or "(" in cell  # a range whose ends have no order, or one inside a comparison
        return

    region = region_of(tests.meaning)

    assert [region.contains(value) for value in VALUES] == [tests.match(value, {}) for value in VALUES]


@given(st.lists(cells, max_size=4))
def test_union_and_intersection_hold_what_some_and_what_all_hold(texts):
    meanings = [compile_tests(text).meaning for text in texts]
    regions = [region_of(meaning) for meaning in meanings if meaning is not None]

    for value in VALUES:
        held = [region.contains(value) for region in regions]
        assert union(regions).contains(value) is any(held)
        assert intersection(regions).contains(value) is all(held)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-20, max_value=20))
def test_numbers_between_the_constants_are_placed_rightly(number):
    for cell in ("[-1..7)", "< 2.5, > 7", "not(0, [2.5..7])", "? > 0 and ? < 7", "]0..7]"):
        tests = compile_tests(cell)

        assert region_of(tests.meaning).contains(number) is tests.match(number, {})


@pytest.mark.parametrize(
    "cell",
    [
        "x",
        "< x",
        "[1..x]",
        "[1, 2]",
        "= [1..2]",
        "contains(?, 1)",
        "?",
        "5 < ?",
        "? > x",
        "? > 1 and x",
        "? = 1 = true",
        "5, x",
        "not(x)",
        "not(true) and false",
        "x in (1, 2)",
        "now()",
        "1 + 1",
        "{}",
        "abs",
        '["a".."b"] = ["a".."b"]',
        "? in [1, 2]",
        "x > 1",
        "x between 1 and 2",
        "[1..true]",
        '@"10:00:00@Europe/Paris"',
        '< @"10:00:00@Europe/Paris"',
        '[@"10:00:00@Europe/Paris"..@"11:00:00@Europe/Paris"]',
    ],
)
def test_what_asks_for_more_than_constants_is_not_told(cell):
    assert compile_tests(cell).meaning is None


@pytest.mark.parametrize("cell", ["x in (1, 2), 5", "5, x in (1, 2)", "y > 1 or ? in (1, 2)", "not(5, y = 1)"])
def test_a_test_of_another_name_does_not_pass_for_one_of_the_value(cell):
    assert compile_tests(cell).meaning is None


def test_the_opposite_of_the_opposite_is_the_same():
    opposite = Meaning("not", None, (Meaning("-"),))

    assert region_of(opposite).lines == {}
    assert region_of(Meaning("not", None, (opposite,))) == region_of(Meaning("-"))


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ("-", []),
        ("x", []),
        ("5", [Decimal(5)]),
        ("null", [None]),
        ('not("a", > "b")', ["a", "b"]),
        ("[1..5), (> 7), ? > 2 and ? < 3", [Decimal(1), Decimal(5), Decimal(7), Decimal(2), Decimal(3)]),
    ],
)
def test_the_constants_of_a_cell_are_those_it_names(cell, named):
    assert list(constants(compile_tests(cell).meaning)) == named


def test_a_time_of_a_region_is_among_the_values_that_are_not_told_apart():
    here = time(10, tzinfo=ZoneInfo("Europe/Paris"))

    assert coordinates(here) == coordinates([])
    assert region_of(compile_tests("-").meaning).contains(here)
    assert not region_of(compile_tests('> @"09:00:00Z"').meaning).contains(here)


def test_an_empty_range_accepts_nothing():
    assert region_of(compile_tests("[10..5]").meaning).lines == {}


def test_equal_sets_have_equal_regions():
    written = [region_of(compile_tests(cell).meaning) for cell in ("[1..5]", ">= 1, [2..5]", "[1.0..3), [3..5]")]

    assert written[1] != written[0] == written[2]
