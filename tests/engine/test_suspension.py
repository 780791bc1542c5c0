"""A suspended case stands still: nothing is completed, no timer fires; it goes on as it was."""

import pytest

from engine import CaseClosed, CaseSuspended, NotFound, ResumeCase, SuspendCase
from tests.support.world import ANN, World

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

    with pytest.raises(CaseClosed):
        world.execute(ResumeCase(world.case, ANN, world.now, "why not"))
    world.execute(SuspendCase(world.case, ANN, world.now, "wait"))
    with pytest.raises(CaseClosed):
        world.execute(SuspendCase(world.case, ANN, world.now, "wait"))
    with pytest.raises(NotFound):
        world.execute(SuspendCase(type(world.case)("0" * 35), ANN, world.now, "wait"))
