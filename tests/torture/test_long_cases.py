"""A case that loops for years costs the same at the end as at the beginning, and specs are never changed by running."""

import cProfile
import hashlib
import os
import random
from typing import Any

import pytest
import sqlalchemy as sa

from engine.store import tables
from tests.support.world import World, flows, form, model
from tests.torture.verify import verify

LONG = "TORTURE_SECONDS" in os.environ
LOOPS = 5000 if LONG else 300
BESIDE = 1000 if LONG else 210
INNER = (
    '<startEvent id="s"/><eventBasedGateway id="eg"/><intermediateCatchEvent id="t"><timerEventDefinition>'
    "<timeDuration>PT48H</timeDuration></timerEventDefinition></intermediateCatchEvent>"
    '<intermediateCatchEvent id="m"><messageEventDefinition messageRef="go"/></intermediateCatchEvent>'
    '<userTask id="u" n:form="f"/><endEvent id="e"/>'
)
OUTER = (
    '<startEvent id="s"/><subProcess id="w"><startEvent id="s1"/><exclusiveGateway id="m1"/>'
    '<callActivity id="c" calledElement="Q" n:stage="planning"/><exclusiveGateway id="g" default="g_e1"/><endEvent id="e1"/>'
    + flows("s1 > m1 > c > g > e1", "g > m1 ? = f.again = true")
    + '</subProcess><endEvent id="e"/><endEvent id="e9"/><boundaryEvent id="b" attachedToRef="w">'
    '<messageEventDefinition messageRef="stop"/></boundaryEvent>'
    '<subProcess id="es" triggeredByEvent="true"><startEvent id="es1" isInterrupting="false">'
    '<messageEventDefinition messageRef="crisis"/></startEvent><userTask id="help"/><endEvent id="es2"/>'
    + flows("es1 > help > es2")
    + "</subProcess>"
)


def deployed(world: World) -> None:
    world.deploy(
        model(OUTER, "s > w > e", "b > e9"),
        model(INNER, "s > eg > t > u > e", "eg > m > u", process="Q"),
        form("f", facts={"n": "n"}),
    )


def size(world: World) -> int:
    rows = world.rows(sa.select(sa.func.length(tables.cases.c.state).label("n")).where(tables.cases.c.id == world.case))
    return int(rows[0].n)


def library_tasks(world: World) -> int:
    live = world.live()
    return len(live.tasks) + sum(len(sub.tasks) for sub in live.subprocesses.values())


@pytest.mark.torture
def test_three_hundred_loops_cost_as_much_at_the_end_as_at_the_beginning(world: World) -> None:
    deployed(world)
    world.start(chart="x" * 2000)
    sizes, counts, calls = [], [], []

    for n in range(LOOPS):
        if n % 2:
            world.pass_time(hours=48)
        else:
            world.send("go", n=n)
        if n % 10:
            world.complete("u", again=True, n=n)
            continue
        with cProfile.Profile() as profile:  # calls, since the time of a step tells more of the machine than of us
            world.complete("u", again=True, n=n)
        calls.append(sum(entry.callcount for entry in profile.getstats()))
        sizes.append(size(world))
        counts.append(library_tasks(world))

    assert max(counts[2:]) - min(counts[2:]) <= 2, counts
    assert max(sizes[2:]) - min(sizes[2:]) < 200, sizes
    assert max(calls[2:]) < 1.1 * min(calls[2:]), calls
    print(f"loop: {calls[2]} calls early, {calls[-1]} late, {sizes[-1]} bytes, {counts[-1]} library tasks")
    verify(world.database, world.keyring, world.library)
    world.send("stop")
    assert world.status == "completed"


LOOP = '<exclusiveGateway id="m"/><userTask id="u" n:form="f"/><exclusiveGateway id="g" default="g_z"/>'
AGAIN = ("m > u > g > z", "g > m ? = f.again = true")
TOLD = '<messageEventDefinition messageRef="{}"/>'
ROUND = (
    '<startEvent id="s"/><endEvent id="z"/><endEvent id="y"/><userTask id="side"/><userTask id="u" n:form="f"/><userTask id="v"/>'
    '<exclusiveGateway id="m"/><exclusiveGateway id="g" default="g_z"/><parallelGateway id="o"/>'
)
BESIDE_A_LOOP = {
    "a task born by a boundary event": (
        '<startEvent id="s"/><endEvent id="z"/><endEvent id="y"/><userTask id="side"/>'
        + LOOP
        + '<boundaryEvent id="b" attachedToRef="u" cancelActivity="false">'
        + TOLD.format("begin")
        + "</boundaryEvent>",
        ("s > m", "b > side > y"),
    ),
    "a parallel branch": (
        '<startEvent id="s"/><parallelGateway id="p"/><parallelGateway id="j"/><task id="z"/><endEvent id="e"/><userTask id="side"/>'
        + LOOP,
        ("s > p > m", "p > side > j", "z > j > e"),
    ),
    "a second loop": (
        '<startEvent id="s"/><parallelGateway id="p"/><endEvent id="z"/><endEvent id="y"/><userTask id="side" n:form="f"/>'
        '<exclusiveGateway id="m2"/><exclusiveGateway id="g2" default="g2_y"/>' + LOOP,
        ("s > p > m", "p > m2 > side > g2 > y", "g2 > m2 ? = f.again = true"),
    ),
    "a branch that joins in every round": (
        ROUND + '<parallelGateway id="p"/><parallelGateway id="j"/>',
        ("s > o > m > p > u > j", "o > side > y", "p > v > j > g > z", "g > m ? = f.again = true"),
    ),
    "a branch that may join in every round": (
        ROUND + '<inclusiveGateway id="p"/><inclusiveGateway id="j"/>',
        (
            "s > o > m > p",
            "p > u ? = true",
            "p > v ? = true",
            "u > j",
            "v > j > g > z",
            "o > side > y",
            "g > m ? = f.again = true",
        ),
    ),
}


def open_beside(world: World) -> None:
    world.start()
    if "begin" in [name for name, _key in world.waits]:
        world.send("begin")


@pytest.mark.torture
@pytest.mark.parametrize("name", BESIDE_A_LOOP)
def test_a_token_that_stays_open_beside_a_loop_costs_nothing(world: World, name: str) -> None:
    body, paths = BESIDE_A_LOOP[name]
    again = () if "round" in name else AGAIN
    world.deploy(model(body, *paths, *again), form("f"))
    open_beside(world)
    sizes, counts = [], []

    for n in range(BESIDE):
        if "v" in world.open:
            world.complete("v")
        if "u" in world.open:
            world.complete("u", again=True, n=n)
        assert "side" in world.open, n
        if n % 10 == 0:
            sizes.append(size(world))
            counts.append(library_tasks(world))

    assert max(counts[2:]) - min(counts[2:]) <= 2, counts
    assert max(sizes[2:]) - min(sizes[2:]) < 200, sizes
    verify(world.database, world.keyring, world.library)
    for element in ("v", "u", "z", "side"):
        if element in world.open:
            world.complete(element)
    assert world.status == "completed", world.open


@pytest.mark.torture
def test_many_event_subprocesses_beside_a_loop_leave_nothing_behind(world: World) -> None:
    deployed(world)
    world.start()
    counts = []

    for n in range(1000 if LONG else 60):
        world.send("crisis", n=n)
        world.send("go")
        world.complete("u", again=True)
        world.complete("help")
        counts.append(library_tasks(world))

    assert max(counts[2:]) - min(counts[2:]) <= 2, counts
    verify(world.database, world.keyring, world.library)


def graph(spec: Any) -> str:
    """A hash of a spec's graph: names, kinds, inputs and outputs in their order."""
    lines = [
        f"{name}:{type(task).__name__}:{[item if isinstance(item, str) else item.name for item in task.inputs]}:"
        f"{[item if isinstance(item, str) else item.name for item in task.outputs]}"
        for name, task in sorted(spec.task_specs.items())
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def graphs(world: World) -> dict[str, str]:
    release = world.release()
    found = {}
    for key, specs in release.specs.items():
        for name, spec in {"": specs.spec, **specs.subprocess_specs}.items():
            found[f"{key}/{name}"] = graph(spec)
    return found


def test_running_cases_never_changes_the_shared_specs(world: World) -> None:
    deployed(world)
    world.start()
    before, chance = graphs(world), random.Random(5)  # noqa: S311  # a seeded walk

    for _ in range(6):
        world.start()
        for _ in range(12):
            match chance.choice(["crisis", "go", "u", "help", "time"]):
                case "time":
                    world.pass_time(hours=48)
                case "u" | "help" as element if element in world.open:
                    world.complete(element, **({"again": chance.random() < 0.8} if element == "u" else {}))
                case name:
                    world.send(name)

    assert graphs(world) == before
    verify(world.database, world.keyring, world.library)
