"""Answers that may stand in plain: coded, dated, marked by their form; what could name somebody is refused as such."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from forms import Form, FormRejected, definitions_folder
from tests.forms.support import component, form, source

PLAIN = {"plain": True}
CODES = [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]


def problems(*components) -> list[tuple[str, str]]:
    with pytest.raises(FormRejected) as caught:
        form(*components)
    return [(problem.element, problem.message) for problem in caught.value.problems]


def test_marked_answers_are_told_as_json_by_their_path_and_all_others_are_not():
    made = form(
        component("number", "score", properties=PLAIN),
        component("datetime", "day", subtype="date", properties={**PLAIN, "fact": "day"}),
        component("datetime", "at", subtype="datetime", properties=PLAIN),
        component("checkbox", "sure", properties=PLAIN),
        component("radio", "one", values=CODES, properties=PLAIN),
        component("checklist", "many", values=CODES, properties=PLAIN),
        component("expression", "double", expression="=score * 2", properties=PLAIN),
        component("textfield", "name"),
        component("number", "other"),
        {
            "type": "group",
            "id": "inner",
            "path": "inner",
            "components": [component("number", "rating", properties=PLAIN)],
        },
        {"type": "group", "id": "shown", "components": [component("number", "deep", properties=PLAIN)]},
        {"type": "dynamiclist", "id": "rows", "path": "rows", "components": [component("number", "n")]},
    )
    values = {
        "score": Decimal("2.5"),
        "day": date(2026, 1, 2),
        "at": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        "sure": False,
        "one": "a",
        "many": ["b"],
        "double": Decimal(5),
        "name": "Ada",
        "other": Decimal(1),
        "inner": {"rating": Decimal(-2)},
        "deep": Decimal(3),
        "rows": [{"n": Decimal(1)}],
    }

    assert made.plain(values) == {
        "score": 2.5,
        "day": "2026-01-02",
        "at": "2026-01-02T03:04:00Z",
        "sure": False,
        "one": "a",
        "many": ["b"],
        "double": 5,
        "inner.rating": -2,
        "deep": 3,
    }
    assert made.plain({"score": None, "inner": None}) == {}


def test_a_computed_text_does_not_stand_in_plain():
    made = form(component("textfield", "name"), component("expression", "copy", expression="=name", properties=PLAIN))

    assert made.check({"name": "Ada"}, {}).values["copy"] == "Ada"
    assert made.plain(made.check({"name": "Ada"}, {}).values) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        component("textfield", "p", properties=PLAIN),
        component("textarea", "p", properties=PLAIN),
        component("datetime", "p", subtype="time", properties=PLAIN),
        component("select", "p", valuesKey="offered", properties=PLAIN),
        component("taglist", "p", valuesExpression="=offered", properties=PLAIN),
    ],
)
def test_what_could_name_somebody_may_not_stand_in_plain(wrong):
    assert problems(wrong) == [
        (
            "p",
            "Expected 'properties.plain' to be absent here: only a number, date, yes/no or fixed choice outside of lists names nobody",
        )
    ]


def test_rows_of_a_list_are_not_told_one_by_one():
    row = component("number", "n", properties=PLAIN)
    rows = {"type": "dynamiclist", "id": "rows", "path": "rows", "components": [row], "properties": PLAIN}

    assert [element for element, _ in problems(rows)] == ["rows", "n"] or [e for e, _ in problems(rows)] == [
        "n",
        "rows",
    ]
    assert [element for element, _ in problems(component("number", "p", properties={"plain": "yes"}))] == ["p"]


def test_no_shipped_form_tells_more_in_plain_than_this():
    """The allow-list: whoever marks another answer adds it here, and says in a measure what it is for."""
    told = {}
    for path in sorted(definitions_folder().glob("*.form.json")):
        found = Form.parse(path.read_bytes(), path.name)
        names = list(_marked(found.definition["components"]))
        if names:
            told[found.key] = names

    assert told == {
        "appeal": ["result"],
        "auth_decision": ["decision"],
        "avoidable_day": ["from", "to", "reason"],
        "discharge_plan": ["origin", "destination", "mdm"],
        "issue": ["status"],
        "medicine_review": ["reconciled_on"],
        "outcomes": [*["rating"] * 8, "programme_cost", "savings"],
        "peer_to_peer": ["result"],
        "phq9": ["phq9_total"],
        "readmission_review": ["planned"],
        "referral": ["received_at", "interpreter"],
        "referral_status": ["status"],
        "satisfaction": ["overall"],
        "screening": ["programme"],
    }


def _marked(components):
    for item in components:
        if item.get("properties", {}).get("plain"):
            yield item["key"]
        yield from _marked(item.get("components", []))


def test_a_definition_without_the_mark_tells_nothing():
    assert Form.parse(source(component("number", "n")), "f").plain({"n": Decimal(1)}) == {}
