"""FormBook: the engine's port over the forms house."""

from datetime import UTC, datetime

from program import FormBook
from tests.forms.support import component, source

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
BOOK = FormBook(lambda: NOW)
FORM = source(
    component("textfield", "mood", validate={"required": True}),
    component("number", "pain", validate={"min": 0, "max": 10}, properties={"fact": "pain"}),
    {
        "type": "group",
        "id": "home",
        "label": "Home",
        "components": [component("checkbox", "alone", properties={"fact": "lives_alone"})],
    },
    component("textfield", "seen", readonly=True),
)


def test_a_sound_form_has_no_problems_and_gives_its_key():
    assert BOOK.problems(FORM, "f.form.json") == ()
    assert BOOK.key(FORM) == "f"


def test_a_broken_form_has_problems_with_their_file_and_no_key():
    broken = source(component("rocket", "x"))
    problems = BOOK.problems(broken, "bad.form.json")

    assert [(item.file, item.severity, item.rule) for item in problems] == [("bad.form.json", "error", "form")]
    assert BOOK.key(broken) == ""
    assert BOOK.reads(broken) == frozenset()


def test_what_is_no_json_is_a_problem_not_a_traceback():
    assert BOOK.problems(b"\xff\xfe not json", "bad.form.json")
    assert BOOK.key(b"") == ""


def test_accepted_values_come_back_with_what_is_to_be_remembered():
    found = BOOK.check(FORM, {"mood": "fine", "pain": 3, "alone": True}, {})

    assert list(found.problems) == []
    assert found.shared == {"pain": 3, "lives_alone": True}


def test_refused_values_come_back_with_pointers_and_nothing_is_remembered():
    found = BOOK.check(FORM, {"pain": 11, "alone": True}, {})

    assert {pointer for pointer, _ in found.problems} == {"#/mood", "#/pain"}
    assert found.shared == {}


def test_an_unknown_field_is_refused():
    found = BOOK.check(FORM, {"mood": "fine", "rocket": 1}, {})

    assert [pointer for pointer, _ in found.problems] == ["#/rocket"]


def test_fields_are_prefilled_by_fact_and_by_key():
    found = BOOK.prefill(FORM, {"pain": 4, "lives_alone": True, "seen": "yesterday"})

    assert (found["pain"], found["alone"], found["seen"]) == (4, True, "yesterday")


def test_facts_are_found_inside_groups():
    assert BOOK.facts(FORM) == {"pain": "pain", "alone": "lives_alone"}


def test_what_is_shown_only_counts_as_read():
    assert "seen" in BOOK.reads(FORM)


def test_now_in_a_form_is_the_programs_time():
    form = source(
        component("datetime", "at", subtype="date"),
        component("expression", "today_is", expression="=string(today())", computeOn="change"),
    )
    found = BOOK.check(form, {"at": "2026-01-05"}, {})

    assert list(found.problems) == []
    assert found.values["today_is"] == "2026-01-05"
