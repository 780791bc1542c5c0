"""Business knowledge models and decision services: functions with names."""

import pytest

from engine.decisions import evaluate, parse_decisions, read_models
from feel import Budget, BudgetExceeded
from tests.engine.decisions.writing import (
    answer,
    bkm,
    context,
    entry,
    file,
    given,
    invoke,
    literal,
    made,
    read,
    service,
    table,
    text,
)


def inner(decision):
    """The table inside a decision element."""
    return decision[decision.index("<decisionTable") : decision.index("</decision>")]


POINTS = inner(table("t", "COLLECT", ["days"], ["n"], [["> 3", "3"], ["-", "1"]], attributes='aggregation="SUM"'))


def test_a_decision_calls_a_business_knowledge_model():
    elements = [
        bkm("b", ["days"], POINTS, name="Points for days"),
        made("d", text("Points for days(stay) + 100"), knows=["b"]),
        made("i", invoke("Points for days", days=text("stay")), knows=["b"]),
    ]

    assert answer("d", elements, stay=5).value == 104
    outcome = answer("i", elements, stay=5)
    assert (outcome.value, outcome.matched) == (4, (1, 2))


def test_a_model_sees_its_parameters_and_what_it_requires_and_nothing_else():
    elements = [
        bkm("inner", ["x"], text("x * 2")),
        bkm("outer", ["x"], text("[inner(x), case value, other(1)]"), knows=["inner"]),
        bkm("other", ["x"], text("x")),
        made("d", text("outer(3)"), knows=["outer", "other"]),
    ]

    outcome = answer("d", elements, **{"case value": 9})

    assert outcome.value == [6, None, None]
    assert "Nothing is named 'case value' here" in [one.message for one in outcome.warnings]


def test_a_model_that_is_not_required_is_not_known():
    assert answer("d", [bkm("b", ["x"], text("x")), made("d", text("b(1)"))]).value is None


def test_models_call_themselves_and_each_other():
    elements = [
        bkm("factorial", ["n"], text("if n <= 1 then 1 else n * factorial(n - 1)")),
        bkm("is even", ["n"], text("if n = 0 then true else is odd(n - 1)"), knows=["is odd"]),
        bkm("is odd", ["n"], text("if n = 0 then false else is even(n - 1)"), knows=["is even"]),
        made("d", text("[factorial(12), is even(11), is odd(11)]"), knows=["factorial", "is even", "is odd"]),
    ]

    assert answer("d", elements).value == [479001600, False, True]


@pytest.mark.parametrize("body", ["f(n)", "f(n + 1) + f(n + 2)", "for i in 1..10 return f(i)"])
def test_calls_without_end_are_over_the_budget(body):
    elements = [bkm("f", ["n"], text(body)), made("d", text("f(1)"), knows=["f"])]

    with pytest.raises(BudgetExceeded):
        answer("d", elements)


def test_a_tree_of_calls_is_over_the_budget():
    body = text("if n = 0 then 0 else f(n - 1) + f(n - 1)")
    elements = [bkm("f", ["n"], body), made("d", text("f(30)"), knows=["f"])]

    with pytest.raises(BudgetExceeded):
        answer("d", elements)
    assert answer("d", [elements[0], made("d", text("f(5)"), knows=["f"])]).value == 0


def test_types_of_parameters_and_results():
    elements = [
        bkm("n", ["x: number"], text("x + 1"), kind="number"),
        bkm("w", ["x"], text('"a"'), kind="number"),
        made("d", text('[n(1), n([2]), n("1"), n(), n(1, 2), n(y: 1), n(x: 1), w(1)]'), knows=["n", "w"]),
    ]

    assert answer("d", elements).value == [2, 3, None, None, None, None, 2, None]


def test_a_model_may_give_a_function_or_take_one():
    elements = [
        bkm("adder", ["n"], text("function(x) x + n")),
        bkm("twice", ["f", "x"], text("f(f(x))")),
        made("d", text("twice(adder(5), 1)"), knows=["adder", "twice"]),
    ]

    assert answer("d", elements).value == 11


def test_a_type_of_a_function_says_nothing_of_its_result():
    kind = '<itemDefinition name="tF"><functionItem><parameters name="x"/></functionItem></itemDefinition>'

    assert answer("d", [kind, bkm("f", ["x"], text("x"), kind="tF"), made("d", text("f(1)"), knows=["f"])]).value == 1


def test_the_tables_of_a_service_are_those_of_its_decisions():
    rules = table("a", "UNIQUE", ["x"], ["y"], [["-", "1"]])
    later = [made("b", text("a"), requires=["a"]), made("c", text("a + b"), requires=["a", "b"])]

    assert [one.name for one in read(rules, *later, service("s", ["b", "c"]))["s"].tables] == ["a"]


def test_a_model_is_evaluated_by_itself():
    (model,) = read_models([(file(bkm("b", ["x: number", "y"], text("x * 2"), kind="number")), "m.dmn")])
    (known,) = model.knowledge

    assert evaluate(known, {"x": 4, "y": None}).value == 8
    outcome = evaluate(known, {"x": "4"})
    assert outcome.value is None
    assert [one.message for one in outcome.warnings][:2] == [
        "The input 'x' does not conform to the type 'number'",
        "The input 'y' is not given",
    ]


def test_a_model_without_logic_or_in_another_language_is_null_by_name():
    java = bkm("b", [], text('"java.lang.Math"')).replace("<encapsulatedLogic>", '<encapsulatedLogic kind="Java">')
    none = '<businessKnowledgeModel id="c" name="c"/>'
    (model,) = read_models([(file(java, none, made("d", text("[b(), c()]"), knows=["b", "c"])), "m.dmn")])

    assert [(one.element, one.message) for one in model.problems] == [
        ("b", "Expected a function in FEEL, but it is written in Java"),
        ("c", "The business knowledge model has no logic"),
    ]
    outcome = evaluate(model.decisions[0], {})
    assert outcome.value == [None, None]
    assert [one.message for one in outcome.warnings] == ["Expected a function in FEEL, but it is written in Java"]


SERVICE = [
    given("age", "number"),
    literal("base", "1000"),
    made("factor", text("if age > 60 then 2 else 1"), reads=["age"]),
    made("price", text("base * factor"), requires=["base", "factor"]),
    made("label", text('"P" + string(price)'), requires=["price"]),
]


def test_a_service_gives_its_output_for_its_inputs():
    one = service("s", ["price"], decisions=["base"], inputs=["age"], inside=["factor"])
    elements = [*SERVICE, one, made("d", text("[s(70, 10), s(base: 5, age: 1)]"), knows=["s"])]

    outcome = answer("d", elements)

    assert outcome.value == [20, 5]
    assert answer("s", elements, age=70, base=7).value == 14
    assert read(*elements)["s"].names == {"age", "base"}


def test_several_outputs_are_a_context():
    elements = [*SERVICE, service("s", ["price", "label"], inputs=["age"], inside=["factor", "base"])]

    assert answer("s", elements, age=30).value == {"price": 1000, "label": "P1000"}
    assert [step.decision for step in answer("s", elements, age=30).steps] == ["base", "factor", "price", "label"]


def test_inputs_of_a_service_hold_inside_of_it_only():
    one = service("s", ["price"], decisions=["factor", "base"])
    box = context(entry("in", text("s(3, 4)")), entry("out", text("factor")))
    elements = [*SERVICE, one, made("d", box, requires=["factor"], knows=["s"])]

    assert answer("d", elements, age=70).value == {"in": 12, "out": 2}


def test_arguments_that_do_not_fit_give_null():
    one = service("s", ["price"], inputs=["age"])
    elements = [*SERVICE, one, made("d", text('[s("old"), s(), s(1, 2), s(a: 1), s([70])]'), knows=["s"])]

    assert answer("d", elements).value == [None, None, None, None, 2000]


def test_a_service_sees_nothing_of_who_calls_it():
    elements = [
        *SERVICE,
        service("s", ["price"], inside=["factor", "base"]),
        made("d", text("s()"), reads=["age"], knows=["s"]),
    ]

    outcome = answer("d", elements, age=70)

    assert outcome.value == 1000
    assert "The input 'age' is not given" in [one.message for one in outcome.warnings]


def test_a_missing_input_decision_is_null_and_said():
    elements = [*SERVICE, service("s", ["price"], decisions=["base"], inputs=["age"])]

    outcome = answer("s", elements, age=70)

    assert outcome.value is None
    assert outcome.warnings[0].message == "The input 'base' is not given"


def test_a_service_inside_an_invocation_inside_a_context_inside_a_model():
    box = context(entry("p", invoke("s", base=text("n"), age=text("61"))), entry("", text("p + 1")))
    elements = [
        *SERVICE,
        service("s", ["price"], decisions=["base"], inputs=["age"], kind="number"),
        bkm("b", ["n"], box, knows=["s"]),
        made("d", invoke("b", n=text("21")), knows=["b"]),
    ]

    assert answer("d", elements).value == 43


def test_a_service_whose_decisions_call_it_again_is_over_the_budget():
    elements = [service("s", ["d"]), made("d", text("s()"), knows=["s"])]

    with pytest.raises(BudgetExceeded):
        answer("d", elements, budget=Budget(1_000_000, 10))


def test_the_value_of_a_service_has_a_type():
    assert answer("s", [*SERVICE, service("s", ["label"], inputs=["age"], kind="number")], age=1).value is None


def test_a_service_that_is_still_empty_gives_null():
    outcome = answer("d", [service("s", []), made("d", text("s()"), knows=["s"])])

    assert outcome.value is None
    assert [one.message for one in outcome.warnings] == ["The decision service gives no decision"]


def test_services_come_after_the_decisions():
    found = parse_decisions(file(service("s", ["a"]), literal("a", "1")), "rules.dmn")

    assert [(one.id, one.name, one.result) for one in found] == [("a", "a", "a"), ("s", "s", "s")]
    assert [one.id for one in found[1].requires] == ["a"]
