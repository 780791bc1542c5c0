"""Event subprocesses: what starts them is armed while the scope around them runs, at any depth, and takes up no token.

The starts are read from the model once and stand on the shared spec as `event_starts`. A case keeps, at the root of each tree, only
what is its own: when a timer start is due, and whether an interrupting one has already ended the rest of the scope.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.mixins import StartEventMixin
from SpiffWorkflow.util.task import TaskState

from engine.errors import EngineError, StepFailed
from engine.spiff.elements import EventStart
from engine.spiff.timing import turned
from feel import FeelError

DUE, OVER, HELD = "armed", "interrupted", "ninefold:held"


@dataclass(frozen=True, slots=True)
class Armed:
    """An event start of a running scope; `workflow` is the tree of that scope."""

    workflow: Any  # Any: a library workflow
    start: EventStart

    @property
    def due(self) -> Any:
        """ISO text of the instant of a timer start, or the state of its cycle."""
        return self.workflow.task_tree.internal_data.get(DUE, {}).get(self.start.sub)

    @property
    def key(self) -> str:
        """32 hexadecimal digits, the same as long as the scope runs."""
        place = f"{self.workflow.task_tree.id}/{self.start.sub}"
        return blake2b(place.encode(), digest_size=16).hexdigest()


def of(spec: Any) -> tuple[EventStart, ...]:
    return getattr(spec, "event_starts", ())


def armed(tree: Any) -> Iterator[Armed]:
    """The event starts of a scope that could happen now."""
    if not of(tree.spec) or tree.completed or tree.task_tree.internal_data.get(OVER):
        return
    for start in of(tree.spec):
        found = Armed(tree, start)
        if start.kind != "timer" or found.due is not None:
            yield found


def arm(tree: Any, data: Mapping[str, Any]) -> None:
    """When a scope begins: its timer starts get their instants."""
    dues = {start.sub: first(start, tree, data) for start in of(tree.spec) if start.kind == "timer"}
    if dues:
        tree.task_tree.internal_data[DUE] = dues


def first(start: EventStart, tree: Any, data: Mapping[str, Any]) -> Any:
    try:
        return tree.script_engine.environment.evaluate(start.text, data)
    except (EngineError, FeelError) as error:
        raise StepFailed(start.element, f"it failed ({error.code})", error.code) from error


def fire(item: Armed) -> None:
    """A timer start: the next turn of a cycle is reckoned from the instant of this one."""
    tree, due = item.workflow, item.due
    calendar = tree.script_engine.environment.calendar
    left = turned(due, calendar.zone, calendar.local) if isinstance(due, dict) else None
    dues = {**tree.task_tree.internal_data[DUE], item.start.sub: left}
    tree.task_tree.internal_data[DUE] = {sub: value for sub, value in dues.items() if value is not None}
    trigger(item, {})


def trigger(item: Armed, payload: Mapping[str, Any]) -> None:
    """Begins an event subprocess, a further time if it ran before; an interrupting one ends all else of its scope first."""
    tree, start = item.workflow, item.start
    root = tree.task_tree
    if start.interrupting:
        root.internal_data.pop(DUE, None)
        root.internal_data[OVER] = True
        for child in root.children:
            child.cancel()
    begun_id = tree.spec.start.trigger_wf(root, start.sub)
    task, begun = tree.tasks[begun_id], tree.top_workflow.subprocesses[begun_id]
    task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)  # the way to the end, which a trigger leaves out
    inner = next(task for task in begun.tasks.values() if isinstance(task.task_spec, StartEventMixin))
    definition = inner.task_spec.event_definition
    inner.task_spec.catch(inner, BpmnEvent(definition, dict(payload)))
    inner.task_spec._update(inner)
