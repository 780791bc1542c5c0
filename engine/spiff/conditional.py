"""Conditional events: looked at when a step has come to rest, and fired when their condition has become true.

Nothing is true before an event is armed: one that is true already fires at once, and one that stays armed fires again only after
its condition was not true in between. A case without them has nothing to look at.
"""

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.event_definitions import ConditionalEventDefinition, MultipleEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.errors import StepFailed
from engine.spiff import parking, starts
from engine.spiff.waiting import FIRED, SEEN
from feel import FeelError

MOST_FIRINGS = 100
ENDLESS = ("endless", "its condition becomes true without end")
Waiting = tuple[Any, Any, str]
"""(library task, or the armed start of an event subprocess; its definition; element id)."""


def is_conditional(spec: Any) -> bool:  # Any: a library graph
    """Whether anything in a process waits for a condition."""
    inside = (getattr(item, "event_definition", None) for item in spec.task_specs.values())
    return any(_conditions(found) for found in inside) or any(start.kind == "conditional" for start in starts.of(spec))


def settle(live: Any) -> None:
    """Fires what has become true, one after the other, until nothing more does; what would never end is parked."""
    for _ in range(MOST_FIRINGS):
        item = next(_risen(live), None)
        if item is None:
            return
        _fire(item)
        live.go_on()
    for task, _definition, element in list(_risen(live)):
        if isinstance(task, starts.Armed):
            raise StepFailed(element, ENDLESS[1], ENDLESS[0])
        parking.park(task, parking.ENTERING, parking.Failure(element, *ENDLESS))


def _conditions(definition: Any) -> list[Any]:
    inside = definition.event_definitions if isinstance(definition, MultipleEventDefinition) else [definition]
    return [item for item in inside if isinstance(item, ConditionalEventDefinition)]


def _risen(live: Any) -> Iterator[Waiting]:
    """Those whose condition holds and did not before; of the others it is remembered that theirs does not."""
    for item in sorted(_waiting(live), key=_place):
        if not _holds(item):
            _remember(item[0], holds=False)
        elif not _held(item[0]):
            yield item


def _waiting(live: Any) -> Iterator[Waiting]:
    if live.completed:
        return
    for task in list(live.event_manager.tasks.values()):
        if task._state != TaskState.WAITING or parking.is_parked(task):
            continue
        spec = task.task_spec
        for item in _conditions(spec.event_definition):
            several = isinstance(spec.event_definition, MultipleEventDefinition)
            place = spec.event_definition.event_definitions.index(item) if several else 0
            yield task, item, (spec.outputs[place] if several else spec).bpmn_id
    for tree in (live, *live.subprocesses.values()):
        for start in starts.armed(tree):
            if start.start.kind == "conditional":
                yield start, None, start.start.element


def _place(item: Waiting) -> tuple[str, str]:
    task, _definition, element = item
    return element, task.key if isinstance(task, starts.Armed) else task.id


def _holds(item: Waiting) -> bool:
    """One that goes over its budget is parked; the start of an event subprocess has no token, and does not fire then."""
    task, definition, element = item
    if isinstance(task, starts.Armed):
        environment = task.workflow.script_engine.environment
        environment.place = element
        try:
            return bool(environment.evaluate(task.start.text, task.workflow.task_tree.data))
        except FeelError as error:
            environment.warn(element, f"The condition failed ({error.code}): it counts as not true")
            return False
    answers: list[bool] = []
    environment = task.workflow.script_engine.environment
    environment.place = element
    parking.judged(task, lambda each: answers.append(environment.evaluate(definition.expression, each.data)))
    return answers == [True]


def _held(task: Any) -> bool:
    if isinstance(task, starts.Armed):
        return task.start.sub in task.workflow.task_tree.internal_data.get(starts.HELD, {})
    return starts.HELD in task.internal_data


def _remember(task: Any, *, holds: bool) -> None:
    """Only what is armed still when it has fired ever holds."""
    if not isinstance(task, starts.Armed):
        task.internal_data.pop(starts.HELD, None)
        return
    inside = task.workflow.task_tree.internal_data
    held = {sub: True for sub in inside.pop(starts.HELD, {}) if sub != task.start.sub}
    if holds:
        held[task.start.sub] = True
    if held:
        inside[starts.HELD] = held


def _fire(item: Waiting) -> None:
    task, definition, _element = item
    if isinstance(task, starts.Armed):
        _remember(task, holds=True)
        starts.trigger(task, {})
        return
    if isinstance(task.task_spec.event_definition, MultipleEventDefinition):
        task.internal_data[SEEN] = [BpmnEvent(definition)]
    else:
        task.internal_data[FIRED] = True
    task.task_spec._update(task)
