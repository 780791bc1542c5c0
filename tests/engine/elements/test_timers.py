"""Timers: dates, durations, FEEL, cycles, real months, local time. Nothing but a timer's own row ever fires it."""

from datetime import UTC, datetime, timedelta

import pytest

from engine import Actor, FireTimer, StepFailed
from engine.errors import EngineError
from tests.support.world import ALL, World

CLOCK = Actor("clock")


def catch(kind: str, text: str) -> str:
    return (
        f'<startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition><{kind}>{text}</{kind}>'
        '</timerEventDefinition></intermediateCatchEvent><userTask id="u"/><endEvent id="e"/>'
    )


def boundary(kind: str, text: str, cancel: str = "false") -> str:
    return (
        '<startEvent id="s"/><userTask id="u"/><endEvent id="e"/><userTask id="late"/><endEvent id="e2"/>'
        f'<boundaryEvent id="b" attachedToRef="u" cancelActivity="{cancel}"><timerEventDefinition><{kind}>{text}</{kind}>'
        "</timerEventDefinition></boundaryEvent>"
    )


BOUNDARY_PATHS = ("s > u > e", "b > late > e2")


@pytest.mark.parametrize("text", ["PT48H", '= duration("PT48H")', "P2D", "pt48h", '= "PT48H"'])
def test_a_duration_fires_when_it_is_over_and_not_before(either_world: World, text: str) -> None:
    world = either_world
    world.play(catch("timeDuration", text), "s > t > u > e")

    assert world.timers == {"t": world.now + timedelta(hours=48)}
    world.pass_time(hours=47, minutes=59, seconds=59)
    assert world.open == []
    world.pass_time(seconds=1)
    assert (world.open, world.timers) == (["u"], {})


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("2026-02-01T10:00:00Z", datetime(2026, 2, 1, 10, tzinfo=UTC)),
        ("2026-02-01T10:00:00+02:00", datetime(2026, 2, 1, 8, tzinfo=UTC)),
        ("2026-02-01T10:00:00", datetime(2026, 2, 1, 15, tzinfo=UTC)),
        ("2026-07-15T09:00:00", datetime(2026, 7, 15, 13, tzinfo=UTC)),
        ("2026-02-01", datetime(2026, 2, 1, 5, tzinfo=UTC)),
        ('= left + duration("PT24H")', datetime(2026, 1, 10, tzinfo=UTC)),
        ("= when", datetime(2026, 3, 1, 5, tzinfo=UTC)),
    ],
)
def test_a_date_is_an_instant_and_a_local_time_the_organisations(world: World, text: str, due: datetime) -> None:
    values = {"left": datetime(2026, 1, 9, tzinfo=UTC), "when": "2026-03-01"}
    world.play(catch("timeDate", text), "s > t > u > e", values=values)

    assert world.timers == {"t": due}


def test_a_local_time_in_the_gap_of_spring_is_shifted_and_in_autumn_the_later_one(world: World) -> None:
    world.play(catch("timeDate", "2026-03-08T02:30:00"), "s > t > u > e")
    spring = world.timers["t"]
    world.play(catch("timeDate", "2026-11-01T01:30:00"), "s > t > u > e")

    assert spring == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert world.timers["t"] == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "text", "due"),
    [
        (datetime(2026, 1, 31, 9, tzinfo=UTC), "P1M", datetime(2026, 2, 28, 9, tzinfo=UTC)),
        (datetime(2028, 1, 31, 9, tzinfo=UTC), "P1M", datetime(2028, 2, 29, 9, tzinfo=UTC)),
        (datetime(2028, 2, 29, 9, tzinfo=UTC), "P1Y", datetime(2029, 2, 28, 9, tzinfo=UTC)),
        (datetime(2026, 11, 30, 9, tzinfo=UTC), "P3M", datetime(2027, 2, 28, 9, tzinfo=UTC)),
    ],
)
def test_months_and_years_are_real_ones(world: World, start: datetime, text: str, due: datetime) -> None:
    world.now = start
    world.play(catch("timeDuration", text), "s > t > u > e")

    assert world.timers == {"t": due}


def test_a_date_in_the_past_is_due_at_once_but_in_a_step_of_its_own(world: World) -> None:
    world.play(catch("timeDate", "2025-01-01T00:00:00Z"), "s > t > u > e")

    assert world.open == []
    assert [fired.fired for fired in world.pump.fire_due(world.now)] == [True]
    assert world.open == ["u"]


@pytest.mark.parametrize("text", ["= missing", "= 5", "= true", '= "soon"', '= duration("-PT1H")', '= "P1W2D"'])
def test_a_timer_text_that_is_no_time_fails_the_step_by_name(world: World, text: str) -> None:
    with pytest.raises(StepFailed) as failed:
        world.play(catch("timeDuration", text), "s > t > u > e")

    assert failed.value.element == "t"
    assert "timer-text" in str(failed.value)


def test_a_stale_timer_does_nothing(world: World) -> None:
    world.play(boundary("timeDuration", "PT1H"), *BOUNDARY_PATHS)
    (timer,) = world.read(lambda tx: world.reading.timers(tx, ALL, world.case, None, 10))
    world.complete("u")

    answer = world.execute(FireTimer(timer.id, CLOCK, world.now + timedelta(days=1)))

    assert (answer.fired, answer.case_id, world.view.version) == (False, None, 2)


def test_a_timer_that_is_not_due_is_refused(world: World) -> None:
    world.play(catch("timeDuration", "PT1H"), "s > t > u > e")
    (timer,) = world.read(lambda tx: world.reading.timers(tx, ALL, world.case, None, 10))

    assert not world.execute(FireTimer(timer.id, CLOCK, world.now)).fired
    assert world.execute(FireTimer(timer.id, CLOCK, world.now + timedelta(hours=1))).fired


def test_a_late_timer_fires_once_and_the_step_carries_the_late_instant(world: World) -> None:
    world.play(catch("timeDuration", "PT1H"), "s > t > u > e")
    world.now += timedelta(days=400)

    fired = world.pump.fire_due(world.now)

    assert [(item.fired, item.element) for item in fired] == [(True, "t")]
    assert world.task("u").opened_at == world.now
    assert world.pump.fire_due(world.now) == ()


def test_an_interrupting_boundary_timer_takes_the_task_away(either_world: World) -> None:
    world = either_world
    world.play(boundary("timeDuration", "PT2H", "true"), *BOUNDARY_PATHS)

    world.pass_time(hours=2)
    assert world.open == ["late"]
    assert [(event.kind, event.element) for event in world.history if event.kind == "TaskCancelled"] == [
        ("TaskCancelled", "u")
    ]
    world.complete("late")
    assert world.status == "completed"


def test_a_non_interrupting_boundary_timer_leaves_the_task(world: World) -> None:
    world.play(boundary("timeDuration", "PT2H"), *BOUNDARY_PATHS)

    world.pass_time(hours=5)
    assert (world.open, world.timers) == (["late", "u"], {})


def test_a_boundary_timer_goes_with_its_task(world: World) -> None:
    world.play(boundary("timeDuration", "PT2H", "true"), *BOUNDARY_PATHS)

    world.complete("u")
    assert (world.timers, world.status) == ({}, "completed")


@pytest.mark.parametrize("text", ["R3/PT1H", '= "R3/PT1H"', "R3/2026-01-05T10:00:00Z/PT1H"])
def test_a_cycle_fires_as_often_as_it_says(either_world: World, text: str) -> None:
    world = either_world
    world.play(boundary("timeCycle", text), *BOUNDARY_PATHS)

    assert world.timers == {"b": world.now + timedelta(hours=1)}
    world.pass_time(hours=1)
    assert (world.open, world.timers) == (["late", "u"], {"b": world.now + timedelta(hours=1)})
    world.pass_time(hours=9)
    assert (world.open, world.timers) == (["late", "late", "late", "u"], {})


def test_a_cycle_that_was_missed_catches_up_from_its_own_due_times(world: World) -> None:
    world.play(boundary("timeCycle", "R3/PT1H"), *BOUNDARY_PATHS)
    start = world.now
    world.now += timedelta(hours=10)

    world.pump.fire_due(world.now)
    assert world.timers == {"b": start + timedelta(hours=2)}
    world.pump.fire_due(world.now)
    world.pump.fire_due(world.now)
    assert (world.open, world.timers) == (["late", "late", "late", "u"], {})


def test_a_cycle_without_end_goes_on_until_its_task_is_done(world: World) -> None:
    world.play(boundary("timeCycle", "R/P1D"), *BOUNDARY_PATHS)

    world.pass_time(days=5)
    assert world.open == ["late"] * 5 + ["u"]
    world.complete("u")
    assert world.timers == {}


@pytest.mark.parametrize(
    "text",
    [
        '= "R3/P1M2D"',
        '= "PT1H"',
        "= 3",
        "= null",
        '= "R3/P0M"',
        '= "R3/PT1H/2026-02-01"',
        '= "R3/PT0S"',
        '= "R3/2026-01-01/2026-01-02"',
    ],
)
def test_a_cycle_text_that_is_no_cycle_fails_the_step(world: World, text: str) -> None:
    with pytest.raises(EngineError):
        world.play(boundary("timeCycle", text), *BOUNDARY_PATHS)


def test_two_timers_of_one_case_fire_in_due_order_in_one_batch(world: World) -> None:
    body = (
        '<startEvent id="s"/><parallelGateway id="f"/><parallelGateway id="j"/><endEvent id="e"/>'
        '<intermediateCatchEvent id="t2"><timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition>'
        '</intermediateCatchEvent><intermediateCatchEvent id="t1"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
        "</timerEventDefinition></intermediateCatchEvent>"
    )
    world.play(body, "s > f > t2 > j > e", "f > t1 > j")
    world.now += timedelta(days=1)

    assert [item.element for item in world.pump.fire_due(world.now)] == ["t1", "t2"]
    assert (world.status, world.view.version) == ("completed", 3)


def test_the_history_tells_set_fired_and_cleared(world: World) -> None:
    world.play(boundary("timeDuration", "PT1H"), *BOUNDARY_PATHS)
    world.complete("u")
    world.play(catch("timeDuration", "PT1H"), "s > t > u > e")
    world.pass_time(hours=1)

    kinds = [event.kind for event in world.history]
    assert kinds.count("TimerSet") == 1
    assert "TimerFired" in kinds
    assert "TimerCleared" not in kinds
