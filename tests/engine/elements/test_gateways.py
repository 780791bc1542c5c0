"""Exclusive, parallel and inclusive gateways, and what a model means by several flows out of a task."""

import pytest

from tests.support.world import World, form, model

THREE = '<startEvent id="s"/>{}<userTask id="a"/><userTask id="b"/><userTask id="c"/><endEvent id="e"/>'


def test_an_exclusive_gateway_takes_the_first_true_flow(either_world: World) -> None:
    world = either_world
    body = THREE.format('<exclusiveGateway id="g" default="g_c"/>')
    world.play(body, "s > g", "g > a ? = n > 1", "g > b ? = n > 0", "g > c", "a > e", "b > e", "c > e", values={"n": 2})

    assert world.open == ["a"]


@pytest.mark.parametrize(
    ("given", "taken"), [({"n": 1}, "b"), ({"n": 0}, "c"), ({}, "c"), ({"n": "text"}, "c"), ({"n": None}, "c")]
)
def test_a_condition_that_is_not_true_is_not_taken(world: World, given: dict, taken: str) -> None:
    body = THREE.format('<exclusiveGateway id="g" default="g_c"/>')
    world.play(body, "s > g", "g > a ? = n > 1", "g > b ? = n > 0", "g > c", "a > e", "b > e", "c > e", values=given)

    assert world.open == [taken]


def test_no_true_flow_and_no_default_parks_the_token(world: World) -> None:
    body = THREE.format('<exclusiveGateway id="g"/>')

    world.play(body, "s > g", "g > a ? = n > 1", "g > b ? = n > 0", "a > c > e", "b > e")

    assert (world.stuck, dict(world.tokens)) == ([("g", "no-way")], {"g": 1})


def test_a_condition_over_its_budget_parks_the_token(world: World) -> None:
    body = THREE.format('<exclusiveGateway id="g" default="g_b"/>')
    heavy = "= count(for x in 1..10000, y in 1..10000 return x) > 1"

    world.play(body, "s > g", f"g > a ? {heavy}", "g > b", "a > c > e", "b > e")

    assert world.stuck == [("g", "budget")]


def test_a_parallel_gateway_waits_for_all_its_branches(either_world: World) -> None:
    world = either_world
    body = THREE.format('<parallelGateway id="f"/><parallelGateway id="j"/>')
    world.play(body, "s > f > a > j > c > e", "f > b > j")

    assert world.open == ["a", "b"]
    world.complete("a")
    assert world.open == ["b"]
    world.complete("b")
    assert world.open == ["c"]


def test_values_of_both_branches_meet_at_the_join(world: World) -> None:
    body = THREE.format('<parallelGateway id="f"/><parallelGateway id="j"/>')
    body += '<scriptTask id="x"><script>{ x: 1 }</script></scriptTask><scriptTask id="y"><script>{ y: 2 }</script></scriptTask>'
    world.play(body, "s > f > a > x > j > c > e", "f > b > y > j")

    world.complete("b")
    world.complete("a")
    assert world.data("c") == {"x": 1, "y": 2}


def test_a_branch_that_joins_last_does_not_undo_what_another_one_changed(world: World) -> None:
    body = (
        '<startEvent id="s"/><parallelGateway id="f1"/><userTask id="a"/><userTask id="b"/>'
        '<scriptTask id="x" scriptFormat="feel"><script>{ n: 2 }</script></scriptTask>'
        '<parallelGateway id="j"/><exclusiveGateway id="g" default="g_no"/><userTask id="yes"/><userTask id="no"/><endEvent id="e"/>'
    )
    flows = ("s > f1", "f1 > a", "a > x > j", "f1 > b", "b > j > g", "g > yes ? = n = 2", "g > no", "yes > e", "no > e")
    world.play(body, *flows, values={"n": 1})

    world.complete("a")
    world.complete("b")

    assert world.open == ["yes"]


@pytest.mark.parametrize(("n", "taken"), [(0, ["c"]), (1, ["a"]), (2, ["a", "b"])])
def test_an_inclusive_gateway_takes_every_true_flow_and_joins_just_those(
    world: World, n: int, taken: list[str]
) -> None:
    body = THREE.format('<inclusiveGateway id="g" default="g_c"/><inclusiveGateway id="j"/><userTask id="after"/>')
    paths = ("s > g > c > j > after > e", "g > a ? = n > 0", "g > b ? = n > 1", "a > j", "b > j")
    world.play(body, *paths, values={"n": n})

    assert world.open == taken
    for element in taken:
        assert "after" not in world.open
        world.complete(element)
    assert world.open == ["after"]


def test_several_flows_out_of_a_task_run_side_by_side(world: World) -> None:
    world.play(THREE.format(""), "s > a", "a > b > e", "a > c > e")

    world.complete("a")
    assert world.open == ["b", "c"]
    world.complete("b")
    assert world.status == "active"
    world.complete("c")
    assert (world.status, world.visited.count("a")) == ("completed", 1)


@pytest.mark.parametrize(("n", "taken"), [(2, ["b"]), (0, ["c"])])
def test_conditional_flows_out_of_a_task_are_decided(world: World, n: int, taken: list[str]) -> None:
    body = '<startEvent id="s"/><userTask id="a" default="a_c"/><userTask id="b"/><userTask id="c"/><endEvent id="e"/>'
    world.play(body, "s > a", "a > b ? = n > 1", "a > c", "b > e", "c > e", values={"n": n})

    world.complete("a")
    assert world.open == taken


@pytest.mark.parametrize(("n", "taken"), [(2, ["b", "c"]), (0, ["c"])])
def test_a_plain_flow_beside_a_conditional_one_is_always_taken(world: World, n: int, taken: list[str]) -> None:
    world.play(THREE.format(""), "s > a", "a > b ? = n > 1", "a > c", "b > e", "c > e", values={"n": n})

    world.complete("a")
    assert world.open == taken


def test_a_loop_goes_back_through_an_exclusive_merge(world: World) -> None:
    body = (
        '<startEvent id="s"/><exclusiveGateway id="m"/><userTask id="a" n:form="f"/><exclusiveGateway id="g" default="g_e"/>'
        '<endEvent id="e"/>'
    )
    world.deploy(model(body, "s > m > a > g > e", "g > m ? = f.again"), form("f"))
    world.start()

    for _ in range(3):
        world.complete("a", again=True)
        assert world.open == ["a"]
    world.complete("a", again=False)
    assert (world.status, world.visited.count("a")) == ("completed", 4)


def test_a_join_in_a_loop_waits_for_both_branches_in_every_round(world: World) -> None:
    body = (
        '<startEvent id="s"/><parallelGateway id="p"/><userTask id="long"/><exclusiveGateway id="m"/><parallelGateway id="f1"/>'
        '<userTask id="a"/><userTask id="b"/><parallelGateway id="j"/><userTask id="c" n:form="f"/>'
        '<exclusiveGateway id="g" default="g_e"/><endEvent id="e"/><endEvent id="e2"/>'
    )
    world.deploy(
        model(body, "s > p > m > f1 > a > j > c > g > e", "p > long > e2", "f1 > b > j", "g > m ? = f.again"), form("f")
    )
    world.start()

    for first, second in (("a", "b"), ("b", "a"), ("b", "a")):
        world.complete(first)
        assert world.open == sorted(["long", second])
        world.complete(second)
        assert world.open == ["c", "long"]
        world.complete("c", again=True)


def test_a_loop_without_a_wait_is_parked(world: World) -> None:
    body = (
        '<startEvent id="s"/><exclusiveGateway id="m"/><scriptTask id="x"><script>{ n: 1 }</script></scriptTask>'
        '<exclusiveGateway id="g" default="g_m"/><endEvent id="e"/>'
    )

    world.play(body, "s > m > x > g > m", "g > e ? = stop = true")

    assert [cause for _element, cause in world.stuck] == ["endless"]
