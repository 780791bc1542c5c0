"""Input and output mappings: FEEL between the token and what an activity sees and hands on."""

import pytest
import sqlalchemy as sa

from engine import ResolveIncident, RetryIncident
from engine.store import tables
from tests.support.world import ALL, ANN, World, flows, form, model, table

S, E, U = '<startEvent id="s"/>', '<endEvent id="e"/>', '<userTask id="u"/>'


def mapped(inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    def items(kind: str, given: dict[str, str] | None) -> str:
        return "".join(
            f'<n:{kind} source="{text.replace(chr(34), "&quot;").replace("<", "&lt;")}" target="{name}"/>'
            for name, text in (given or {}).items()
        )

    inner = items("input", inputs) + items("output", outputs)
    return f"<extensionElements><n:ioMapping>{inner}</n:ioMapping></extensionElements>"


def script(text: str, mapping: str) -> str:
    return f'{S}<scriptTask id="x">{mapping}<script>{text}</script></scriptTask>{U}{E}'


def mend(world: World, how: str, **values: object) -> None:
    (row,) = world.rows(sa.select(tables.incidents).where(tables.incidents.c.status == "open"))
    command = RetryIncident if how == "retry" else ResolveIncident
    world.execute(command(row.id, ANN, world.now, "the number was wrong", values))


def test_inputs_are_seen_inside_and_gone_outside(either_world: World) -> None:
    world = either_world
    world.play(script("{ seen: [a, b] }", mapped({"a": "= n + 1", "b": "a * 10"})), "s > x > u > e", values={"n": 1})

    assert world.data("u") == {"n": 1, "seen": [2, 20]}


def test_an_input_hides_what_had_its_name_until_the_activity_is_left(world: World) -> None:
    world.play(script("{ seen: n }", mapped({"n": "n + 1"})), "s > x > u > e", values={"n": 1})

    assert world.data("u") == {"n": 1, "seen": 2}


def test_with_outputs_nothing_else_leaves(world: World) -> None:
    mapping = mapped({"a": "5"}, {"sum": "a + b", "twice": "sum * 2"})
    world.play(script("{ b: 2, c: 3 }", mapping), "s > x > u > e", values={"n": 1})

    assert world.data("u") == {"n": 1, "sum": 7, "twice": 14}


def test_a_target_may_be_a_place_in_a_context(world: World) -> None:
    mapping = mapped({}, {"order.state": '"paid"', "order.by.name": "who", "fresh.x": "1"})
    world.play(script('{ who: "Ann" }', mapping), "s > x > u > e", values={"order": {"id": 7, "by": 1}})

    assert world.data("u") == {"order": {"id": 7, "state": "paid", "by": {"name": "Ann"}}, "fresh": {"x": 1}}


@pytest.mark.parametrize("tag", ["userTask", "manualTask", "task"])
def test_a_task_of_a_person_keeps_its_mappings_while_it_is_open(either_world: World, tag: str) -> None:
    world = either_world
    attributes = 'n:form="f"' if tag == "userTask" else ""
    mapping = mapped({"shown": "n * 2"}, {"got": "if f = null then shown else f.answer + shown"})
    body = f'{S}<{tag} id="a" {attributes}>{mapping}</{tag}>{U}{E}'
    world.deploy(model(body, "s > a > u > e"), form("f", fields=["shown"], reads=["shown"]))
    world.start(n=2)

    assert world.data("a")["shown"] == 4
    assert world.task("a").id
    world.complete("a", **({"answer": 1} if tag == "userTask" else {}))
    assert world.data("u") == {"n": 2, "got": 5 if tag == "userTask" else 4}


def test_the_form_of_a_task_is_filled_from_its_inputs(world: World) -> None:
    body = f'{S}<userTask id="a" n:form="f">{mapped({"shown": "n * 2"})}</userTask>{E}'
    world.deploy(model(body, "s > a > e"), form("f", fields=["shown"], reads=["shown"]))
    world.start(n=2)

    opened = world.task("a").id
    assert world.read(lambda tx: world.reading.task(tx, ALL, opened)).values == {"shown": 4}


def test_a_decision_sees_inputs_and_hands_on_outputs(world: World) -> None:
    rule = f'<businessRuleTask id="d" n:decision="grade" n:result="r">{mapped({"score": "points"}, {"level": "r"})}'
    world.deploy(
        model(f"{S}{rule}</businessRuleTask>{U}{E}", "s > d > u > e"),
        table("grade", "score", "grade", {"[0..5)": '"low"', "[5..9]": '"high"'}),
    )
    world.start(points=7)

    assert world.data("u") == {"points": 7, "level": "high"}


def test_an_operation_gets_inputs_and_its_answer_is_mapped(either_world: World) -> None:
    world = either_world
    attributes = 'n:operation="ask" n:parameters="= { amount: cents }" n:answer="reply"'
    mapping = mapped({"cents": "euros * 100"}, {"ok": "reply.ok"})
    world.play(
        f'{S}<serviceTask id="o" {attributes}>{mapping}</serviceTask>{U}{E}', "s > o > u > e", values={"euros": 3}
    )

    assert world.open == []
    world.answer(ok=True)
    assert world.data("u") == {"euros": 3, "ok": True}


def test_a_message_is_mapped_by_the_task_that_receives_it(either_world: World) -> None:
    world = either_world
    mapping = mapped({"key": "n + 1"}, {"got": "m.text", "by": "key"})
    body = f'{S}<receiveTask id="r" messageRef="m" n:correlation="= string(key)">{mapping}</receiveTask>{U}{E}'
    world.play(body, "s > r > u > e", values={"n": 1})

    assert world.waits == [("m", "2")]
    world.send("m", "2", text="hello")
    assert world.data("u") == {"n": 1, "got": "hello", "by": 2}


def test_a_subprocess_has_inputs_and_hands_on_outputs(either_world: World) -> None:
    world = either_world
    inner = f'<startEvent id="s1"/><scriptTask id="k"><script>{{ made: a + n }}</script></scriptTask>{U}<endEvent id="e1"/>{flows("s1 > k > u > e1")}'
    body = f'{S}<subProcess id="p">{mapped({"a": "n * 10"}, {"out": "made"})}{inner}</subProcess><userTask id="w"/>{E}'
    world.play(body, "s > p > w > e", values={"n": 1})

    assert world.data("u") == {"n": 1, "a": 10, "made": 11}
    world.complete("u")
    assert world.data("w") == {"n": 1, "out": 11}


def test_a_called_process_has_inputs_and_hands_on_outputs(world: World) -> None:
    called = model(f"{S}{U}{E}", "s > u > e", process="Q")
    call = f'<callActivity id="c" calledElement="Q">{mapped({"a": "n"}, {"out": "a + 1"})}</callActivity>'
    world.deploy(called, model(f'{S}{call}<userTask id="w"/>{E}', "s > c > w > e"))
    world.start(n=1)

    world.complete("u")
    assert world.data("w") == {"n": 1, "out": 2}


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_each_instance_of_a_loop_has_its_own(world: World, sequential: str) -> None:
    loop = (
        f'<multiInstanceLoopCharacteristics isSequential="{sequential}"><loopDataInputRef>items</loopDataInputRef>'
        '<loopDataOutputRef>found</loopDataOutputRef><inputDataItem id="item"/><outputDataItem id="one"/>'
        "</multiInstanceLoopCharacteristics>"
    )
    mapping = mapped({"twice": "item * 2"}, {"one": "twice + extra"})
    body = f'{S}<scriptTask id="x">{mapping}<script>{{ extra: 1 }}</script>{loop}</scriptTask>{U}{E}'
    world.play(body, "s > x > u > e", values={"items": [1, 2, 3]})

    assert world.data("u") == {"items": [1, 2, 3], "found": [3, 5, 7]}


def test_an_input_over_its_budget_parks_the_token_before_the_activity(world: World) -> None:
    body = f'{S}<userTask id="a">{mapped({"x": "count(for i in 1..n return i)"})}</userTask>{E}'
    world.play(body, "s > a > e", values={"n": 9_999_999})

    assert (world.open, world.stuck) == ([], [("a", "budget")])
    mend(world, "retry", n=3)
    assert (world.open, world.data("a")["x"]) == (["a"], 3)


@pytest.mark.parametrize("how", ["retry", "step_over"])
def test_an_output_over_its_budget_parks_the_token_with_its_work_done(world: World, how: str) -> None:
    outputs = mapped({}, {"x": "count(for i in 1..n return i)"})
    body = f'{S}<userTask id="a" n:form="f">{outputs}</userTask>{U}{E}'
    world.deploy(model(body, "s > a > u > e"), form("f"))
    world.start(n=9_999_999)

    world.complete("a", answer=1)
    assert (world.open, world.stuck) == ([], [("a", "budget")])
    mend(world, how, n=3)
    assert (world.open, world.stuck) == (["u"], [])
    assert world.data("u") == ({"n": 9_999_999, "x": 3} if how == "retry" else {"n": 3, "f": {"answer": 1}})


def test_an_operation_is_not_called_again_when_its_outputs_fail(world: World) -> None:
    outputs = mapped({}, {"x": "count(for i in 1..n return i)"})
    body = f'{S}<serviceTask id="o" n:operation="ask" n:answer="r">{outputs}</serviceTask>{U}{E}'
    world.play(body, "s > o > u > e", values={"n": 9_999_999})

    world.answer(ok=True)
    assert world.stuck == [("o", "budget")]
    mend(world, "retry", n=2)
    assert (world.open, world.calls) == (["u"], ["ask"])
