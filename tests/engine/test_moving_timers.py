"""A person moves a timer or fires it: row and state agree, whatever comes after."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from engine import (
    Actor,
    CaseSuspended,
    ForceTimer,
    InstantPast,
    NotAllowed,
    NotFound,
    RescheduleTimer,
    ResumeCase,
    SuspendCase,
    TimerId,
    TimerView,
    shard_of,
)
from engine.store import tables
from tests.support.world import ALL, ANN, World

pytestmark = pytest.mark.usefixtures("rebuilt")

ADAM = Actor("adam", frozenset({"administrator"}))
CATCH = (
    '<startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT48H</timeDuration>'
    '</timerEventDefinition></intermediateCatchEvent><userTask id="u"/><endEvent id="e"/>'
)
CYCLE = (
    '<startEvent id="s"/><userTask id="u"/><endEvent id="e"/><boundaryEvent id="b" attachedToRef="u" '
    'cancelActivity="false"><timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition></boundaryEvent>'
    '<userTask id="late"/><endEvent id="e2"/>'
)
CYCLE_PATHS = ("s > u > e", "b > late > e2")


def timer(world: World) -> TimerView:
    (found,) = world.read(lambda tx: world.reading.timers(tx, ALL, world.case, None, 9)).items
    return found


def move(world: World, to: datetime) -> None:
    world.execute(RescheduleTimer(TimerId(timer(world).id), ADAM, world.now, to, "the hospital said so"))


def in_state(world: World) -> datetime:
    """The due instant that the state itself holds, whatever the row says."""
    from engine.spiff.observe import snapshot

    ((_, _, due, _),) = snapshot(0, world.live()).timers.values()
    return due


@pytest.mark.parametrize("hours", [1, 100])
def test_a_rescheduled_timer_fires_at_its_new_instant_and_not_before(either_world: World, hours: int) -> None:
    world = either_world
    world.play(CATCH, "s > t > u > e")
    kept, new = timer(world), world.now + timedelta(hours=hours)

    move(world, new)

    assert (timer(world).id, timer(world).due_at, in_state(world)) == (kept.id, new, new)
    world.pass_time(hours=hours, seconds=-1)
    assert world.open == []
    world.pass_time(seconds=1)
    assert world.open == ["u"]
    kinds = {event.kind: event for event in world.history}
    assert (kinds["TimerRescheduled"].actor, kinds["TimerRescheduled"].element) == ("adam", "t")
    assert kinds["TimerFired"].at == new


def test_a_cycle_moves_by_its_next_turn_and_goes_on_from_there(world: World) -> None:
    world.play(CYCLE, *CYCLE_PATHS)
    new = world.now + timedelta(minutes=30)

    move(world, new)
    assert (timer(world).due_at, in_state(world)) == (new, new)
    world.pass_until(new)
    assert (world.open, timer(world).due_at) == (["late", "u"], new + timedelta(hours=1))
    world.pass_time(days=1)
    assert (world.open, world.timers) == (["late", "late", "late", "u"], {})


def test_a_person_fires_a_timer_before_it_is_due(either_world: World) -> None:
    world = either_world
    world.play(CATCH, "s > t > u > e")

    fired = world.execute(ForceTimer(TimerId(timer(world).id), ADAM, world.now, "she is home already"))

    assert (fired.fired, fired.element, world.open, world.timers) == (True, "t", ["u"], {})
    assert [event.actor for event in world.history if event.kind == "TimerFired"] == ["adam"]
    world.pass_time(days=9)
    assert world.open == ["u"]


def test_firing_one_turn_of_a_cycle_leaves_the_others_where_they_were(world: World) -> None:
    world.play(CYCLE, *CYCLE_PATHS)
    start = world.now

    world.execute(ForceTimer(TimerId(timer(world).id), ADAM, world.now, "now"))

    assert (world.open, timer(world).due_at) == (["late", "u"], start + timedelta(hours=2))


def test_a_timer_of_a_suspended_case_is_moved_but_not_fired_and_stays_held(either_world: World) -> None:
    world = either_world
    world.play(CATCH, "s > t > u > e")
    world.execute(SuspendCase(world.case, ANN, world.now, "abroad"))

    with pytest.raises(CaseSuspended):
        world.execute(ForceTimer(TimerId(timer(world).id), ADAM, world.now, "now"))
    move(world, world.now + timedelta(hours=1))
    assert (world.status, timer(world).held) == ("suspended", True)
    world.pass_time(hours=9)
    assert world.open == []

    world.execute(ResumeCase(world.case, ANN, world.now, "back"))
    world.pass_time(hours=0)
    assert (world.open, world.status) == (["u"], "active")


def test_a_timer_that_was_parked_after_failures_goes_on_once_it_is_moved(world: World) -> None:
    world.play(CATCH, "s > t > u > e")
    id_ = TimerId(timer(world).id)
    for _ in range(3):
        world.database.write(lambda tx: world.engine.timer_failed(tx, id_, world.now))
    assert timer(world).incident

    move(world, world.now + timedelta(hours=1))

    assert (timer(world).incident, timer(world).attempts) == (False, 0)
    world.pass_time(hours=1)
    assert world.open == ["u"]


def test_timers_are_moved_and_fired_by_menders_into_the_future_while_they_are_there(world: World) -> None:
    world.play(CATCH, "s > t > u > e")
    id_, later = TimerId(timer(world).id), world.now + timedelta(hours=1)

    for command, error in (
        (RescheduleTimer(id_, ANN, world.now, later, "r"), NotAllowed),
        (RescheduleTimer(id_, ADAM, world.now, world.now, "r"), InstantPast),
        (ForceTimer(id_, ANN, world.now, "r"), NotAllowed),
        (RescheduleTimer(TimerId("0" * 35), ADAM, world.now, later, "r"), NotFound),
        (ForceTimer(TimerId("0" * 35), ADAM, world.now, "r"), NotFound),
    ):
        with pytest.raises(error):
            world.execute(command)
    assert (world.open, world.view.version) == ([], 1)


def test_a_row_whose_timer_the_state_no_longer_has_is_not_moved_or_fired(world: World) -> None:
    world.play(CATCH, "s > t > u > e")
    stray = TimerId(f"{timer(world).id[:3]}{9:032x}")
    row = {
        "shard": shard_of(stray), "id": stray, "case_id": world.case, "process": "P", "element": "t", "kind": "date",
        "due_at": world.now, "wake_at": world.now,
    }  # fmt: skip
    world.database.write(lambda tx: tx.run(sa.insert(tables.timers), row))

    for command in (
        RescheduleTimer(stray, ADAM, world.now, world.now + timedelta(hours=1), "r"),
        ForceTimer(stray, ADAM, world.now, "r"),
    ):
        with pytest.raises(NotFound):
            world.execute(command)


def test_one_timer_of_a_gateway_is_moved_and_the_other_stays(world: World) -> None:
    catch = '<intermediateCatchEvent id="{0}"><timerEventDefinition><timeDuration>{1}</timeDuration></timerEventDefinition></intermediateCatchEvent>'
    body = '<startEvent id="s"/><eventBasedGateway id="g"/><userTask id="u"/><userTask id="v"/><endEvent id="e"/>'
    world.play(body + catch.format("a", "PT1H") + catch.format("b", "PT2H"), "s > g > a > u > e", "g > b > v > e")
    start = world.now
    timers = world.read(lambda tx: world.reading.timers(tx, ALL, world.case, None, 9)).items
    first = next(item for item in timers if item.element == "a")

    world.execute(RescheduleTimer(TimerId(first.id), ADAM, world.now, start + timedelta(hours=3), "r"))

    assert world.timers == {"a": start + timedelta(hours=3), "b": start + timedelta(hours=2)}
    world.pass_time(hours=2)
    assert world.open == ["v"]


def test_the_timer_of_an_event_subprocess_is_moved(world: World) -> None:
    body = (
        '<startEvent id="s"/><userTask id="u"/><endEvent id="e"/><subProcess id="sub" triggeredByEvent="true">'
        '<startEvent id="ss" isInterrupting="false"><timerEventDefinition><timeDuration>PT5H</timeDuration>'
        '</timerEventDefinition></startEvent><userTask id="w"/><endEvent id="se"/>'
        '<sequenceFlow id="f1" sourceRef="ss" targetRef="w"/><sequenceFlow id="f2" sourceRef="w" targetRef="se"/></subProcess>'
    )
    world.play(body, "s > u > e")

    move(world, world.now + timedelta(hours=1))
    world.pass_time(hours=1)

    assert world.open == ["u", "w"]
