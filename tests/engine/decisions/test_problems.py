"""What is refused, at which element, in which words."""

import inspect
import sys

import pytest
from lxml import etree

from engine.decisions import DecisionError, evaluate, parse_decisions, read_models
from feel import BudgetExceeded
from tests.engine.decisions.writing import (
    bkm,
    context,
    decision,
    entry,
    file,
    function,
    given,
    invoke,
    item,
    literal,
    read,
    service,
    table,
    text,
)

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
    "an iteration without its parts": (
        decision("t", "<for/>"),
        [
            ("t", None, "The iteration needs a variable"),
            ("t", None, "Expected an expression in 'in'"),
            ("t", None, "Expected an expression in 'return'"),
        ],
    ),
    "a condition without its parts": (
        decision("t", f"<conditional><if>{text('true')}</if><then/></conditional>"),
        [("t", None, "Expected an expression in 'then'"), ("t", None, "Expected an expression in 'else'")],
    ),
    "parameters of one name": (
        decision("t", function(["a", "a", ""], text("a"))),
        [("t", None, "Two parameters are named 'a'"), ("t", None, "The parameter needs a name")],
    ),
    "a function without an expression": (
        decision("t", function(["a"], "")),
        [("t", None, "The function has no expression")],
    ),
    "a function of another language": (
        decision("t", function([], text("1")).replace("<functionDefinition", '<functionDefinition kind="PMML"')),
        [("t", None, "Expected a function in FEEL, but it is written in PMML")],
    ),
    "an invocation of nothing": (decision("t", "<invocation/>"), [("t", None, "The invocation names no function")]),
    "bindings of one parameter": (
        decision("t", invoke("f", a=text("1")).replace("</invocation>", "<binding/></invocation>")),
        [("t", None, "Each binding needs a parameter of its own")],
    ),
    "entries of one name": (
        decision("t", context(entry("a", text("1")), entry("a", text("2")))),
        [("t", None, "Two entries of the context are named 'a'")],
    ),
    "two results": (
        decision("t", context(entry("", text("1")), entry("", text("2")))),
        [("t", None, "Two entries of the context are without a name")],
    ),
    "a result that is not the last": (
        decision("t", context(entry("", text("1")), entry("a", text("2")))),
        [("t", None, "The entry without a name is the context's result and must stand last")],
    ),
    "imported values": (
        decision("t", "<literalExpression><importedValues/></literalExpression>"),
        [("t", None, "Imported values are not available here")],
    ),
    "a row of another width": (
        decision("t", f'<relation><column name="a"/><row>{text("1")}{text("2")}</row></relation>'),
        [("t", 1, "The row has 2 cells, but the relation 1 columns")],
    ),
    "a list with a fault": (
        decision("t", f"<list>{text('1')}{text('1 +')}</list>"),
        [("t", None, "Expected a value but the text ends (line 1, column 4)")],
    ),
    "elements of one name": (
        literal("t", "1", name="x") + given("u", name="x"),
        [("u", None, "Two elements are named 'x'")],
    ),
    "a service without a decision": (
        literal("t", "1") + service("s", [], ["t"]) + service("r", ["nowhere"], ["u"], ["i"], ["e"]),
        [
            ("s", None, "The decision service gives no decision"),
            ("r", None, "The input 'i' is not in this file"),
            ("r", None, "The input decision 'u' is not in this file"),
            ("r", None, "The output decision 'nowhere' is not in this file"),
            ("r", None, "The encapsulated decision 'e' is not in this file"),
        ],
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


def test_what_has_no_id_is_known_by_its_name():
    root = file(
        '<inputData name="the input"/><decision name="the  decision"><literalExpression><text>the input + "!"</text></literalExpression></decision>'
    )
    (only,) = parse_decisions(root, "rules.dmn")

    assert (only.id, only.name) == ("the decision", "the decision")
    assert evaluate(only, {"the input": "a"}).value == "a!"
    assert problems('<decision name="nothing"/>') == [
        ("nothing", None, "The decision has no logic that can be evaluated")
    ]


def test_what_is_wrong_gives_null_and_the_rest_goes_on():
    body = context(entry("a", text("1 +")), entry("b", text("2")), entry("f", function([], "")))
    (model,) = read_models([(file(decision("t", body), GOOD.replace("&gt; 1", "&gt;").replace('"t', '"u')), "m.dmn")])

    outcome = evaluate(model.decisions[0], {})
    assert outcome.value == {"a": None, "b": 2, "f": None}
    assert [one.message for one in outcome.warnings] == [
        "Expected a value but the text ends (line 1, column 4)",
        "The function has no expression",
    ]
    assert evaluate(model.decisions[1], {}).value is None


def test_a_library_needs_no_decision():
    assert parse_decisions(file(item("tA", "number")), "rules.dmn") == ()
    assert parse_decisions(file(bkm("b", [], text("1"))), "rules.dmn") == ()


def test_a_reader_stops_noting_problems_at_some_time():
    (model,) = read_models([(file("<decision/>" * 1200), "m.dmn")])

    assert len(model.problems) == 1000


def test_a_decision_deep_inside_a_program_is_over_its_budget_and_no_crash():
    made_of = read(
        *[literal("d0", "1"), *(literal(f"d{n}", f"d{n - 1} + 1", requires=[f"d{n - 1}"]) for n in range(1, 50))]
    )

    def deep(levels):
        return deep(levels - 1) if levels else evaluate(made_of["d49"], {})

    with pytest.raises(BudgetExceeded, match="nested too deep"):
        deep(sys.getrecursionlimit() - len(inspect.stack(0)) - 40)
