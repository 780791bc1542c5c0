"""History pruning: keep the live front of a case, drop what has finished: a step costs the same however often a case loops.

Every branch of a tree is compacted by itself: what stays of the finished tasks is the root, where branches part, the parents of
what is live, and what a pending join must still find. So a token that stays open beside a loop costs nothing.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.util.task import TaskState

from engine.spiff.sharing import SharingMerge

FINISHED = TaskState.FINISHED_MASK


def prune(workflow: Any) -> None:
    """In place; `workflow` is the top workflow of a case after a step."""
    for task_id, subprocess in list(workflow.subprocesses.items()):
        if subprocess.completed and _parent_finished(workflow, task_id):
            del workflow.subprocesses[task_id]
    _drop_event_branches(workflow)
    for tree in [workflow, *workflow.subprocesses.values()]:
        _prune_tree(tree)


def _parent_finished(workflow: Any, task_id: Any) -> bool:
    try:
        parent = workflow.get_task_from_id(task_id)
    except WorkflowException:  # its parent went with an outer subprocess
        return True
    return parent is None or bool(parent._state & FINISHED)


def _drop_event_branches(workflow: Any) -> None:
    root = workflow.task_tree
    for child in list(root.children):
        if child.triggered:  # nothing but an event subprocess is ever triggered below the root
            branch = list(_below(child))
            if all(task._state & FINISHED for task in branch) and workflow.last_task not in branch:
                root._children.remove(child.id)
                for task in branch:
                    del workflow.tasks[task.id]


def _below(task: Any) -> Iterator[Any]:
    """A task and everything under it, in the order of the tree."""
    rest = [task]
    while rest:
        found = rest.pop()
        yield found
        rest.extend(reversed(found.children))


def _above(task: Any) -> Iterator[Any]:
    """Parent first, root last."""
    parent = task.parent
    while parent is not None:
        yield parent
        parent = parent.parent


class _Joins:
    """The real joins of a process: which elements lead to each of them, and what of them must stay to be found."""

    def __init__(self, spec: Any) -> None:
        joins = [
            task_spec
            for task_spec in spec.task_specs.values()
            if isinstance(task_spec, UnstructuredJoin) and len(task_spec.inputs) > 1 and task_spec is not spec.end
        ]
        self.names = frozenset(join.name for join in joins)
        self.neighbours = self.names | {before.name for join in joins for before in join.inputs}
        self.leading = {join.name: _leading(join) for join in joins}


def _leading(join: Any) -> frozenset[str]:
    """Names of the elements from which a token may come to a join."""
    found: set[str] = set()
    rest = [join]
    while rest:
        for before in rest.pop().inputs:
            if before.name not in found:
                found.add(before.name)
                rest.append(before)
    return frozenset(found)


_joins: "WeakKeyDictionary[Any, _Joins]" = WeakKeyDictionary()


def _joins_of(spec: Any) -> _Joins:
    found = _joins.get(spec)
    if found is None:
        found = _joins[spec] = _Joins(spec)
    return found


def _prune_tree(workflow: Any) -> None:
    live = [task for task in workflow.tasks.values() if not task._state & FINISHED]
    live_ids = {task.id for task in live}
    front = [task for task in live if task._parent is not None and task._parent not in live_ids]
    if not front:
        return
    finished = len(workflow.tasks) - len(live)
    if finished <= 1 + len(front):  # the root and a parent each: nothing to gain
        return
    joins = _joins_of(workflow.spec)
    anchors = [*front, *_arrived(workflow, front, joins), *_last_end(workflow)]
    keep = {workflow.task_tree.id, *_parting(anchors), *_splits(live), *_neighbours(front, joins)}
    for anchor in anchors:
        keep.update((anchor.id, anchor._parent))
    _compact(workflow, keep, live_ids)


def _arrived(workflow: Any, front: list[Any], joins: _Joins) -> Iterator[Any]:
    """Finished arrivals at a join that something live may still reach in the same round."""
    came = [task for task in workflow.tasks.values() if task.task_spec.name in joins.names and task._state & FINISHED]
    if not came:
        return
    above = [(task, {each.id: each for each in _above(task)}) for task in front]
    for arrival in came:
        name = arrival.task_spec.name
        if any(_may_meet(arrival, task, chain, name, joins) for task, chain in above):
            yield arrival


def _may_meet(arrival: Any, task: Any, chain: dict[Any, Any], name: str, joins: _Joins) -> bool:
    spec = task.task_spec.name
    if arrival.id in chain or (spec != name and spec not in joins.leading[name]):
        return False
    last = next((each for each in chain.values() if each.task_spec.name == name), None)
    return last is None or any(each is last for each in _above(arrival))


def _last_end(workflow: Any) -> list[Any]:
    """The latest branch that came to the end of its tree, holding what all of them bring to it."""
    end = workflow.spec.end
    ended = [task for task in workflow.tasks.values() if task.task_spec is end and task._state & FINISHED]
    ended = [task for task in ended if task.parent._state == TaskState.COMPLETED]
    if len(ended) > 1:
        ended.sort(key=lambda task: (task.last_state_change, task.id))
        data: dict[str, Any] = {}
        for task in ended:
            SharingMerge.merge(data, task.parent.data)
        ended[-1].parent.data = data
    return ended[-1:]


def _parting(anchors: Iterable[Any]) -> Iterator[Any]:
    """Ids of the tasks where the ways to two anchors part: what branches changed is told from there."""
    ways: dict[Any, Any] = {}
    for anchor in anchors:
        child = anchor
        for parent in _above(anchor):
            first = ways.setdefault(parent.id, child.id)
            if first != child.id:
                yield parent.id
            child = parent


def _splits(live: Iterable[Any]) -> Iterator[Any]:
    """Ids of the splits that a pending structured join looks for, with their branches' first tasks."""
    for task in live:
        name = getattr(task.task_spec, "split_task", None)
        split = next((each for each in _above(task) if each.task_spec.name == name), None) if name else None
        if split is not None:
            yield split.id
            yield from (child.id for child in split.children if _looked_for(child, split))


def _looked_for(child: Any, split: Any) -> bool:
    """A finished boundary event that interrupted nothing is done with, and so is what hung below it."""
    first = child.task_spec.name in split.task_spec._outputs
    return first and (getattr(child.task_spec, "cancel_activity", True) or not child._state & FINISHED)


def _neighbours(front: Iterable[Any], joins: _Joins) -> Iterator[Any]:
    """Ids of the nearest finished instance of each join and of each of its inputs, above what is live."""
    if not joins.neighbours:
        return
    for task in front:
        seen: set[str] = set()
        for parent in _above(task):
            name = parent.task_spec.name
            if name in joins.neighbours and name not in seen:
                seen.add(name)
                yield parent.id


def _compact(workflow: Any, keep: set[Any], live: set[Any]) -> None:
    """Drops finished tasks that nobody needs; what hung below a dropped one hangs below the nearest that stays."""
    root = workflow.task_tree
    rest = [(child, root) for child in reversed(root.children)]
    below: dict[Any, list[Any]] = {root.id: []}
    dropped = []
    while rest:
        task, parent = rest.pop()
        stays = task.id in keep or task.id in live or parent.id in live  # instances are found below their live loop
        if stays:
            task._parent = parent.id
            below[parent.id].append(task.id)
            below[task.id] = []
        else:
            dropped.append(task.id)
        rest.extend((child, task if stays else parent) for child in reversed(task.children))
    for task_id, children in below.items():
        workflow.tasks[task_id]._children = children
    for task_id in dropped:
        del workflow.tasks[task_id]
    if workflow.last_task is not None and workflow.last_task.id not in workflow.tasks:
        workflow.last_task = root
