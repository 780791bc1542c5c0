"""Who catches an error or an escalation: the nearest around what threw it, and the code itself before any code.

First the boundary of the activity, then the event subprocesses of its scope, then the boundary of that scope, and so on outwards, also
out of called processes; the library would let a neighbour's boundary catch it, and what is interrupted run on to its next wait.
"""

from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent
from SpiffWorkflow.bpmn.specs.event_definitions import ErrorEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.util.task import TaskState

from engine.spiff import starts

KINDS = {"ErrorEventDefinition": "error", "EscalationEventDefinition": "escalation"}


def fail(activity: Any, code: str) -> bool:
    """An activity failed with an error code; False when nothing around it catches that."""
    return _climb(activity, activity.workflow, BpmnEvent(ErrorEventDefinition(code, code), payload={}))


def throw(tree: Any, event: BpmnEvent) -> bool:
    """A throw or end event of a scope threw an error or an escalation."""
    return _climb(None, tree, event)


def signal(trees: list[Any], event: BpmnEvent) -> None:
    """Starts every event subprocess that waits for a signal; the tasks that wait for it are the library's."""
    for tree in trees:
        for item in list(starts.armed(tree)):
            if item.start.kind == "signal" and item.start.name == event.event_definition.name and _still(item):
                starts.trigger(item, event.payload or {})


def _still(item: starts.Armed) -> bool:
    return item in starts.armed(item.workflow)


def _climb(activity: Any, tree: Any, event: BpmnEvent) -> bool:
    while True:
        inside = activity.task_spec.name if activity is not None else None
        if activity is not None and _boundary(activity, event):
            return True
        found = [item for item in starts.armed(tree) if item.start.sub != inside and _fits(item.start, event)]
        if found:
            starts.trigger(min(found, key=lambda item: item.start.name is None), event.payload or {})
            return True
        if tree.parent_task_id is None:
            return False
        activity = tree.top_workflow.get_task_from_id(tree.parent_task_id)
        tree = activity.workflow


def _fits(start: Any, event: BpmnEvent) -> bool:
    thrown = event.event_definition
    return start.kind == KINDS[type(thrown).__name__] and start.name in {None, thrown.code}


def _boundary(activity: Any, event: BpmnEvent) -> bool:
    while isinstance(activity.parent.task_spec, LoopTask):
        activity = activity.parent
    around = activity.parent
    if not isinstance(around.task_spec, BoundaryEventSplit):
        return False
    attached = [task for task in around.children if isinstance(task.task_spec, BoundaryEvent)]
    fitting = [
        task
        for task in attached
        if task._state == TaskState.WAITING and task.task_spec.event_definition == event.event_definition
    ]
    if not fitting:
        return False
    catcher = min(fitting, key=lambda task: task.task_spec.event_definition.code is None)
    catcher.task_spec.catch(catcher, event)
    catcher.task_spec._update(catcher)
    if catcher.task_spec.cancel_activity:
        for task in around.children:
            if task not in attached:
                task.cancel()
    return True
