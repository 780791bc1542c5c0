"""What the houses above are told of a step, and when: the task with its form, where it ran, before anything is written."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import sqlalchemy as sa

from engine import AmendTask, CancelCase, NoteRecord, NotFound
from engine.store import tables
from tests.support.world import ANN, World, form, model

LOOP = (
    '<multiInstanceLoopCharacteristics isSequential="false"><loopDataInputRef>items</loopDataInputRef>'
    '<inputDataItem id="item" name="item"/></multiInstanceLoopCharacteristics>'
)
BODY = (
    '<startEvent id="s"/><subProcess id="each">'
    + LOOP
    + '<startEvent id="es"/><userTask id="first" n:form="f" n:group="team"/>'
    '<userTask id="second"/><endEvent id="ee"/><sequenceFlow id="x1" sourceRef="es" targetRef="first"/>'
    '<sequenceFlow id="x2" sourceRef="first" targetRef="second"/><sequenceFlow id="x3" sourceRef="second" targetRef="ee"/>'
    '</subProcess><userTask id="last"/><endEvent id="e"/>'
)
PATHS = ("s > each > last > e",)


@dataclass
class Noted:
    """The port Records: reads, and remembers what it was told."""

    steps: list[Any] = field(default_factory=list)
    amended: list[Any] = field(default_factory=list)
    count: Any = None

    def apply(self, tx: Any, case: Any, advance: Any, actor_id: str, at: Any) -> None:
        tx.rows(sa.select(tables.history).limit(1))
        self.steps.append(advance)

    def amend(self, tx: Any, case: Any, amendment: Any, actor_id: str, at: Any) -> None:
        tx.rows(sa.select(tables.history).limit(1))
        self.amended.append((amendment, actor_id))


@pytest.fixture
def noted(either_world: World) -> Noted:
    found = Noted()
    either_world.engine = replace(either_world.engine, records=found)
    either_world.deploy(model(BODY, *PATHS), form("f"))
    either_world.start(items=[1, 2])
    found.steps.clear()
    return found


def test_tasks_of_one_instance_stand_within_the_same_and_those_of_another_in_another(
    either_world: World, noted: Noted
) -> None:
    for element in ("first", "first", "second", "second", "last"):
        either_world.complete(element)

    found = [(step.done.element, step.within) for step in noted.steps]
    firsts = [within for element, within in found if element == "first"]
    assert len(noted.steps) == 5, "a port that reads before the first write does not make the step run again"
    assert all(len(within) == 1 for within in firsts)
    assert len(set(firsts)) == 2
    assert sorted(within for element, within in found if element == "second") == sorted(firsts)
    assert found[-1] == ("last", ())


def test_a_step_tells_its_task_with_form_and_group(either_world: World, noted: Noted) -> None:
    either_world.complete("first")

    (step,) = noted.steps
    assert (step.done.id, step.done.form, step.done.group) == (step.completed_task, "f", "team")


def test_an_addendum_tells_all_answers_before_and_after(either_world: World, noted: Noted) -> None:
    task = either_world.task("first").id
    either_world.complete("first", mood="fine", pain=2)

    either_world.execute(AmendTask(task, ANN, either_world.now, "misheard", {"pain": 7}))
    either_world.execute(AmendTask(task, ANN, either_world.now, "and more", {"mood": None}))

    (first, actor), (second, _) = noted.amended
    assert (first.task.id, first.reason, actor) == (task, "misheard", "ann")
    assert (dict(first.before), dict(first.after)) == ({"mood": "fine", "pain": 2}, {"mood": "fine", "pain": 7})
    assert dict(second.before) == {"mood": "fine", "pain": 7}
    assert second.after.get("mood") is None


@pytest.mark.usefixtures("rebuilt")
def test_a_record_kept_elsewhere_is_a_step_that_moves_no_token(either_world: World, noted: Noted) -> None:
    before, open_ = either_world.view, either_world.open

    changed = either_world.execute(
        NoteRecord(either_world.case, "NoteAdded", ANN, either_world.now, "because", {"kind": "free"})
    )

    assert changed.version == either_world.view.version == before.version + 1
    assert either_world.open == open_
    event = either_world.history[-1]
    assert (event.kind, event.actor, dict(event.facts)) == ("NoteAdded", "ann", {"kind": "free"})
    either_world.execute(CancelCase(either_world.case, "done", ANN, either_world.now, "over"))
    either_world.execute(NoteRecord(either_world.case, "NoteAdded", ANN, either_world.now))
    assert either_world.status == "cancelled"
    with pytest.raises(NotFound):
        either_world.execute(NoteRecord("0" * 35, "NoteAdded", ANN, either_world.now))  # type: ignore[arg-type]
