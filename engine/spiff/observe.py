"""What is live in a case, read off the library's tasks: before and after a step; the difference is the Advance."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import ParallelMultiInstanceTask, SequentialMultiInstanceTask
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition, MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.model import Visit
from engine.spiff import starts
from engine.spiff.parking import attempts_of, is_parked, parked
from engine.spiff.release import Release
from engine.spiff.waiting import DUE, DUES, key_of

EVENT_START = "event-"
LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED
ACTIVITIES = frozenset(
    {"userTask", "manualTask", "task", "subProcess", "callActivity", "receiveTask", "serviceTask", "businessRuleTask"}
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Library tasks by public id, a parked one with its attempts; `entered` and `finished` by the library's own id."""

    open: Mapping[str, Any]
    timers: Mapping[str, tuple[Any, str, datetime, str]]
    waits: Mapping[str, tuple[Any, str, str]]
    entered: Mapping[Any, float]
    finished: frozenset[Any]
    parked: Mapping[str, tuple[Any, int]] = field(default_factory=dict)


def trees(live: Any) -> list[Any]:
    return [live, *live.subprocesses.values()]


def all_tasks(live: Any) -> Iterator[Any]:
    for tree in trees(live):
        yield from tree.tasks.values()


def public_id(shard: int, task: Any) -> str:
    return f"{shard:03x}{task.id}"


def snapshot(shard: int, live: Any) -> Snapshot:
    """Each kind in an order that is the same for a case in memory and for one that was stored and loaded."""
    tasks = list(all_tasks(live))
    waiting = [task for task in tasks if task._state == TaskState.READY and task.task_spec.manual]
    return Snapshot(
        {public_id(shard, task): task for task in sorted(waiting, key=partial(_place, live))},
        dict(sorted(_timers(shard, live), key=lambda pair: (pair[1][2], pair[1][1], pair[0]))),
        dict(sorted(_waits(shard, live), key=lambda pair: (pair[1][1], pair[0]))),
        {task.id: task.last_state_change for task in tasks if task._state & LIVE},
        frozenset(task.id for task in tasks if task._state & TaskState.FINISHED_MASK),
        {public_id(shard, task): (task, attempts_of(task)) for task in parked(tasks)},
    )


def _place(live: Any, task: Any) -> tuple[int, int, str]:
    """After the element that led to it, in the order in which this step left those; then as they stand side by side."""
    parent = task.parent
    beside = parent._children.index(task.id) if parent is not None else 0
    return live.left.get(task._parent, len(live.left)), beside, task.id


def _waiting(live: Any) -> Iterator[tuple[Any, int, Any, str]]:
    """(task, position, event definition, element id) of every event that is waited for."""
    for task in live.event_manager.tasks.values():
        definition = task.task_spec.event_definition
        if task._state != TaskState.WAITING or is_parked(task):
            continue
        if isinstance(definition, MultipleEventDefinition):
            for n, (item, target) in enumerate(zip(definition.event_definitions, task.task_spec.outputs, strict=False)):
                yield task, n, item, target.bpmn_id
        else:
            yield task, 0, definition, task.task_spec.bpmn_id


def _timers(shard: int, live: Any) -> Iterator[tuple[str, tuple[Any, str, datetime, str]]]:
    for task, position, definition, element in _waiting(live):
        if isinstance(definition, TimerEventDefinition):
            value = task.internal_data.get(DUES, {}).get(str(position)) or task.internal_data.get(DUE)
            if value is not None:
                yield f"{shard:03x}{key_of(task, position)}", (task, element, *_due(value))
    for item in _armed(live):
        if item.start.kind == "timer":
            yield f"{shard:03x}{item.key}", (item, item.start.element, *_due(item.due))


def _due(value: Any) -> tuple[datetime, str]:
    cycle = isinstance(value, dict)
    return datetime.fromisoformat(value["next"] if cycle else value).astimezone(UTC), "cycle" if cycle else "date"


def _armed(live: Any) -> Iterator[starts.Armed]:
    for tree in trees(live):
        yield from starts.armed(tree)


def _waits(shard: int, live: Any) -> Iterator[tuple[str, tuple[Any, str, str]]]:
    for task, position, definition, element in _waiting(live):
        if isinstance(definition, MessageEventDefinition):
            yield f"{public_id(shard, task)}-{position}", (task, element, definition.name)
    for item in _armed(live):
        if item.start.kind == "message":
            place = "" if item.workflow is live else f"{item.workflow.task_tree.id}-"
            yield f"{EVENT_START}{place}{item.start.sub}", (item, item.start.sub, item.start.name or "")


def visits(before: Snapshot, live: Any, release: Release, now: datetime) -> Iterator[Visit]:
    """Elements that the step left, in that order. Instances count, the loop around them does not."""
    ended = TaskState.COMPLETED | TaskState.CANCELLED
    gone = [task for task in all_tasks(live) if task._state & ended and task.id not in before.finished]
    for task in sorted(gone, key=lambda each: (live.left.get(each.id, len(live.left)), each.id)):
        element = release.element(task)
        if element is None or isinstance(task.task_spec, ParallelMultiInstanceTask | SequentialMultiInstanceTask):
            continue
        done = task._state == TaskState.COMPLETED
        if not done and (element.kind not in ACTIVITIES or task.id not in before.entered):
            continue
        entered = before.entered.get(task.id)
        since = datetime.fromtimestamp(entered, UTC) if entered is not None else now
        yield Visit("ElementLeft" if done else "ElementCancelled", element.process, element.id, since)


def stages_entered(before: Snapshot, live: Any, release: Release) -> list[str]:
    """Stages whose call activity began in this step, in the order of the flow."""
    found: list[tuple[int, str]] = []
    for task in all_tasks(live):
        element = release.element(task)
        if element is None or element.stage is None or task.id in before.entered or task.id in before.finished:
            continue
        if task._state & (TaskState.STARTED | TaskState.COMPLETED | TaskState.READY):
            found.append((task.depth, element.stage))
    return [stage for _, stage in sorted(found, key=lambda item: item[0])]


def around(task: Any, live: Any) -> tuple[str, ...]:
    """The running sub-processes and calls that a task stands in, outermost first: the same for all tasks of one instance."""
    found: list[str] = []
    tree = task.workflow
    while tree.parent_task_id is not None:
        found.append(str(tree.parent_task_id))
        tree = live.get_task_from_id(tree.parent_task_id).workflow
    return tuple(reversed(found))


def stage_of(task: Any, live: Any, release: Release) -> str | None:
    """The stage of the innermost call around a task, if any."""
    tree = task.workflow
    while tree.parent_task_id is not None:
        around = live.get_task_from_id(tree.parent_task_id)
        element = release.element(around)
        if element is not None and element.stage is not None:
            return element.stage
        tree = around.workflow
    return None


def active(live: Any, release: Release) -> tuple[tuple[str, str], ...]:
    """(process, element) of each token, containers included; a loop counts by its instances."""
    found = []
    for task in all_tasks(live):
        element = release.element(task) if task._state & LIVE else None
        if element is None or element.kind in {"boundaryEvent", "startEvent"}:
            continue
        if not isinstance(task.task_spec, ParallelMultiInstanceTask | SequentialMultiInstanceTask):
            found.append((element.process, element.id))
    return tuple(sorted(found))
