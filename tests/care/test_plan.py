"""The plan of care as a value: numbers that only rise, ids that last, and differences that lead from one version to the next."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.plan import (
    CHANGES,
    COMPLETE,
    EMPTY,
    FIRST,
    MINOR,
    SECTIONS,
    Number,
    Standing,
    changed,
    difference,
    extended,
    next_number,
    number_of,
    plan_from_json,
    plan_to_json,
    written,
)

WORDS = st.text(alphabet="abcde ", min_size=1, max_size=12).map(str.strip).filter(bool)
PROBLEMS = st.fixed_dictionaries(
    {"text": WORDS}, optional={"domain": st.sampled_from(["health", "money"]), "priority": st.integers(1, 5)}
)
GOALS = st.fixed_dictionaries(
    {"text": WORDS, "problem": WORDS},
    optional={"term": st.sampled_from(["short", "long"]), "due": st.dates(), "steps": st.lists(st.fixed_dictionaries({"text": WORDS}), max_size=2), "client_agrees": st.booleans()},
)  # fmt: skip
ACTIONS = st.fixed_dictionaries(
    {"action": WORDS, "goal": WORDS},
    optional={"status": st.sampled_from(["planned", "done"]), "evidence": st.none() | WORDS},
)
DUTIES = st.fixed_dictionaries({"who": st.sampled_from(["cm", "client"]), "text": WORDS})
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "summary": WORDS,
        "review_due": st.dates(),
        "problems": st.lists(PROBLEMS, max_size=5),
        "goals": st.lists(GOALS, max_size=5),
        "interventions": st.lists(ACTIONS, max_size=5),
        "duties": st.lists(DUTIES, max_size=3),
    },
)


def ids(plan, section="problems"):
    return [item["id"] for item in plan.sections[section]]


def plan_of(*texts):
    return written(EMPTY, {"problems": [{"text": text} for text in texts]})


@given(st.lists(st.sampled_from([MINOR, COMPLETE, FIRST])))
def test_numbers_only_rise_and_by_one_step_at_a_time(course):
    last = None
    for change in course:
        number = next_number(last, change)
        if last is None:
            assert number == Number(1, 0)
        elif change == MINOR:
            assert number == Number(last.major, last.minor + 1)
        else:
            assert number == Number(last.major + 1, 0)
        assert last is None or number > last
        assert number_of(str(number)) == number
        last = number


@pytest.mark.parametrize(("outcome", "change"), CHANGES.items())
def test_the_loops_of_the_care_process_change_the_plan_as_its_table_says(outcome, change):
    complete = {"complete_change", "status_change", "goals_met", "no_further_benefit", "continue", "reassess"}

    assert (change == COMPLETE) == (outcome in complete)


@pytest.mark.parametrize("text", ["", "1", "1.", ".1", "1.0.0", "a.b", "1.x", "-1.0", "²5.1", f"{10**12}.1"])
def test_other_text_is_no_number(text):
    assert number_of(text) is None


@given(st.lists(ANSWERS, min_size=1, max_size=4))
def test_a_difference_applied_to_the_old_version_gives_the_new_one(course):
    old = EMPTY
    for answers in course:
        new = written(old, answers)

        again = changed(old, difference(old, new))

        assert (again.head, again.sections) == (new.head, new.sections)
        assert plan_from_json(plan_to_json(new)) == new
        assert difference(new, new) == {}
        old = new


@given(st.lists(ANSWERS, min_size=1, max_size=5))
def test_no_id_is_given_out_twice(course):
    plan, seen = EMPTY, set()
    for answers in course:
        before, plan = plan, written(plan, answers)
        for section in SECTIONS:
            found = ids(plan, section)
            assert len(found) == len(set(found))
            fresh = set(found) - set(ids(before, section))
            assert not fresh & seen, "an id that was taken away came back for something else"
            seen |= set(found)


@given(ANSWERS, st.randoms(use_true_random=False))
def test_the_same_words_in_another_order_keep_their_ids(answers, dice: random.Random):
    old = written(EMPTY, answers)
    mixed = {name: dice.sample(rows, len(rows)) if isinstance(rows, list) else rows for name, rows in answers.items()}

    new = written(old, mixed)

    for section, name in (("problems", "text"), ("goals", "text"), ("interventions", "action"), ("duties", "text")):
        assert sorted(ids(new, section)) == sorted(ids(old, section))
        texts = {item["id"]: item[name] for item in old.sections[section]}
        assert all(texts[item["id"]] == item[name] for item in new.sections[section])


def test_a_problem_in_other_words_is_the_same_one_and_an_unlike_one_is_new():
    old = plan_of("Blood pressure too high", "Lives alone")

    new = written(
        old,
        {"problems": [{"text": "Lives alone"}, {"text": "Blood pressure is too high"}, {"text": "Cannot pay rent"}]},
    )

    assert ids(new) == ["p2", "p1", "p3"]
    assert difference(old, new)["problems"] == {
        "added": [{"id": "p3", "text": "Cannot pay rent"}],
        "changed": [
            {"id": "p1", "fields": {"text": {"from": "Blood pressure too high", "to": "Blood pressure is too high"}}}
        ],
        "order": ["p2", "p1", "p3"],
    }


def test_one_row_goes_on_in_the_most_alike_row_only():
    old = plan_of("weigh every day")

    new = written(old, {"problems": [{"text": "weigh every morning day"}, {"text": "Weigh  EVERY day"}]})

    assert ids(new) == ["p2", "p1"]


def test_goals_know_their_problem_and_interventions_their_goal_by_id():
    plan = written(
        EMPTY,
        {
            "problems": [{"text": "Falls"}],
            "goals": [{"text": "No fall", "problem": " falls "}, {"text": "Sleep", "problem": "unknown"}],
            "interventions": [{"action": "Rails", "goal": "No fall"}],
        },
    )

    assert [goal.get("of") for goal in plan.sections["goals"]] == ["p1", None]
    assert plan.sections["interventions"][0]["of"] == "g1"
    assert plan.item("goals", "NO FALL")["id"] == "g1"
    assert plan.item("goals", "") is None


def test_ids_that_a_form_sends_along_count_for_nothing():
    assert ids(written(EMPTY, {"problems": [{"text": "Falls", "id": "p9", "of": "x"}]})) == ["p1"]
    assert "of" not in written(EMPTY, {"problems": [{"text": "Falls", "of": "x"}]}).sections["problems"][0]


def test_dates_are_kept_as_text_and_what_was_not_said_is_not_kept():
    plan = written(
        EMPTY,
        {
            "review_due": date(2025, 9, 1),
            "summary": "",
            "goals": [{"text": "Walk", "due": date(2025, 8, 1), "target": None}],
        },
    )

    assert plan.head == {"review_due": "2025-09-01"}
    assert plan.sections["goals"] == ({"id": "g1", "text": "Walk", "due": "2025-08-01"},)


def test_a_minor_change_adds_one_service():
    plan = extended(written(EMPTY, {"interventions": [{"action": "Nurse visits"}]}), "Daily call")

    assert [item["action"] for item in plan.sections["interventions"]] == ["Nurse visits", "Daily call"]
    assert plan.sections["interventions"][1] == {
        "id": "i2",
        "action": "Daily call",
        "kind": "service",
        "who": "cm",
        "status": "planned",
    }


def test_a_draft_that_never_became_final_is_written_again_under_its_number():
    final, draft = Number(1, 0), Number(2, 0)

    assert Standing(EMPTY, None, 0, None).after(FIRST) == (Number(1, 0), 1)
    assert Standing(EMPTY, Number(1, 0), 1, None).after(FIRST) == (Number(1, 0), 2)
    assert Standing(EMPTY, draft, 2, final).after(COMPLETE) == (draft, 3)
    assert Standing(EMPTY, draft, 2, final).after(MINOR) == (Number(1, 1), 1)
    assert Standing(EMPTY, final, 4, final).after(MINOR) == (Number(1, 1), 1)
