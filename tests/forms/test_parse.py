"""A definition that cannot be used is refused when it is deployed, with the component's id."""

import json

import pytest

from forms import FormProblem, FormRejected
from tests.forms.support import Form, component, form, source

AB = [{"label": "A", "value": "a"}]
HIDE = {"hide": "=a = 1"}


def rejected(data):
    with pytest.raises(FormRejected) as caught:
        Form.parse(data, "f.form.json")
    return caught.value.problems


@pytest.mark.parametrize(
    ("wrong", "element", "message"),
    [
        ({"type": "html", "id": "h", "content": "x"}, "h", "not 'html'"),
        ({"type": "filepicker", "id": "h", "key": "k"}, "h", "not 'filepicker'"),
        ({"type": 5, "id": "h"}, "h", "not 'none'"),
        ({"type": ["radio"], "id": "h"}, "h", "not 'none'"),
        (component("textfield", "p", validate={"pattern": "(?=a)"}), "p", "RE2"),
        (component("textfield", "p", validate={"pattern": r"(a)\1"}), "p", "RE2"),
        (component("textfield", "p", validate={"pattern": 5}), "p", "'validate.pattern' to be a text"),
        (component("textfield", "p", validate={"requried": True}), "p", "no 'requried'"),
        (component("textfield", "p", validate={"required": "yes"}), "p", "true or false"),
        (component("textfield", "p", validate=[]), "p", "'validate' to be an object"),
        (component("textfield", "p", validate={"minLength": -1}), "p", "whole number"),
        (component("textfield", "p", validate={"minLength": 5, "maxLength": 4}), "p", "lower limit"),
        (component("textfield", "p", validate={"validationType": "iban"}), "p", "email or phone"),
        (component("number", "p", validate={"min": "0"}), "p", "'validate.min' to be a number"),
        (component("number", "p", validate={"min": 5, "max": 4}), "p", "lower limit"),
        (component("number", "p", decimalDigits=2.5), "p", "whole number"),
        (component("textfield", "p", conditional={"hide": "=if"}), "p", "'conditional.hide' to be a FEEL"),
        (component("textfield", "p", conditional={"hide": 5}), "p", "FEEL"),
        (component("textfield", "p", readonly="=if"), "p", "FEEL"),
        (component("textfield", "p", readonly=1), "p", "true or false"),
        (component("textfield", "p", label="=if"), "p", "FEEL"),
        (component("textfield", "p", description=5), "p", "a text"),
        ({"type": "text", "id": "t", "text": "=if"}, "t", "FEEL"),
        (component("expression", "p", expression="=1 +"), "p", "FEEL"),
        (component("expression", "p"), "p", "'expression' to be a FEEL"),
        (component("expression", "p", expression=5), "p", "FEEL"),
        (component("datetime", "p", subtype="week"), "p", "date, time or datetime"),
        (component("datetime", "p", subtype="datetime", timeSerializingFormat="no_timezone"), "p", "offset"),
        (component("radio", "p"), "p", "exactly one"),
        (component("radio", "p", values=AB, valuesKey="v"), "p", "exactly one"),
        (component("radio", "p", values=AB + AB), "p", "different"),
        (component("radio", "p", values=[{"label": "A"}]), "p", "label and a value"),
        (component("radio", "p", values=[{"value": str(n)} for n in range(1001)]), "p", "at most 1000 options"),
        (component("radio", "p", values=["a"]), "p", "label and a value"),
        (component("radio", "p", values=[{"label": 5, "value": "a"}]), "p", "label and a value"),
        (component("radio", "p", values="a"), "p", "'values' to be a list"),
        (component("radio", "p", valuesKey="a b"), "p", "a name"),
        (component("radio", "p", valuesExpression="=["), "p", "FEEL"),
        (component("textfield", "a b"), "components/0", "an id"),
        ({"type": "textfield", "id": "p", "key": "a-b"}, "p", "a name"),
        ({"type": "textfield", "id": "p", "key": "this"}, "p", "no reserved word"),
        ({"type": "textfield", "id": "p"}, "p", "a name"),
        ({"type": "group", "id": "g", "isRepeating": True, "components": []}, "g", "dynamiclist"),
        ({"type": "group", "id": "g", "components": {}}, "g", "a list"),
        ({"type": "group", "id": "g", "path": 5, "components": []}, "g", "a name"),
        ({"type": "dynamiclist", "id": "g", "components": []}, "g", "a name"),
        ({"type": "dynamiclist", "id": "g", "path": "g", "validate": {"min": 1}, "components": []}, "g", "no 'min'"),
        (component("textfield", "p", properties={"fact": "a b"}), "p", "'properties.fact' to be a name"),
        (component("textfield", "p", properties={"fact": "a", "prefill": 1}), "p", "true or false"),
        (5, "components/0", "an object"),
    ],
)
def test_a_wrong_component_is_named(wrong, element, message):
    problems = rejected(source(wrong))

    assert problems[0].element == element
    assert any(message in problem.message for problem in problems)


@pytest.mark.parametrize(
    ("data", "element"),
    [
        (b"", "line 1, column 1"),
        (b"\xff\xfe", "byte 0"),
        (b"\xef\xbb\xbf{}", "line 1, column 1"),
        (b"[]", "file"),
        (b"5", "file"),
        (b'{"id": "a", "id": "b"}', "key 'id'"),
        (b'{"id": NaN}', "NaN"),
        (b'{"id": 1e999}', "number 1e999"),
        (b'{"id": ' + b"9" * 5000 + b"}", "number 999999999999…"),
        (b'{"id": "\\ud800"}', "file"),
        (b"[" * 100_000, "file"),
        (b'{"a":' * 65 + b"1" + b"}" * 65, "file"),
        (b" " * 1_000_001, "file"),
        (b'{"a": "' + b"[" * 500 + b'"', "line 1, column 509"),
    ],
)
def test_what_is_no_sound_json_is_refused_with_its_place(data, element):
    assert rejected(data)[0].element == element


def test_brackets_inside_texts_are_no_levels():
    assert form(component("textfield", "t", description="[" * 500 + '"{{{')).key == "f"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"schemaVersion": 20}, "at most 19, but it is 20"),
        ({"schemaVersion": "19"}, "whole number"),
        ({"type": "wizard"}, "default"),
        ({"id": "a b"}, "a name"),
        ({"title": 5}, "a text"),
        ({"components": None}, ""),
    ],
)
def test_a_wrong_root_is_refused(more, message):
    data = json.loads(source()) | more
    if data["components"] is None:
        del data["components"]
        message = "a list"

    problems = rejected(json.dumps(data).encode())

    assert problems[0].element == "form"
    assert message in problems[0].message


def test_ids_and_keys_are_used_once():
    twice = [component("textfield", "a"), component("textfield", "a")]

    messages = [problem.message for problem in rejected(source(*twice))]

    assert any("each id once" in message for message in messages)
    assert any("'a' stands twice" in message for message in messages)


def test_a_group_without_path_shares_the_keys_around_it():
    inner = {"type": "group", "id": "g", "components": [component("textfield", "a", id="b")]}

    assert "stands twice" in rejected(source(component("textfield", "a"), inner))[0].message


def test_rows_have_keys_of_their_own():
    rows = {"type": "dynamiclist", "id": "g", "path": "g", "components": [component("textfield", "a", id="b")]}

    assert form(component("textfield", "a"), rows)


def test_two_fields_do_not_write_one_fact():
    group = {
        "type": "group",
        "id": "g",
        "path": "g",
        "components": [component("number", "b", properties={"fact": "x"})],
    }

    problems = rejected(source(component("number", "a", properties={"fact": "x"}), group))

    assert problems == (FormProblem("f.form.json", "g", "Expected one field to write the fact 'x', but there are two"),)


@pytest.mark.parametrize("more", [{"properties": {"fact": "x"}}, {"readonly": True}, {"readonly": "=a"}])
def test_a_row_has_no_fact_and_no_read_only_value(more):
    rows = {"type": "dynamiclist", "id": "g", "path": "g", "components": [component("textfield", "b", **more)]}

    assert "dynamiclist" in rejected(source(rows))[0].message


def test_too_many_components_are_refused():
    assert rejected(source(*[{"type": "spacer", "id": f"s{n}"} for n in range(2001)]))[-1].message == (
        "Expected at most 2000 components"
    )


def test_patterns_are_small_and_few():
    large = component("textfield", "p", validate={"pattern": r"(\pL{1,100}){1,100}"})
    many = [component("textfield", f"p{n}", validate={"pattern": "a"}) for n in range(201)]

    assert "a small pattern" in rejected(source(large))[0].message
    assert "at most 200 patterns" in rejected(source(*many))[0].message


def test_a_form_holds_a_moderate_amount_of_feel():
    long = "=" + "+".join(["1"] * 4000)
    fields = [component("expression", f"e{n}", expression=long) for n in range(13)]

    assert "at most 100000 characters of FEEL" in rejected(source(*fields))[0].message


def test_at_most_a_hundred_problems_are_told():
    assert len(rejected(source(*[5] * 500))) == 100


def test_the_error_names_file_and_component():
    with pytest.raises(FormRejected, match=r"f\.form\.json, components/0: Expected a component") as caught:
        form(5)

    assert caught.value.code == "form-rejected"


@pytest.mark.parametrize(
    "components",
    [
        [component("expression", "s", expression="=n + 1"), component("number", "n")],
        [component("expression", "s", expression="=s + 1")],
        [component("textfield", "b", conditional={"hide": "=n = 1"}), component("number", "n", conditional=HIDE)],
        [component("textfield", "b", readonly="=n = 1"), component("expression", "n", expression="=1")],
        [component("textfield", "b", conditional={"hide": "=n = 1"}), component("number", "n", readonly="=a = 1")],
        [
            component("textfield", "b", conditional={"hide": "=n = null"}),
            {"type": "dynamiclist", "id": "n", "path": "n", "components": []},
        ],
        [component("radio", "b", valuesExpression="=n"), component("expression", "n", expression="=[1]")],
        [
            {"type": "group", "id": "g", "conditional": {"hide": "=n = 1"}, "components": []},
            {"type": "group", "id": "h", "conditional": HIDE, "components": [component("number", "n")]},
        ],
        [
            {
                "type": "dynamiclist",
                "id": "g",
                "path": "g",
                "components": [component("number", "b", conditional={"hide": "=n = 1"})],
            },
            component("number", "n", conditional=HIDE),
        ],
    ],
)
def test_a_condition_stands_below_what_it_reads(components):
    assert "stand below" in rejected(source(component("number", "a"), *components))[0].message


def test_a_condition_may_read_a_later_field_that_is_always_shown():
    assert form(component("textfield", "b", conditional={"hide": "=n = 1"}), component("number", "n"))


def test_rows_may_read_what_stands_above_them():
    rows = {
        "type": "dynamiclist",
        "id": "g",
        "path": "g",
        "components": [component("number", "b", conditional={"hide": "=n = 1"})],
    }
    group = {"type": "group", "id": "h", "path": "h", "components": [component("number", "c", conditional=HIDE)]}

    assert form(component("number", "a"), component("number", "n", conditional=HIDE), rows, group)


def test_a_title_may_be_left_out():
    assert Form.parse(b'{"id": "f", "components": []}', "f").title == "f"
