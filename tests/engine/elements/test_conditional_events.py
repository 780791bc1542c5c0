"""Conditional events: they fire when a step has made their condition true, once for each time that it becomes so."""

import pytest

from engine import SetValues
from tests.support.world import ANN, World, flows, form, model

REMEMBER = '<serviceTask id="{}" n:operation="set_case_fact" n:parameters="= {{ name: &quot;risk&quot;, value: {} }}"/>'


def condition(text: str) -> str:
    return f"<conditionalEventDefinition><condition>{text}</condition></conditionalEventDefinition>"


def caught(text: str) -> str:
    return f'<intermediateCatchEvent id="c">{condition(text)}</intermediateCatchEvent>'


def boundary(text: str, interrupting: str = "true", host: str = "a") -> str:
    return f'<boundaryEvent id="b" attachedToRef="{host}" cancelActivity="{interrupting}">{condition(text)}</boundaryEvent>'


def event_sub(text: str, interrupting: str, inner: str = '<userTask id="v"/>', way: str = "s2 > v > e2") -> str:
    start = f'<startEvent id="s2" isInterrupting="{interrupting}">{condition(text)}</startEvent>'
    return f'<subProcess id="x" triggeredByEvent="true">{start}{inner}<endEvent id="e2"/>{flows(way)}</subProcess>'


S, E = '<startEvent id="s"/>', '<endEvent id="e"/>'
A, U = '<userTask id="a" n:form="f"/>', '<userTask id="u"/>'
ASKING = form("f", facts={"risk": "risk"})


def play(world: World, body: str, *paths: str, **values: object) -> None:
    world.deploy(model(body, *paths), ASKING)
    world.start(**values)


def learn(world: World, **facts: object) -> None:
    world.execute(SetValues(world.case, ANN, world.now, "a test learns it", facts=facts))


def test_a_token_waits_until_its_condition_holds(either_world: World) -> None:
    world = either_world
    play(world, f"{S}{caught('= risk &gt; 5')}{U}{E}", "s > c > u > e")

    learn(world, risk=3)
    assert world.open == []
    learn(world, risk=8)
    assert (world.open, world.visited) == (["u"], ["s", "c"])


def test_a_condition_that_holds_already_is_passed_at_once(world: World) -> None:
    play(world, f"{S}{caught('n = 1')}{U}{E}", "s > c > u > e", n=1)

    assert world.open == ["u"]


@pytest.mark.parametrize("text", ["n", "null", '"yes"', "nothing > 1", "1"])
def test_what_is_not_true_does_not_fire(world: World, text: str) -> None:
    play(world, f"{S}{caught(text.replace('>', '&gt;'))}{U}{E}", "s > c > u > e", n="true")

    assert world.open == []


def test_one_branch_makes_the_condition_of_another_true(world: World) -> None:
    body = f'{S}<parallelGateway id="g"/>{caught("risk = 9")}{A}{U}<endEvent id="e2"/>{E}'
    play(world, body, "s > g > c > u > e", "g > a > e2")

    world.complete("a", risk=9)
    assert world.open == ["u"]


def test_an_interrupting_boundary_event_ends_its_activity(either_world: World) -> None:
    world = either_world
    play(world, f"{S}{A}{boundary('risk &gt; 5')}{U}{E}", "s > a > e", "b > u > e")

    learn(world, risk=6)
    assert (world.open, world.tokens["a"]) == (["u"], 0)


def test_one_that_does_not_interrupt_fires_each_time_its_condition_becomes_true(either_world: World) -> None:
    world = either_world
    play(world, f"{S}{A}{boundary('risk &gt; 5', 'false')}{U}<endEvent id='e2'/>{E}", "s > a > e", "b > u > e2")

    seen = []
    for risk in (6, 7, 8, 2, 9, 1, 1, 6):
        learn(world, risk=risk)
        seen.append(world.open.count("u"))
    assert seen == [1, 1, 1, 1, 2, 2, 2, 3]
    world.complete("a", risk=9)
    assert (world.open, world.stuck) == (["u"] * 3, [])
    for _ in range(3):
        world.complete("u")
    assert world.status == "completed"


def test_a_subprocess_is_ended_by_a_fact_that_it_learns_itself(world: World) -> None:
    inner = f'<startEvent id="s1"/>{A}<userTask id="w"/><endEvent id="e1"/>{flows("s1 > a > w > e1")}'
    body = f'{S}<subProcess id="p">{inner}</subProcess>{boundary("risk = 1", host="p")}{U}{E}'
    play(world, body, "s > p > e", "b > u > e")

    world.complete("a", risk=1)
    assert world.open == ["u"]


def test_an_event_subprocess_starts_when_its_condition_becomes_true(either_world: World) -> None:
    world = either_world
    play(world, f"{S}{A}{event_sub('risk &gt; 5', 'false')}{E}", "s > a > e")

    seen = []
    for risk in (6, 7, 1, 9):
        learn(world, risk=risk)
        seen.append(world.open.count("v"))
    assert seen == [1, 1, 1, 2]


def test_an_interrupting_event_subprocess_ends_the_rest_of_its_scope(world: World) -> None:
    play(world, f"{S}{A}{event_sub('risk &gt; 5', 'true')}{E}", "s > a > e")

    learn(world, risk=6)
    assert world.open == ["v"]
    learn(world, risk=1)
    learn(world, risk=7)
    world.complete("v")
    assert world.status == "completed"


def test_an_event_based_gateway_takes_a_condition_as_one_of_its_events(either_world: World) -> None:
    world = either_world
    late = '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>'
    body = f'{S}<eventBasedGateway id="g"/>{late}{caught("risk = 2")}{U}<userTask id="w"/>{E}'
    play(world, body, "s > g > t > w > e", "g > c > u > e")

    learn(world, risk=2)
    assert (world.open, world.timers) == (["u"], {})


def test_what_is_known_outside_the_case_counts(world: World) -> None:
    play(world, f"{S}{A}{boundary('age &gt; 70')}{U}{E}", "s > a > e", "b > u > e")

    world.facts.given = {"age": 71}
    learn(world, other=1)
    assert world.open == ["u"]


def test_two_that_become_true_at_once_fire_in_the_order_of_their_ids(world: World) -> None:
    second = boundary("risk = 1").replace('id="b"', 'id="b2"')
    body = f"{S}{A}{second}{boundary('risk = 1')}{U}<userTask id='w'/>{E}"
    play(world, body, "s > a > e", "b > u > e", "b2 > w > e")

    learn(world, risk=1)
    assert world.open == ["u"]


def test_a_condition_that_is_true_for_ever_in_a_loop_is_parked(world: World) -> None:
    body = f'{S}<exclusiveGateway id="m"/>{caught("n = 1")}<exclusiveGateway id="x" default="x_m"/>{E}'
    play(world, body, "s > m > c > x", "x > e ? n = 2", "x > m", n=1)

    assert world.stuck == [("c", "endless")]


def test_an_event_subprocess_that_makes_its_own_condition_true_again_without_end_refuses_the_step(world: World) -> None:
    falls, rises = REMEMBER.format("k1", 0), REMEMBER.format("k2", 0)
    body = f"{S}{A}{event_sub('risk = null or risk = 0', 'false', falls + rises, 's2 > k1 > k2 > e2')}{E}"
    play(world, body, "s > a > e")

    assert (world.open, world.known["risk"]) == (["a"], 0)  # it stays true, so it fires once


def test_a_condition_over_its_budget_parks_its_token(world: World) -> None:
    heavy = "count(for i in 1..9999999 return i) = 1"
    play(world, f"{S}{caught(heavy)}{U}{E}", "s > c > u > e")

    assert world.stuck == [("c", "budget")]


def test_the_start_of_an_event_subprocess_over_its_budget_does_not_fire(world: World) -> None:
    heavy = "count(for i in 1..9999999 return i) &gt; 1"
    play(world, f"{S}{A}{event_sub(heavy, 'false')}{E}", "s > a > e")

    assert (world.open, world.stuck) == (["a"], [])
