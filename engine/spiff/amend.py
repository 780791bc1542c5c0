"""Sets values by a person's hand: case facts, and values in a token that stands open."""

from dataclasses import replace
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import MoveRefused
from engine.model import Advance, Values
from engine.places import Place
from engine.spiff.joins import is_join
from engine.spiff.observe import public_id, snapshot
from engine.spiff.staying import stays
from engine.spiff.step import Step
from engine.spiff.tokens import Found, resolve, settle, the_one, tokens_at

BY_HAND = "set_values"


def amend(step: Step, facts: Values, place: Place | None, chosen: str | None, values: Values) -> Advance:
    """Case facts become known now; `values` go to the token at `place`. What waits for a condition looks again."""
    step.load()
    found = resolve(step.case, step.release, place) if place is not None else None

    def do(live: Any) -> None:  # Any: a library workflow
        for name, value in facts.items():
            step.environment.learn(name, value, BY_HAND)
        if found is not None:
            tokens = tokens_at(live, found)
            around = [task.parent for task in tokens]
            task = the_one(step.case, [task for task in tokens if task not in around], found, chosen)
            _give(task, found, values)
            touched.append(task)
        settle(live)

    touched: list[Any] = []
    if found is not None:
        step.process = found[1].process
    advance = step.run(None, do, "ValuesSet", found[1].id if found is not None else "", values)
    names: dict[str, Any] = {"facts": sorted(facts), "values": sorted(values)}
    if touched:
        names["token"] = public_id(step.case.shard, touched[0])
    return replace(advance, given=facts, noted=names, renewed=_renewed(step, advance, touched))


def _give(task: Any, found: Found, values: Values) -> None:
    parent = task.parent
    of_loop = isinstance(parent.task_spec, LoopTask) and task._state == TaskState.WAITING
    if task._state == TaskState.STARTED or is_join(task.task_spec) or of_loop:
        raise MoveRefused(f"Expected a token with values of its own, but '{found[1].id}' takes them from elsewhere")
    task.data = {**task.data, **values}
    if task._state != TaskState.WAITING:
        return
    if isinstance(parent.task_spec, BoundaryEventSplit):  # what waits inherits again whenever it looks
        parent.data = {**parent.data, **values}
        return
    passage = Task(task.workflow, task.workflow.spec.start, parent, state=TaskState.COMPLETED)
    passage.data = dict(task.data)
    parent._children.remove(task.id)
    task.parent = passage
    passage._children.append(task.id)


def _renewed(step: Step, advance: Advance, touched: list[Any]) -> Any:
    """The open task of the token is prefilled anew."""
    after = snapshot(step.case.shard, advance.live)
    return tuple(
        stays(step, key, task, advance.stage)
        for key, task in after.open.items()
        if task in touched and key in step.before.open
    )
