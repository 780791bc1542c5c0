"""Inputs, required decisions, time, warnings and the budget."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.decisions import Notice, evaluate, parse_decisions
from feel import Budget, BudgetExceeded
from tests.engine.decisions.writing import answer, decide, decision, file, literal, made, read, table, text

NOW = datetime(2025, 6, 10, 14, tzinfo=UTC)
LACE = table(
    "lace", "COLLECT", ["los"], ["points"], [["-", "5"], ["> 3", "3"]], name="LACE", attributes='aggregation="SUM"'
)
BAND = table("band", "UNIQUE", ["LACE"], ["band"], [["< 5", '"low"'], [">= 5", '"high"']], requires=["lace"])


def test_required_decisions_come_first_and_are_seen_by_name_and_id():
    decisions = read(BAND, LACE, literal("both", "LACE + lace", requires=["lace"]))

    outcome = evaluate(decisions["band"], {"los": 4, "LACE": 0})

    assert outcome.value == "high"
    assert [(step.decision, step.name, step.value, step.matched) for step in outcome.steps] == [
        ("lace", "LACE", 8, (1, 2)),
        ("band", "band", "high", (2,)),
    ]
    assert evaluate(decisions["both"], {"los": 4}).value == 16


def test_a_decision_required_twice_is_made_once():
    decisions = read(
        LACE,
        literal("a", "lace + 1", requires=["lace"]),
        literal("b", "lace + 2", requires=["lace"]),
        literal("c", "a + b", requires=["a", "b"]),
    )

    outcome = evaluate(decisions["c"], {"los": 4})

    assert outcome.value == 19
    assert [step.decision for step in outcome.steps] == ["lace", "a", "b", "c"]


def test_a_reference_may_name_the_file_s_own_namespace():
    wide = BAND.replace('href="#lace"', 'href="urn:here#lace"')
    root = file(wide, LACE)
    root.set("namespace", "urn:here")

    assert evaluate(parse_decisions(root, "rules.dmn")[0], {"los": 4}).value == "high"


def test_the_name_of_the_variable_is_the_name_of_the_result():
    decisions = read(literal("a", "1", variable="first answer"), literal("b", "first answer + 1", requires=["a"]))

    assert evaluate(decisions["b"], {}).value == 2


def test_a_decision_tells_the_names_it_reads_from_outside():
    decisions = read(BAND, LACE, literal("c", "if x > limit then band else null", requires=["band"]))

    assert decisions["lace"].names == {"los"}
    assert decisions["band"].names == {"los"}
    assert decisions["c"].names == {"x", "limit", "los"}


def test_a_literal_decision_is_an_expression():
    outcome = decide(literal("sum", "sum(triggers.points)"), triggers=[{"points": 3}, {"points": 2}])

    assert (outcome.value, outcome.matched, outcome.outputs) == (5, (), ())


def test_cells_and_outputs_see_all_names_and_the_time():
    rules = [["> limit", "now() - at"]]

    outcome = decide(table("t", "UNIQUE", ["x"], ["y"], rules), now=NOW, x=5, limit=4, at=NOW - timedelta(hours=1))

    assert outcome.value == timedelta(hours=1)


def test_names_of_the_file_may_hold_signs():
    inputs = '<inputData id="i" name="a-b"/>'
    made = read(inputs, table("t", "UNIQUE", ["a-b"], ["x/y"], [["> a-b - 1", "a-b * 2"]]))["t"]

    assert evaluate(made, {"a-b": 3}).value == 6


@pytest.mark.parametrize(
    ("kind", "text", "cell"),
    [
        ("date", "2025-06-10", '> @"2025-01-01"'),
        ("dateTime", "2025-06-10T10:00:00Z", '> @"2025-01-01T00:00:00Z"'),
        ("dayTimeDuration", "PT48H", '> @"P1D"'),
        ("duration", "P2Y", '> @"P1Y"'),
    ],
)
def test_iso_text_becomes_the_declared_type_of_its_column(kind, text, cell):
    made = table("t", "UNIQUE", ["x"], ["y"], [[cell, "1"]])
    typed = made.replace("<inputExpression>", f'<inputExpression typeRef="{kind}">')

    assert decide(typed, x=text).value == 1
    assert decide(typed, x="no such text").value is None
    assert decide(typed, x=5).value is None
    assert decide(made, x=text).value is None


def test_warnings_of_cells_and_outputs_come_with_the_outcome():
    outcome = decide(table("t", "UNIQUE", ["x"], ["y"], [["-", "1 / 0"]]), x="secret")

    assert outcome.value is None
    (notice,) = outcome.warnings
    assert notice == Notice("'/' has no result for these numbers", "t_r1", 1, 1, 3)
    assert str(notice) == "'/' has no result for these numbers (in 't_r1', rule 1, line 1, column 3)"


def test_one_budget_covers_the_whole_decision():
    slow = "every i in 1..9000 satisfies i > 0"
    made = read(table("t", "COLLECT", ["x"], ["y"], [["-", slow]] * 8))["t"]

    with pytest.raises(BudgetExceeded):
        evaluate(made, {"x": 1})
    assert len(evaluate(made, {"x": 1}, budget=Budget(steps=10_000_000, seconds=60)).value) == 8


def test_every_version_and_any_prefix_is_read():
    for version in ("1.3", "1.4", "1.5"):
        assert set(read(LACE, decision("x", "<literalExpression><text>1</text></literalExpression>"), version=version))


def test_rules_keep_their_notes():
    noted = LACE.replace("</rule>", "<annotationEntry><text>why</text></annotationEntry></rule>", 1)
    described = LACE.replace('<rule id="lace_r1">', '<rule id="lace_r1"><description> because </description>', 1)

    assert [rule.note for rule in read(noted)["lace"].logic.rules] == ["why", ""]
    assert read(described)["lace"].logic.rules[0].note == "because"


@pytest.mark.parametrize("kind", ["", ' typeRef="number"'])
def test_an_input_may_be_given_by_its_own_name_or_by_its_variable_s(kind):
    element = f'<inputData id="i" name="Weather in Celsius"><variable name="weather"{kind}/></inputData>'
    elements = [element, made("d", text("weather + 1"), reads=["i"])]

    assert answer("d", elements, weather=3).value == 4
    assert answer("d", elements, **{"Weather in Celsius": 3}).value == 4
    assert answer("d", elements, **{"Weather in Celsius": 3, "weather": 5}).value == 6
    assert answer("d", elements).warnings[0].message == "The input 'weather' is not given"
