"""What is refused, at which element, in which words."""

import pytest
from lxml import etree

from engine.decisions import DecisionError, parse_decisions
from tests.engine.decisions.writing import decision, file, literal, table

GOOD = table("t", "UNIQUE", ["x"], ["y"], [["> 1", "1"], ["1", "2"]])


def problems(*elements):
    with pytest.raises(DecisionError) as caught:
        parse_decisions(file(*elements), "rules.dmn")
    assert all(problem.file == "rules.dmn" for problem in caught.value.problems)
    assert caught.value.code == "decision-rejected"
    return [(problem.element, problem.rule, problem.message) for problem in caught.value.problems]


CASES = {
    "a cell that is no FEEL": (
        GOOD.replace("&gt; 1", "&gt;"),
        [("t_r1", 1, "Expected a value but the text ends (line 1, column 2)")],
    ),
    "an output that is no FEEL": (
        GOOD.replace("<outputEntry><text>2", '<outputEntry id="cell"><text>2 +'),
        [("cell", 2, "Expected a value but the text ends (line 1, column 4)")],
    ),
    "an input that is no FEEL": (
        GOOD.replace("<text>x</text>", "<text>x +</text>"),
        [("t_i1", None, "Expected a value but the text ends (line 1, column 4)")],
    ),
    "an empty input": (
        GOOD.replace("<text>x</text>", "<text> </text>"),
        [("t_i1", None, "The input column needs an expression")],
    ),
    "no input expression": (
        GOOD.replace("<inputExpression><text>x</text></inputExpression>", ""),
        [("t_i1", None, "The input column needs an expression")],
    ),
    "no output": (
        table("t", "UNIQUE", ["x"], [], []),
        [("t", None, "The table needs an output column")],
    ),
    "a cell too few": (
        GOOD.replace("<inputEntry><text>1</text></inputEntry>", ""),
        [("t_r2", 2, "The rule has 0 input cells, but the table 1 input columns")],
    ),
    "an output too many": (
        GOOD.replace("</rule>", "<outputEntry><text>1</text></outputEntry></rule>", 1),
        [("t_r1", 1, "The rule has 2 output cells, but the table 1 output columns")],
    ),
    "an unknown policy": (
        GOOD.replace("UNIQUE", "LUCKY"),
        [("t", None, "The hit policy 'LUCKY' is not known")],
    ),
    "an unknown aggregation": (
        table("t", "COLLECT", ["x"], ["y"], [], attributes='aggregation="AVG"'),
        [("t", None, "The aggregation 'AVG' is not known")],
    ),
    "a sum of two columns": (
        table("t", "COLLECT", ["x"], ["y", "z"], [], attributes='aggregation="SUM"'),
        [("t", None, "A table that sums up its outputs can have one output column only")],
    ),
    "priority without values": (
        table("t", "PRIORITY", ["x"], ["y"], []),
        [("t", None, "The hit policy PRIORITY needs an output column with its values in order")],
    ),
    "values that are no values": (
        table("t", "UNIQUE", ["x"], ["y"], [], extra={"y": "<outputValues><text>a b,, c</text></outputValues>"}),
        [("t_o1", None, "Expected a value but found ',' (line 1, column 5)")],
    ),
    "outputs without names": (
        table("t", "UNIQUE", ["x"], ["", "z"], []),
        [("t_o1", None, "Each of several output columns needs a name")],
    ),
    "outputs of one name": (
        table("t", "UNIQUE", ["x"], ["z", "z"], []),
        [("t_o2", None, "Two output columns are named 'z'")],
    ),
    "another language": (
        GOOD.replace("<inputEntry>", '<inputEntry expressionLanguage="juel">', 1),
        [("t_r1", 1, "Expected FEEL, but the expression is written in 'juel'")],
    ),
    "another language in an output": (
        GOOD.replace("<outputEntry>", '<outputEntry expressionLanguage="python">', 1),
        [("t_r1", 1, "Expected FEEL, but the expression is written in 'python'")],
    ),
    "no logic": (
        decision("t", ""),
        [("t", None, "The decision has no logic that can be evaluated")],
    ),
    "an empty expression": (literal("t", " "), [("t", None, "The literal expression needs a text")]),
    "a requirement that is not there": (
        literal("t", "1", requires=["other"]),
        [("t", None, "The required decision 'other' is not in this file")],
    ),
    "a decision without id": ("<decision/>", [("file", None, "The decision needs an id")]),
    "no decision": ("", [("file", None, "The file holds no decision")]),
}


@pytest.mark.parametrize(("element", "wanted"), CASES.values(), ids=CASES.keys())
def test_a_fault_is_found_where_it_is(element, wanted):
    assert problems(element) == wanted


def test_all_faults_are_found_at_once():
    found = problems(
        GOOD.replace("&gt; 1", "&gt;").replace("UNIQUE", "LUCKY"), literal("u", "1 +"), literal("u", "2"), "<!-- -->"
    )

    assert [element for element, _, _ in found] == ["u", "t", "t_r1", "u"]


def test_decisions_that_require_each_other_are_refused():
    found = problems(literal("a", "b", requires=["b"]), literal("b", "a", requires=["a"]))

    assert found == [("a", None, "The decision requires itself, directly or through others")]


def test_a_decision_of_another_file_is_refused():
    element = literal("a", "1", requires=["b"]).replace('href="#b"', 'href="other.dmn#b"')

    assert problems(element) == [("a", None, "The required decision 'b' is not in this file")]


def test_a_file_that_is_no_dmn_is_refused():
    with pytest.raises(DecisionError) as caught:
        parse_decisions(etree.fromstring("<html/>"), "rules.dmn")

    assert caught.value.problems[0].message == "This is no DMN file: its first element is not 'definitions'"
    assert caught.value.problems[0].element == ""


def test_a_good_file_gives_its_decisions_in_order():
    root = file("<?note?>", literal("b", "1"), GOOD, literal("a", "b", requires=["b"]))

    assert [one.id for one in parse_decisions(root, "rules.dmn")] == ["b", "t", "a"]


def test_feel_may_be_named_as_the_language():
    element = GOOD.replace(
        "<inputEntry>", '<inputEntry expressionLanguage="https://www.omg.org/spec/DMN/20230324/FEEL/">'
    )

    assert parse_decisions(file(element), "rules.dmn")[0].logic.rules[0].tests[0] is not None
