"""The analysis of random tables against the tables themselves, asked value by value."""

from itertools import product

from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.decisions import Work, analyse, evaluate
from feel import compile_expression, compile_tests
from tests.engine.decisions.tabled import Column, Out, decided, matching, tabled, valued

NUMBERS = st.integers(0, 6).map(str)
SPANS = st.builds(
    "{}{}..{}{}".format, st.sampled_from("[("), st.integers(0, 6), st.integers(0, 6), st.sampled_from(")]")
)
NUMERIC = st.one_of(
    st.just("-"),
    NUMBERS,
    SPANS,
    st.builds("{} {}".format, st.sampled_from(("<", "<=", ">", ">=", "!=")), NUMBERS),
    st.builds("{}, {}".format, NUMBERS, SPANS),
    st.builds("not({}, {})".format, NUMBERS, SPANS),
    st.sampled_from(["null", "? > 1 and ? < 4", "x"]),
)
TEXTS = st.sampled_from(["-", '"a"', '"b"', '"a", "b"', 'not("a")', 'not("a", "b")', "null", '> "a"', '["a".."b")'])
TRUTHS = st.sampled_from(["-", "-", "true", "false", "not(true)", "null", "!= null"])
COLUMNS = (Column("n", "number"), Column("s", "string"), Column("b", "boolean"))
POINTS = (
    [None, *(compile_expression(str(number / 2)).evaluate({}) for number in range(-1, 15))],
    [None, "a", "b", "", "aa", "other"],
    [None, True, False],
)
POINTS_SEEN = tuple(dict(zip("nsb", values, strict=True)) for values in product(*POINTS))
OUTPUTS = st.sampled_from(['"x"', '"y"', '"z"'])
READ = NUMERIC.filter(lambda cell: cell != "x")


def rows(numeric):
    return st.lists(st.tuples(numeric, TEXTS, TRUTHS, OUTPUTS).map(list), max_size=7)


def told(table, *rules):
    return [item for item in analyse(table) if item.rule in rules]


@given(rows(NUMERIC))
def test_an_overlap_matches_both_rows_and_none_told_means_that_there_is_none(cells):
    table = tabled("UNIQUE", COLUMNS, cells)

    found = analyse(table)

    for item in (one for one in found if one.rule == "table-overlap"):
        met = matching(table, {**valued(item.example), "x": None})
        assert item.rows[0] in met or item.rows[-1] in met
        assert len(set(met) & set(item.rows)) >= 2
    if not {"table-overlap", "table-unread"} & {item.rule for item in found}:
        assert all(len(matching(table, {**values, "x": 3})) < 2 for values in POINTS_SEEN)


@given(rows(READ))
def test_every_pair_that_overlaps_is_told(cells):
    table = tabled("UNIQUE", COLUMNS, cells)
    pairs = {
        (one, other) for values in POINTS_SEEN for met in [matching(table, values)] for one in met for other in met
    }

    overlapping = {row for one, other in pairs if one != other for row in (one, other)}

    assert {row for item in told(table, "table-overlap") for row in item.rows} == overlapping


@given(rows(NUMERIC))
def test_a_gap_matches_no_row_and_every_input_without_a_row_lies_in_a_gap(cells):
    table = tabled("UNIQUE", COLUMNS, cells)

    found = told(table, "table-gap")

    for item in found:
        for other in (None, 3):
            assert matching(table, {**valued(item.example), "x": other}) == []
    if len(found) < 10 and "x" not in {row[0] for row in cells}:
        asked = {
            name for name, place in zip("nsb", range(3), strict=True) if any("null" in row[place] for row in cells)
        }
        told_of = [[(label, compile_tests(tests)) for label, tests in item.where] for item in found]
        for values in POINTS_SEEN:
            if any(value is None and name not in asked for name, value in values.items()) or matching(table, values):
                continue
            assert any(all(tests.match(values[label], {}) for label, tests in where) for where in told_of)


@given(st.sampled_from(["FIRST", "PRIORITY"]), rows(READ))
@example("FIRST", [["-", "null", "-", '"x"'], ["-", "not(null)", "-", '"y"']])
def test_a_row_is_unreachable_when_it_never_answers_and_only_then(policy, cells):
    decision = decided(policy, COLUMNS, cells, [Out(allowed='"x", "y", "z"')])
    answering = {row for values in POINTS_SEEN for row in evaluate(decision, values).matched}

    found = told(decision.logic, "table-unreachable", "table-duplicate")

    silent = {row for row in range(1, len(cells) + 1) if row not in answering}
    hidden = {item.rows[0] for item in found if item.rule == "table-unreachable"}
    repeated = {item.rows[0] for item in found if item.rule == "table-duplicate"}
    assert hidden <= silent
    if policy == "FIRST":
        assert hidden | repeated == silent


@given(rows(NUMERIC))
@settings(max_examples=30)
def test_a_row_said_to_be_unreachable_stays_so_whatever_other_names_are(cells):
    decision = decided("FIRST", COLUMNS, cells)

    for item in told(decision.logic, "table-unreachable"):
        for values in POINTS_SEEN:
            for other in (None, 3, "a", 2):
                assert item.rows[0] not in evaluate(decision, {**values, "x": other}).matched


@given(rows(READ), st.integers(0, 2000))
def test_less_work_finds_less_but_nothing_else(cells, steps):
    table = tabled("FIRST", COLUMNS, cells)
    full = analyse(table)

    found = [item for item in analyse(table, Work(steps)) if item.rule not in ("table-large", "table-gap")]

    assert {(item.rule, item.rows[0]) for item in found} <= {
        (item.rule, item.rows[0]) for item in full if item.rule != "table-gap"
    } | {("table-unreachable", item.rows[0]) for item in full if item.rule == "table-duplicate"}
