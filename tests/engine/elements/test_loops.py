"""Multi-instance activities, parallel and one after the other, over lists and numbers, and standard loops."""

import pytest

from tests.support.world import World, flows, form, model

MULTI = '<multiInstanceLoopCharacteristics isSequential="{}">{}</multiInstanceLoopCharacteristics>'
OVER_LIST = '<loopDataInputRef>items</loopDataInputRef><inputDataItem id="item" name="item"/>'
OUTPUT = '<loopDataOutputRef>results</loopDataOutputRef><outputDataItem id="outcome" name="outcome"/>'


def looped(sequential: str, loop: str, tag: str = "userTask", inner: str = "") -> str:
    return f'<startEvent id="s"/><{tag} id="a">{inner}{MULTI.format(sequential, loop)}</{tag}><userTask id="u"/><endEvent id="e"/>'


@pytest.mark.parametrize("loop", ["<loopCardinality>3</loopCardinality>", "<loopCardinality>= n + 1</loopCardinality>"])
def test_a_number_of_parallel_tasks(either_world: World, loop: str) -> None:
    world = either_world
    world.play(looped("false", loop), "s > a > u > e", values={"n": 2})

    assert (world.open, world.tokens["a"]) == (["a"] * 3, 3)
    for left in (2, 1, 0):
        world.complete("a")
        assert world.open == (["a"] * left if left else ["u"])
    assert world.visited.count("a") == 3


def test_a_number_of_tasks_one_after_the_other(either_world: World) -> None:
    world = either_world
    world.play(looped("true", "<loopCardinality>3</loopCardinality>"), "s > a > u > e")

    for n in range(3):
        assert (world.open, len({task.id for task in world.tasks()})) == (["a"], 1), n
        world.complete("a")
    assert world.open == ["u"]


@pytest.mark.parametrize("sequential", ["false", "true"])
def test_each_task_over_a_list_sees_its_own_item(world: World, sequential: str) -> None:
    world.play(looped(sequential, OVER_LIST), "s > a > u > e", values={"items": ["x", {"deep": 1}, 3]})

    seen = []
    while "a" in world.open:
        seen.append(world.data("a")["item"])
        world.complete("a")
    assert sorted(map(str, seen)) == sorted(map(str, ["x", {"deep": 1}, 3]))
    assert "item" not in world.data("u")


@pytest.mark.parametrize("sequential", ["false", "true"])
def test_outputs_are_collected_into_a_new_list(world: World, sequential: str) -> None:
    body = looped(sequential, OVER_LIST + OUTPUT, "scriptTask", "<script>{ outcome: item * 10 }</script>")
    world.play(body, "s > a > u > e", values={"items": [1, 2, 3]})

    assert world.data("u")["results"] == [10, 20, 30]


@pytest.mark.parametrize("sequential", ["false", "true"])
def test_an_instance_without_an_output_counts_as_null(world: World, sequential: str) -> None:
    world.play(looped(sequential, OVER_LIST + OUTPUT), "s > a > u > e", values={"items": [1, 2]})

    world.complete("a")
    world.complete("a")
    assert world.data("u")["results"] == [None, None]


@pytest.mark.parametrize("sequential", ["false", "true"])
def test_a_cardinality_may_have_an_output(world: World, sequential: str) -> None:
    loop = "<loopCardinality>2</loopCardinality>" + OUTPUT
    body = looped(sequential, loop, "scriptTask", "<script>{ outcome: 7 }</script>")
    world.play(body, "s > a > u > e", values={"results": ["old"]})

    assert world.data("u")["results"] == [7, 7]


@pytest.mark.parametrize("sequential", ["false", "true"])
@pytest.mark.parametrize("items", [[], None])
def test_an_empty_list_is_passed(world: World, sequential: str, items: list | None) -> None:
    world.play(looped(sequential, OVER_LIST + OUTPUT), "s > a > u > e", values={"items": items or []})

    assert world.open == ["u"]


@pytest.mark.parametrize("sequential", ["false", "true"])
def test_a_multi_instance_in_a_loop_collects_anew_each_round(world: World, sequential: str) -> None:
    body = (
        '<startEvent id="s"/><exclusiveGateway id="m"/><scriptTask id="plan"><script>{ items: for i in 1..size return i }</script>'
        f'</scriptTask><scriptTask id="a"><script>{{ outcome: item }}</script>{MULTI.format(sequential, OVER_LIST + OUTPUT)}'
        '</scriptTask><userTask id="u" n:form="f"/><exclusiveGateway id="g" default="g_e"/><endEvent id="e"/>'
        '<scriptTask id="next"><script>{ size: size - 1 }</script></scriptTask>'
    )
    world.deploy(model(body, "s > m > plan > a > u > g > e", "g > next ? = f.again", "next > m"), form("f"))
    world.start(size=3)

    for wanted in ([1, 2, 3], [1, 2]):
        assert world.data("u")["results"] == wanted
        world.complete("u", again=True)
    assert world.data("u")["results"] == [1]


def test_instances_of_a_subprocess_run_side_by_side(either_world: World) -> None:
    world = either_world
    inner = '<startEvent id="s1"/><userTask id="x"/><userTask id="y"/><endEvent id="e1"/>' + flows("s1 > x > y > e1")
    world.play(looped("false", OVER_LIST, "subProcess", inner), "s > a > u > e", values={"items": ["p", "q"]})

    assert world.open == ["x", "x"]
    assert {world.data("x", n)["item"] for n in (0, 1)} == {"p", "q"}
    world.complete("x")
    assert world.open == ["x", "y"]
    world.complete("y")
    world.complete("x")
    world.complete("y")
    assert world.open == ["u"]


def test_instances_of_a_call_run_one_after_the_other(world: World) -> None:
    inner = '<startEvent id="s"/><userTask id="x"/><endEvent id="e"/>'
    body = looped("true", OVER_LIST, 'callActivity calledElement="Q"').replace(
        '</callActivity calledElement="Q">', "</callActivity>"
    )
    world.deploy(model(body, "s > a > u > e"), model(inner, "s > x > e", process="Q"))
    world.start(items=[1, 2])

    seen = []
    while "x" in world.open:
        seen.append(world.data("x")["item"])
        world.complete("x")
    assert (seen, world.open) == ([1, 2], ["u"])


@pytest.mark.parametrize("sequential", ["false", "true"])
@pytest.mark.parametrize(
    "output", ["", '<loopDataOutputRef>results</loopDataOutputRef><outputDataItem id="f" name="f"/>']
)
def test_a_completion_condition_sees_the_instance_just_done_and_ends_the_rest(
    world: World, sequential: str, output: str
) -> None:
    condition = "<completionCondition>= f.enough</completionCondition>"
    body = looped(sequential, "<loopCardinality>3</loopCardinality>" + output + condition)
    world.deploy(model(body.replace('<userTask id="a">', '<userTask id="a" n:form="f">'), "s > a > u > e"), form("f"))
    world.start()

    world.complete("a", enough=False)
    assert set(world.open) == {"a"}
    world.complete("a", enough=True)
    assert world.open == ["u"]


def test_a_null_in_the_list_is_an_item_too(world: World) -> None:
    world.play(looped("true", OVER_LIST), "s > a > u > e", values={"items": [1, None, 3]})

    seen = []
    while "a" in world.open:
        seen.append(world.data("a")["item"])
        world.complete("a")
    assert (seen, world.open) == ([1, None, 3], ["u"])


@pytest.mark.parametrize("sequential", ["false", "true"])
@pytest.mark.parametrize("items", [None, 5, "text"])
def test_a_collection_that_is_no_list_parks_the_token(world: World, sequential: str, items: object) -> None:
    world.play(looped(sequential, OVER_LIST), "s > a > u > e", values={"items": items})

    assert world.stuck == [("a", "not-a-list")]


@pytest.mark.parametrize("sequential", ["false", "true"])
@pytest.mark.parametrize("number", ["missing", '"three"', "1.5", "-1"])
def test_a_cardinality_that_is_no_whole_number_parks_the_token(world: World, sequential: str, number: str) -> None:
    count = f"= if missing = null then {number} else 1"  # a constant is refused at deployment

    world.play(looped(sequential, f"<loopCardinality>{count}</loopCardinality>"), "s > a > u > e")

    assert world.stuck == [("a", "loop-count")]


def test_a_receive_task_can_wait_several_times(world: World) -> None:
    body = looped("false", "<loopCardinality>2</loopCardinality>", 'receiveTask messageRef="m"').replace(
        '</receiveTask messageRef="m">', "</receiveTask>"
    )
    world.play(body, "s > a > u > e")

    assert world.waits == [("m", None), ("m", None)]
    assert world.send("m") == 2
    assert world.open == ["u"]


def test_a_standard_loop_stops_at_its_maximum(world: World) -> None:
    loop = '<standardLoopCharacteristics loopMaximum="3"><loopCondition>= true</loopCondition></standardLoopCharacteristics>'
    world.play(
        f'<startEvent id="s"/><userTask id="a">{loop}</userTask><userTask id="u"/><endEvent id="e"/>', "s > a > u > e"
    )

    for _ in range(3):
        assert world.open == ["a"]
        world.complete("a")
    assert world.open == ["u"]


def test_a_standard_loop_goes_on_while_its_condition_holds(world: World) -> None:
    loop = '<standardLoopCharacteristics loopMaximum="9"><loopCondition>= f.again</loopCondition></standardLoopCharacteristics>'
    body = f'<startEvent id="s"/><userTask id="a" n:form="f">{loop}</userTask><userTask id="u"/><endEvent id="e"/>'
    world.deploy(model(body, "s > a > u > e"), form("f"))
    world.start()

    world.complete("a", again=True)
    world.complete("a", again=False)
    assert world.open == ["u"]


@pytest.mark.parametrize("sequential", ["false", "true"])
def test_a_list_of_more_than_a_thousand_is_refused_by_name(world: World, sequential: str) -> None:
    world.play(looped(sequential, OVER_LIST), "s > a > u > e", values={"items": list(range(1001))})

    assert (world.open, world.stuck) == ([], [("a", "loop-count")])


def test_loops_inside_loops_are_counted_together(world: World) -> None:
    hundred = MULTI.format("false", "<loopCardinality>100</loopCardinality>")
    inner = f'<startEvent id="s1"/><userTask id="b">{hundred}</userTask><endEvent id="e1"/>' + flows("s1 > b > e1")
    body = f'<startEvent id="s"/><subProcess id="a">{hundred}{inner}</subProcess><endEvent id="e"/>'

    world.play(body, "s > a > e")

    assert set(world.stuck) == {("b", "loop-count")}
    assert world.tokens["b"] <= 5000


def test_a_loop_around_a_call_that_loops_is_counted_too(world: World) -> None:
    hundred = MULTI.format("false", "<loopCardinality>100</loopCardinality>")
    inner = f'<startEvent id="s"/><userTask id="b">{hundred}</userTask><endEvent id="e"/>'
    body = f'<startEvent id="s"/><callActivity id="a" calledElement="Q">{hundred}</callActivity><endEvent id="e"/>'
    world.deploy(model(body, "s > a > e"), model(inner, "s > b > e", process="Q"))

    world.start()

    assert set(world.stuck) == {("b", "loop-count")}


def test_instances_end_in_a_process_that_did_not_begin_them(world: World) -> None:
    body = (
        '<startEvent id="s"/><userTask id="u"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>'
        '</multiInstanceLoopCharacteristics></userTask><userTask id="v"/><endEvent id="e"/>'
    )
    world.play(body, "s > u > v > e")
    world.complete("u")

    world.__post_init__()  # another process: nothing of the release is compiled yet
    world.complete("u")

    assert world.open == ["v"]


@pytest.mark.parametrize("sequential", ["false", "true"])
def test_a_list_may_be_given_by_feel(world: World, sequential: str) -> None:
    loop = (
        f'<multiInstanceLoopCharacteristics isSequential="{sequential}" n:collection="= lines[n &gt; 1]">'
        f'{OUTPUT.partition("<output")[0]}<inputDataItem id="item"/><output{OUTPUT.partition("<output")[2]}'
        "</multiInstanceLoopCharacteristics>"
    )
    script = "<script>{ outcome: item.n + extra }</script>"
    body = f'<startEvent id="s"/><scriptTask id="a">{script}{loop}</scriptTask><userTask id="u"/><endEvent id="e"/>'
    world.facts.given = {"extra": 100}
    world.play(body, "s > a > u > e", values={"lines": [{"n": 1}, {"n": 2}, {"n": 3}]})

    assert world.data("u")["results"] == [102, 103]


def test_a_list_that_feel_gives_is_the_same_for_all_its_instances(either_world: World) -> None:
    world = either_world
    loop = '<multiInstanceLoopCharacteristics isSequential="true" n:collection="= items"><inputDataItem id="item"/></multiInstanceLoopCharacteristics>'
    body = f'<startEvent id="s"/><userTask id="a">{loop}</userTask><userTask id="u"/><endEvent id="e"/>'
    world.play(body, "s > a > u > e", values={"items": ["x", "y"]})

    assert world.data("a")["item"] == "x"
    world.facts.given = {"items": ["z"]}
    world.complete("a")
    assert world.data("a")["item"] == "y"
    world.complete("a")
    assert world.open == ["u"]


@pytest.mark.parametrize("given", ["= 5", '= "text"', "= { a: 1 }.b"])
def test_what_is_no_list_parks_the_loop(world: World, given: str) -> None:
    loop = f"<multiInstanceLoopCharacteristics n:collection='{given}'/>"
    world.play(f'<startEvent id="s"/><userTask id="a">{loop}</userTask><endEvent id="e"/>', "s > a > e")

    assert world.stuck == [("a", "not-a-list")]


@pytest.mark.parametrize("text", ['"yes"', "1", "null", "nothing"])
def test_only_true_completes_a_loop_early_or_lets_one_go_round(world: World, text: str) -> None:
    early = f"<loopCardinality>3</loopCardinality><completionCondition>{text}</completionCondition>"
    again = f'<standardLoopCharacteristics loopMaximum="5"><loopCondition>{text}</loopCondition></standardLoopCharacteristics>'
    body = f'<startEvent id="s"/><task id="a">{MULTI.format("true", early)}</task><task id="b">{again}</task><endEvent id="e"/>'
    world.play(body, "s > a > b > e")

    for element in ("a", "a", "a", "b"):
        assert world.open == [element]
        world.complete(element)
    assert world.status == "completed"
