"""A suspended case stands still: nothing is completed, no timer fires; it goes on as it was."""

from datetime import timedelta

import pytest

from engine import (
    Actor,
    CaseGoesOn,
    CaseSuspended,
    ClaimTask,
    CompleteTask,
    FireTimer,
    ForceTimer,
    IncidentFilter,
    NotFound,
    ResolveIncident,
    ResumeCase,
    RetryIncident,
    SaveDraft,
    SuspendCase,
    TaskClosed,
    TimerId,
)
from tests.support.world import ALL, ANN, World

pytestmark = pytest.mark.usefixtures("rebuilt")

ADAM = Actor("adam", frozenset({"administrator"}))
BODY = (
    '<startEvent id="s"/><userTask id="u"/><endEvent id="e"/><boundaryEvent id="b" attachedToRef="u" cancelActivity="false">'
    '<timerEventDefinition><timeDuration>PT48H</timeDuration></timerEventDefinition></boundaryEvent><userTask id="late"/>'
    '<endEvent id="e2"/>'
)
PATHS = ("s > u > e", "b > late > e2")


def test_nothing_is_completed_and_no_timer_fires_until_it_is_resumed(either_world: World) -> None:
    world = either_world
    world.play(BODY, *PATHS)
    world.execute(SuspendCase(world.case, ANN, world.now, "the client is abroad"))

    with pytest.raises(CaseSuspended):
        world.complete("u")
    world.pass_time(hours=72)
    assert (world.status, world.open) == ("suspended", ["u"])
    assert world.read(world.engine.next_wake) is None

    world.execute(ResumeCase(world.case, ANN, world.now, "back home"))
    world.pass_time(hours=0)
    assert sorted(world.open) == ["late", "u"]
    kinds = [event.kind for event in world.history]
    assert kinds.index("CaseSuspended") < kinds.index("CaseResumed")


def test_only_an_active_case_is_suspended_and_only_a_suspended_one_resumed(world: World) -> None:
    world.play(BODY, *PATHS)

    with pytest.raises(CaseGoesOn):
        world.execute(ResumeCase(world.case, ANN, world.now, "why not"))
    world.execute(SuspendCase(world.case, ANN, world.now, "wait"))
    with pytest.raises(CaseSuspended):
        world.execute(SuspendCase(world.case, ANN, world.now, "wait"))
    with pytest.raises(NotFound):
        world.execute(SuspendCase(type(world.case)("0" * 35), ANN, world.now, "wait"))


def test_no_command_moves_a_token_of_a_suspended_case_behind_its_back(either_world: World) -> None:
    """Claims, drafts and hand-overs go on; what an administrator does on purpose is in the guide."""
    world = either_world
    body = (
        '<startEvent id="s"/><parallelGateway id="g"/><userTask id="u"/><receiveTask id="m" messageRef="news"/>'
        '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>'
        '</intermediateCatchEvent><scriptTask id="x"><script>= if y = null then 5 else {z: y}</script></scriptTask>'
        '<endEvent id="e"/>'
    )
    world.play(body, "s > g > u > e", "g > m > e", "g > t > e", "g > x > e")
    (timer,) = world.read(lambda tx: world.reading.timers(tx, ALL, world.case, None, 9)).items
    (stuck,) = world.read(lambda tx: world.reading.incidents(tx, ALL, IncidentFilter(case_id=world.case))).items
    task, later = world.task("u").id, world.now + timedelta(days=1)
    world.execute(SuspendCase(world.case, ANN, world.now, "abroad"))
    before = world.tokens

    world.execute(ClaimTask(task, ANN, world.now))
    world.execute(SaveDraft(task, {}, ANN, world.now))
    assert not world.execute(FireTimer(TimerId(timer.id), ANN, later)).fired
    assert world.send("news") == 0
    for command in (
        CompleteTask(task, ANN, world.now),
        ForceTimer(TimerId(timer.id), ADAM, world.now, "r"),
        RetryIncident(stuck.id, ADAM, world.now, "r", {"y": 1}),
        ResolveIncident(stuck.id, ADAM, world.now, "r", {"z": 1}),
    ):
        with pytest.raises(CaseSuspended):
            world.execute(command)

    assert (world.tokens, world.status) == (before, "suspended")


def test_a_closed_task_of_a_suspended_case_is_told_to_be_closed(world: World) -> None:
    body = '<startEvent id="s"/><userTask id="u"/><userTask id="v"/><endEvent id="e"/>'
    world.play(body, "s > u > v > e")
    task = world.task("u").id
    world.complete("u")
    world.execute(SuspendCase(world.case, ANN, world.now, "abroad"))

    with pytest.raises(TaskClosed):
        world.execute(CompleteTask(task, ANN, world.now))
