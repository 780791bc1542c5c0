"""Answers are cleaned, computed and remembered; hostile ones are refused with a place and never raise."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forms.visibility
from feel import BudgetExceeded
from forms import FieldProblem, Form, FormRejected
from forms.parse import LONGEST
from tests.forms.support import component, form

AB = [{"label": "A", "value": "a"}, {"label": "One", "value": 1}, {"label": "No", "value": False}]
YN = [{"label": "Yes", "value": True}, {"label": "No", "value": False}]


def fact(name=None, **more):
    return {"properties": {"fact": name, **more}}


def rows(key, *components, **more):
    return {"type": "dynamiclist", "id": key, "path": key, "components": list(components), **more}


EVERYTHING = form(
    component("textfield", "text", **fact("text")),
    component("number", "n", **fact("number")),
    component("datetime", "day", **fact("day")),
    component("datetime", "clock", subtype="time", **fact("clock")),
    component("datetime", "at", subtype="datetime", **fact("at")),
    component("checkbox", "tick", **fact("tick")),
    component("radio", "one", values=AB, **fact("one")),
    component("checklist", "many", values=AB, **fact("many")),
    component("select", "free", valuesKey="offered", **fact("free")),
    {"type": "group", "id": "g", "components": [component("number", "inner", **fact("inner"))]},
    {"type": "group", "id": "h", "path": "h", "components": [component("number", "deep", **fact("deep"))]},
    rows(
        "list",
        component("textfield", "name", id="list_name"),
        component("datetime", "since", id="list_since"),
        component("number", "off", id="list_off", disabled=True),
        {"type": "group", "id": "where", "path": "where", "components": [component("textfield", "place")]},
        rows("steps", component("number", "n", id="steps_n")),
        **fact("list"),
    ),
    component("expression", "double", expression="=n * 2", **fact("double")),
    component("number", "asked", **fact("asked", prefill=False)),
    component("textfield", "shown", readonly=True, **fact("shown")),
)
ANSWERS = {
    "text": "x",
    "n": 1.5,
    "day": "2025-06-10",
    "clock": "14:30",
    "at": "2025-06-10T14:30:00Z",
    "tick": False,
    "one": 1,
    "many": ["a", False],
    "free": "z",
    "inner": 3,
    "h": {"deep": 4},
    "list": [{"name": "a", "since": "2020-01-01", "off": 3, "where": {"place": "here"}, "steps": [{"n": 1}]}, {}],
    "asked": 5,
}


def test_values_come_back_typed():
    checked = EVERYTHING.check(ANSWERS, {"offered": ["z"]})

    assert checked.problems == ()
    assert checked.values == {
        "text": "x",
        "n": Decimal("1.5"),
        "day": date(2025, 6, 10),
        "clock": time(14, 30),
        "at": datetime(2025, 6, 10, 14, 30, tzinfo=UTC),
        "tick": False,
        "one": Decimal(1),
        "many": ["a", False],
        "free": "z",
        "inner": Decimal(3),
        "h": {"deep": Decimal(4)},
        "list": [
            {"name": "a", "since": date(2020, 1, 1), "where": {"place": "here"}, "steps": [{"n": Decimal(1)}]},
            {},
        ],
        "asked": Decimal(5),
        "double": Decimal(3),
    }


def test_what_is_shared_prefills_the_same_form():
    known = {"offered": ["z"]}
    values = EVERYTHING.check(ANSWERS, known).values

    prefilled = EVERYTHING.prefill(EVERYTHING.shared(values))

    assert "asked" not in prefilled
    assert "double" not in prefilled
    json.dumps(prefilled)
    again = EVERYTHING.check(prefilled | {"asked": 5}, known)
    assert again.problems == ()
    assert again.values == values


def test_facts_are_told_by_their_own_names():
    values = EVERYTHING.check({"n": 2, "h": {"deep": 4}, "asked": 1, "text": ""}, {"shown": "s"}).values

    assert EVERYTHING.shared(values) == {"number": 2, "deep": 4, "asked": 1, "double": 4, "text": None}
    assert values["shown"] == "s"
    assert EVERYTHING.shared({"h": None, "double": None}) == {}
    assert {"number", "deep", "list", "asked", "shown", "double"} <= EVERYTHING.facts


def test_a_known_value_that_does_not_fit_is_left_out():
    known = {
        "text": 5,
        "number": "many",
        "day": datetime(2025, 6, 10, tzinfo=UTC),
        "at": "yesterday",
        "one": "c",
        "list": "x",
        "asked": 3,
        "shown": ["x"],
        "tick": 1,
        "offered": [],
    }

    assert EVERYTHING.prefill(known) == {}
    assert EVERYTHING.prefill({"at": datetime(2025, 6, 10)}) == {}
    assert "shown" not in EVERYTHING.check({}, known).values


def test_remembered_rows_lose_what_this_form_does_not_ask():
    known = {
        "list": [{"name": "a", "code": "X", "steps": 3, "where": 5, "off": 1}, "junk"],
        "clock": time(9, 5),
        "at": datetime(2025, 6, 10, 9, tzinfo=timezone(timedelta(hours=-4))),
    }

    prefilled = EVERYTHING.prefill(known)

    assert prefilled["list"] == [{"name": "a"}]
    assert EVERYTHING.check(prefilled, {}).values["clock"] == time(9, 5)
    assert EVERYTHING.check(prefilled, {}).values["at"] == datetime(2025, 6, 10, 13, tzinfo=UTC)


def test_too_many_remembered_rows_are_not_prefilled():
    assert EVERYTHING.prefill({"list": [{}] * 201}) == {}


def test_a_default_fills_where_nothing_is_known():
    asked = form(component("number", "n", defaultValue=3, **fact("n")), component("number", "m", defaultValue="x"))

    assert asked.prefill({}) == {"n": 3}
    assert asked.prefill({"n": 4}) == {"n": 4}
    assert asked.prefill({"n": "?"}) == {"n": 3}


def test_a_model_prefills_by_key_what_has_no_fact():
    asked = form(
        component("textfield", "why"),
        component("textfield", "who", **fact("manager")),
        component("textfield", "fresh", **fact("fresh", prefill=False)),
        rows("list", component("textfield", "name")),
        component("textfield", "shown", readonly=True, **fact("unknown")),
    )
    known = {"why": "a", "who": "b", "fresh": "c", "list": [{"name": "d"}], "shown": "e"}

    assert asked.prefill(known) == {"why": "a", "who": "b", "list": [{"name": "d"}], "shown": "e"}
    assert asked.prefill(known | {"manager": "m"})["who"] == "m"
    assert asked.check({}, known).values == {"shown": "e"}


def test_now_is_given_from_outside():
    asked = form(component("expression", "late", expression='=now() > date and time("2025-01-01T00:00:00Z")'))

    assert asked.check({}, {}, datetime(2026, 1, 1, tzinfo=UTC)).values == {"late": True}
    assert asked.check({}, {}, datetime(2024, 1, 1, tzinfo=UTC)).values == {"late": False}


@pytest.mark.parametrize("values", [None, 5, "x", [], [{}]])
def test_answers_are_an_object(values):
    assert EVERYTHING.check(values, {}).problems == (FieldProblem("#", "Expected an object."),)


def test_a_hundred_thousand_keys_give_a_short_answer():
    problems = EVERYTHING.check({f"key{n}": n for n in range(100_000)}, {}).problems

    assert len(problems) == 200


def test_undeclared_keys_are_cut_and_made_printable():
    problems = EVERYTHING.check({"\ud800" + "k" * 200: 1, "_schema": 5}, {}).problems

    assert {p.pointer for p in problems} == {"#/\\ud800" + "k" * 63, "#"}


def test_deep_values_are_refused_without_recursion():
    deep = []
    for _ in range(100_000):
        deep = [deep]

    problems = EVERYTHING.check({"text": deep, "n": deep, "many": deep, "list": deep, "h": deep, "list2": deep}, {})

    assert [p.pointer for p in problems.problems] == ["#/text", "#/n", "#/many", "#/h", "#/list/0", "#/list2"]


@pytest.mark.parametrize("text", ["\ud800", "a\0b"])
def test_text_that_cannot_be_stored_is_refused(text):
    problems = EVERYTHING.check({"text": text, "one": text}, {}).problems

    assert [p.pointer for p in problems] == ["#/text", "#/one"]


def test_texts_and_numbers_have_limits_of_their_own():
    answers = {"text": "x" * (LONGEST["textfield"] + 1), "n": 10**40, "inner": float("nan"), "asked": Decimal("1e-40")}

    assert [p.pointer for p in EVERYTHING.check(answers, {}).problems] == ["#/text", "#/n", "#/inner", "#/asked"]


def test_an_instant_outside_of_the_calendar_is_refused():
    problems = EVERYTHING.check({"at": "0001-01-01T00:00:00+12:00"}, {}).problems

    assert problems == (FieldProblem("#/at", "Value is not a date and time with an offset."),)


def test_an_expression_that_costs_too_much_refuses_the_answer(monkeypatch):
    asked = form(
        component("number", "n"),
        component("textfield", "t", conditional={"hide": "=n = 1"}),
        {"type": "group", "id": "g", "conditional": {"hide": "=n = 1"}, "components": []},
    )

    def explode(*_args, **_more):
        raise BudgetExceeded("too long")

    monkeypatch.setattr(forms.visibility.Expression, "evaluate", explode)

    problems = asked.check({}, {}).problems

    assert problems == (
        FieldProblem("#", "Value cannot be computed."),
        FieldProblem("#/t", "Value cannot be computed."),
    )


def test_computed_values_can_be_stored():
    asked = form(
        component("datetime", "day"),
        component("expression", "length", expression='=duration("P1D")'),
        component("expression", "range", expression="=[1..3]"),
        component("expression", "list", expression='=[1, "a", true, duration("P1D")]'),
        component("expression", "context", expression="={a: 1, b: null}"),
        component("expression", "when", expression="=date(day)"),
    )

    values = asked.check({"day": "2025-06-10"}, {}).values

    assert values == {
        "day": date(2025, 6, 10),
        "length": "P1D",
        "range": "[1..3]",
        "list": [1, "a", True, "P1D"],
        "context": {"a": 1, "b": None},
        "when": date(2025, 6, 10),
    }


def test_a_hidden_group_hides_lists_and_objects():
    asked = form(
        component("radio", "on", values=YN),
        {
            "type": "group",
            "id": "g",
            "conditional": {"hide": "=on != true"},
            "components": [
                rows("r", component("number", "n", id="rn"), validate={"required": True}),
                {"type": "group", "id": "p", "path": "p", "components": [component("number", "m")]},
            ],
        },
    )

    assert asked.check({"on": False, "r": "junk", "p": "junk"}, {}).values == {"on": False}
    assert [p.pointer for p in asked.check({"on": True}, {}).problems] == ["#/r"]


def test_a_list_may_ask_for_some_rows():
    asked = form(rows("r", component("number", "n"), validate={"minLength": 2}))

    assert asked.check({"r": [{}]}, {}).problems == (FieldProblem("#/r", "Field must have at least 2 rows."),)
    assert asked.check({}, {}).problems == (FieldProblem("#/r", "Field is required."),)
    assert asked.check({"r": [{}, {}]}, {}).values == {"r": [{}, {}]}


def test_all_lists_together_have_a_limit():
    inner = rows("s", component("number", "n"), validate={"maxLength": 1000})
    asked = form(rows("r", inner, validate={"maxLength": 1000}))

    problems = asked.check({"r": [{"s": [{}] * 500}] * 20}, {}).problems

    assert problems[0] == FieldProblem("#/r/9/s", "All lists together have too many rows.")


def test_a_form_tells_what_it_reads_of_the_case():
    asked = form(
        component("number", "n"),
        component("select", "who", valuesKey="people"),
        component("textfield", "a", conditional={"hide": "=age > n"}),
        {
            "type": "group",
            "id": "g",
            "conditional": {"hide": "=programme = null"},
            "components": [
                component("textfield", "b", readonly="=locked"),
                rows("list", component("number", "m"), component("expression", "e", expression="=i + m + n + factor")),
                {"type": "group", "id": "p", "path": "p", "components": [component("number", "k")]},
            ],
        },
    )

    assert asked.reads == {"people", "age", "programme", "locked", "factor"}


def test_a_read_only_value_decides_conditions_before_it_and_below_it():
    asked = form(
        component("textfield", "why", validate={"required": True}, conditional={"hide": '=kind != "x"'}),
        component("textfield", "kind", readonly=True),
    )

    assert asked.check({"kind": "x"}, {}).values == {}
    assert asked.check({}, {"kind": "x"}).problems == (FieldProblem("#/why", "Field is required."),)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
ATTRIBUTES = st.sampled_from(
    [
        *("id", "key", "path", "type", "label", "components", "values", "validate", "conditional", "properties"),
        *("readonly", "disabled", "subtype", "decimalDigits", "expression", "defaultValue", "schemaVersion"),
        *("valuesKey", "valuesExpression", "description", "text"),
    ]
)
TYPES = st.sampled_from(
    ["textfield", "number", "datetime", "checkbox", "radio", "checklist", "group", "dynamiclist", "text", "expression"]
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from([*ANSWERS, "x"]), JSON, max_size=6))
def test_any_json_is_answered(values):
    checked = EVERYTHING.check(values, {"offered": ["z"]})

    assert (checked.values == {}) or not checked.problems
    assert all(problem.pointer.startswith("#") for problem in checked.problems)


@settings(max_examples=100, deadline=None)
@given(
    TYPES,
    st.dictionaries(ATTRIBUTES, JSON, max_size=5),
    st.dictionaries(ATTRIBUTES, JSON, max_size=2),
)
def test_any_definition_is_a_form_or_refused(kind, attributes, root):
    definition = {"id": "f", "components": [{"type": kind, "id": "a", "key": "a", "path": "a", **attributes}], **root}

    try:
        parsed = Form.parse(json.dumps(definition).encode(), "f")
    except FormRejected as error:
        assert error.problems  # noqa: PT017
    else:
        parsed.check({"a": 1}, {})
        parsed.prefill({"a": 1})
        json.dumps(parsed.json_schema())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60) | st.text(alphabet='{}[]":,ae1\\', max_size=40).map(str.encode))
def test_any_bytes_are_a_form_or_refused(data):
    with pytest.raises(FormRejected) as caught:
        Form.parse(data, "f")

    assert caught.value.problems
