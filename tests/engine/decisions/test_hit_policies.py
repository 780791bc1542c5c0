"""What a table answers when one, several or no rules match."""

from decimal import Decimal

import pytest

from tests.engine.decisions.writing import decide, table

LACE = [
    ["[4..6]", "-", "4"],
    [">= 7", "", "5"],
    ["-", "true", "3"],
    ["-", "false", "0"],
]
VALUES = '<outputValues><text>"high", "low"</text></outputValues>'
RISKS = [["> 0", '"low"', "1"], ["> 5", '"high"', "2"], ["> 5", '"odd"', "3"]]


def test_unique_gives_the_value_of_the_matching_rule():
    outcome = decide(table("band", "UNIQUE", ["x"], ["band"], [["< 5", '"low"'], [">= 5", '"high"']]), x=7)

    assert outcome.value == "high"
    assert outcome.matched == (2,)
    assert outcome.outputs == ({"band": "high"},)
    assert outcome.warnings == ()


def test_unique_is_the_policy_when_none_is_named():
    outcome = decide(table("band", "UNIQUE", ["x"], ["band"], [["-", "1"]]).replace('hitPolicy="UNIQUE"', ""), x=7)

    assert outcome.value == 1


def test_unique_broken_by_two_rules_is_null_and_said():
    outcome = decide(table("band", "UNIQUE", ["x"], ["band"], [["-", "1"], ["7", "2"]]), x=7)

    assert outcome.value is None
    assert outcome.matched == (1, 2)
    assert [(one.message, one.element) for one in outcome.warnings] == [
        ("Decision 'band' allows one matching rule, but rules 1, 2 match", "band")
    ]


def test_first_stops_at_the_first_match():
    outcome = decide(table("t", "FIRST", ["x"], ["y"], [["> 9", "1"], ["> 5", "2"], ["-", "1 / 0"]]), x=7)

    assert (outcome.value, outcome.matched, outcome.warnings) == (2, (2,), ())


def test_any_accepts_equal_outputs_only():
    equal = decide(table("t", "ANY", ["x"], ["y"], [["-", "[1]"], ["7", "[1.0]"]]), x=7)
    unlike = decide(table("t", "ANY", ["x"], ["y"], [["-", "1"], ["7", "2"]]), x=7)

    assert (equal.value, equal.matched) == ([1], (1, 2))
    assert (unlike.value, unlike.matched) == (None, (1, 2))
    assert "needs equal outputs" in unlike.warnings[0].message


def test_priority_gives_the_most_important_output():
    outcome = decide(table("t", "PRIORITY", ["x"], ["risk", "n"], RISKS, extra={"risk": VALUES}), x=7)

    assert outcome.value == {"risk": "high", "n": Decimal(2)}
    assert outcome.matched == (2,)


def test_output_order_sorts_by_importance_and_unknown_values_last():
    outcome = decide(table("t", "OUTPUT ORDER", ["x"], ["risk", "n"], RISKS, extra={"risk": VALUES}), x=7)

    assert [row["n"] for row in outcome.value] == [2, 1, 3]
    assert outcome.matched == (2, 1, 3)


def test_rule_order_and_collect_give_all_in_order():
    for policy in ("RULE ORDER", "COLLECT"):
        one = decide(table("t", policy, ["x"], ["y"], [["> 5", "1"], ["< 5", "2"], ["7", "3"]]), x=7)
        several = decide(table("t", policy, ["x"], ["y", "z"], [["> 5", "1", '"a"'], ["7", "3", ""]]), x=7)

        assert (one.value, one.matched) == ([1, 3], (1, 3))
        assert several.value == [{"y": 1, "z": "a"}, {"y": 3, "z": None}]


@pytest.mark.parametrize(("how", "wanted"), [("SUM", 7), ("MIN", 3), ("MAX", 4), ("COUNT", 2)])
def test_collect_sums_up(how, wanted):
    made = table("lace", "COLLECT", ["days", "acute"], ["points"], LACE, attributes=f'aggregation="{how}"')

    outcome = decide(made, days=5, acute=True)

    assert (outcome.value, outcome.matched) == (wanted, (1, 3))


def test_no_match_is_null_an_empty_list_or_nothing_to_sum():
    rules = [["1", "1"]]

    assert decide(table("t", "UNIQUE", ["x"], ["y"], rules), x=7).value is None
    assert decide(table("t", "FIRST", ["x"], ["y"], rules), x=7).matched == ()
    assert decide(table("t", "COLLECT", ["x"], ["y"], rules), x=7).value == []
    assert decide(table("t", "COLLECT", ["x"], ["y"], rules, attributes='aggregation="SUM"'), x=7).value is None
    assert decide(table("t", "COLLECT", ["x"], ["y"], rules, attributes='aggregation="COUNT"'), x=7).value == 0


def test_default_outputs_answer_when_no_rule_does():
    default = {"y": "<defaultOutputEntry><text>x + 1</text></defaultOutputEntry>"}
    made = table("t", "UNIQUE", ["x"], ["y", "z"], [["1", "1", "1"]], extra=default)

    outcome = decide(made, x=7)

    assert outcome.value == {"y": 8, "z": None}
    assert outcome.matched == ()


def test_null_matches_no_comparison_and_no_range_but_an_explicit_null():
    rules = [["< 5", "1"], ["[0..9]", "2"], ["not(< 5)", "3"], ["null", "4"], ["-", "5"], ["!= true", "6"]]

    outcome = decide(table("t", "COLLECT", ["x"], ["y"], rules))

    assert outcome.value == [4, 5, 6]
    assert list(map(str, outcome.warnings)) == ["Nothing is named 'x' here (in 't_i1', line 1, column 1)"]


def test_a_table_without_inputs_or_rules_is_a_table():
    assert decide(table("t", "COLLECT", [], ["y"], [["1"], ["2"]])).value == [1, 2]
    assert decide(table("t", "UNIQUE", ["x"], ["y"], []), x=1).value is None
