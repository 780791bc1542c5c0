"""Event subprocesses: interrupting and not, started by message, timer, signal, error and escalation, at every depth."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.spiff.observe import trees
from tests.support.world import ALL, World, flows, form, model
from tests.torture.test_long_cases import graphs

DEPTHS = ["top", "embedded", "called", "nested"]
STARTS = {
    "message": '<messageEventDefinition messageRef="stop"/>',
    "timer": "<timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition>",
    "signal": '<signalEventDefinition signalRef="stop"/>',
    "error": '<errorEventDefinition errorRef="stop"/>',
    "escalation": '<escalationEventDefinition escalationRef="stop"/>',
}
THROWS = {
    "signal": '<intermediateThrowEvent id="go"><signalEventDefinition signalRef="stop"/></intermediateThrowEvent>',
    "error": '<endEvent id="go"><errorEventDefinition errorRef="stop"/></endEvent>',
    "escalation": '<intermediateThrowEvent id="go"><escalationEventDefinition escalationRef="stop"/></intermediateThrowEvent>',
}


def event_subprocess(kind: str, interrupts: str = "true", inner: str = "", *paths: str) -> str:
    start = f'<startEvent id="es1" isInterrupting="{interrupts}">{STARTS[kind]}</startEvent>'
    body = inner or '<userTask id="help" n:form="f"/>'
    ways = flows(*(paths or ("es1 > help > es2",)))
    return f'<subProcess id="es" triggeredByEvent="true">{start}{body}<endEvent id="es2"/>{ways}</subProcess>'


def scope(kind: str, interrupts: str = "true") -> str:
    """The body of a process or subprocess: two tasks, a timer and a message beside each other, and the event subprocess."""
    thrown = THROWS.get(kind, "")
    body = (
        '<startEvent id="s"/><parallelGateway id="f"/><userTask id="a" n:form="f"/><userTask id="b"/><endEvent id="e"/>'
        '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT90H</timeDuration></timerEventDefinition>'
        '</intermediateCatchEvent><intermediateCatchEvent id="m"><messageEventDefinition messageRef="news"/>'
        '</intermediateCatchEvent><endEvent id="e9"/>' + thrown
    )
    after = "b > go" if kind == "error" else "b > go > e" if thrown else "b > e"
    return (
        body + event_subprocess(kind, interrupts) + flows("s > f > a > e", "f > b", after, "f > t > e9", "f > m > e9")
    )


def play(world: World, kind: str, depth: str, interrupts: str = "true") -> None:
    play_in(world, depth, scope(kind, interrupts), '<startEvent id="s0"/>{}<userTask id="u"/><endEvent id="e0"/>')


def play_in(world: World, depth: str, inner: str, around: str) -> None:
    ways = ("s0 > w > u > e0",)
    sources = {
        "top": (model(inner),),
        "embedded": (model(around.format(f'<subProcess id="w">{inner}</subProcess>'), *ways),),
        "called": (
            model(around.format('<callActivity id="w" calledElement="Q"/>'), *ways),
            model(inner, process="Q"),
        ),
        "nested": (
            model(around.format('<callActivity id="w" calledElement="Q"/>'), *ways),
            model(around.format(f'<subProcess id="w1">{inner}</subProcess>').replace(
                '<userTask id="u"/>', ""), "s0 > w1 > e0", process="Q"),
        ),
    }  # fmt: skip
    world.deploy(*sources[depth], form("f"))
    world.start(x=1)


def happen(world: World, kind: str) -> None:
    if kind == "timer":
        world.pass_time(hours=2)
    elif kind == "message":
        assert world.send("stop", n=1) == 1
    else:
        world.complete("b")


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("kind", STARTS)
def test_an_interrupting_start_takes_the_rest_of_its_scope_away(either_world: World, kind: str, depth: str) -> None:
    world = either_world
    play(world, kind, depth)
    assert world.open == ["a", "b"]

    happen(world, kind)
    assert world.open == ["help"]
    assert (world.timers, world.waits) == ({}, [])
    cancelled = sorted(event.element for event in world.history if event.kind == "TaskCancelled")
    assert cancelled == (["a"] if kind in THROWS else ["a", "b"])
    cleared = {event.element for event in world.history if event.kind == "TimerCleared"}
    assert cleared == {"t"}

    world.complete("help", ok=True)
    assert (world.open, world.status) == (([], "completed") if depth == "top" else (["u"], "active"))


@pytest.mark.parametrize("depth", DEPTHS[1:])
def test_what_an_interrupting_event_subprocess_writes_is_what_its_scope_hands_on(world: World, depth: str) -> None:
    play(world, "message", depth)
    world.send("stop", n=1)
    world.complete("help", ok=True)

    assert world.data("u") == {"x": 1, "stop": {"n": 1}, "f": {"ok": True}}


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("kind", ["message", "timer", "signal", "escalation"])
def test_a_start_that_does_not_interrupt_leaves_the_rest(either_world: World, kind: str, depth: str) -> None:
    world = either_world
    play(world, kind, depth, "false")

    happen(world, kind)
    assert world.open == (["a", "help"] if kind in THROWS else ["a", "b", "help"])
    assert "t" in world.timers
    assert ("news", None) in world.waits
    assert not [event for event in world.history if event.kind == "TaskCancelled"]


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_message_starts_it_as_often_as_it_comes_while_its_scope_runs(world: World, depth: str) -> None:
    play(world, "message", depth, "false")

    for n in range(1, 4):
        world.send("stop", n=n)
        assert world.open == ["a", "b", *["help"] * n]
    for _ in range(3):
        world.complete("help")
    world.complete("a")
    world.complete("b")
    world.send("news")
    assert world.waits == [("stop", None)]
    world.pass_time(hours=90)
    assert (world.waits, world.open) == ([], [] if depth == "top" else ["u"])


@pytest.mark.parametrize("depth", DEPTHS[1:])
def test_what_one_beside_the_flow_writes_stays_away_from_what_its_scope_hands_on(world: World, depth: str) -> None:
    play(world, "message", depth, "false")
    world.send("stop", n=1)
    world.complete("a", main=1)
    world.complete("b")
    world.send("news")
    world.pass_time(hours=90)
    assert world.open == ["help"]

    world.complete("help", late=True)
    assert world.open == ["u"]
    assert world.data("u")["f"] == {"main": 1}
    assert "stop" not in world.data("u")


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("interrupts", ["true", "false"])
def test_a_timer_start_does_not_hold_its_scope_open(either_world: World, depth: str, interrupts: str) -> None:
    world = either_world
    inner = '<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>' + event_subprocess("timer", interrupts)
    around = '<startEvent id="s0"/>{}<userTask id="u"/><endEvent id="e0"/>'
    play_in(world, depth, inner + flows("s > a > e"), around)
    assert world.timers == {"es1": world.now + timedelta(hours=2)}

    world.complete("a")
    assert (world.timers, world.open) == ({}, [] if depth == "top" else ["u"])
    assert [event.element for event in world.history if event.kind == "TimerCleared"] == ["es1"]
    world.pass_time(hours=9)
    assert world.status == ("completed" if depth == "top" else "active")


def test_a_cycle_starts_it_each_turn_from_the_instant_of_the_last(either_world: World) -> None:
    world = either_world
    inner = event_subprocess("timer", "false").replace(
        "<timeDuration>PT2H</timeDuration>", "<timeCycle>R3/PT2H</timeCycle>"
    )
    world.deploy(model('<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>' + inner, "s > a > e"), form("f"))
    world.start()
    begun = world.now

    world.now += timedelta(hours=5)
    world.pump.fire_due(world.now)
    assert world.timers == {"es1": begun + timedelta(hours=4)}
    world.pump.fire_due(world.now)
    assert world.timers == {"es1": begun + timedelta(hours=6)}
    world.pass_time(hours=9)
    assert (world.open, world.timers) == (["a", "help", "help", "help"], {})


def test_a_date_that_the_data_of_the_scope_gives(world: World) -> None:
    inner = event_subprocess("timer").replace("<timeDuration>PT2H</timeDuration>", "<timeDate>= until</timeDate>")
    body = f'<startEvent id="s"/><subProcess id="w"><startEvent id="s1"/><userTask id="a"/><endEvent id="e1"/>{inner}'
    body += flows("s1 > a > e1") + '</subProcess><endEvent id="e"/>'
    world.deploy(model(body, "s > w > e"), form("f"))
    world.start(until=datetime(2026, 2, 1, tzinfo=UTC))

    assert world.timers == {"es1": datetime(2026, 2, 1, tzinfo=UTC)}


def test_an_error_is_caught_in_its_own_scope_before_the_boundary_around_it(world: World) -> None:
    body = (
        f'<startEvent id="s0"/><subProcess id="w">{scope("error")}</subProcess><userTask id="u"/><endEvent id="e0"/>'
        '<boundaryEvent id="around" attachedToRef="w"><errorEventDefinition errorRef="stop"/></boundaryEvent>'
        '<userTask id="outer"/><endEvent id="e7"/>'
    )
    world.deploy(model(body, "s0 > w > u > e0", "around > outer > e7"), form("f"))
    world.start()

    world.complete("b")
    assert world.open == ["help"]


def test_an_error_of_the_event_subprocess_itself_goes_to_the_boundary_around(either_world: World) -> None:
    world = either_world
    again = event_subprocess(
        "error",
        "true",
        '<userTask id="help"/><endEvent id="worse"><errorEventDefinition errorRef="stop"/></endEvent>',
        "es1 > help > worse",
    ).replace('<endEvent id="es2"/>', "")
    body = (
        '<startEvent id="s0"/><subProcess id="w"><startEvent id="s1"/><userTask id="a"/>'
        '<endEvent id="bad"><errorEventDefinition errorRef="stop"/></endEvent>'
        + flows("s1 > a > bad")
        + again
        + '</subProcess><userTask id="u"/><endEvent id="e0"/><endEvent id="e7"/><userTask id="outer"/>'
        '<boundaryEvent id="around" attachedToRef="w"><errorEventDefinition errorRef="stop"/></boundaryEvent>'
    )
    world.play(body, "s0 > w > u > e0", "around > outer > e7")

    world.complete("a")
    assert world.open == ["help"]
    world.complete("help")
    assert world.open == ["outer"]
    world.complete("outer")
    assert world.status == "completed"


def test_an_escalation_of_the_event_subprocess_itself_does_not_start_it_again(world: World) -> None:
    again = event_subprocess(
        "escalation",
        "false",
        '<intermediateThrowEvent id="up"><escalationEventDefinition escalationRef="stop"/></intermediateThrowEvent>'
        '<userTask id="help"/>',
        "es1 > up > help > es2",
    )
    throw = THROWS["escalation"]
    world.play(f'<startEvent id="s"/>{throw}<userTask id="a"/><endEvent id="e"/>{again}', "s > go > a > e")

    assert world.open == ["a", "help"]


def test_an_operation_that_fails_starts_the_event_subprocess_of_its_scope(either_world: World) -> None:
    world = either_world
    body = (
        '<startEvent id="s"/><parallelGateway id="f"/><userTask id="a"/><serviceTask id="x" n:operation="ask" n:answer="y"/>'
        '<endEvent id="e"/>'
    )
    world.deploy(model(body + event_subprocess("error"), "s > f > a > e", "f > x > e"), form("f"))
    world.start()

    world.answer(error="stop")
    assert world.open == ["help"]
    world.complete("help")
    assert world.status == "completed"


def test_an_interrupting_one_ends_those_beside_it_too(world: World) -> None:
    other = event_subprocess("message", "false")
    for name in ("es", "es1", "es2", "help", "es1_help", "help_es2"):
        other = other.replace(f'"{name}"', f'"{name}x"')
    other = other.replace('messageRef="stop"', 'messageRef="crisis"')
    body = '<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>' + event_subprocess("message") + other
    world.deploy(model(body, "s > a > e"), form("f"))
    world.start()
    world.send("crisis")
    assert (world.open, world.waits) == (["a", "helpx"], [("crisis", None), ("stop", None)])

    world.send("stop")
    assert (world.open, world.waits) == (["help"], [])
    assert world.send("crisis") == 0


def test_a_start_with_a_key_takes_its_own_key_only(world: World) -> None:
    inner = event_subprocess("message").replace('id="es1"', 'id="es1" n:correlation="= x"')
    world.deploy(model('<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>' + inner, "s > a > e"), form("f"))
    world.start(x="k1")

    assert world.waits == [("stop", "k1")]
    assert (world.send("stop", "k2"), world.send("stop", "k1")) == (0, 1)


def test_each_instance_of_a_loop_has_its_own(either_world: World) -> None:
    world = either_world
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    inner = '<startEvent id="s1"/><userTask id="a"/><endEvent id="e1"/>' + flows("s1 > a > e1")
    body = f'<startEvent id="s"/><subProcess id="w">{loop}{inner}{event_subprocess("timer")}</subProcess><endEvent id="e"/>'
    world.deploy(model(body, "s > w > e"), form("f"))
    world.start()
    rows = world.read(lambda tx: world.reading.timers(tx, ALL, world.case, None, 9)).items
    assert len({row.id for row in rows}) == 3

    world.complete("a", 0)
    world.pass_time(hours=2)
    assert world.open == ["help", "help"]
    for _ in range(2):
        world.complete("help")
    assert world.status == "completed"


def test_a_boundary_around_takes_a_running_event_subprocess_away(world: World) -> None:
    body = (
        f'<startEvent id="s0"/><subProcess id="w">{scope("message", "false")}</subProcess><userTask id="u"/><endEvent id="e0"/>'
        '<boundaryEvent id="around" attachedToRef="w"><messageEventDefinition messageRef="away"/></boundaryEvent>'
        '<endEvent id="e7"/>'
    )
    world.deploy(model(body, "s0 > w > u > e0", "around > e7"), form("f"))
    world.start()
    world.send("stop")

    world.send("away")
    assert (world.open, world.waits, world.timers, world.status) == ([], [], {}, "completed")


def library_tasks(world: World) -> int:
    live = world.live()
    return sum(len(tree.tasks) for tree in trees(live))


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("what", ["message", "timer"])
def test_many_firings_leave_a_scope_as_small_as_one(world: World, depth: str, what: str) -> None:
    inner = event_subprocess(what, "false").replace(
        "<timeDuration>PT2H</timeDuration>", "<timeCycle>R/PT2H</timeCycle>"
    )
    body = '<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>' + inner + flows("s > a > e")
    play_in(world, depth, body, '<startEvent id="s0"/>{}<userTask id="u"/><endEvent id="e0"/>')
    sizes = []
    for n in range(20):
        happen(world, what) if what == "timer" else world.send("stop", n=n)
        world.complete("help")
        sizes.append(library_tasks(world))

    assert len(set(sizes[1:])) == 1, sizes


def test_running_never_changes_the_shared_specs(world: World) -> None:
    for kind in STARTS:
        for interrupts in ("true", "false") if kind != "error" else ("true",):
            play(world, kind, "nested", interrupts)
            before = graphs(world)
            for _ in range(2):
                happen(world, kind)
                world.complete("help")
                world.start(x=1)

            assert graphs(world) == before
            assert world.open == ["a", "b"]
