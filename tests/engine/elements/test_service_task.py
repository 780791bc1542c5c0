"""Service and send tasks: facts are set inside the step, everything else goes to the outbox and the token goes on."""

import pytest
import sqlalchemy as sa

from engine.store import tables
from engine.values import loads
from tests.support.world import World


def service(parameters: str, operation: str = "set_case_fact", tag: str = "serviceTask") -> str:
    shown = parameters.replace('"', "&quot;")
    given = f'n:parameters="{shown}"' if parameters else ""
    return f'<startEvent id="s"/><{tag} id="x" n:operation="{operation}" {given}/><userTask id="u"/><endEvent id="e"/>'


def test_set_case_fact_sets_one_fact(either_world: World) -> None:
    world = either_world
    world.play(service('= { name: "risk", value: upper case(r) }'), "s > x > u > e", values={"r": "high"})

    assert (world.known, world.calls, world.open) == ({"risk": "HIGH"}, [], ["u"])


def test_set_case_fact_sets_several_facts(world: World) -> None:
    world.play(service("= { facts: { a: 1, b: null } }"), "s > x > u > e")

    assert world.known == {"a": 1, "b": None}


def test_a_fact_is_seen_by_the_next_element_of_the_same_step(world: World) -> None:
    body = service('= { name: "n", value: 2 }') + '<exclusiveGateway id="g" default="g_e"/>'
    world.play(body, "s > x > g > e", "g > u ? = n > 1", "u > e")

    assert world.open == ["u"]


@pytest.mark.parametrize("tag", ["serviceTask", "sendTask"])
def test_another_operation_goes_to_the_outbox_and_the_token_goes_on(world: World, tag: str) -> None:
    world.play(service('= { to: "supervisor", n: 1 }', "notify", tag), "s > x > u > e")

    (row,) = world.rows(sa.select(tables.outbox))
    payload = loads(world.keyring.open(row.payload, "outbox", "payload", row.id))
    assert (row.topic, row.element, row.status, row.step, row.next_at) == ("notify", "x", "pending", 1, world.now)
    assert payload == {"to": "supervisor", "n": 1}
    assert world.open == ["u"]
    assert [event.facts for event in world.history if event.kind == "OperationCalled"] == [{"operation": "notify"}]


def test_an_operation_needs_no_parameters(world: World) -> None:
    world.play(service("", "chase"), "s > x > u > e")

    assert world.calls == ["chase"]


def test_calls_of_one_step_are_numbered(world: World) -> None:
    body = (
        '<startEvent id="s"/><serviceTask id="x" n:operation="notify"/><serviceTask id="y" n:operation="chase"/>'
        '<endEvent id="e"/>'
    )
    case = world.play(body, "s > x > y > e")

    rows = world.rows(sa.select(tables.outbox.c.id).order_by(tables.outbox.c.id))
    assert [row.id for row in rows] == [f"{case}-1-0", f"{case}-1-1"]
    assert world.calls == ["notify", "chase"]


def test_parameters_that_are_no_context_park_the_token(world: World) -> None:
    world.play(service("= 1", "notify"), "s > x > u > e")

    assert world.stuck == [("x", "not-a-context")]


def test_set_case_fact_without_a_name_sets_nothing(world: World) -> None:
    world.play(service("= { value: 1 }"), "s > x > u > e")

    assert world.known == {}
