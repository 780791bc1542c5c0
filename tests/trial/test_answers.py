"""Answer sets: what a file may say, what is refused, and how an answer is drawn."""

import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from trial import AnswersRefused, load_answers
from trial.answers import resolve

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def load(tmp_path: Path) -> Any:
    """Loads a set given as a value."""

    def loaded(stored: Any) -> Any:
        path = tmp_path / "set.json"
        path.write_text(stored if isinstance(stored, str) else json.dumps(stored))
        return load_answers(str(path))

    return loaded


def dice(seed: int = 0) -> random.Random:
    return random.Random(seed)  # noqa: S311  # draws of a test


@pytest.mark.parametrize("name", ["always_open", "sample"])
def test_the_shipped_sets_are_sound(name: str):
    found = load_answers(name)

    assert found.tasks
    assert found.referrals is (name == "always_open")


@pytest.mark.parametrize("name", ["always_open", "sample"])
def test_the_shipped_sets_answer_tasks_that_exist(name: str):
    from bpmn import models_folder

    text = "".join(path.read_text("utf-8") for path in models_folder().glob("*.bpmn"))

    assert [task for task in load_answers(name).tasks if f'<bpmn:userTask id="{task}"' not in text] == []
    assert [post.name for post in load_answers(name).messages if f'name="{post.name}"' not in text] == []


def test_an_empty_set_answers_everything_after_four_hours(load: Any):
    found = load({})

    assert found.draw("anything", {}, NOW, dice()).after == 4 * HOUR
    assert found.referrals is False
    assert found.messages == ()


def test_a_task_without_a_time_of_its_own_takes_the_default(load: Any):
    found = load({"default": {"after": "PT1H"}, "tasks": {"a": {"values": {"x": 1}}, "b": {"after": "P1D"}}})

    assert found.draw("a", {}, NOW, dice()).after == HOUR
    assert found.draw("b", {}, NOW, dice()).after == 24 * HOUR


@pytest.mark.parametrize(
    "stored",
    [
        "no json",
        "[]",
        "1",
        {"tasks": []},
        {"tasks": {"a": "x"}},
        {"tasks": {"a": {"after": "soon"}}},
        {"tasks": {"a": {"after": "-PT1H"}}},
        {"tasks": {"a": {"after": "P1M"}}},
        {"tasks": {"a": {"weight": "heavy"}}},
        {"tasks": {"a": {"when": "= 1 + ("}}},
        {"default": {"after": 5}},
        {"messages": [{"name": "x"}]},
        {"messages": [{"name": "x", "after": "later"}]},
        {"messages": {"name": "x"}},
    ],
    ids=json.dumps,
)
def test_a_broken_set_is_refused_with_its_name(stored: Any, load: Any):
    with pytest.raises(AnswersRefused, match=r"set\.json"):
        load(stored)


def test_a_refusal_names_the_task(load: Any):
    with pytest.raises(AnswersRefused, match="draft_plan"):
        load({"tasks": {"draft_plan": {"after": "soon"}}})


def test_the_first_set_of_a_name_is_the_shipped_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sample").write_text("{}")

    assert load_answers("sample").tasks


def test_a_name_that_leads_out_of_the_folder_is_only_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AnswersRefused):
        load_answers("../answers/sample2")


def test_answers_are_drawn_by_weight(load: Any):
    found = load({"tasks": {"a": [{"weight": 3, "values": {"x": 1}}, {"weight": 1, "values": {"x": 2}}]}})
    drawn = dice(7)

    counts = Counter(found.draw("a", {}, NOW, drawn).values["x"] for _ in range(2000))

    assert 2.3 < counts[1] / counts[2] < 3.9


def test_an_answer_with_weight_nothing_is_never_drawn(load: Any):
    found = load({"tasks": {"a": [{"weight": 0, "values": {"x": 1}}, {"values": {"x": 2}}]}})
    drawn = dice()

    assert {found.draw("a", {}, NOW, drawn).values["x"] for _ in range(200)} == {2}


def test_the_same_dice_draw_the_same_answers(load: Any):
    found = load({"tasks": {"a": [{"values": {"x": n}} for n in range(10)]}})
    rows = []
    for seed in (1, 1, 2):
        drawn = dice(seed)
        rows.append([found.draw("a", {}, NOW, drawn).values["x"] for _ in range(30)])

    assert rows[0] == rows[1] != rows[2]


def test_only_answers_whose_condition_holds_are_drawn(load: Any):
    found = load({"tasks": {"a": [{"when": "= n > 3", "values": {"x": 1}}, {"when": "= n <= 3", "values": {"x": 2}}]}})

    assert found.draw("a", {"n": 4}, NOW, dice()).values == {"x": 1}
    assert found.draw("a", {"n": 3}, NOW, dice()).values == {"x": 2}


def test_a_condition_that_is_null_does_not_hold_and_then_the_default_answers(load: Any):
    found = load({"default": {"after": "PT9H"}, "tasks": {"a": [{"when": "= missing > 3", "values": {"x": 1}}]}})

    assert found.draw("a", {}, NOW, dice()).after == 9 * HOUR


def test_a_set_says_which_tasks_depend_on_their_case(load: Any):
    found = load({"tasks": {"a": [{"when": "= n = 1"}], "b": {"values": {}}}})

    assert found.asks("a")
    assert not found.asks("b")
    assert not found.asks("c")


def test_messages_go_to_the_cases_that_fit(load: Any):
    (post,) = load({"messages": [{"name": "m", "after": "P2D", "when": "= n = 2", "payload": {"a": 1}}]}).messages

    assert (post.name, post.after, post.payload) == ("m", timedelta(days=2), {"a": 1})
    assert [post.fits(n, NOW) for n in (1, 2, 3)] == [False, True, False]


def test_values_that_begin_with_an_equals_sign_are_expressions_wherever_they_stand():
    found = resolve(
        {"a": "= x + 1", "b": [{"c": "= string(today())"}], "d": "plain", "e": 5, "f": "= now()", "h": "= {i: x}"},
        {"x": Decimal(2)},
        NOW,
    )

    assert found["a"] == 3
    assert found["b"] == [{"c": "2026-01-05"}]
    assert (found["d"], found["e"], found["h"]) == ("plain", 5, {"i": 2})
    assert found["f"].startswith("2026-01-05T09:00:00")
    assert json.dumps(resolve("= 1 / 4", {}, NOW)) == "0.25"
    json.dumps(found)
