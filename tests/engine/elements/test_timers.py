"""Timers: dates, durations, FEEL, cycles, real months, local time. Nothing but a timer's own row ever fires it."""

from datetime import UTC, datetime, timedelta

import pytest

from engine import Actor, FireTimer
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


@pytest.mark.parametrize("text", ["missing", "5", "true", '"soon"', 'duration("-PT1H")', '"P1W2D"'])
def test_a_timer_text_that_is_no_time_parks_the_token(world: World, text: str) -> None:
    hidden = f"= if missing = null then {text} else null"  # a constant is refused at deployment

    world.play(catch("timeDuration", hidden), "s > t > u > e")

    assert (world.stuck, world.timers) == ([("t", "timer-text")], {})


def test_a_stale_timer_does_nothing(world: World) -> None:
    world.play(boundary("timeDuration", "PT1H"), *BOUNDARY_PATHS)
    (timer,) = world.read(lambda tx: world.reading.timers(tx, ALL, world.case, None, 10)).items
    world.complete("u")

    answer = world.execute(FireTimer(timer.id, CLOCK, world.now + timedelta(days=1)))

    assert (answer.fired, answer.case_id, world.view.version) == (False, None, 2)


def test_a_timer_that_is_not_due_is_refused(world: World) -> None:
    world.play(catch("timeDuration", "PT1H"), "s > t > u > e")
    (timer,) = world.read(lambda tx: world.reading.timers(tx, ALL, world.case, None, 10)).items

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
        '"R3/P1M2D"',
        '"R3/P0M"',
        '"R3/PT1H/2026-02-01"',
        "null",
        '"PT1H"',
        "3",
        '"R3/PT0S"',
        '"R3/2026-01-01/2026-01-02"',
    ],
)
def test_a_cycle_text_that_is_no_cycle_parks_the_boundary(world: World, text: str) -> None:
    hidden = f"= if missing = null then {text} else null"  # a constant is refused at deployment

    world.play(boundary("timeCycle", hidden), *BOUNDARY_PATHS)

    assert ([element for element, _cause in world.stuck], world.timers) == (["b"], {})


def turns(world: World, count: int) -> list[datetime]:
    """The instants of the next turns of the boundary's cycle, each fired at its own."""
    found = []
    for _ in range(count):
        due = world.timers["b"]
        found.append(due)
        world.pass_until(due)
    return found


@pytest.mark.parametrize(
    ("text", "start", "due"),
    [
        ("R3/P1M", "2026-01-31T14:00Z", ["2026-02-28T14:00Z", "2026-03-31T13:00Z", "2026-04-30T13:00Z"]),
        ("R3/2026-01-31T09:00:00/P1M", "2026-01-05T09:00Z", ["2026-01-31T14:00Z", "2026-02-28T14:00Z", "2026-03-31T13:00Z"]),
        ("R/P1Y", "2028-02-29T14:00Z", ["2029-02-28T14:00Z", "2030-02-28T14:00Z", "2031-02-28T14:00Z", "2032-02-29T14:00Z"]),
        ("R3/2026-03-07T09:00:00/P1D", "2026-03-01T14:00Z", ["2026-03-07T14:00Z", "2026-03-08T13:00Z", "2026-03-09T13:00Z"]),
        ("R3/2026-10-31T09:00:00/P1D", "2026-10-01T14:00Z", ["2026-10-31T13:00Z", "2026-11-01T14:00Z", "2026-11-02T14:00Z"]),
        ("R3/2026-03-07T02:30:00/P1D", "2026-03-01T14:00Z", ["2026-03-07T07:30Z", "2026-03-08T07:30Z", "2026-03-09T06:30Z"]),
        ("R3/2026-10-31T01:30:00/P1D", "2026-10-01T14:00Z", ["2026-10-31T05:30Z", "2026-11-01T06:30Z", "2026-11-02T06:30Z"]),
        ("R3/2026-03-07T09:00:00/PT24H", "2026-03-01T14:00Z", ["2026-03-07T14:00Z", "2026-03-08T14:00Z", "2026-03-09T14:00Z"]),
        ("R2/P2W", "2026-03-01T14:00Z", ["2026-03-15T13:00Z", "2026-03-29T13:00Z"]),
    ],
)  # fmt: skip
def test_a_cycle_steps_by_the_organisations_calendar(world: World, text: str, start: str, due: list[str]) -> None:
    world.now = datetime.fromisoformat(start)
    world.play(boundary("timeCycle", text), *BOUNDARY_PATHS)

    assert turns(world, len(due)) == [datetime.fromisoformat(item) for item in due]
    assert world.open == [*["late"] * len(due), "u"]
    assert bool(world.timers) == text.startswith("R/")


def test_overdue_turns_of_months_come_one_after_another(either_world: World) -> None:
    world = either_world
    world.now = datetime(2026, 1, 31, 14, tzinfo=UTC)
    world.play(boundary("timeCycle", "R/P1M"), *BOUNDARY_PATHS)
    world.now = datetime(2026, 4, 15, tzinfo=UTC)

    for due in (datetime(2026, 2, 28, 14, tzinfo=UTC), datetime(2026, 3, 31, 13, tzinfo=UTC)):
        assert world.timers == {"b": due}
        world.pump.fire_due(world.now)
    assert world.timers == {"b": datetime(2026, 4, 30, 13, tzinfo=UTC)}
    assert world.pump.fire_due(world.now) == ()


def test_what_a_cycle_began_stays_when_its_task_is_done(world: World) -> None:
    world.play(boundary("timeCycle", "R/PT1H"), *BOUNDARY_PATHS)
    world.pass_time(hours=2)

    world.complete("u")
    assert (world.open, world.timers, world.status) == (["late", "late"], {}, "active")
    world.complete("late")
    world.complete("late")
    assert world.status == "completed"


def test_a_cycle_around_a_waiting_operation_asks_it_once(world: World) -> None:
    body = boundary("timeCycle", "R2/PT1H").replace(
        '<userTask id="u"/>', '<serviceTask id="u" n:operation="ask" n:answer="y"/>'
    )
    world.play(body.replace('<userTask id="late"/>', '<serviceTask id="late" n:operation="remind"/>'), *BOUNDARY_PATHS)

    world.pass_time(hours=9)
    assert world.calls == ["ask", "remind", "remind"]


@pytest.mark.parametrize(
    ("start", "text", "due"),
    [
        ("2026-03-01T03:00Z", "P1M", "2026-03-29T02:00Z"),
        ("2026-02-08T07:30Z", "P1M", "2026-03-08T07:30Z"),
        ("2026-10-01T05:30Z", "P1M", "2026-11-01T06:30Z"),
        ("2026-03-07T14:00Z", "P1D", "2026-03-08T14:00Z"),
        ("2026-03-07T14:00Z", "PT24H", "2026-03-08T14:00Z"),
    ],
)
def test_months_keep_the_time_of_day_and_days_are_hours(world: World, start: str, text: str, due: str) -> None:
    world.now = datetime.fromisoformat(start)
    world.play(catch("timeDuration", text), "s > t > u > e")

    assert world.timers == {"t": datetime.fromisoformat(due)}


@pytest.mark.parametrize("text", ['duration("-P1M")', '"-P1D"', 'duration("PT1H") - duration("PT2H")', '"P99999Y"'])
def test_a_duration_that_comes_out_negative_or_endless_fails_its_element(world: World, text: str) -> None:
    hidden = f"= if missing = null then {text} else null"  # a constant is refused at deployment

    world.play(boundary("timeDuration", hidden), *BOUNDARY_PATHS)

    assert (world.stuck, world.timers) == ([("b", "timer-text")], {})


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


def test_many_turns_leave_a_case_as_small_as_one(world: World) -> None:
    world.play(boundary("timeCycle", "R/PT1H"), *BOUNDARY_PATHS)
    sizes = []
    for _ in range(20):
        world.pass_time(hours=1)
        world.complete("late")
        sizes.append(len(world.live().tasks))

    assert len(set(sizes[2:])) == 1, sizes
