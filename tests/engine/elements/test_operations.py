"""Operations that answer: inside the step or later through the outbox, with values or with an error that an error event catches."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import (
    AnswerOperation,
    CaseId,
    CaseSuspended,
    FormRefused,
    OperationError,
    ResumeCase,
    SuspendCase,
)
from engine.store import tables
from tests.support.world import ANN, World, flows, model

PATHS = ("s > x > u > e", "b > mend > e2")
CALLED = '<startEvent id="s"/><callActivity id="c" calledElement="Q"/><userTask id="u"/><endEvent id="e"/>'


def service(attributes: str = 'n:answer="given"', operation: str = "ask") -> str:
    return (
        f'<startEvent id="s"/><serviceTask id="x" n:operation="{operation}" {attributes}/><userTask id="u"/>'
        '<endEvent id="e"/>'
    )


def caught(of: str = "x", code: str = "refused", name: str = "b") -> str:
    reference = f'errorRef="{code}"' if code else ""
    return (
        f'<boundaryEvent id="{name}" attachedToRef="{of}"><errorEventDefinition {reference}/></boundaryEvent>'
        '<userTask id="mend"/><endEvent id="e2"/>'
    )


def refuse(_parameters: object) -> dict[str, object]:
    raise OperationError("refused")


def test_a_task_that_wants_an_answer_waits_for_it_and_takes_it_along(either_world: World) -> None:
    world = either_world
    world.play(service(), "s > x > u > e")

    assert (world.open, dict(world.tokens), world.calls) == ([], {"x": 1}, ["ask"])
    answered = world.answer(text="yes")
    assert (answered.reached, world.open) == (True, ["u"])
    assert world.data("u") == {"given": {"text": "yes"}}
    assert [event.kind for event in world.history if event.element == "x"].count("OperationAnswered") == 1


def test_the_token_of_the_call_names_the_task_that_waits(world: World) -> None:
    world.play(service(), "s > x > u > e")

    (row,) = world.rows(sa.select(tables.outbox.c.token))
    assert row.token[:3] == world.case[:3]
    assert len(row.token) == 35


def test_without_the_attribute_nobody_waits(world: World) -> None:
    world.play(service(""), "s > x > u > e")

    (row,) = world.rows(sa.select(tables.outbox.c.token))
    assert (row.token, world.open) == (None, ["u"])


def test_an_answer_is_taken_once(world: World) -> None:
    world.play(service(), "s > x > u > e")
    world.answer(n_1=1)

    assert world.answer(n_1=2).reached is False
    assert world.data("u") == {"given": {"n_1": 1}}
    assert world.view.version == 2


def test_an_answer_to_an_ended_or_unknown_case_reaches_nobody(world: World) -> None:
    world.play(service(), "s > x > u > e")
    world.answer()
    world.complete("u")

    assert world.answer().reached is False
    other = AnswerOperation(CaseId("0" * 35), "0" * 35, ANN, world.now)
    assert world.execute(other).reached is False


def test_a_suspended_case_takes_the_answer_when_it_goes_on(world: World) -> None:
    world.play(service(), "s > x > u > e")
    world.execute(SuspendCase(world.case, ANN, world.now, "abroad"))

    with pytest.raises(CaseSuspended):
        world.answer(n_1=1)
    world.execute(ResumeCase(world.case, ANN, world.now, "back"))
    assert world.answer(n_1=1).reached


@pytest.mark.parametrize("error", ["", "not a code", "x" * 61, "a\nb"])
def test_an_error_that_is_no_code_is_refused(world: World, error: str) -> None:
    world.play(service(), "s > x > u > e")

    with pytest.raises(FormRefused):
        world.answer(error=error)


def test_an_answer_that_cannot_be_stored_is_refused(world: World) -> None:
    world.play(service(), "s > x > u > e")

    with pytest.raises(FormRefused):
        world.answer(text="\ud800")


@pytest.mark.parametrize("code", ["refused", ""])
def test_an_error_goes_to_the_boundary_of_the_task(either_world: World, code: str) -> None:
    world = either_world
    world.play(service() + caught(code=code), *PATHS)

    world.answer(error="refused")
    assert (world.open, dict(world.tokens)) == (["mend"], {"mend": 1})
    failed = [(event.kind, event.element) for event in world.history if event.kind == "OperationFailed"]
    assert failed == [("OperationFailed", "x")]
    world.complete("mend")
    assert world.status == "completed"


def test_the_code_itself_comes_before_any_code(world: World) -> None:
    both = caught(code="") + caught(name="b2").replace("mend", "own").replace('"e2"', '"e3"')
    world.play(service() + both, *PATHS, "b2 > own > e3")

    world.answer(error="refused")
    assert world.open == ["own"]


@pytest.mark.parametrize("boundary", ["", caught(code="other") + flows("b > mend > e2")])
def test_an_error_that_nobody_catches_is_a_failure_of_that_element(world: World, boundary: str) -> None:
    world.play(service() + boundary, "s > x > u > e")

    assert world.answer(error="refused").reached
    assert (world.open, world.stuck) == ([], [("x", "operation-failed")])
    assert world.answer(n_1=1).reached is False


def test_an_error_goes_out_of_a_subprocess_and_takes_its_rest_away(either_world: World) -> None:
    world = either_world
    inner = (
        '<subProcess id="w"><startEvent id="s1"/><parallelGateway id="f"/><userTask id="a"/><endEvent id="e1"/>'
        '<endEvent id="e3"/><serviceTask id="x" n:operation="ask" n:answer="given"/>{}</subProcess>'
    ).format(flows("s1 > f > a > e1", "f > x > e3"))
    body = f'<startEvent id="s"/>{inner}<userTask id="u"/><endEvent id="e"/>' + caught("w")
    world.play(body, "s > w > u > e", "b > mend > e2")
    assert world.open == ["a"]

    world.answer(error="refused")
    assert world.open == ["mend"]
    assert [event.element for event in world.history if event.kind == "TaskCancelled"] == ["a"]


def test_an_error_goes_out_of_a_called_process(either_world: World) -> None:
    world = either_world
    world.deploy(
        model(CALLED + caught("c"), "s > c > u > e", "b > mend > e2"), model(service(), "s > x > u > e", process="Q")
    )
    world.start()

    world.answer(error="refused")
    assert (world.open, dict(world.tokens)) == (["mend"], {"mend": 1})


def test_a_pure_operation_answers_inside_the_step(world: World) -> None:
    world.operations["double"] = lambda parameters: {"n": parameters["n"] * 2}
    world.play(service('n:answer="given" n:parameters="= { n: 4 }"', "double"), "s > x > u > e")

    assert world.data("u") == {"given": {"n": 8}}
    assert world.calls == []


def test_the_answer_of_a_pure_operation_that_the_model_does_not_name_is_dropped(world: World) -> None:
    world.operations["double"] = lambda _parameters: {"n": 1}
    world.play(service("", "double"), "s > x > u > e")

    assert world.data("u") == {}


def test_an_error_of_a_pure_operation_goes_the_same_way(world: World) -> None:
    world.operations["ask"] = refuse
    world.play(service() + caught(), *PATHS)

    assert (world.open, world.calls) == (["mend"], [])


def test_an_error_of_a_pure_operation_that_nobody_catches_fails_the_step(world: World) -> None:
    world.operations["ask"] = refuse

    world.play(service(), "s > x > u > e")

    assert (world.open, world.stuck) == ([], [("x", "operation-failed")])


def test_a_pure_operation_that_breaks_fails_its_element_by_name_and_does_not_stop_the_step(world: World) -> None:
    world.operations["ask"] = lambda parameters: parameters["Maria"]

    world.play(service(), "s > x > u > e")

    assert world.stuck == [("x", "operation")]


def test_a_timer_at_the_task_ends_the_wait_and_a_late_answer_reaches_nobody(world: World) -> None:
    late = caught().replace(
        '<errorEventDefinition errorRef="refused"/>',
        "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
    )
    world.play(service() + late, *PATHS)

    world.pass_time(hours=1)
    assert world.open == ["mend"]
    assert world.answer(n_1=1).reached is False
    assert world.now > world.view.started_at + timedelta(minutes=59)


def test_instances_of_a_loop_wait_each_for_their_own_answer(either_world: World) -> None:
    world = either_world
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    task = f'<serviceTask id="x" n:operation="ask" n:answer="given">{loop}</serviceTask>'
    world.play(f'<startEvent id="s"/>{task}<userTask id="u"/><endEvent id="e"/>{caught()}', *PATHS)

    assert dict(world.tokens) == {"x": 3}
    for n in (2, 0):
        assert world.answer(n).reached
    assert world.open == []
    world.answer(1)
    assert world.open == ["u"]


def test_an_error_of_one_instance_ends_the_whole_loop(world: World) -> None:
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    task = f'<serviceTask id="x" n:operation="ask" n:answer="given">{loop}</serviceTask>'
    world.play(f'<startEvent id="s"/>{task}<userTask id="u"/><endEvent id="e"/>{caught()}', *PATHS)

    world.answer(1, error="refused")
    assert (world.open, dict(world.tokens)) == (["mend"], {"mend": 1})
    assert world.answer(0).reached is False
