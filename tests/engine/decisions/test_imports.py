"""Models that import one another."""

import pytest

from engine.decisions import DecisionError, evaluate, parse_decisions, read_models
from tests.engine.decisions.writing import answer, bkm, file, given, item, literal, made, part, service, text

DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def imported(name, namespace, kind=DMN):
    return f'<import name="{name}" namespace="{namespace}" importType="{kind}"/>'


PEOPLE = file(
    item("tPerson", components=[part("first-name", "string"), part("age", "number")]),
    given("p", "tPerson", name="Person"),
    made("g", text('"Hello " + Person.first-name'), reads=["p"], name="Greeting"),
    made("ages", text("[Person.age]"), reads=["p"]),
    bkm("older", ["who: tPerson", "by"], text("who.age + by")),
    service("greet", ["g"], inputs=["p"]),
    namespace="urn:people",
)
ADA = {"first-name": "Ada", "age": 36}


def model(*elements, others=((PEOPLE, "people.dmn"),), namespace="urn:here"):
    return read_models([(file(*elements, version="1.5", namespace=namespace), "main.dmn"), *others])[0]


def value(decision, *elements, **values):
    main = model(imported("The People", "urn:people"), *elements, decision)
    assert main.problems == ()
    return evaluate(main.decisions[-1], values).value


def test_decisions_inputs_and_functions_are_seen_behind_the_name_of_the_import():
    far = "urn:people#"

    assert value(made("d", text('The People.Greeting + "!"'), requires=[f"{far}g"]), Person=ADA) == "Hello Ada!"
    assert value(made("d", text("The People.Person.first-name"), reads=[f"{far}p"]), Person=ADA) == "Ada"
    assert value(made("d", text("The People.older({first-name: null, age: 1}, 2)"), knows=[f"{far}older"])) == 3
    called = text('The People.greet({first-name: "Bo", age: 1})')
    assert value(made("d", called, knows=[f"{far}greet"])) == "Hello Bo"
    both = made("d", text("[The People.Greeting, The People.ages[1]]"), requires=[f"{far}g", f"{far}ages"])
    assert value(both, Person=ADA) == ["Hello Ada", 36]


def test_types_are_seen_behind_the_name_of_the_import():
    elements = [given("x", "The People.tPerson"), made("d", text("x.age"), reads=["x"])]
    assert value(elements[1], elements[0], x={"age": 3}) == 3
    assert value(made("d", text("x instance of The People.tPerson")), x={"first-name": "A", "age": 3}) is True


def test_an_import_without_a_name_brings_its_names_as_they_are():
    main = model(
        imported("", "urn:people"),
        given("x", "tPerson"),
        made(
            "d",
            text("Greeting + string(older(x, 1))"),
            requires=["urn:people#g"],
            reads=["x"],
            knows=["urn:people#older"],
        ),
    )

    assert main.problems == ()
    assert evaluate(main.decisions[0], {"Person": ADA, "x": ADA}).value == "Hello Ada37"


def test_imports_of_imports_keep_their_own_names():
    middle = file(
        imported("People", "urn:people"),
        made("m", text("People.Greeting + x"), requires=["urn:people#g"]),
        namespace="urn:middle",
    )
    top = [imported("M", "urn:middle"), made("d", text("M.m"), requires=["urn:middle#m"])]
    main = model(*top, others=[(middle, "middle.dmn"), (PEOPLE, "people.dmn")])

    outcome = evaluate(main.decisions[0], {"Person": ADA, "x": "?"})

    assert outcome.value == "Hello Ada?"
    assert [step.decision for step in outcome.steps] == ["g", "m", "d"]
    assert main.decisions[0].names == {"Person", "x"}


def test_two_imports_may_have_equal_names_and_inputs_may_be_told_apart_by_namespace():
    other = file(
        given("p", "string", name="Person"),
        made("g", text("Person"), reads=["p"], name="Greeting"),
        namespace="urn:other",
    )
    main = model(
        imported("A", "urn:people"),
        imported("B", "urn:other"),
        made("d", text("[A.Greeting, B.Greeting]"), requires=["urn:people#g", "urn:other#g"]),
        others=[(PEOPLE, "people.dmn"), (other, "other.dmn")],
    )

    outcome = evaluate(main.decisions[0], {"urn:people#Person": ADA, "urn:other#Person": "Bo"})

    assert outcome.value == ["Hello Ada", "Bo"]


def test_a_model_is_imported_once():
    main = model(imported("A", "urn:people"), imported("B", "urn:people"), literal("d", "1"))

    assert [one.message for one in main.problems] == ["The model 'urn:people' is imported twice"]


def test_what_is_not_there_is_said():
    main = model(
        imported("P", "urn:nowhere"),
        imported("X", "urn:schema", "http://www.w3.org/2001/XMLSchema"),
        made("d", text("1"), requires=["urn:people#g", "urn:nowhere#g", "#x"], reads=["#y"], knows=["#z"]),
    )

    assert [(one.element, one.message) for one in main.problems] == [
        ("file", "The imported model 'P' is not among these files"),
        ("d", "The required decision 'g' is not in this file"),
        ("d", "The required decision 'g' is not in this file"),
        ("d", "The required decision 'x' is not in this file"),
        ("d", "The required input 'y' is not in this file"),
        ("d", "The required knowledge 'z' is not in this file"),
    ]


def test_a_reference_to_another_kind_of_element_is_none():
    main = model(
        given("x"), bkm("b", [], text("1")), made("d", text("1"), requires=["x", "b"], reads=["b"], knows=["x"])
    )

    assert len(main.problems) == 4


def test_files_may_import_each_other_but_decisions_may_not_wait_for_each_other():
    first = file(
        imported("B", "urn:b"), literal("a", "1"), made("c", text("B.b"), requires=["urn:b#b"]), namespace="urn:a"
    )
    second = file(imported("A", "urn:a"), made("b", text("A.a + 1"), requires=["urn:a#a"]), namespace="urn:b")
    found = read_models([(first, "a.dmn"), (second, "b.dmn")])

    assert [one.problems for one in found] == [(), ()]
    assert evaluate(found[0].decisions[1], {}).value == 2

    circle = file(imported("A", "urn:a"), made("b", text("A.c"), requires=["urn:a#c"]), namespace="urn:b")
    problems = [one.message for each in read_models([(first, "a.dmn"), (circle, "b.dmn")]) for one in each.problems]
    assert problems == ["The decision requires itself, directly or through others"]


def test_problems_stay_with_their_files():
    broken = file(literal("b", "1 +"), namespace="urn:b")
    main, other = read_models(
        [(file(imported("B", "urn:b"), made("d", text("B.b"), requires=["urn:b#b"])), "main.dmn"), (broken, "b.dmn")]
    )

    assert main.problems == ()
    assert [(one.file, one.element) for one in other.problems] == [("b.dmn", "b")]
    assert evaluate(main.decisions[0], {}).value is None
    assert (main.name, main.namespace, other.file) == ("file", "urn:here", "b.dmn")


def test_the_decisions_of_one_file_of_a_set():
    main = file(imported("P", "urn:people"), made("d", text("P.Greeting"), requires=["urn:people#g"]))

    (decision,) = parse_decisions(main, "main.dmn", [(PEOPLE, "people.dmn")])

    assert evaluate(decision, {"Person": ADA}).value == "Hello Ada"
    with pytest.raises(DecisionError) as caught:
        parse_decisions(main, "main.dmn")
    assert [one.message for one in caught.value.problems] == [
        "The imported model 'P' is not among these files",
        "The required decision 'g' is not in this file",
    ]


def test_an_absolute_reference_may_mean_the_file_itself():
    assert answer("d", [literal("a", "1"), made("d", text("a + 1"), requires=["urn:here#a"])]).value == 2
