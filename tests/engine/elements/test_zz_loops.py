"""Bugs 9-11. Multi-instance activities, parallel and one after the other, over lists and numbers, and standard loops."""

import pytest

from engine import StepFailed
from tests.support.world import World, flows, form, model

MULTI = '<multiInstanceLoopCharacteristics isSequential="{}">{}</multiInstanceLoopCharacteristics>'
OVER_LIST = '<loopDataInputRef>items</loopDataInputRef><inputDataItem id="item" name="item"/>'
OUTPUT = '<loopDataOutputRef>results</loopDataOutputRef><outputDataItem id="outcome" name="outcome"/>'


def looped(sequential: str, loop: str, tag: str = "userTask", inner: str = "") -> str:
    return (
        f'<startEvent id="s"/><{tag} id="a">{inner}{MULTI.format(sequential, loop)}</{tag}><userTask id="u"/><endEvent id="e"/>'
    )


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
def test_a_collection_that_is_no_list_fails_the_step_by_name(world: World, sequential: str, items: object) -> None:
    with pytest.raises(StepFailed) as failed:
        world.play(looped(sequential, OVER_LIST), "s > a > u > e", values={"items": items})

    assert failed.value.element == "a"


@pytest.mark.parametrize("sequential", ["false", "true"])
@pytest.mark.parametrize("number", ["= missing", '= "three"', "= 1.5", "= -1"])
def test_a_cardinality_that_is_no_whole_number_fails_the_step_by_name(
    world: World, sequential: str, number: str
) -> None:
    with pytest.raises(StepFailed) as failed:
        world.play(looped(sequential, f"<loopCardinality>{number}</loopCardinality>"), "s > a > u > e")

    assert failed.value.element == "a"
