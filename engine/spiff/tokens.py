"""The tokens of a case: found by the ids of its diagrams, and taken away with all that hangs on them.

Ids that normalising inserts are on no diagram, so nobody can name them.
"""

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins import SubWorkflowTaskMixin
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from engine.errors import ElementUnknown, TokenUnclear
from engine.model import Case
from engine.places import Place
from engine.spiff import starts
from engine.spiff.elements import Element
from engine.spiff.observe import LIVE, all_tasks, public_id
from engine.spiff.release import Release

Found = tuple[str, Element]
NO_TOKEN = frozenset({"boundaryEvent", "startEvent"})
PREDICTED = TaskState.PREDICTED_MASK | TaskState.FUTURE


def resolve(case: Case, release: Release, place: Place) -> Found:
    """Scope and element of a place in what a case runs, itself and all it calls. Raises ElementUnknown."""
    specs = release.specs[case.process]
    scopes = {specs.spec.name, *specs.subprocess_specs}
    found = [
        (scope, element)
        for (scope, id_), element in release.elements.items()
        if id_ == place.element and scope in scopes and place.process in (None, element.process)
    ]
    if not found:
        where = place.process or case.process
        raise ElementUnknown(f"Expected an element of process '{where}', but '{place.element}' is none")
    if len(found) > 1:
        among = ", ".join(f"'{element.process}'" for _, element in found)
        raise ElementUnknown(f"Expected one element '{place.element}', but it is in {among}: name the process")
    return found[0]


def tokens_at(live: Any, found: Found) -> list[Any]:  # Any: library tasks
    """Everything that stands at an element: a loop and its instances too."""
    scope, element = found
    return [
        task
        for task in all_tasks(live)
        if task._state & LIVE and task.workflow.spec.name == scope and task.task_spec.bpmn_id == element.id
    ]


def the_one(case: Case, tasks: list[Any], found: Found, chosen: str | None) -> Any:  # Any: library tasks
    """The only token of some, or the one of them whose public id is `chosen`. Raises TokenUnclear."""
    element = found[1]
    fitting = [task for task in tasks if chosen in (None, public_id(case.shard, task)) and element.kind not in NO_TOKEN]
    if len(fitting) != 1:
        count = f"{len(fitting)} stand" if fitting else "none stands"
        raise TokenUnclear(f"Expected one token at '{element.id}', but {count} there")
    return fitting[0]


def below(task: Any) -> list[Any]:  # Any: library tasks
    """A task and everything under it, parents first."""
    found, rest = [], [task]
    while rest:
        found.append(rest.pop())
        rest.extend(found[-1].children)
    return found


def withdraw(live: Any, task: Any) -> None:  # Any: library tasks
    """Takes a token away, innermost first, with what runs inside it and what is armed on it."""
    for inner in reversed(below(task)):
        sub = live.subprocesses.get(inner.id)
        if sub is not None and not sub.completed:
            end(live, sub)
        if inner._state & LIVE:
            inner.cancel()
    around = task.parent
    if around is not None and isinstance(around.task_spec, BoundaryEventSplit):
        for armed in around.children:
            if isinstance(armed.task_spec, BoundaryEvent) and armed._state == TaskState.WAITING:
                armed.cancel()


def end(live: Any, tree: Any) -> None:  # Any: library trees
    """Takes all tokens of a tree away; it completes without telling what is around it."""
    withdraw(live, tree.task_tree)
    tree.completed, tree.success = True, False


def settle(live: Any) -> None:  # Any: a library workflow
    """Lets everything that waits look again: joins, and conditions on what changed."""
    for tree in (live, *live.subprocesses.values()):
        if not tree.completed:
            tree.update_waiting_tasks()


def standing(release: Release, tree: Any) -> Iterator[Any]:  # Any: library tasks
    """Tokens in a tree, without what is only armed."""
    for task in tree.tasks.values():
        element = release.element(task) if task._state & LIVE else None
        if element is None or element.kind in NO_TOKEN:
            continue
        yield task


def is_container(task_spec: Any) -> bool:
    return isinstance(task_spec, SubWorkflowTaskMixin)


def is_event_subprocess(task_spec: Any) -> bool:
    """A subprocess that no flow leads to."""
    return any(start.sub == task_spec.name for start in starts.of(task_spec._wf_spec))
