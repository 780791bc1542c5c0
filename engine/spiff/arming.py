"""After a change of release: what lies ahead of each token is foretold anew, and new boundary events of running activities are armed."""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.observe import LIVE


def arm(tree: Any, known: Mapping[str, frozenset[str]]) -> None:  # Any: a library workflow
    """In place. `known`: task -> the boundary events it had, armed or fired; others are new, and a timer counts from now."""
    for task in [task for task in tree.tasks.values() if task._state & LIVE]:
        if not isinstance(task.parent.task_spec, LoopTask) and not isinstance(task.task_spec, BoundaryEvent):
            _arm_activity(tree, task, known.get(task.id, frozenset()))
    for task in [task for task in tree.tasks.values() if task._state & LIVE]:
        task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)


def _arm_activity(tree: Any, task: Any, known: frozenset[str]) -> None:
    split = tree.spec.task_specs.get(f"{task.task_spec.name}.BoundaryEventSplit")
    if split is None:
        return
    around = task.parent
    if around.task_spec is not split:
        around = _around(tree, task, split)
    for spec in split.outputs:
        if isinstance(spec, BoundaryEvent) and spec.name not in known:
            armed = around._add_child(spec, TaskState.WAITING)
            spec._predict(armed, mask=TaskState.NOT_FINISHED_MASK)
            spec._update(armed)


def _around(tree: Any, task: Any, split: Any) -> Any:
    """Puts the split that goes with boundary events between an activity that had none and what led to it."""
    above = task.parent
    made = Task(tree, split, above, state=TaskState.COMPLETED)
    made.data = dict(task.data)
    above._children.remove(task.id)
    task.parent = made
    made._children.append(task.id)
    return made
