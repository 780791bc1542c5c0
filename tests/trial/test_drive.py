"""The driver: ties go message, timer, person; people of the right group answer; the same seed gives the same run."""

import dataclasses
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from care import read_messages
from tests.care.messages import adt
from tests.journeys.story import DAY, HOUR, Story, local
from trial import AnswerSet, Unfillable, load_answers
from trial.answers import Answer, Post

Begin = Callable[..., Story]


def answers(*messages: Post, **tasks: Answer) -> AnswerSet:
    """`always_open` with other answers to some tasks."""
    known = load_answers("always_open")
    return dataclasses.replace(
        known, tasks={**known.tasks, **{name: (item,) for name, item in tasks.items()}}, messages=messages
    )


def deliver(story: Story, source: bytes, *wall: int) -> None:
    for message in read_messages(source):
        story.driver.message(local(*wall), message)


def stay(story: Story, discharged: tuple[int, ...]) -> None:
    """An inpatient stay from 2 June 2025 9:00."""
    admitted = local(2025, 6, 2, 9)
    deliver(story, adt("A01", admitted, mrn="7001", encounter="S1", admitted=admitted), 2025, 6, 2, 9)
    left = local(*discharged)
    source = adt("A03", left, mrn="7001", encounter="S1", admitted=admitted, discharged=left, disposition="01")
    deliver(story, source, *discharged)


def test_a_message_comes_before_a_timer_of_the_same_instant(story: Begin):
    told = story()
    stay(told, (2025, 6, 5, 14))
    again = local(2025, 6, 6, 14)  # when the clock of the outreach rings
    deliver(told, adt("A01", again, mrn="7001", encounter="S2", admitted=again), 2025, 6, 6, 14)

    told.until(2025, 6, 6, 14, 1)

    assert told.tasks("outreach_call") == []
    assert told.visits("outreach_48h") == 0


def test_a_timer_comes_before_a_person_of_the_same_instant(story: Begin):
    told = story(answers=answers(outreach_call=Answer(12 * HOUR, values={"reached": "nobody", "result": "no_answer"})))
    stay(told, (2025, 6, 5, 14))

    told.until(2025, 6, 7, 2)  # the reminder after 36 hours, and the answer 12 hours after the call opened at 24

    kinds = [
        (row["kind"], row["element"])
        for row in told.sql(
            "SELECT * FROM history WHERE at >= '2025-06-07T02' AND at < '2025-06-07T07' ORDER BY step, n"
        )
        if row["kind"] in {"TimerFired", "TaskCompleted"}
    ]
    assert kinds[:2] == [("TimerFired", "outreach_reminder"), ("TaskCompleted", "outreach_call")]


def test_the_answer_to_a_task_that_was_withdrawn_meanwhile_is_dropped(story: Begin):
    told = story(answers=answers(outreach_call=Answer(5 * HOUR)))
    stay(told, (2025, 6, 5, 14))
    back = local(2025, 6, 6, 16)
    deliver(told, adt("A01", back, mrn="7001", encounter="S2", admitted=back), 2025, 6, 6, 16)

    told.until(2025, 6, 7, 14)

    assert [row["status"] for row in told.tasks("outreach_call")] == ["cancelled"]


def test_a_post_reaches_a_case_once_so_long_after_its_start(story: Begin):
    post = Post("consent_withdrawn", 20 * DAY, "= n = 1", {})
    told = story(enrolled=False, answers=answers(post))
    told.refer("7001")
    told.until(2025, 5, 21, 8, 59)
    assert told.case()["status"] == "active"

    told.until(2025, 5, 21, 9, 1)

    assert told.case()["status"] != "active" or told.open().keys() & {"closure_review", "sign_off"}
    received = told.sql("SELECT at FROM history WHERE kind = 'MessageReceived' AND element = 'consent_withdrawn'")
    assert [row["at"][:16] for row in received] == ["2025-05-21T13:00"]


def test_a_post_that_does_not_fit_is_not_sent(story: Begin):
    told = story(enrolled=False, answers=answers(Post("consent_withdrawn", DAY, "= n = 2", {})))
    told.refer("7001")

    told.until(2025, 5, 4, 9)

    assert told.sql("SELECT 1 FROM history WHERE kind = 'MessageReceived'") == []


def test_tasks_take_as_long_as_the_answer_says(story: Begin):
    told = story(enrolled=False, answers=answers(register_referral=Answer(timedelta(minutes=17))))
    told.refer("7001")

    told.until(2025, 5, 2, 9)

    (task,) = told.tasks("register_referral")
    assert (task["opened_at"][:16], task["closed_at"][:16]) == ("2025-05-01T13:00", "2025-05-01T13:17")


def test_whoever_answers_is_of_the_tasks_group_and_may_assess_where_that_is_asked(story: Begin):
    told = story()
    people = {row["id"]: row for row in told.sql("SELECT * FROM people")}

    done = told.sql("SELECT * FROM tasks WHERE status = 'completed'")

    assert done
    for task in done:
        if task["closed_by"] == "trial":
            continue
        person = people[task["closed_by"]]
        assert task["group"] is None or task["group"] in json.loads(person["groups"])
        assert person["may_assess"] or not task["may_assess"]


def test_a_run_does_not_go_beyond_its_end(story: Begin):
    told = story()

    told.until(2025, 6, 1, 9)

    assert told.clock.now() == local(2025, 6, 1, 9)
    assert told.one("SELECT max(at) FROM history") <= "2025-06-01T13"


def test_progress_is_told_at_every_step_and_never_goes_back(story: Begin):
    told, seen = story(), []

    told.driver.run(local(2026, 3, 1, 9), seen.append)

    assert seen == sorted(seen)
    assert len(seen) >= 5


def test_a_task_that_nobody_can_fill_stops_the_run_and_names_the_fields(story: Begin, monkeypatch: pytest.MonkeyPatch):
    told = story(enrolled=False)
    told.refer("7001")
    monkeypatch.setattr("trial.fill.plain", lambda _field, _now: None)

    with pytest.raises(Unfillable, match="referral"):
        told.until(2025, 5, 2, 9)


@pytest.mark.parametrize("seed", [0, 5])
def test_the_same_seed_gives_the_same_history(seed: int, story: Begin):
    def lived() -> list[Any]:
        told = story(enrolled=False, seed=seed)
        told.refer("7001")
        told.until(2025, 5, 12, 9)
        return [tuple(row)[:8] for row in told.sql("SELECT * FROM history ORDER BY case_id, step, n")]

    assert lived() == lived()
