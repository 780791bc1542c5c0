"""Races at named points inside transactions: one holds its place, a rival comes; one wins, and the other is told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine import CancelCase, CaseClosed, CompleteTask, Correlate, TaskClosed
from tests.support.world import ANN, World, model
from tests.torture.points import beside, held, settled
from tests.torture.report import Report
from tests.torture.verify import verify

pytestmark = pytest.mark.torture
BODY = (
    '<startEvent id="s"/><userTask id="a"/><boundaryEvent id="b" attachedToRef="a"><timerEventDefinition>'
    '<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent><boundaryEvent id="m" attachedToRef="a">'
    '<messageEventDefinition messageRef="stop"/></boundaryEvent><endEvent id="e"/><endEvent id="e1"/><endEvent id="e2"/>'
)
PATHS = ("s > a > e", "b > e1", "m > e2")
HOUR = timedelta(hours=1)
READ_TASK = ("FROM tasks JOIN cases",)
READ_TIMER = ("FROM timers JOIN cases",)
READ_CASE = ("FROM cases", "WHERE cases.shard")
SAVE_CASE = ("UPDATE cases",)
KEEP_HISTORY = ("INSERT INTO history",)


def started(world: World) -> str:
    world.deploy(model(BODY, *PATHS))
    world.start()
    return world.task("a").id


def duel(world: World, point: Any, first: Any, second: Any) -> tuple[Any, Any]:
    """The first stops at the point, the second comes, then the first goes on; the answers of both."""
    words, after = point
    with held(world.database, *words, after=after, by="first") as place, beside(first, "first") as one:
        place.reached()
        with beside(second, "second") as two:
            settled(world.database, two)
            place.go.set()
    return one[0], two[0]


def on_one_line(world: World, ending: str) -> None:
    assert world.status == "completed"
    assert ending in world.visited
    assert verify(world.database, world.keyring, world.library) == 1


POINTS = pytest.mark.parametrize("point", [(READ_TASK, True), (SAVE_CASE, False), (KEEP_HISTORY, True)], ids=str)
"""After the claim, before the first write, after the last: on SQLite the writes run in the writer's thread."""


@POINTS
def test_of_two_people_on_one_task_the_loser_is_told_by_whom_and_when(
    either_world: World, report: Report, point: Any
) -> None:
    world = either_world
    task = started(world)
    bob = replace(ANN, id="bob")
    in_writer = point[0] != READ_TASK and world.database.dialect == "sqlite"
    works = [lambda who=who: world.execute(CompleteTask(task, who, world.now)) for who in (ANN, bob)]

    answers = (duel_in_writer if in_writer else duel)(world, point, *works)

    lost = [each for each in answers if isinstance(each, TaskClosed)]
    won = [name for name, each in zip(("ann", "bob"), answers, strict=True) if not isinstance(each, Exception)]
    assert (len(lost), len(won)) == (1, 1), answers
    assert (lost[0].status, lost[0].by, lost[0].at) == ("completed", won[0], world.now)
    on_one_line(world, "a")
    report("6 named races", world.database.dialect, rounds=1)


def duel_in_writer(world: World, point: Any, first: Any, second: Any) -> tuple[Any, Any]:
    """SQLite's writer stops inside its commit while the second reads its snapshot and queues behind it."""
    words, after = point
    with held(world.database, *words, after=after, by="database-writer") as place, beside(first, "first") as one:
        place.reached()
        with held(world.database, *READ_TASK, by="second") as read, beside(second, "second") as two:
            read.reached()
            read.go.set()
            place.go.set()
    return one[0], two[0]


def test_a_clock_that_meets_a_person_inside_a_case_leaves_it_to_the_next_sweep(
    either_world: World, report: Report
) -> None:
    world = either_world
    task, due = started(world), world.now + HOUR

    person, fired = duel(
        world,
        (READ_TASK, True),
        lambda: world.execute(CompleteTask(task, ANN, due)),
        lambda: world.pump.fire_due(due),
    )

    timer_won = any(item.fired for item in fired)
    assert isinstance(person, TaskClosed) == timer_won
    assert timer_won == (world.database.dialect == "sqlite")  # PostgreSQL's clock skips a case that somebody holds
    assert world.pump.fire_due(due) == ()
    on_one_line(world, "b" if timer_won else "a")
    report("6 named races", world.database.dialect, rounds=1)


def test_a_person_who_meets_a_clock_inside_a_case_is_told_that_the_task_is_gone(
    either_world: World, report: Report
) -> None:
    world = either_world
    task, due = started(world), world.now + HOUR

    fired, person = duel(
        world,
        (READ_TIMER, True),
        lambda: world.pump.fire_due(due),
        lambda: world.execute(CompleteTask(task, ANN, due)),
    )

    timer_won = any(item.fired for item in fired)
    assert isinstance(person, TaskClosed) == timer_won
    if timer_won:
        assert (person.status, person.by, person.at) == ("cancelled", "clock", due)
    on_one_line(world, "b" if timer_won else "a")
    report("6 named races", world.database.dialect, rounds=1)


def test_of_a_message_and_a_closing_step_one_happens(either_world: World, report: Report) -> None:
    world = either_world
    task = started(world)

    sent, person = duel(
        world,
        (READ_CASE, True),
        lambda: world.execute(Correlate(world.case, "stop", ANN, world.now)),
        lambda: world.execute(CompleteTask(task, ANN, world.now)),
    )

    message_won = sent.reached == 1
    assert isinstance(person, TaskClosed) == message_won
    on_one_line(world, "m" if message_won else "a")
    report("6 named races", world.database.dialect, rounds=1)


def test_a_closing_step_that_a_message_meets_leaves_nothing_to_take_it(either_world: World, report: Report) -> None:
    world = either_world
    task = started(world)

    person, sent = duel(
        world,
        (READ_TASK, True),
        lambda: world.execute(CompleteTask(task, ANN, world.now)),
        lambda: world.execute(Correlate(world.case, "stop", ANN, world.now)),
    )

    message_won = sent.reached == 1
    assert isinstance(person, TaskClosed) == message_won
    on_one_line(world, "m" if message_won else "a")
    report("6 named races", world.database.dialect, rounds=1)


def test_of_two_workers_on_one_timer_one_fires_it_and_the_other_knows(either_world: World, report: Report) -> None:
    world = either_world
    started(world)
    due = world.now + HOUR

    answers = duel(world, (READ_TIMER, True), lambda: world.pump.fire_due(due), lambda: world.pump.fire_due(due))

    assert sum(item.fired for fired in answers for item in fired) == 1
    assert world.pump.fire_due(due) == ()
    on_one_line(world, "b")
    report("6 named races", world.database.dialect, rounds=1)


@pytest.mark.parametrize("first", ["message", "cancel"])
def test_of_a_message_and_a_cancel_one_ends_the_case_and_the_other_is_told(
    either_world: World, report: Report, first: str
) -> None:
    world = either_world
    started(world)
    works = {
        "message": lambda: world.execute(Correlate(world.case, "stop", ANN, world.now)),
        "cancel": lambda: world.execute(CancelCase(world.case, "transferred_out", ANN, world.now, "moved away")),
    }
    second = "cancel" if first == "message" else "message"

    answers = dict(zip((first, second), duel(world, (READ_CASE, True), works[first], works[second]), strict=True))

    message_won = not isinstance(answers["message"], Exception) and answers["message"].reached == 1
    assert isinstance(answers["cancel"], CaseClosed) == message_won, answers
    assert world.status == ("completed" if message_won else "cancelled")
    assert (world.open, world.timers, world.waits) == ([], {}, [])
    assert verify(world.database, world.keyring, world.library) == 1
    report("6 named races", world.database.dialect, rounds=1)
