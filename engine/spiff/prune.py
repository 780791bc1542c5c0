"""History pruning: keep the live front of a case, drop what has finished: a step costs the same however often a case loops.

Every tree is cut between its root and the lowest common ancestor of its live tasks, but (a) never below a split that a pending join
must still find, and (b) the nearest finished instance of every real join and of its inputs stays.
"""

from itertools import pairwise
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.util.task import TaskState

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
            branch = _branch(child)
            if all(task._state & FINISHED for task in branch) and workflow.last_task not in branch:
                root._children.remove(child.id)
                for task in branch:
                    del workflow.tasks[task.id]


def _branch(task: Any) -> list[Any]:
    found, rest = [], [task]
    while rest:
        found.append(rest.pop())
        rest.extend(found[-1].children)
    return found


def _ancestors(task: Any) -> list[Any]:
    """Parent first, root last."""
    chain, parent = [], task.parent
    while parent is not None:
        chain.append(parent)
        parent = parent.parent
    return chain


def _join_neighbourhood(spec: Any) -> set[str]:
    """Names of real joins and of their inputs: a parallel gateway looks for itself in the tree."""
    names: set[str] = set()
    for task_spec in spec.task_specs.values():
        if isinstance(task_spec, UnstructuredJoin) and len(task_spec.inputs) > 1 and task_spec is not spec.end:
            names.add(task_spec.name)
            names.update(before.name for before in task_spec.inputs)
    return names


def _prune_tree(workflow: Any) -> None:
    root = workflow.task_tree
    live = [task for task in workflow.tasks.values() if not task._state & FINISHED]
    live_ids = {task.id for task in live}
    front = [task for task in live if task._parent is not None and task._parent not in live_ids]
    if not front:
        return
    chains = [_ancestors(task) for task in front]
    common = set.intersection(*({task.id for task in chain} for chain in chains))
    ancestors = [task for task in chains[0] if task.id in common]
    splits = {task.task_spec.split_task for task in live if getattr(task.task_spec, "split_task", None)}
    index = max((n for n, task in enumerate(ancestors) if task.task_spec.name in splits), default=0)
    keep = ancestors[index]
    if keep is root or keep.parent is root:
        return
    retained = _retained(workflow, ancestors[index:])
    path = [keep, *retained, root]
    if len(path) != len(ancestors) - index:
        _cut(workflow, path)


def _retained(workflow: Any, ancestors: list[Any]) -> list[Any]:
    names, seen, retained = _join_neighbourhood(workflow.spec), {ancestors[0].task_spec.name}, []
    for task in ancestors[1:]:
        name = task.task_spec.name
        if task is not workflow.task_tree and name in names and name not in seen:
            seen.add(name)
            retained.append(task)
    return retained


def _cut(workflow: Any, path: list[Any]) -> None:
    keep, root, kept = path[0], path[-1], {task.id for task in path[1:]}
    doomed, rest = [], list(root.children)
    while rest:
        task = rest.pop()
        if task.id == keep.id:
            continue
        if task.id not in kept:
            doomed.append(task)
        rest.extend(task.children)
    for task in doomed:
        del workflow.tasks[task.id]
    for child, parent in pairwise(path):
        parent._children = [child.id]
        child._parent = parent.id
    if workflow.last_task is not None and workflow.last_task.id not in workflow.tasks:
        workflow.last_task = keep
