"""What the analysis of a table tells, rule by rule."""

import pytest

from engine.decisions import SEVERITIES, TableFinding, Work, analyse
from tests.engine.decisions.tabled import Column, Out, matching, tabled, valued

SCORE = Column("score", "number")
ACUTE = Column("acute", "boolean")
GRADE = Column("grade", "string")


def told(table, rule=""):
    return [item for item in analyse(table) if item.rule == rule or not rule]


def rules(table):
    return sorted({item.rule for item in analyse(table)})


def test_a_sound_table_has_no_finding():
    table = tabled("UNIQUE", [SCORE, ACUTE], ["< 5 | - | 1", ">= 5 | true | 2", ">= 5 | false | 3"])

    assert analyse(table) == ()


def test_rows_of_a_unique_table_that_match_together_are_an_error_with_an_example():
    table = tabled("UNIQUE", [SCORE, ACUTE], ["< 5 | - | 1", "[5..10] | - | 2", ">= 10 | true | 3", "> 10 | false | 4"])

    (found,) = analyse(table)

    assert (found.rule, found.severity, found.rows) == ("table-overlap", "error", (2, 3))
    assert found.example == (("score", "10"), ("acute", "true"))
    assert found.message == (
        "The hit policy UNIQUE allows one matching row, but rows 2 and 3 overlap, "
        "for example for score = 10, acute = true"
    )


def test_a_row_that_overlaps_many_is_told_once():
    table = tabled("UNIQUE", [SCORE], ["- | 0", "< 1 | 1", "1 | 2", "> 1 | 3"])

    (found,) = analyse(table)

    assert found.rows == (1, 2, 3, 4)
    assert "row 1 and rows 2, 3 and 4 overlap" in found.message


def test_rows_without_inputs_overlap_too():
    (found,) = analyse(tabled("UNIQUE", [SCORE], ["- | 1", "- | 2"]))

    assert found.rows == (1, 2)
    assert found.example == ()


def test_rows_of_an_any_table_may_overlap_when_they_answer_the_same():
    same = tabled("ANY", [SCORE], ["< 7 | 1", ">= 5 | 1.0"])
    different = tabled("ANY", [SCORE], ["< 7 | 1", ">= 5 | 2"])
    computed = tabled("ANY", [SCORE], ["< 7 | 1", ">= 5 | score"])
    empty = tabled("ANY", [SCORE], ["< 7 | 1", ">= 5 | "])

    assert analyse(same) == ()
    assert analyse(computed) == ()
    assert [item.rows for item in analyse(different)] == [(1, 2)]
    assert [item.rule for item in analyse(empty)] == ["table-overlap"]


def test_columns_that_read_the_same_name_make_an_overlap_a_question():
    table = tabled(
        "UNIQUE",
        [SCORE, Column("score * 2", "number")],
        ["< 5 | - | 1", ">= 5 | < 20 | 2", "- | >= 20 | 3"],
    )

    (found,) = told(table, "table-may-overlap")

    assert found.rows == (1, 3)
    assert "'score' and 'score * 2'" in found.message
    assert told(table, "table-overlap") == []


def test_parts_of_one_context_are_independent_but_a_part_and_its_whole_are_not():
    parts = [Column("case.score", "number"), Column("case.acute", "boolean")]
    whole = [Column("case"), Column("case.acute", "boolean")]

    assert rules(tabled("UNIQUE", parts, ["< 5 | - | 1", "- | true | 2", ">= 5 | false | 3"])) == ["table-overlap"]
    assert rules(tabled("UNIQUE", whole, ["null | - | 1", "- | true | 2", "!= null | false | 3"])) == [
        "table-may-overlap"
    ]


def test_two_columns_with_one_expression_are_one():
    table = tabled("UNIQUE", [SCORE, SCORE], [">= 0 | < 5 | 1", ">= 5 | - | 2", "< 0 | < 3 | 3"])

    assert analyse(table) == ()


def test_gaps_are_told_with_where_they_are_the_most_general_first():
    table = tabled("UNIQUE", [SCORE, ACUTE], ["< 5 | - | 1", "[7..10) | true | 2", ">= 10 | - | 3"])

    first, second = analyse(table)

    assert (first.rule, first.severity, first.rows) == ("table-gap", "warning", ())
    assert first.where == (("score", "[5..7)"),)
    assert valued(first.example)["score"] == 5
    assert second.where == (("score", "[7..10)"), ("acute", "false"))
    assert first.message.startswith("No row matches when score in [5..7), for example score = 5, acute = ")


def test_a_default_output_or_a_collecting_policy_leaves_no_gap():
    rows = ["< 5 | 1"]

    assert rules(tabled("UNIQUE", [SCORE], rows)) == ["table-gap"]
    assert analyse(tabled("UNIQUE", [SCORE], rows, [Out(default="0")])) == ()
    assert analyse(tabled("COLLECT", [SCORE], rows)) == ()
    assert analyse(tabled("RULE ORDER", [SCORE], rows)) == ()


def test_a_table_without_rows_answers_nothing():
    (found,) = analyse(tabled("FIRST", [SCORE], []))

    assert found.message.startswith("No row matches anything")


@pytest.mark.parametrize(
    ("column", "rows", "where"),
    [
        (ACUTE, ["true | 1"], "false"),
        (GRADE, ['"a" | 1', '"b" | 2'], 'not("a", "b")'),
        (GRADE, ['not("a", "b") | 1'], '"a", "b"'),
        (Column("n", "integer"), ["<= 4 | 1", "[5..8] | 2", "> 9 | 3"], "9"),
        (Column("n", "number"), ["<= 4 | 1", "[5..8] | 2", "> 8 | 3"], "(4..5)"),
        (
            Column("d", "date"),
            ['< date("2025-01-01") | 1', '> date("2025-01-03") | 2'],
            '[@"2025-01-01"..@"2025-01-03"]',
        ),
        (Column("d", "date"), ['< date("2025-01-01") | 1', '>= date("2025-01-02") | 2'], '@"2025-01-01"'),
        (Column("p", "dayTimeDuration"), ['< duration("P1D") | 1'], '>= @"P1D"'),
        (Column("p", "yearMonthDuration"), ['<= duration("P1M") | 1', '> duration("P2M") | 2'], '@"P2M"'),
        (Column("t", "time"), ['< time("10:00:00") | 1', '>= time("10:00:00Z") | 2'], '>= @"10:00:00", < @"10:00:00Z"'),
        (SCORE, ["< 0 | 1", "> 0 | 2"], "0"),
        (SCORE, ["null | 1", "< 3 | 2", "> 5 | 3"], "[3..5]"),
        (SCORE, ["null | 1"], "not(null)"),
        (Column("untyped"), ["< 3 | 1"], ">= 3"),
        (Column("untyped"), ["null | 1", "true | 2", "false | 3"], None),
        (Column("untyped"), ["null | 1"], "not(null)"),
        (ACUTE, ["null | 1"], "not(null)"),
        (Column("p", "duration"), ['< @"P1D" | 1'], '>= @"P1D", any years and months duration'),
    ],
)
def test_what_is_missing_is_written_as_unary_tests(column, rows, where):
    found = told(tabled("UNIQUE", [column], rows), "table-gap")

    assert [item.where for item in found] == ([((column.text, where),)] if where else [])


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("dayTimeDuration", '@"P999999999DT23H59M59S"'),
        ("dayTimeDuration", '@"-P999999999D"'),
        ("yearMonthDuration", '@"P999999999999Y11M"'),
        ("yearMonthDuration", '@"-P999999999999Y11M"'),
        ("date", '@"999999999-12-31"'),
        ("dateTime", '@"-999999999-01-01T00:00:00Z"'),
        ("number", "9.999999999999999999999999999999999E6144"),
    ],
)
def test_the_ends_of_what_a_kind_can_hold_are_known(kind, cell):
    bound = Column("c", kind)

    (found,) = told(tabled("UNIQUE", [bound], [f"!= {cell} | 1"]), "table-gap")

    assert len(found.where) == 1
    assert matching(tabled("UNIQUE", [bound], [f"{cell} | 1"]), valued(found.example)) == [1]
    assert told(tabled("FIRST", [bound], [f"{cell} | 1", f"!= {cell} | 2"])) == []


def test_null_is_missed_only_where_a_cell_asks_for_it():
    plain = tabled("UNIQUE", [SCORE, ACUTE], ["- | true | 1", "- | false | 2"])
    asking = tabled("UNIQUE", [SCORE, ACUTE], ["null | true | 1", "!= null | - | 2"])

    assert analyse(plain) == ()
    assert [item.where for item in told(asking, "table-gap")] == [(("score", "null"), ("acute", "false"))]


def test_columns_that_read_the_same_name_have_no_sure_gap():
    table = tabled("FIRST", [SCORE, Column("score > 3", "boolean")], ["< 5 | - | 1", "- | true | 2"])

    assert analyse(table) == ()


def test_a_row_behind_others_is_never_the_answer_of_a_first_table():
    table = tabled(
        "FIRST", [SCORE, ACUTE], ["< 5 | - | 1", "[1..3] | true | 2", ">= 5 | true | 3", "> 2 | true | 4", "- | - | 5"]
    )

    single, together = analyse(table)

    assert (single.rule, single.severity, single.rows) == ("table-unreachable", "warning", (2, 1))
    assert single.message == "Row 2 is never the answer: row 1 comes first for all that it accepts"
    assert together.rows == (4, 1, 3)
    assert together.message == "Row 4 is never the answer: rows 1 and 3 together come first for all that it accepts"


def test_a_row_is_hidden_from_null_only_by_rows_that_accept_it():
    assert analyse(tabled("FIRST", [ACUTE], ["true | 1", "false | 2", "- | 3"])) == ()
    assert [
        item.rows for item in analyse(tabled("FIRST", [ACUTE], ["true | 1", "false | 2", "null | 3", "- | 4"]))
    ] == [(4, 1, 2, 3)]


def test_a_row_of_a_priority_table_that_always_loses_is_unreachable():
    ranked = [Out(allowed='"high", "low"')]
    table = tabled("PRIORITY", [SCORE], ['> 5 | "high"', '> 7 | "low"', '- | "low"'], ranked)
    computed = tabled("PRIORITY", [SCORE], ['> 5 | "high"', "> 7 | grade", '- | "low"'], ranked)

    assert [(item.rule, item.rows) for item in analyse(table)] == [("table-unreachable", (2, 1))]
    assert analyse(computed) == ()
    assert "row 1 wins over it" in analyse(table)[0].message


def test_a_row_that_accepts_nothing_is_unreachable_under_every_policy():
    for policy in ("UNIQUE", "ANY", "FIRST", "COLLECT", "RULE ORDER"):
        found = told(tabled(policy, [SCORE, ACUTE], ["[10..5] | - | 1", "- | - | 2"]), "table-unreachable")
        assert [(item.rows, item.column) for item in found] == [((1,), 1)]
        assert "'score' accepts no value" in found[0].message


def test_repeated_rows_are_told_whatever_the_cells_look_like():
    table = tabled(
        "COLLECT",
        [SCORE, Column("x")],
        ["[1..3] | contains(?, y) | 1", "1, (1..3] | contains(?, y) | 1", "[1..3] | contains(?, z) | 1", "2 | - | 1"],
    )

    (found,) = analyse(table)

    assert (found.rule, found.severity, found.rows) == ("table-duplicate", "warning", (2, 1))
    assert found.message == "Row 2 repeats row 1: it accepts the same inputs and gives the same outputs"


def test_a_repeated_row_of_a_first_table_is_told_once():
    table = tabled("FIRST", [SCORE], ["< 5 | ", "< 5 | null", "- | 2"])

    assert [(item.rule, item.rows) for item in analyse(table)] == [("table-duplicate", (2, 1))]


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        (SCORE, '"5"', "compares 'score', declared as a number, with text"),
        (SCORE, '5, "6"', "with text"),
        (SCORE, 'not("6")', "with text"),
        (SCORE, '["a".."b"]', "with text"),
        (SCORE, "true", "with a boolean"),
        (GRADE, "5", "declared as text, with a number"),
        (Column("d", "date"), '@"2025-01-01T10:00:00"', "declared as a date, with a date and time"),
        (Column("d", "date and time"), '> @"2025-01-01"', "with a date"),
        (Column("p", "duration"), "5", "with a number"),
        (Column("grade", "feel:string"), "5", "declared as text, with a number"),
    ],
)
def test_a_cell_of_another_kind_than_declared_is_an_error(column, cell, words):
    found = told(tabled("FIRST", [column], [f"{cell} | 1", "- | 2"]), "table-type")

    assert [(item.rows, item.column, item.severity) for item in found] == [((1,), 1, "error")]
    assert words in found[0].message
    assert told(tabled("FIRST", [column], [f"{cell} | 1", "- | 2"]), "table-unreachable") == []


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        *(("time", '@"10:00:00"'), ("time", '@"10:00:00Z"'), ("dateTime", '@"2025-01-01T10:00:00Z"')),
        *(("duration", '@"P1D"'), ("duration", '@"P1Y"'), ("number", "null"), ("number", "x"), ("list", "x")),
    ],
)
def test_a_cell_that_fits_is_no_error(kind, cell):
    assert told(tabled("FIRST", [Column("c", kind)], [f"{cell} | 1", "- | 2"])) == []


GRADES = """<itemDefinition name="tGrade"><typeRef>string</typeRef>
<allowedValues><text>"a", "b", "c"</text></allowedValues></itemDefinition>
<itemDefinition name="tBetter"><typeRef>tGrade</typeRef><allowedValues><text>"a", "b"</text></allowedValues></itemDefinition>
<itemDefinition name="tShort"><typeRef>string</typeRef>
<allowedValues><text>string length(?) &lt; 5</text></allowedValues></itemDefinition>
<itemDefinition name="tList" isCollection="true"><typeRef>string</typeRef></itemDefinition>
<itemDefinition name="tCase"><itemComponent name="score"><typeRef>number</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tLoose"/>"""


@pytest.mark.parametrize(
    ("column", "where"),
    [
        (Column("grade", "string", '"a", "b", "c"'), '"c"'),
        (Column("grade", "", '"a", "b", "c"'), '"c"'),
        (Column("grade", "tGrade"), '"c"'),
        (Column("grade", "tBetter"), ""),
        (Column("grade", "tGrade", '"a", "b"'), ""),
        (Column("grade", "string"), 'not("a", "b")'),
        (Column("grade", "tShort"), ""),
        (Column("grade", "tLoose"), 'not("a", "b")'),
    ],
)
def test_allowed_values_of_a_column_or_of_its_type_are_all_that_can_be_missing(column, where):
    table = tabled("UNIQUE", [column], ['"a" | 1', '"b" | 2'], types=GRADES)

    assert [item.where for item in analyse(table)] == ([(("grade", where),)] if where else [])


def test_an_overlap_outside_the_allowed_values_is_none_and_one_that_may_be_outside_is_a_question():
    rows = ['"a" | 1', '> "b" | 2', '> "c" | 3', '"b" | 4', '"c" | 5']

    assert [item.rows for item in told(tabled("UNIQUE", [GRADE], rows), "table-overlap")] == [(2, 3), (2, 5)]
    assert [item.rows for item in told(tabled("UNIQUE", [Column("grade", "tGrade")], rows, types=GRADES))] == [
        (2, 5),
        (3,),
    ]
    (found,) = told(tabled("UNIQUE", [Column("grade", "tShort")], rows[:3], types=GRADES), "table-may-overlap")
    assert found.message.endswith("if the column 'grade' allows that value")


def test_null_is_possible_in_a_column_with_allowed_values_and_may_be_one_of_them():
    allowed = Column("grade", "string", '"a", "b"')

    assert analyse(tabled("FIRST", [allowed], ['"a" | 1', '"b" | 2', "- | 3"])) == ()
    assert [item.where for item in analyse(tabled("FIRST", [allowed], ['"a" | 1', "null | 2"]))] == [
        (("grade", '"b"'),)
    ]


@pytest.mark.parametrize("cell", ['"d"', '"a", "d"', '= "d"'])
def test_a_cell_that_waits_for_a_value_that_is_not_allowed_is_an_error(cell):
    table = tabled("FIRST", [Column("grade", "tGrade")], [f"{cell} | 1", "- | 2"], types=GRADES)

    found = told(table, "table-type")

    assert [(item.rows, item.column) for item in found] == [((1,), 1)]
    assert '"d", which is none of the values that the column allows' in found[0].message


@pytest.mark.parametrize("cell", ['not("d")', '> "d"', '"a"', 'null, "c"', "x"])
def test_other_cells_about_values_that_are_not_allowed_are_no_error(cell):
    table = tabled("FIRST", [Column("grade", "tGrade")], [f"{cell} | 1", "- | 2"], types=GRADES)

    assert told(table, "table-type") == []


@pytest.mark.parametrize(
    ("kind", "cell", "words"),
    [
        ("tGrade", '"d"', "gives \"d\" for 'out', which the type 'tGrade' does not allow"),
        ("tGrade", "5", "gives a number for 'out', declared as text"),
        ("tList", "5", "gives a number for 'out', declared as a list or context"),
        ("tCase", "5", "gives a number for 'out', declared as a list or context"),
        ("time", "5", "gives a number for 'out', declared as a time"),
        ("duration", "5", "declared as a days and time duration or a years and months duration"),
    ],
)
def test_an_output_that_does_not_conform_to_its_type_is_an_error(kind, cell, words):
    (found,) = analyse(tabled("FIRST", [SCORE], [f"- | {cell}"], [Out("out", kind)], GRADES))

    assert found.rule == "table-type"
    assert words in found.message


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        *(("tGrade", '"a"'), ("tGrade", "null"), ("tGrade", "x"), ("tList", '"a"'), ("tLoose", "5"), ("", "5")),
        *(("date", '"2025-01-01"'), ("dateTime", '@"2025-01-01"'), ("Any", "5")),
    ],
)
def test_an_output_that_conforms_is_none(kind, cell):
    assert analyse(tabled("FIRST", [SCORE], [f"- | {cell}"], [Out("out", kind)], GRADES)) == ()


def test_a_column_without_a_type_that_compares_two_kinds_is_asked_about():
    table = tabled("FIRST", [Column("code")], ["1 | 1", "2, 3 | 2", '"4", "5" | 3', "null | 4", "- | 5"])

    (found,) = analyse(table)

    assert (found.rule, found.severity, found.rows, found.column) == ("table-mixed", "warning", (3,), 1)
    assert "Row 3 compares 'code' with text, the others with a number" in found.message


def test_output_cells_must_fit_their_column():
    columns = [Out("points", "number"), Out("band", "string", '"low", "high"'), Out("due", "dateTime")]
    table = tabled(
        "FIRST",
        [SCORE],
        ['1 | "5" | "low" | null', '2 | 5 | "hihg" | @"2025-01-01"', '3 | x | y | @"P1D"', '- | | "low" | now()'],
        columns,
    )

    found = analyse(table)

    assert {item.rule for item in found} == {"table-type"}
    assert [(item.rows, item.column) for item in found] == [((1,), 2), ((2,), 3), ((3,), 4)]
    assert found[1].message == "Row 2 gives \"hihg\" for 'band', which is none of the column's values"


def test_an_input_that_never_changes_is_asked_about():
    (found,) = told(tabled("FIRST", [Column('"score"', label="Score")], ["- | 1"]))

    assert (found.rule, found.column) == ("table-constant", 1)


def test_rows_that_cannot_be_read_are_named_once_and_never_an_error():
    table = tabled("UNIQUE", [SCORE], ["< x | 1", "> 5 | 2", "[1..3], y | 3"])

    (found,) = analyse(table)

    assert (found.rule, found.severity, found.rows) == ("table-unread", "warning", (1, 3))


def test_a_row_that_cannot_be_read_but_meets_no_other_is_not_named():
    table = tabled("UNIQUE", [SCORE, ACUTE], ["< x | true | 1", "- | false | 2"])

    assert analyse(table) == ()


def test_a_row_that_cannot_be_read_may_fill_a_gap_and_hides_nothing():
    assert analyse(tabled("FIRST", [SCORE], ["< x | 1", ">= 5 | 2"])) == ()
    assert analyse(tabled("FIRST", [SCORE], ["< x | 1", "< 5 | 2", "- | 3"])) == ()
    assert [item.rows for item in analyse(tabled("FIRST", [SCORE], ["- | 1", "< x | 2"]))] == [(2, 1)]


def test_at_most_ten_findings_of_a_rule_are_told():
    table = tabled("UNIQUE", [SCORE], [f"{number} | 1" for number in range(30) for _ in range(2)], [Out(default="0")])

    overlaps = told(table, "table-overlap")

    assert len(overlaps) == 10
    assert overlaps[-1].message.endswith("(20 more are left out)")


def test_the_message_of_many_rows_and_values_stays_short():
    cells = ", ".join(f'"{letter}"' for letter in "abcdefghijklmnop")
    table = tabled("UNIQUE", [GRADE], [f"{cells} | 0", *(f'"{letter}" | 1' for letter in "abcdefghijklmnop")])

    (overlap,) = told(table, "table-overlap")
    (gap,) = told(table, "table-gap")

    assert "rows 2, 3, 4, 5, 6, 7, 8, 9 and 8 more" in overlap.message
    assert gap.where == (("grade", 'not("a", "b", "c", "d", "e", "f", "g", "h", …)'),)


def test_a_table_beyond_the_work_is_told_as_such():
    table = tabled("UNIQUE", [SCORE, ACUTE], [f"[{n}..{n + 2}) | - | 1" for n in range(50)])

    for steps in (10, 300, 500, 800, 1500):
        found = analyse(table, Work(steps))
        assert found[-1].rule == "table-large"
        assert "not all" in found[-1].message


def test_the_steps_of_a_table_do_not_vary():
    table = tabled("FIRST", [SCORE, ACUTE], [f"[{n}..{n + 2}) | true | 1" for n in range(50)])
    left = []
    for _ in range(2):
        work = Work()
        analyse(table, work)
        left.append(work.left)

    assert left[0] == left[1] > 0


def test_a_table_of_more_columns_than_are_compared_is_told_as_such():
    columns = [Column(f"x{number}", "number") for number in range(61)]
    table = tabled("FIRST", columns, [[*("< 5" for _ in columns), "1"]])

    assert rules(table) == ["table-large"]


def test_every_rule_has_a_severity():
    assert set(SEVERITIES.values()) == {"error", "warning"}
    assert TableFinding("t", "table-gap", "").severity == "warning"


def test_an_example_of_an_overlap_matches_its_rows():
    table = tabled("UNIQUE", [GRADE, SCORE], ['not("a") | > 3 | 1', '"b", null | - | 2', '"a" | - | 3'])

    (found,) = told(table, "table-overlap")

    assert matching(table, valued(found.example)) == [1, 2]
