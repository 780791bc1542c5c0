"""Embedded subprocesses, call activities and event subprocesses."""

from datetime import timedelta

from engine.spiff.observe import trees
from tests.support.world import ALL, World, flows, form, model

EMBEDDED = '<subProcess id="w"><startEvent id="s1"/><userTask id="a" n:form="f"/><endEvent id="e1"/>{}</subProcess>'


def called(process: str, inner: str, *paths: str) -> bytes:
    return model(inner, *paths, process=process)


def test_an_embedded_subprocess_takes_data_in_and_out(either_world: World) -> None:
    world = either_world
    body = '<startEvent id="s"/>' + EMBEDDED.format(flows("s1 > a > e1")) + '<userTask id="u"/><endEvent id="e"/>'
    world.deploy(model(body, "s > w > u > e"), form("f"))
    world.start(x=1)

    assert (world.data("a"), dict(world.tokens)) == ({"x": 1}, {"w": 1, "a": 1})
    world.complete("a", answer=2)
    assert world.data("u") == {"x": 1, "f": {"answer": 2}}


def test_a_call_activity_runs_another_model_and_tells_whose_element_it_is(either_world: World) -> None:
    world = either_world
    inner = '<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>'
    body = '<startEvent id="s"/><callActivity id="c" calledElement="Q" n:stage="screening"/><userTask id="u"/><endEvent id="e"/>'
    world.deploy(model(body, "s > c > u > e"), called("Q", inner, "s > a > e"))
    world.start()

    task = world.task("a")
    assert (task.process, task.phase, world.view.phase) == ("Q", "screening", "screening")
    world.complete("a")
    assert (world.open, world.status) == (["u"], "active")
    left = [(event.process, event.element) for event in world.history if event.kind == "ElementLeft"]
    assert left[1:] == [("Q", "s"), ("P", "c"), ("Q", "a"), ("Q", "e")] or set(left) == {
        ("P", "s"),
        ("P", "c"),
        ("Q", "s"),
        ("Q", "a"),
        ("Q", "e"),
    }


def test_calls_nest_and_data_flows_through_wholly(world: World) -> None:
    deepest = '<startEvent id="s"/><userTask id="a" n:form="f"/><endEvent id="e"/>'
    middle = '<startEvent id="s"/><callActivity id="c2" calledElement="R"/><endEvent id="e"/>'
    body = '<startEvent id="s"/><callActivity id="c1" calledElement="Q"/><userTask id="u"/><endEvent id="e"/>'
    world.deploy(
        model(body, "s > c1 > u > e"), called("Q", middle, "s > c2 > e"), called("R", deepest, "s > a > e"), form("f")
    )
    world.start(x={"deep": [1, 2]})

    assert (world.data("a"), dict(world.tokens)) == ({"x": {"deep": [1, 2]}}, {"c1": 1, "c2": 1, "a": 1})
    world.complete("a", ok=True)
    assert world.data("u") == {"x": {"deep": [1, 2]}, "f": {"ok": True}}
    assert len(trees(world.live())) == 1


def test_stages_are_told_in_their_order_and_again_in_a_loop(world: World) -> None:
    inner = '<startEvent id="s"/><userTask id="a" n:form="f"/><endEvent id="e"/>'
    body = (
        '<startEvent id="s"/><exclusiveGateway id="m"/><callActivity id="c1" calledElement="Q" n:stage="one"/>'
        '<callActivity id="c2" calledElement="Q" n:stage="two"/><exclusiveGateway id="g" default="g_e"/><endEvent id="e"/>'
    )
    world.deploy(
        model(body, "s > m > c1 > c2 > g > e", "g > m ? = f.again"), called("Q", inner, "s > a > e"), form("f")
    )
    world.start()
    for again in (False, True, False, False):
        world.complete("a", again=again)

    entered = [event.facts for event in world.history if event.kind == "StageEntered"]
    assert [(item["from"], item["to"]) for item in entered] == [
        (None, "one"),
        ("one", "two"),
        ("two", "one"),
        ("one", "two"),
    ]
    assert (world.view.phase, world.status) == ("two", "completed")


def test_the_same_timer_id_in_two_models_belongs_to_its_own(world: World) -> None:
    timer = (
        '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition>'
        "</intermediateCatchEvent>"
    )
    inner = '<startEvent id="s"/>' + timer.format("PT1H") + '<endEvent id="e"/>'
    body = '<startEvent id="s"/><parallelGateway id="f"/><callActivity id="c" calledElement="Q"/><endEvent id="e"/><endEvent id="e2"/>'
    world.deploy(model(body + timer.format("PT9H"), "s > f > t > e", "f > c > e2"), called("Q", inner, "s > t > e"))
    world.start()

    world.pass_time(hours=1)
    (fired,) = [event for event in world.history if event.kind == "TimerFired"]
    assert (fired.process, fired.element) == ("Q", "t")


def test_a_cancelled_task_of_a_called_model_is_told_under_that_model(world: World) -> None:
    inner = '<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>'
    body = (
        '<startEvent id="s"/><callActivity id="c" calledElement="Q"/><endEvent id="e"/><endEvent id="e2"/>'
        '<boundaryEvent id="b" attachedToRef="c"><messageEventDefinition messageRef="stop"/></boundaryEvent>'
    )
    world.deploy(model(body, "s > c > e", "b > e2"), called("Q", inner, "s > a > e"))
    world.start()

    world.send("stop")
    (gone,) = [event for event in world.history if event.kind == "TaskCancelled"]
    assert (gone.process, gone.element, world.status) == ("Q", "a", "completed")


EVENT = (
    '<startEvent id="s"/><userTask id="main" n:form="f"/><exclusiveGateway id="g" default="g_e"/><endEvent id="e"/>'
    '<subProcess id="es" triggeredByEvent="true"><startEvent id="es1" isInterrupting="false">'
    '<messageEventDefinition messageRef="crisis"/></startEvent><userTask id="help"/>'
    '<serviceTask id="note" n:operation="set_case_fact" n:parameters="= {{ name: &quot;crises&quot;, value: crisis.n }}"/>'
    '<endEvent id="es2"/>{}</subProcess>'
)
EVENT = EVENT.format(flows("es1 > help > note > es2"))
EVENT_PATHS = ("s > main > g > e", "g > main ? = f.again")


def test_an_event_subprocess_starts_each_time_its_message_comes(either_world: World) -> None:
    world = either_world
    world.deploy(model(EVENT, *EVENT_PATHS), form("f"))
    world.start()

    for n in range(1, 6):
        assert world.send("crisis", n=n) == 1
        assert world.waits == [("crisis", None)]
        assert world.open == ["help"] * n + ["main"]
    for _ in range(5):
        world.complete("help")
    assert world.known["crises"] in {1, 2, 3, 4, 5}
    world.complete("main")
    assert (world.status, world.waits) == ("completed", [])


def test_two_new_cases_start_clean_after_another_had_its_event_subprocess(world: World) -> None:
    world.deploy(model(EVENT, *EVENT_PATHS), form("f"))
    world.start()
    world.send("crisis", n=1)
    world.complete("help")

    for _ in range(2):
        world.start()
        assert (world.open, dict(world.tokens)) == (["main"], {"main": 1})


def test_what_an_event_subprocess_writes_stays_away_from_the_main_token(world: World) -> None:
    world.deploy(model(EVENT, *EVENT_PATHS), form("f"))
    world.start()
    world.send("crisis", n=1)
    world.complete("help")
    world.complete("main", again=True)

    assert (world.data("main"), world.known) == ({"f": {"again": True}}, {"crises": 1})


def test_the_case_ends_only_after_its_event_subprocesses(world: World) -> None:
    world.deploy(model(EVENT, *EVENT_PATHS), form("f"))
    world.start()
    world.send("crisis", n=1)

    world.complete("main")
    assert (world.status, world.open) == ("active", ["help"])
    world.complete("help")
    assert world.status == "completed"


def test_many_firings_leave_the_case_as_small_as_one(world: World) -> None:
    world.deploy(model(EVENT, *EVENT_PATHS), form("f"))
    world.start()
    sizes = []
    for n in range(30):
        world.send("crisis", n=n)
        world.complete("help")
        sizes.append(len(world.live().tasks))

    assert len(set(sizes[1:])) == 1


def test_an_event_subprocess_with_a_timer_goes_on_by_itself(world: World) -> None:
    body = (
        '<startEvent id="s"/><userTask id="main"/><endEvent id="e"/>'
        '<subProcess id="es" triggeredByEvent="true"><startEvent id="es1" isInterrupting="false">'
        '<messageEventDefinition messageRef="left"/></startEvent><intermediateCatchEvent id="t"><timerEventDefinition>'
        '<timeDate>= left.at + duration("PT24H")</timeDate></timerEventDefinition></intermediateCatchEvent>'
        '<userTask id="call"/><endEvent id="es2"/>' + flows("es1 > t > call > es2") + "</subProcess>"
    )
    world.play(body, "s > main > e")
    start = world.now

    world.send("left", at=start)
    world.now += timedelta(hours=2)
    world.send("left", at=world.now)
    rows = world.read(lambda tx: world.reading.timers(tx, ALL, world.case, None, 9)).items
    assert [row.due_at for row in rows] == [start + timedelta(hours=24), start + timedelta(hours=26)]
    world.pass_time(hours=23)
    assert world.open == ["call", "main"]
    world.pass_time(hours=23)
    assert world.open == ["call", "call", "main"]


AGAIN = (
    '<startEvent id="s"/><userTask id="a" n:form="f"/><exclusiveGateway id="g" default="g_e"/>'
    '<callActivity id="c" calledElement="P"/><endEvent id="e"/>'
)


def test_a_process_may_call_itself_as_long_as_it_comes_to_an_end(either_world: World) -> None:
    world = either_world
    world.deploy(model(AGAIN, "s > a > g > c > e", "g > e", "g > c ? = f.again"), form("f"))
    world.start()

    for depth in range(1, 4):
        world.complete("a", again=True)
        assert world.tokens["c"] == depth
    world.complete("a", again=False)
    assert world.status == "completed"


def test_a_process_that_calls_itself_without_end_is_stopped_by_name(world: World) -> None:
    endless = '<startEvent id="s"/><exclusiveGateway id="g" default="g_c"/><callActivity id="c" calledElement="P"/><endEvent id="e"/>'
    world.deploy(model(endless, "s > g > c > e", "g > e ? = stop"))

    world.start()
    assert (world.stuck, world.tokens["c"]) == ([("c", "depth")], 31)
    world.start(stop=True)
    assert world.status == "completed"


def test_embedded_subprocesses_count_as_depth_too(world: World) -> None:
    body = '<userTask id="a"/>'
    for n in range(29, 0, -1):
        inner = "a" if n == 29 else f"w{n + 1}"
        body = (
            f'<subProcess id="w{n}"><startEvent id="s{n}"/>{body}<endEvent id="e{n}"/>'
            f"{flows(f's{n} > {inner} > e{n}')}</subProcess>"
        )
    world.play(f'<startEvent id="s"/>{body}<endEvent id="e"/>', "s > w1 > e")

    assert (world.open, sum(world.tokens.values())) == (["a"], 30)
    world.complete("a")
    assert world.status == "completed"
