"""Item definitions, and what becomes of values that are expected to have a type."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.decisions import evaluate, read_models
from tests.engine.decisions.writing import answer, file, given, item, literal, made, part, table, text

PERSON = item(
    "tPerson", components=[part("first name", "string"), part("born", "date"), part("visits", "date", many=True)]
)


def coerced(expression, kind, *items, **values):
    """What a decision of this type makes of an expression, and its warnings."""
    outcome = answer("d", [*items, made("d", text(expression), kind=kind)], **values)
    return outcome.value, [one.message for one in outcome.warnings]


def taken(kind, value, *items):
    """What an input of this type makes of what the host gives."""
    outcome = answer("d", [*items, given("x", kind), made("d", text("x"), reads=["x"])], x=value)
    return outcome.value, [one.message for one in outcome.warnings]


@pytest.mark.parametrize(
    ("kind", "expression", "wanted"),
    [
        ("number", "1", 1),
        ("number", "[1]", 1),
        ("tNumbers", "1", [1]),
        ("tNumbers", "[1, 2]", [1, 2]),
        ("tNumbers", "[]", []),
        ("tNumbers", "[null]", [None]),
        ("date and time", 'date("2025-06-10")', datetime(2025, 6, 10, tzinfo=UTC)),
        ("Any", "[1]", [1]),
        ("tAny", "[1]", [1]),
        ("string", "null", None),
        ("context", "{a: 1}", {"a": 1}),
        ("tSmall", "[3]", 3),
        ("tDouble", "[3]", [[3]]),
        ("list", "3", [3]),
        ("list&lt;number>", "3", [3]),
        ("list&lt;list&lt;tSmall> >", "[[3]]", [[3]]),
        ("range&lt;number>", "null", None),
        ("Null", "null", None),
        ("list", "[3]", [3]),
        ("context", "[{a: 1}]", {"a": 1}),
        ("feel:number", "3", 3),
        ("dayTimeDuration", '@"PT1H"', timedelta(hours=1)),
        ("integer", "3", 3),
    ],
)
def test_values_conform_or_are_converted(kind, expression, wanted):
    items = [
        item("tNumbers", "number", many=True),
        item("tAny", "Any"),
        item("tSmall", "number", allowed="< 10"),
        item("tDouble", "tNumbers", many=True),
    ]

    assert coerced(expression, kind, *items) == (wanted, [])


@pytest.mark.parametrize(
    ("kind", "expression"),
    [
        ("number", '"1"'),
        ("number", "[1, 2]"),
        ("number", "[]"),
        ("number", "[[1]]"),
        ("tDouble", "3"),
        ("tNumbers", "[[1], [2]]"),
        ("context", "1"),
        ("list&lt;number>", '"a"'),
        ("range&lt;number>", "1"),
        ("Null", "1"),
        ("number", '["1"]'),
        ("string", "1"),
        ("date", 'date and time("2025-06-10T00:00:00")'),
        ("date", '"2025-06-10"'),
        ("tNumbers", '[1, "2"]'),
        ("tNumbers", '"2"'),
        ("tSmall", "10"),
        ("tSmall", "[10]"),
        ("tFew", "[1, 2, 3]"),
        ("tFew", "[11]"),
        ("tPerson", '{first name: "A", born: null}'),
        ("tPerson", "{first name: 1, born: null, visits: null}"),
        ("tPerson", "1"),
        ("tUnary", "function() 1"),
        ("tUnary", "1"),
    ],
)
def test_a_value_that_does_not_conform_is_null_with_a_warning(kind, expression):
    unary = '<itemDefinition name="tUnary"><functionItem><parameters name="a"/></functionItem></itemDefinition>'
    items = [
        item("tNumbers", "number", many=True),
        item("tDouble", "tNumbers", many=True),
        item("tSmall", "number", allowed="< 10"),
        item("tFew", "tSmall", many=True, constraint="count(?) < 3"),
        PERSON,
        unary,
    ]

    value, (warning,) = coerced(expression, kind, *items)
    assert value is None
    assert warning.startswith("The decision's value does not conform to the type '" + kind.partition("&")[0])


def test_dates_of_any_year_are_dates():
    assert coerced('date("-0100-03-01").year', "number") == (-100, [])
    far, warnings = coerced('date("12025-03-01")', "date and time")
    assert (str(far.near), far.year, warnings) == (f"{far.near.year}-03-01 00:00:00+00:00", 12025, [])
    assert taken("date and time", "12025-03-01")[0] == far
    assert taken("date", "12025-03-01")[1] == []


def test_the_type_of_a_table_ranks_its_only_output():
    written = columns(policy="PRIORITY", rules=[("-", '"low"'), ("-", '"high"')])
    levels = item("tLevel", "string", allowed='"high", "low"')

    assert answer("t", [levels, written.replace("<decisionTable", '<decisionTable typeRef="tLevel"')]).value == "high"


def test_functions_have_types_too():
    unary = '<itemDefinition name="tUnary"><functionItem><parameters name="a"/></functionItem></itemDefinition>'
    used = made("e", text("d(4)"), requires=["d"])

    assert answer("e", [unary, made("d", text("function(a) a + 1"), kind="tUnary"), used]).value == 5


def test_entries_beyond_the_type_stay():
    value, warnings = coerced('{first name: "A", born: null, visits: [], more: 1}', "tPerson", PERSON)

    assert value == {"first name": "A", "born": None, "visits": [], "more": 1}
    assert warnings == []


def test_json_becomes_what_the_type_says():
    given_person = {"first name": "A", "born": "2020-01-31", "visits": ["2025-01-01", "2025-01-02"], "more": 1.5}

    assert taken("tPerson", given_person, PERSON) == (
        {
            "first name": "A",
            "born": date(2020, 1, 31),
            "visits": [date(2025, 1, 1), date(2025, 1, 2)],
            "more": Decimal("1.5"),
        },
        [],
    )
    assert taken("tPerson", {}, PERSON) == ({"first name": None, "born": None, "visits": None}, [])
    assert taken("tPeople", given_person, PERSON, item("tPeople", "tPerson", many=True))[0][0]["born"] == date(
        2020, 1, 31
    )
    assert taken("date and time", "2025-01-01") == (datetime(2025, 1, 1, tzinfo=UTC), [])
    person = {"first name": "A", "born": None, "visits": "2025-01-01"}
    assert taken("tPerson", person, PERSON)[0]["visits"] == [date(2025, 1, 1)]
    moment = item("tMoment", components=[part("at", "date and time"), part("all", "string", many=True)])
    assert taken("tMoment", {"at": "2025-01-01"}, moment)[0] == {"at": datetime(2025, 1, 1, tzinfo=UTC), "all": None}
    assert taken("tDay", ["2025-01-01"], item("tDay", "date")) == (date(2025, 1, 1), [])
    assert taken("Any", ["2025-01-01"]) == (["2025-01-01"], [])
    assert taken("list", ["2025-01-01"]) == (["2025-01-01"], [])


@pytest.mark.parametrize(
    ("kind", "value"), [("date", "yesterday"), ("number", "5"), ("boolean", "true"), ("tPerson", [])]
)
def test_json_that_does_not_fit_is_null_and_said(kind, value):
    assert taken(kind, value, PERSON) == (None, [f"The input 'x' does not conform to the type '{kind}'"])


def test_what_is_not_given_is_null_and_said():
    for kind in ("number", ""):
        outcome = answer("d", [given("x", kind), made("d", text("x = null"), reads=["x"])])

        assert outcome.value is True
        assert [(one.message, one.element) for one in outcome.warnings] == [("The input 'x' is not given", "x")]


def test_null_may_be_given():
    assert answer("d", [given("x", "number"), made("d", text("x = null"), reads=["x"])], x=None).warnings == ()


def test_types_are_known_to_instance_of():
    items = [PERSON, item("t odd", "number", allowed="1, 3")]

    assert coerced("2 instance of t odd", "boolean", *items) == (True, [])
    assert coerced('"2" instance of t odd', "boolean", *items) == (False, [])
    assert coerced("{born: null} instance of tPerson", "", *items) == (False, [])
    assert coerced("null instance of tPerson", "", *items) == (False, [])
    assert coerced("[{}] instance of list<tPerson>", "", *items) == (False, [])
    assert coerced("function(p: tPerson) 1", "function", *items)[1] == []
    nested = item("tAll", "tPerson", many=True)
    assert coerced("[{first name: null, born: null, visits: [null]}] instance of tAll", "", *items, nested) == (
        True,
        [],
    )
    assert coerced("3 instance of tAll", "", *items, nested) == (False, [])


def test_a_type_may_contain_itself():
    tree = item("tTree", components=[part("name", "string"), part("children", "tTree", many=True)])
    value = {"name": "a", "children": [{"name": "b", "children": []}]}

    assert taken("tTree", value, tree) == (value, [])
    assert taken("tTree", {"name": "a", "children": [{"name": 1, "children": []}]}, tree)[0] is None


@pytest.mark.parametrize(
    ("items", "wanted"),
    [
        ([item("tA", "tB"), item("tB", "tA")], [("file", "The type 'tA' is defined by itself")]),
        ([item("tA", "tA", many=True)], [("file", "The type 'tA' is defined by itself")]),
        ([item("tA", "number"), item("tA", "string")], [("file", "Two item definitions are named 'tA'")]),
        ([item("", "number")], [("file", "The item definition needs a name")]),
        ([item("tA", "list&lt;nothing>")], [("file", "The type 'list<nothing>' is not known")]),
        ([item("tA", "nothing")], [("file", "The type 'nothing' is not known")]),
        (
            [item("tA", components=[part("a", "number"), part("a", "string")])],
            [("file", "Two entries of the type are named 'a'")],
        ),
        ([item("tA", "number", allowed="< ")], [("file", "Expected a value but the text ends (line 1, column 2)")]),
    ],
)
def test_what_is_wrong_with_types_is_said(items, wanted):
    (model,) = read_models([(file(*items, literal("d", "1")), "m.dmn")])

    assert [(one.element, one.message) for one in model.problems] == wanted
    assert evaluate(model.decisions[0], {}).value == 1


def test_an_unknown_type_of_a_variable_is_named_at_its_decision():
    (model,) = read_models([(file(made("d", text("1"), kind="tMissing")), "m.dmn")])

    assert [(one.element, one.message) for one in model.problems] == [("d", "The type 'tMissing' is not known")]


def columns(kind="", allowed="", outputs="", output_kind="", policy="UNIQUE", rules=(("-", "x"),)):
    """A table of one input and one output with types and allowed values."""
    written = table(
        "t",
        policy,
        ["x"],
        ["y"],
        rules,
        extra={"y": f"<outputValues><text>{outputs}</text></outputValues>" if outputs else ""},
    )
    if kind:
        written = written.replace("<inputExpression>", f'<inputExpression typeRef="{kind}">')
    if allowed:
        written = written.replace(
            "</inputExpression>", f"</inputExpression><inputValues><text>{allowed}</text></inputValues>"
        )
    return written.replace('name="y">', f'name="y" typeRef="{output_kind}">')


def test_inputs_of_a_table_have_types_and_allowed_values():
    typed = answer("t", [columns("number")], x="7")
    assert (typed.value, [one.message for one in typed.warnings]) == (
        "7",
        ["The input 'x' does not conform to the type 'number'"],
    )
    refused = answer("t", [columns(allowed='"a", "b"')], x="c")
    assert (refused.value, refused.matched) == (None, ())
    assert [(one.message, one.element) for one in refused.warnings] == [
        ("The input 'x' is not among its allowed values", "t_i1")
    ]
    assert answer("t", [columns(allowed='"a", "b"')], x="a").value == "a"
    assert answer("t", [columns(allowed='"a", "b"')], x=["a", "b"]).value == ["a", "b"]
    assert answer("t", [columns(allowed='"a", "b"')], x=["a", "c"]).value is None
    assert answer("t", [columns(allowed='"a", "b"', rules=[("-", '"any"')])], x=None).value == "any"


def test_outputs_of_a_table_have_types_and_allowed_values():
    refused = answer("t", [columns(outputs='"a", "b"')], x="c")
    assert (refused.value, refused.matched) == (None, (1,))
    assert [(one.message, one.element, one.rule) for one in refused.warnings] == [
        ("The output 'y' is not among its allowed values", "t_r1", 1)
    ]
    assert answer("t", [columns(outputs='"a", "b"')], x="b").value == "b"
    assert answer("t", [columns(outputs='"a", "b"')], x=None).value is None
    assert answer("t", [columns(output_kind="number")], x="b").value is None
    assert answer("t", [columns(output_kind="date")], x="2025-01-31").value is None
    listed = columns(outputs='"a", "b"')
    assert answer("t", [listed], x=["a", "b"]).value == ["a", "b"]
    assert answer("t", [listed], x=["a", "c"]).value is None


def test_priority_may_come_from_the_type_of_the_column():
    rules = [("-", '"low"'), ("-", '"high"')]
    levels = item("tLevel", "string", allowed='"high", "low"')
    again = item("tSame", "tLevel")

    assert answer("t", [levels, again, columns(output_kind="tSame", policy="PRIORITY", rules=rules)]).value == "high"


def test_names_of_types_and_entries_may_hold_signs():
    kind = item("t-a/b 1", components=[part("a-b (c)".replace("(c)", "'c'"), "number"), part("if any", "number")])

    value = {"a-b 'c'": 1, "if any": 2}
    outcome = answer(
        "d",
        [kind, given("x y", "t-a/b 1"), made("d", text("x y.a-b 'c' + x y.if any"), reads=["x y"])],
        **{"x y": value},
    )
    assert outcome.value == 3


def test_an_entry_called_as_a_built_in_does_not_hide_it():
    kind = item(
        "tA", components=[part("date and time", "string"), part("string length", "number"), part("date", "date")]
    )
    box = text('[string length("abc"), date and time("2025-01-01T00:00:00").year, date("2025-01-01").day]')

    assert answer("d", [kind, made("d", box)]).value == [3, 2025, 1]
