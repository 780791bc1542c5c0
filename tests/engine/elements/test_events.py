"""Signals, errors, escalations, terminate ends, links: events inside one case."""

import pytest

from tests.support.world import World, flows, form, model


def sub(inner: str, *paths: str, name: str = "w", attributes: str = "") -> str:
    return f'<subProcess id="{name}" {attributes}>{inner}{flows(*paths)}</subProcess>'


def boundary(of: str, kind: str, reference: str = "", cancel: str = "true") -> str:
    return (
        f'<boundaryEvent id="b" attachedToRef="{of}" cancelActivity="{cancel}"><{kind}EventDefinition {reference}/>'
        "</boundaryEvent>"
    )


SIDE_BY_SIDE = (
    '<startEvent id="s"/><parallelGateway id="f"/><parallelGateway id="j"/><endEvent id="e"/><userTask id="before"/>'
    '<intermediateThrowEvent id="throw"><signalEventDefinition signalRef="done"/></intermediateThrowEvent>'
    '<intermediateCatchEvent id="c"><signalEventDefinition signalRef="done"/></intermediateCatchEvent><userTask id="u"/>'
)


def test_a_signal_is_caught_in_the_same_step(either_world: World) -> None:
    world = either_world
    world.play(SIDE_BY_SIDE, "s > f > before > throw > j > e", "f > c > u > j")

    world.complete("before")
    assert world.open == ["u"]
    world.complete("u")
    assert world.status == "completed"


def test_a_signal_that_nobody_catches_is_no_error(world: World) -> None:
    body = '<startEvent id="s"/><intermediateThrowEvent id="t"><signalEventDefinition signalRef="x"/></intermediateThrowEvent>'
    world.play(body + '<userTask id="u"/><endEvent id="e"/>', "s > t > u > e")

    assert world.open == ["u"]


def test_a_signal_end_throws_and_ends(world: World) -> None:
    body = SIDE_BY_SIDE.replace("intermediateThrowEvent", "endEvent").replace('<parallelGateway id="j"/>', "")
    world.play(body, "s > f > before > throw", "f > c > u > e")

    world.complete("before")
    assert (world.open, world.tokens["throw"]) == (["u"], 0)
    world.complete("u")
    assert (world.status, world.visited.count("throw")) == ("completed", 1)


@pytest.mark.parametrize("cancel", ["true", "false"])
def test_a_signal_boundary_interrupts_or_not(world: World, cancel: str) -> None:
    body = (
        '<startEvent id="s"/><parallelGateway id="f"/><userTask id="u"/><userTask id="x"/><endEvent id="e"/><endEvent id="e2"/>'
        '<endEvent id="e3"/><intermediateThrowEvent id="throw"><signalEventDefinition signalRef="done"/>'
        '</intermediateThrowEvent><userTask id="again"/>'
    ) + boundary("u", "signal", 'signalRef="done"', cancel)
    world.play(body, "s > f > u > e", "f > x > throw > again > e2", "b > e3")

    world.complete("x")
    assert world.open == (["again"] if cancel == "true" else ["again", "u"])


def test_an_error_end_is_caught_at_the_boundary_of_its_subprocess(either_world: World) -> None:
    world = either_world
    inner = '<startEvent id="s1"/><userTask id="a"/><userTask id="c"/><parallelGateway id="f"/><endEvent id="e1"/>'
    inner += '<endEvent id="bad"><errorEventDefinition errorRef="refused"/></endEvent>'
    body = (
        '<startEvent id="s"/>'
        + sub(inner, "s1 > f > a > bad", "f > c > e1")
        + boundary("w", "error", 'errorRef="refused"')
    )
    world.play(body + '<userTask id="mend"/><endEvent id="e"/><endEvent id="e2"/>', "s > w > e", "b > mend > e2")

    assert world.open == ["a", "c"]
    world.complete("a")
    assert world.open == ["mend"]
    world.complete("mend")
    assert world.status == "completed"


def test_an_error_end_that_nobody_catches_ends_the_path(world: World) -> None:
    inner = '<startEvent id="s1"/><endEvent id="bad"><errorEventDefinition errorRef="refused"/></endEvent>'
    world.play(
        '<startEvent id="s"/>' + sub(inner, "s1 > bad") + '<userTask id="u"/><endEvent id="e"/>', "s > w > u > e"
    )

    assert world.open == ["u"]


@pytest.mark.parametrize(("cancel", "taken"), [("true", ["help"]), ("false", ["a", "help"])])
def test_an_escalation_reaches_the_boundary_of_its_subprocess(world: World, cancel: str, taken: list[str]) -> None:
    inner = '<startEvent id="s1"/><parallelGateway id="f"/><userTask id="a"/><userTask id="t"/><endEvent id="e1"/><endEvent id="e9"/>'
    inner += (
        '<intermediateThrowEvent id="up"><escalationEventDefinition escalationRef="late"/></intermediateThrowEvent>'
    )
    body = '<startEvent id="s"/>' + sub(inner, "s1 > f > a > e1", "f > t > up > e9")
    body += boundary("w", "escalation", 'escalationRef="late"', cancel)
    world.play(body + '<userTask id="help"/><endEvent id="e"/><endEvent id="e2"/>', "s > w > e", "b > help > e2")

    world.complete("t")
    assert world.open == taken


def test_an_escalation_end_is_caught_too(world: World) -> None:
    inner = '<startEvent id="s1"/><endEvent id="up"><escalationEventDefinition escalationRef="late"/></endEvent>'
    body = '<startEvent id="s"/>' + sub(inner, "s1 > up") + boundary("w", "escalation", 'escalationRef="late"', "false")
    world.play(
        body + '<userTask id="help"/><userTask id="u"/><endEvent id="e"/><endEvent id="e2"/>',
        "s > w > u > e",
        "b > help > e2",
    )

    assert world.open == ["help", "u"]


TERMINATE = '<endEvent id="kill"><terminateEventDefinition/></endEvent>'


def test_a_terminate_end_takes_everything_away(either_world: World) -> None:
    world = either_world
    body = (
        '<startEvent id="s"/><parallelGateway id="f"/><userTask id="a"/><userTask id="b1"/><endEvent id="e"/>'
        + TERMINATE
    )
    body += (
        '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>'
        '</intermediateCatchEvent><intermediateCatchEvent id="m"><messageEventDefinition messageRef="x"/></intermediateCatchEvent>'
    )
    world.play(body, "s > f > a > kill", "f > b1 > e", "f > t > e", "f > m > e")

    world.complete("a")
    assert (world.status, world.open, world.timers, world.waits) == ("completed", [], {}, [])
    assert {event.element for event in world.history if event.kind == "TaskCancelled"} == {"b1"}


def test_a_terminate_end_in_a_subprocess_ends_that_subprocess_only(world: World) -> None:
    inner = (
        '<startEvent id="s1"/><parallelGateway id="f"/><userTask id="a"/><userTask id="c"/><endEvent id="e1"/>'
        + TERMINATE
    )
    world.play(
        '<startEvent id="s"/>' + sub(inner, "s1 > f > a > kill", "f > c > e1") + '<userTask id="u"/><endEvent id="e"/>',
        "s > w > u > e",
    )

    world.complete("a")
    assert (world.open, world.status) == (["u"], "active")
    world.complete("u")
    assert world.status == "completed"


LINK = (
    '<startEvent id="s"/><userTask id="a"/><intermediateThrowEvent id="out"><linkEventDefinition name="L"/></intermediateThrowEvent>'
    '<intermediateCatchEvent id="in"><linkEventDefinition name="L"/></intermediateCatchEvent><userTask id="u"/><endEvent id="e"/>'
)


def test_a_link_goes_on_at_its_other_end(world: World) -> None:
    world.play(LINK, "s > a > out", "in > u > e")

    world.complete("a")
    assert world.open == ["u"]
    assert world.visited == ["s", "a", "out", "in"]


def test_a_signal_ends_a_subprocess_and_its_call_at_once(world: World) -> None:
    inner = '<startEvent id="s1"/><userTask id="a"/><endEvent id="e1"/>'
    body = (
        '<startEvent id="s"/><parallelGateway id="f"/><userTask id="x"/><endEvent id="e2"/><endEvent id="e3"/><endEvent id="e"/>'
        '<intermediateThrowEvent id="throw"><signalEventDefinition signalRef="done"/></intermediateThrowEvent>'
    )
    body += sub(inner, "s1 > a > e1") + boundary("w", "signal", 'signalRef="done"')
    world.play(body, "s > f > w > e", "f > x > throw > e2", "b > e3")

    world.complete("x")
    assert (world.open, world.status) == ([], "completed")


def test_what_was_done_stands_when_what_follows_fails(world: World) -> None:
    body = (
        '<startEvent id="s"/><userTask id="a"/><scriptTask id="x"><script>= 1</script></scriptTask><endEvent id="e"/>'
    )
    world.play(body, "s > a > x > e")

    world.complete("a")

    assert (world.open, world.view.version, world.stuck) == ([], 2, [("x", "not-a-context")])


BAD = '<endEvent id="{}"><errorEventDefinition errorRef="{}"/></endEvent>'


def test_an_error_end_that_is_the_only_way_leaves_by_the_boundary_alone(either_world: World) -> None:
    world = either_world
    inner = '<startEvent id="s1"/><userTask id="a"/>' + BAD.format("bad", "refused")
    body = '<startEvent id="s"/>' + sub(inner, "s1 > a > bad") + boundary("w", "error", 'errorRef="refused"')
    body += '<userTask id="mend"/><userTask id="u"/><endEvent id="e"/><endEvent id="e2"/>'
    world.play(body, "s > w > u > e", "b > mend > e2")

    world.complete("a")
    assert (world.open, dict(world.tokens)) == (["mend"], {"mend": 1})
    assert "bad" in world.visited


def test_what_an_error_interrupts_does_nothing_more(world: World) -> None:
    inner = '<startEvent id="s1"/><userTask id="a"/><parallelGateway id="f"/><endEvent id="e1"/>'
    inner += '<serviceTask id="x" n:operation="notify"/><scriptTask id="y"><script>{ n: 1 }</script></scriptTask>'
    inner += BAD.format("bad", "refused")
    body = '<startEvent id="s"/>' + sub(inner, "s1 > a > f > bad", "f > y > x > e1")
    body += boundary("w", "error", 'errorRef="refused"') + '<userTask id="mend"/><endEvent id="e"/><endEvent id="e2"/>'
    world.play(body, "s > w > e", "b > mend > e2")

    world.complete("a")
    assert (world.open, world.calls) == (["mend"], [])


def test_an_error_is_not_caught_by_a_neighbour(world: World) -> None:
    first = sub('<startEvent id="s1"/><userTask id="a"/>' + BAD.format("bad", "refused"), "s1 > a > bad", name="w")
    second = sub('<startEvent id="s2"/><userTask id="c"/><endEvent id="e3"/>', "s2 > c > e3", name="w2")
    body = '<startEvent id="s"/><parallelGateway id="f"/>' + first + second
    body += boundary("w", "error", 'errorRef="refused"')
    body += boundary("w2", "error", 'errorRef="refused"').replace('id="b"', 'id="b2"')
    body += '<userTask id="mend"/><userTask id="wrong"/>' + "".join(f'<endEvent id="z{n}"/>' for n in range(4))
    world.play(body, "s > f > w > z0", "f > w2 > z1", "b > mend > z2", "b2 > wrong > z3")

    world.complete("a")
    assert world.open == ["c", "mend"]


def test_an_error_goes_outwards_to_the_nearest_that_fits(world: World) -> None:
    deep = sub('<startEvent id="s2"/><userTask id="a"/>' + BAD.format("bad", "refused"), "s2 > a > bad", name="w2")
    other = boundary("w2", "error", 'errorRef="other"').replace('id="b"', 'id="b2"')
    inner = '<startEvent id="s1"/>' + deep + other + '<endEvent id="e1"/><userTask id="wrong"/><endEvent id="e3"/>'
    body = '<startEvent id="s"/>' + sub(inner, "s1 > w2 > e1", "b2 > wrong > e3")
    body += boundary("w", "error", 'errorRef="refused"') + '<userTask id="mend"/><endEvent id="e"/><endEvent id="e2"/>'
    world.play(body, "s > w > e", "b > mend > e2")

    world.complete("a")
    assert world.open == ["mend"]


def test_an_error_takes_every_instance_of_a_loop_away(either_world: World) -> None:
    world = either_world
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    inner = loop + '<startEvent id="s1"/><userTask id="a"/>' + BAD.format("bad", "refused")
    body = '<startEvent id="s"/>' + sub(inner, "s1 > a > bad") + boundary("w", "error", 'errorRef="refused"')
    world.play(body + '<userTask id="mend"/><endEvent id="e"/><endEvent id="e2"/>', "s > w > e", "b > mend > e2")
    assert world.open == ["a"] * 3

    world.complete("a")
    assert (world.open, dict(world.tokens)) == (["mend"], {"mend": 1})
    assert [event.element for event in world.history if event.kind == "TaskCancelled"] == ["a", "a"]


@pytest.mark.parametrize("kind", ["message", "timer"])
def test_a_boundary_takes_every_instance_of_a_subprocess_with_all_it_waits_for(world: World, kind: str) -> None:
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    inner = loop + '<startEvent id="s1"/><userTask id="a"/><endEvent id="e1"/><boundaryEvent id="t" attachedToRef="a">'
    inner += "<timerEventDefinition><timeDuration>PT9H</timeDuration></timerEventDefinition></boundaryEvent>"
    inner += '<endEvent id="e3"/><boundaryEvent id="m" attachedToRef="a"><messageEventDefinition messageRef="x"/>'
    inner += "</boundaryEvent>"
    stop = '<messageEventDefinition messageRef="stop"/>'
    after = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    body = '<startEvent id="s"/>' + sub(inner, "s1 > a > e1", "t > e3", "m > e3") + '<boundaryEvent id="b" '
    body += f'attachedToRef="w">{stop if kind == "message" else after}</boundaryEvent><endEvent id="e"/>'
    world.play(body + '<userTask id="mend"/><endEvent id="e2"/>', "s > w > e", "b > mend > e2")

    if kind == "message":
        world.send("stop")
    else:
        world.pass_time(hours=1)
    assert (world.open, world.timers, world.waits) == (["mend"], {}, [])
    assert len([event for event in world.history if event.kind == "TaskCancelled"]) == 3


@pytest.mark.parametrize("times", [1, 4])
def test_an_escalation_boundary_that_does_not_interrupt_fires_every_time(world: World, times: int) -> None:
    inner = '<startEvent id="s1"/><exclusiveGateway id="g0"/><userTask id="a" n:form="f"/>'
    inner += (
        '<intermediateThrowEvent id="up"><escalationEventDefinition escalationRef="late"/></intermediateThrowEvent>'
    )
    inner += '<exclusiveGateway id="g" default="g_g0"/><endEvent id="e1"/>'
    body = '<startEvent id="s"/>' + sub(inner, "s1 > g0 > a > up > g > g0", "g > e1 ? = f.done")
    body += boundary("w", "escalation", 'escalationRef="late"', "false")
    body += '<userTask id="help"/><userTask id="u"/><endEvent id="e"/><endEvent id="e2"/>'
    world.deploy(model(body, "s > w > u > e", "b > help > e2"), form("f"))
    world.start()

    for n in range(1, times + 1):
        world.complete("a", done=n == times)
        assert world.open.count("help") == n
    assert world.open == ["help"] * times + ["u"]


def test_a_signal_boundary_that_does_not_interrupt_fires_every_time(world: World) -> None:
    body = (
        '<startEvent id="s"/><parallelGateway id="f"/><userTask id="u"/><exclusiveGateway id="g0"/><userTask id="x"/>'
        '<endEvent id="e"/><endEvent id="e3"/><userTask id="extra"/>'
        '<exclusiveGateway id="g" default="g_g0"/><endEvent id="e9"/>'
        '<intermediateThrowEvent id="throw"><signalEventDefinition signalRef="done"/></intermediateThrowEvent>'
    ) + boundary("u", "signal", 'signalRef="done"', "false")
    world.play(body, "s > f > u > e", "f > g0 > x > throw > g > g0", "g > e9 ? = stop", "b > extra > e3")

    for n in range(1, 4):
        world.complete("x")
        assert world.open == [*["extra"] * n, "u", "x"]


def test_ids_of_two_models_may_be_the_same_and_mean_their_own(world: World) -> None:
    """A message, an error: what a reference means is said by its own file."""
    one = model('<startEvent id="s"/><callActivity id="c" calledElement="Q"/><receiveTask id="m" messageRef="M"/>'
                '<endEvent id="e"/>', "s > c > m > e").replace(b'name="M"', b'name="first"')  # fmt: skip
    two = model('<startEvent id="s"/><receiveTask id="m" messageRef="M"/><endEvent id="e"/>', "s > m > e",
                process="Q").replace(b'name="M"', b'name="second"')  # fmt: skip
    world.deploy(one, two)
    world.start()

    assert world.waits == [("second", None)]
    world.send("second")
    assert world.waits == [("first", None)]


def test_a_plain_throw_event_lets_the_token_pass(world: World) -> None:
    body = '<startEvent id="s"/><intermediateThrowEvent id="mark"/><userTask id="u"/><endEvent id="e"/>'
    world.play(
        body + '<userTask id="other"/><endEvent id="e2"/><parallelGateway id="f"/>',
        "s > f > mark > u > e",
        "f > other > e2",
    )

    assert (world.open, "mark" in world.visited) == (["other", "u"], True)
