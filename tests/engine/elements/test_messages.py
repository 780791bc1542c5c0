"""Messages: catch events, receive tasks, keys, boundary events that re-arm, event-based gateways."""

from datetime import UTC, datetime, timedelta

import pytest

from engine import FireTimer
from tests.support.world import ALL, ANN, World, flows, model


def catch(attributes: str = "", tag: str = "intermediateCatchEvent") -> str:
    inner = "" if tag == "receiveTask" else '<messageEventDefinition messageRef="news"/>'
    reference = 'messageRef="news"' if tag == "receiveTask" else ""
    return f'<startEvent id="s"/><{tag} id="m" {attributes} {reference}>{inner}</{tag}><userTask id="u"/><endEvent id="e"/>'


def boundary(cancel: str, inner: str = '<userTask id="u"/>') -> str:
    return (
        f'<startEvent id="s"/>{inner}<endEvent id="e"/><userTask id="extra"/><endEvent id="e2"/>'
        f'<boundaryEvent id="b" attachedToRef="u" cancelActivity="{cancel}"><messageEventDefinition messageRef="news"/>'
        "</boundaryEvent>"
    )


PATHS = ("s > u > e", "b > extra > e2")


@pytest.mark.parametrize("tag", ["intermediateCatchEvent", "receiveTask"])
def test_a_message_lets_the_token_go_on_with_its_payload(either_world: World, tag: str) -> None:
    world = either_world
    world.play(catch(tag=tag), "s > m > u > e")

    assert (world.waits, world.open) == ([("news", None)], [])
    assert world.send("news", text="hello") == 1
    assert (world.waits, world.open) == ([], ["u"])
    assert world.data("u") == {"news": {"text": "hello"}}


def test_a_message_that_nobody_awaits_reaches_nobody_and_changes_nothing(world: World) -> None:
    world.play(catch(), "s > m > u > e")

    assert world.send("other") == 0
    assert world.view.version == 1


def test_a_message_to_an_ended_case_reaches_nobody(world: World) -> None:
    world.play(catch(), "s > m > u > e")
    world.send("news")
    world.complete("u")

    assert world.send("news") == 0


@pytest.mark.parametrize(("key", "reached"), [("e1", 1), ("e2", 0), (None, 1)])
def test_a_wait_with_a_key_takes_its_own_key_only(world: World, key: str | None, reached: int) -> None:
    world.play(catch('n:correlation="= encounter"'), "s > m > u > e", values={"encounter": "e1"})

    assert world.waits == [("news", "e1")]
    assert world.send("news", key) == reached


def test_a_wait_whose_key_is_null_takes_any_key(world: World) -> None:
    world.play(catch('n:correlation="= missing"'), "s > m > u > e")

    assert world.waits == [("news", None)]
    assert world.send("news", "whatever") == 1


def test_a_key_that_is_a_number_is_its_text(world: World) -> None:
    world.play(catch('n:correlation="= n"'), "s > m > u > e", values={"n": 42})

    assert world.waits == [("news", "42")]


def test_a_message_reaches_every_wait_that_it_fits(world: World) -> None:
    body = (
        '<startEvent id="s"/><parallelGateway id="f"/><parallelGateway id="j"/><endEvent id="e"/>'
        '<intermediateCatchEvent id="m1"><messageEventDefinition messageRef="news"/></intermediateCatchEvent>'
        '<intermediateCatchEvent id="m2" n:correlation="= &quot;k&quot;"><messageEventDefinition messageRef="news"/>'
        "</intermediateCatchEvent>"
    )
    world.play(body, "s > f > m1 > j > e", "f > m2 > j")

    assert world.waits == [("news", None), ("news", "k")]
    assert world.send("news", "k") == 2
    assert world.status == "completed"


def test_a_loop_awaits_the_same_message_again_with_a_new_key(world: World) -> None:
    body = (
        '<startEvent id="s"/><exclusiveGateway id="g0"/><scriptTask id="x"><script>{ n: if n = null then 1 else n + 1 }</script>'
        '</scriptTask><intermediateCatchEvent id="m" n:correlation="= string(n)"><messageEventDefinition messageRef="news"/>'
        '</intermediateCatchEvent><exclusiveGateway id="g" default="g_e"/><endEvent id="e"/>'
    )
    world.play(body, "s > g0 > x > m > g > e", "g > g0 ? = n < 3")

    assert [(world.waits, world.send("news", str(n))) for n in (1, 2, 3)] == [
        ([("news", str(n))], 1) for n in (1, 2, 3)
    ]
    assert world.status == "completed"


def test_an_interrupting_boundary_message_takes_the_task_away(world: World) -> None:
    world.play(boundary("true"), *PATHS)

    assert world.send("news") == 1
    assert (world.open, world.waits) == (["extra"], [])


def test_a_non_interrupting_boundary_message_fires_every_time(either_world: World) -> None:
    world = either_world
    world.play(boundary("false"), *PATHS)

    for n in range(1, 5):
        assert world.send("news", n=n) == 1
        assert world.open == ["extra"] * n + ["u"]
        assert world.waits == [("news", None)]
    assert sorted(world.data("extra", n)["news"]["n"] for n in range(4)) == [1, 2, 3, 4]


def test_many_firings_of_a_boundary_leave_a_case_as_small_as_one(world: World) -> None:
    world.play(boundary("false"), *PATHS)
    sizes = []
    for n in range(20):
        world.send("news", n=n)
        world.complete("extra")
        sizes.append(len(world.live().tasks))

    assert len(set(sizes[2:])) == 1, sizes


def test_after_the_task_nothing_is_armed_and_the_extra_tasks_stay(world: World) -> None:
    world.play(boundary("false"), *PATHS)
    world.send("news")
    world.send("news")

    world.complete("u")
    assert (world.open, world.waits, world.status) == (["extra", "extra"], [], "active")
    world.complete("extra")
    world.complete("extra")
    assert world.status == "completed"


def test_a_boundary_event_of_a_subprocess_rearms_while_it_runs(world: World) -> None:
    inner = '<subProcess id="u"><startEvent id="s1"/><userTask id="a"/><endEvent id="e1"/>{}</subProcess>'
    world.play(boundary("false", inner.format(flows("s1 > a > e1"))), *PATHS)

    assert [world.send("news") for _ in range(3)] == [1, 1, 1]
    world.complete("a")
    assert (world.open, world.waits) == (["extra"] * 3, [])


def gateway(second: str) -> str:
    return (
        '<startEvent id="s"/><eventBasedGateway id="g"/><intermediateCatchEvent id="m"><messageEventDefinition messageRef="news"/>'
        f'</intermediateCatchEvent>{second}<userTask id="a"/><userTask id="b"/><endEvent id="e"/>'
    )


TIMER = (
    '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT48H</timeDuration></timerEventDefinition>'
    "</intermediateCatchEvent>"
)


def test_an_event_based_gateway_takes_the_message_that_comes_first(either_world: World) -> None:
    world = either_world
    world.play(gateway(TIMER), "s > g > m > a > e", "g > t > b > e")

    assert (world.waits, list(world.timers)) == ([("news", None)], ["t"])
    assert world.send("news", x=1) == 1
    assert (world.open, world.timers, world.waits) == (["a"], {}, [])
    assert world.data("a") == {"news": {"x": 1}}
    world.pass_time(hours=100)
    assert world.open == ["a"]


def test_an_event_based_gateway_takes_the_timer_that_comes_first(world: World) -> None:
    world.play(gateway(TIMER), "s > g > m > a > e", "g > t > b > e")

    world.pass_time(hours=48)
    assert (world.open, world.timers, world.waits) == (["b"], {}, [])
    assert world.send("news") == 0


def test_an_event_based_gateway_tells_two_messages_apart(world: World) -> None:
    second = (
        '<intermediateCatchEvent id="m2" n:correlation="= &quot;k&quot;"><messageEventDefinition messageRef="other"/>'
        "</intermediateCatchEvent>"
    )
    world.play(gateway(second), "s > g > m > a > e", "g > m2 > b > e")

    assert world.waits == [("news", None), ("other", "k")]
    assert world.send("other", "k") == 1
    assert (world.open, world.waits) == (["b"], [])


def test_a_receive_task_may_stand_behind_an_event_based_gateway(world: World) -> None:
    world.play(gateway('<receiveTask id="m2" messageRef="other"/>'), "s > g > m > a > e", "g > m2 > b > e")

    assert world.send("other", y=2) == 1
    assert (world.open, world.data("b")) == (["b"], {"other": {"y": 2}})


def test_an_event_based_gateway_in_a_loop_is_armed_anew(world: World) -> None:
    body = gateway(TIMER) + '<exclusiveGateway id="back"/>'
    world.play(body, "s > back > g > m > a > e", "g > t > b > back")
    start = world.now

    for n in (1, 2, 3):
        assert world.timers == {"t": start + n * timedelta(hours=48)}
        world.pass_time(hours=48)
        world.complete("b")
    assert world.send("news") == 1


def test_the_payload_of_a_message_can_hold_any_key(world: World) -> None:
    world.deploy(model(catch(), "s > m > u > e"))
    world.start()

    world.send("news", **{"typename": "x", "$": 1, "~$": {"$": 2}})
    assert world.data("u")["news"] == {"typename": "x", "$": 1, "~$": {"$": 2}}


def timer_branch(name: str, text: str, kind: str = "timeDuration") -> str:
    return (
        f'<intermediateCatchEvent id="{name}" name="wait"><timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>'
        "</intermediateCatchEvent>"
    )


THREE = gateway(timer_branch("t1", "PT48H") + timer_branch("t2", "PT1H") + timer_branch("t3", "= n", "timeDate"))
THREE += '<userTask id="c"/><userTask id="d"/>'
THREE_PATHS = ("s > g > m > a > e", "g > t1 > b > e", "g > t2 > c > e", "g > t3 > d > e")


def test_each_timer_of_an_event_based_gateway_has_its_own_instant_and_the_first_wins(either_world: World) -> None:
    world = either_world
    start = world.now
    world.play(THREE, *THREE_PATHS, values={"n": "2026-01-06"})

    due = {
        "t1": start + timedelta(hours=48),
        "t2": start + timedelta(hours=1),
        "t3": datetime(2026, 1, 6, 5, tzinfo=UTC),
    }
    assert world.timers == due
    world.pass_time(hours=1)
    assert (world.open, world.timers, world.waits) == (["c"], {}, [])
    told = [(event.kind, event.element) for event in world.history if event.kind.startswith("Timer")]
    assert told[-3:] == [("TimerFired", "t2"), ("TimerCleared", "t3"), ("TimerCleared", "t1")]


def test_a_message_clears_every_timer_of_an_event_based_gateway(world: World) -> None:
    world.play(THREE, *THREE_PATHS, values={"n": "2026-01-06"})

    world.send("news")
    assert (world.open, world.timers, world.waits) == (["a"], {}, [])
    world.pass_time(hours=100)
    assert world.open == ["a"]


@pytest.mark.parametrize(("branch", "task"), [("t1", "b"), ("t2", "c"), ("t3", "d")])
def test_the_timer_that_is_fired_takes_its_own_branch_however_late(world: World, branch: str, task: str) -> None:
    world.play(THREE, *THREE_PATHS, values={"n": "2026-01-06"})
    rows = world.read(lambda tx: world.reading.timers(tx, ALL, world.case, None, 9)).items
    (timer,) = [row.id for row in rows if row.element == branch]
    world.now += timedelta(days=9)

    assert world.execute(FireTimer(timer, ANN, world.now)).element == branch
    assert (world.open, world.timers) == ([task], {})


def test_two_branches_that_wait_for_one_message_go_by_their_keys(world: World) -> None:
    second = (
        '<intermediateCatchEvent id="m2" n:correlation="= &quot;k&quot;"><messageEventDefinition messageRef="news"/>'
        "</intermediateCatchEvent>"
    )
    body = gateway(second).replace('id="m"', 'id="m" n:correlation="= &quot;j&quot;"')
    world.play(body, "s > g > m > a > e", "g > m2 > b > e")

    assert world.send("news", "k") == 1
    assert world.open == ["b"]


def test_a_signal_may_win_at_an_event_based_gateway(world: World) -> None:
    second = '<intermediateCatchEvent id="c"><signalEventDefinition signalRef="done"/></intermediateCatchEvent>'
    throw = '<intermediateThrowEvent id="throw"><signalEventDefinition signalRef="done"/></intermediateThrowEvent>'
    body = gateway(second) + f'<parallelGateway id="f"/><userTask id="x"/>{throw}<endEvent id="e2"/>'
    world.play(body, "s > f > g > m > a > e", "g > c > b > e", "f > x > throw > e2")

    world.complete("x")
    assert (world.open, world.waits) == (["b"], [])


@pytest.mark.parametrize("name", ["incident", "attempts", "inputs", "held", "armed", "interrupted", "ninefold", "item"])
def test_a_message_may_have_any_name(either_world: World, name: str) -> None:
    world = either_world
    body = f'<startEvent id="s"/><receiveTask id="r" messageRef="{name}"/><userTask id="u"/><endEvent id="e"/>'
    world.play(body, "s > r > u > e")

    assert world.send(name, stage="x", n=1) == 1
    assert (world.open, world.stuck) == (["u"], [])
    assert world.data("u")[name] == {"stage": "x", "n": 1}
