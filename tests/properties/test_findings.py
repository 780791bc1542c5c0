"""What random models found: the smallest model of each. Those not yet mended are marked, and the generator keeps clear of them."""

import pytest

from engine import Actor, Artefact, Correlate, FireTimer, StartCase, case_id_of
from engine.spiff import compile_release
from engine.store import tables
from tests.properties.test_structured import Walk
from tests.support.driven import Driven, released
from tests.support.rebuild import rebuild, stored, told
from tests.support.restarts import twice
from tests.support.structured import (
    Boundary,
    Choice,
    Hosted,
    Many,
    Model,
    Sequence,
    Some,
    Sub,
    Task,
)
from tests.support.world import ANN, START, PlainForms, World, flows, model


def walked(given: Model, *way: tuple[int, int]) -> Walk:
    walk = Walk(given, released(given), 0)
    for pick, answer in way:
        assert walk.take(pick, answer)
        walk.agree()
    return walk


@pytest.mark.parametrize("interrupts", [True, False])
@pytest.mark.parametrize("kind", ["message", "timer"])
def test_a_multi_instance_may_follow_a_boundary_event(kind: str, interrupts: bool) -> None:
    """The library refuses to make instances of what was only predicted, as all behind a boundary event is."""
    boundary = Boundary("b", kind, interrupts, Many("a", sequential=False, count=2), 60)

    walked(Model(Sequence((Hosted("g", Sub("w", Task("u")), (boundary,)),))), (1, 0))


def test_an_inclusive_join_waits_for_a_branch_with_a_choice_of_its_own() -> None:
    """The library looked behind the first of a merge's flows only, and went on while the branch was still open."""
    branch = Sequence((Choice("g3", "q4", Task("u5"), Task("u6")), Task("u7")))
    given = Model(Sequence((Some("g1", "q2", (branch, Task("u8"), Task("u9"))), Task("u10"))))

    walked(given, (0, 3), (0, 0), (0, 0), (0, 0))


MESSAGES = '<intermediateCatchEvent id="m{0}" n:correlation="= k{0}"><messageEventDefinition messageRef="x"/></intermediateCatchEvent>'


def test_a_history_tells_which_waits_took_a_message(world: World) -> None:
    body = '<startEvent id="s"/><parallelGateway id="f"/>' + MESSAGES.format(1) + MESSAGES.format(2)
    body += '<userTask id="u1"/><userTask id="u2"/><parallelGateway id="j"/><endEvent id="e"/>'
    world.play(body, "s > f > m1 > u1 > j > e", "f > m2 > u2 > j", values={"k1": "A", "k2": "B"})
    world.execute(Correlate(world.case, "x", ANN, world.now, "A", {}))

    assert world.open == ["u1"]
    assert told(rebuild(world, world.case)) == stored(world, world.case)


def test_a_history_tells_facts_at_the_start_from_values(world: World) -> None:
    world.play('<startEvent id="s"/><userTask id="u"/><endEvent id="e"/>', "s > u > e")
    world.case = case_id_of("f" * 32)
    world.execute(StartCase(world.case, "P", "subject", ANN, world.now, None, {"x": 1}, {"known": 2}))

    assert told(rebuild(world, world.case)) == stored(world, world.case)


def test_a_history_tells_which_timer_fired(world: World) -> None:
    timer = '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>'
    loop = '<multiInstanceLoopCharacteristics isSequential="false"><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>'
    inner = f'<startEvent id="s1"/>{timer}<userTask id="u"/><endEvent id="e1"/>{flows("s1 > t > u > e1")}{loop}'
    world.play(f'<startEvent id="s"/><subProcess id="w">{inner}</subProcess><endEvent id="e"/>', "s > w > e")
    world.now = world.timers["t"]
    timers = sorted(row.id for row in world.rows(tables.timers.select()))
    world.execute(FireTimer(timers[-1], Actor("clock"), world.now))

    assert told(rebuild(world, world.case)) == stored(world, world.case)


def test_rows_of_one_step_come_in_one_order() -> None:
    signal = '<signalEventDefinition signalRef="go"/>'
    body = (
        '<startEvent id="s"/><parallelGateway id="f"/><userTask id="u"/><endEvent id="e"/><userTask id="before"/>'
        f'<intermediateCatchEvent id="c">{signal}</intermediateCatchEvent><endEvent id="throw">{signal}</endEvent>'
    )
    source = model(body, "s > f > before > throw", "f > c > u > e")
    release = compile_release("r", [Artefact("model", "P", source, "P.bpmn")], PlainForms().reads)
    orders = []
    for hot in (0, 1):
        case = Driven(release, hot=hot)
        case.start()
        case.complete(next(iter(case.tasks)), {}, START)
        orders.append([visit.element for visit in case.advances[-1].left])

    assert orders[0] == orders[1]


def test_the_second_run_in_memory_is_really_in_memory(world: World) -> None:
    with twice() as seen:
        world.play('<startEvent id="s"/><userTask id="a"/><userTask id="b"/><endEvent id="e"/>', "s > a > b > e")
        world.complete("a")
        world.complete("b")

    assert (seen.steps, seen.warm) == (3, 2)
