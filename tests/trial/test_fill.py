"""Filling a form as a person would: given answers, what is known, and the plainest answer where one is required."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from forms import definitions_folder
from program import FormBook
from tests.forms.support import component, source
from trial import Unfillable
from trial.fill import fill

NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
BOOK = FormBook(lambda: NOW)
REQUIRED = {"required": True}
OPTIONS = [{"label": "B", "value": "b"}, {"label": "A", "value": "a"}]


def filled(
    *components: dict[str, Any], given: dict[str, Any] | None = None, known: dict[str, Any] | None = None
) -> Any:
    form = source(*components)
    found = fill(BOOK, form, given or {}, known or {}, NOW)
    assert list(BOOK.check(form, found, known or {}).problems) == []
    json.dumps(found)
    return found


@pytest.mark.parametrize(
    ("field", "answer"),
    [
        (component("textfield", "x", validate=REQUIRED), "As discussed."),
        (component("textfield", "x", validate={**REQUIRED, "maxLength": 4}), "As d"),
        (component("textfield", "x", validate={**REQUIRED, "pattern": "^[0-9-]+$"}), "555-0100"),
        (component("textarea", "x", validate=REQUIRED), "As discussed."),
        (component("number", "x", validate=REQUIRED), 1),
        (component("number", "x", validate={**REQUIRED, "min": 3, "max": 9}), 3),
        (component("number", "x", validate={**REQUIRED, "min": 0}), 0),
        (component("checkbox", "x", validate=REQUIRED), True),
        (component("radio", "x", values=OPTIONS, validate=REQUIRED), "b"),
        (component("select", "x", values=OPTIONS, validate=REQUIRED), "b"),
        (component("checklist", "x", values=OPTIONS, validate=REQUIRED), ["b"]),
        (component("taglist", "x", values=[*OPTIONS, {"label": "None", "value": "none"}], validate=REQUIRED), ["none"]),
        (component("datetime", "x", subtype="date", validate=REQUIRED), "2026-01-05"),
        (component("datetime", "x", subtype="datetime", validate=REQUIRED), "2026-01-05T09:29:00+00:00"),
        (component("datetime", "x", subtype="time", validate=REQUIRED), "09:29:00"),
    ],
    ids=lambda item: f"{item['type']}" if isinstance(item, dict) else "",
)
def test_each_type_of_field_has_a_plain_answer(field: dict[str, Any], answer: Any):
    assert filled(field) == {"x": answer}


def test_what_is_not_required_stays_unanswered():
    fields = [component(kind, f"x{n}") for n, kind in enumerate(("textfield", "textarea", "number", "checkbox"))]

    assert filled(*fields) == {}


def test_given_answers_win_over_known_ones_and_over_plain_ones():
    field = component("number", "x", validate=REQUIRED, properties={"fact": "pain"})

    assert filled(field, given={"x": 7}, known={"pain": 4}) == {"x": 7}
    assert filled(field, known={"pain": 4}) == {"x": 4}


def test_given_answers_that_the_form_does_not_ask_for_are_left_out():
    assert filled(component("textfield", "x"), given={"x": "a", "other": 1}) == {"x": "a"}


def test_a_given_answer_that_is_refused_is_replaced_by_the_plain_one():
    assert filled(component("number", "x", validate={"min": 0, "max": 10}), given={"x": 11}) == {"x": 0}


def test_fields_that_an_answer_brings_up_are_answered_too():
    first = component("radio", "x", values=OPTIONS, validate=REQUIRED)
    second = component("textfield", "y", validate=REQUIRED, conditional={"hide": '=x != "b"'})

    assert filled(first, second) == {"x": "b", "y": "As discussed."}


def test_rows_of_a_list_are_added_and_completed():
    inner = [component("textfield", "what", validate=REQUIRED), component("number", "n")]
    rows = {"type": "dynamiclist", "id": "l", "path": "rows", "label": "Rows", "components": inner}

    assert filled(rows, given={"rows": [{"n": 2}, {"what": "given"}]}) == {
        "rows": [{"n": 2, "what": "As discussed."}, {"what": "given"}]
    }


def test_fields_inside_a_group_are_answered():
    group = {"type": "group", "id": "g", "label": "G", "components": [component("textfield", "x", validate=REQUIRED)]}

    assert filled(group) == {"x": "As discussed."}


def test_what_cannot_be_answered_names_the_fields_and_no_value():
    field = component("textfield", "x", validate={"required": True, "minLength": 400, "maxLength": 500})

    with pytest.raises(Unfillable, match="#/x") as refused:
        fill(BOOK, source(field), {"x": "secret"}, {}, NOW)

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("path", sorted(definitions_folder().glob("*.form.json")), ids=lambda path: path.name)
def test_every_shipped_form_can_be_filled_by_somebody_who_knows_nothing(path: Path):
    form = path.read_bytes()

    found = fill(BOOK, form, {}, {}, NOW)

    assert list(BOOK.check(form, found, {}).problems) == []
