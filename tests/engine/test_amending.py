"""An addendum stands beside a completed form: checked by it, the answers stay, what is known changes, the flow does not."""

from dataclasses import replace
from typing import Any

import pytest

from engine import (
    Actor,
    AmendTask,
    FormRefused,
    NotAllowed,
    NotFound,
    StaleVersion,
    SuspendCase,
    TaskId,
    TaskNotCompleted,
    TaskPage,
)
from tests.support.world import ALL, ANN, World, form, model

pytestmark = pytest.mark.usefixtures("rebuilt")

BODY = (
    '<startEvent id="s"/><userTask id="u" n:form="f" n:group="team"/><exclusiveGateway id="g" default="g_low"/>'
    '<userTask id="low"/><userTask id="high"/><endEvent id="e"/>'
)
PATHS = ("s > u > g > low > e", 'g > high > e ? = f.band = "high"')
NIA = Actor("nia", frozenset({"clinician"}), frozenset({"nurse"}))


def completed(world: World, **answers: Any) -> TaskId:
    world.deploy(
        model(BODY, *PATHS, attributes='n:grade="risk"'),
        form("f", facts={"band": "risk", "pain": "pain"}, required=("mood",), plain=["pain"]),
    )
    world.start()
    task = world.task("u").id
    world.complete("u", mood="fine", **answers)
    return task


def page(world: World, task: TaskId) -> TaskPage:
    return world.read(lambda tx: world.reading.task(tx, ALL, task))


def test_an_addendum_stands_beside_the_answers_and_its_facts_are_learned(either_world: World) -> None:
    world = either_world
    task = completed(world, band="low", pain=2)
    before = world.view

    amended = world.execute(AmendTask(task, ANN, world.now, "misheard her", {"pain": 7}, version=2))

    found = page(world, task)
    assert (amended.values, amended.facts, amended.version) == ({"pain": 7}, ("pain",), 3)
    assert found.answers == {"mood": "fine", "band": "low", "pain": 2}
    assert [(item.actor, item.reason, item.values) for item in found.addenda] == [("ann", "misheard her", {"pain": 7})]
    fact = world.read(lambda tx: world.reading.case_facts(tx, world.case))["pain"]
    assert (fact.value, fact.at, fact.source) == (7, world.now, "u")
    assert (world.open, world.view.version) == (["low"], before.version + 1)
    first = next(item for item in world.history if item.kind == "TaskCompleted")
    assert first.facts == {"task": task, "answers": {"pain": 2}}, "what was told first stays"
    last = world.history[-1]
    assert (last.kind, last.actor, last.facts) == (
        "TaskAmended",
        "ann",
        {"task": task, "fields": ["pain"], "facts": ["pain"], "answers": {"pain": 7}},
    )


def test_a_fact_that_is_the_grade_changes_it_and_the_flow_stays(either_world: World) -> None:
    world = either_world
    task = completed(world, band="low")

    world.execute(AmendTask(task, ANN, world.now, "other row", {"band": "high"}))

    assert (world.view.risk, world.task("low").risk, world.open) == ("high", "high", ["low"])
    world.complete("low")
    assert (world.status, world.view.risk) == ("completed", "high")


def test_each_addendum_stands_on_those_before(world: World) -> None:
    task = completed(world, pain=2)
    world.execute(AmendTask(task, ANN, world.now, "first", {"pain": 7}))

    with pytest.raises(FormRefused):
        world.execute(AmendTask(task, ANN, world.now, "the same", {"pain": 7}))
    world.execute(AmendTask(task, ANN, world.now, "second", {"pain": 2}))

    assert [dict(item.values) for item in page(world, task).addenda] == [{"pain": 7}, {"pain": 2}]
    assert world.known["pain"] == 2


def test_an_addendum_leaves_alone_what_became_known_since(world: World) -> None:
    task = completed(world, pain=2)
    world.deploy(form("g", facts={"pain": "pain"}))
    world.execute(AmendTask(task, ANN, world.now, "mood only", {"mood": "sad"}))

    assert (world.known["pain"], page(world, task).addenda[0].values) == (2, {"mood": "sad"})
    fact = world.read(lambda tx: world.reading.case_facts(tx, world.case))["pain"]
    assert fact.source == "u"


def test_a_form_that_remembers_nothing_is_amended_too(world: World) -> None:
    task = completed(world)

    amended = world.execute(AmendTask(task, ANN, world.now, "note", {"note": "called twice"}))

    assert (amended.facts, world.known) == ((), {})


def test_what_is_wrong_is_refused_and_nothing_is_kept(world: World) -> None:
    task = completed(world, pain=2)
    version = world.view.version

    for command, error in (
        (AmendTask(task, ANN, world.now, "r"), FormRefused),
        (AmendTask(task, ANN, world.now, "r", {"pain": float("inf")}), FormRefused),
        (AmendTask(task, ANN, world.now, "r", {"pain": 7}, version=1), StaleVersion),
        (AmendTask(task, NIA, world.now, "r", {"pain": 7}), NotAllowed),
        (AmendTask(TaskId("0" * 35), ANN, world.now, "r", {"pain": 7}), NotFound),
        (AmendTask(world.task("low").id, ANN, world.now, "r", {"pain": 7}), TaskNotCompleted),
    ):
        with pytest.raises(error):
            world.execute(command)
    assert (world.view.version, world.known["pain"], page(world, task).addenda) == (version, 2, ())


def test_the_forms_own_problems_refuse_an_addendum(world: World) -> None:
    task = completed(world)
    kept = world.forms.check

    def strict(source: bytes, values: dict[str, Any], known: dict[str, Any]) -> Any:
        return replace(kept(source, values, known), problems=(("#/pain", "Expected at most 10"),))

    world.forms.check = strict
    with pytest.raises(FormRefused) as refused:
        world.execute(AmendTask(task, ANN, world.now, "r", {"pain": 11}))

    assert refused.value.problems == (("#/pain", "Expected at most 10"),)


def test_a_task_without_a_form_has_nothing_to_amend(world: World) -> None:
    completed(world)
    low = world.task("low").id
    world.complete("low")

    for values in ({}, {"x": 1}):
        with pytest.raises(FormRefused):
            world.execute(AmendTask(low, ANN, world.now, "r", values))


def test_ended_and_suspended_cases_are_amended_and_stay_so(world: World) -> None:
    task = completed(world, pain=2)
    world.execute(SuspendCase(world.case, ANN, world.now, "abroad"))
    world.execute(AmendTask(task, ANN, world.now, "r", {"pain": 3}))
    assert (world.status, world.known["pain"]) == ("suspended", 3)

    ended = completed(world, pain=2)
    world.complete("low")
    world.execute(AmendTask(ended, ANN, world.now, "r", {"pain": 4}))
    assert (world.status, world.known["pain"], world.open) == ("completed", 4, [])
