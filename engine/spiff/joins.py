"""Joins of a case whose tokens were moved: for which branches they wait, and from which of them none can come."""

from collections.abc import Iterable, Iterator
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.places import JoinWait
from engine.spiff.observe import LIVE, trees
from engine.spiff.release import Release
from engine.spiff.specs import InclusiveJoin, ParallelJoin


def is_join(task_spec: Any) -> bool:  # Any: a library spec
    return isinstance(task_spec, ParallelJoin | InclusiveJoin) and len(task_spec.inputs) > 1


def join_waits(live: Any, release: Release) -> tuple[JoinWait, ...]:  # Any: a library workflow
    """Every join at which a branch waits, and every parallel one ahead of a token that can never be complete."""
    found = [_told(release, tree, *item) for tree in trees(live) if not tree.completed for item in _waiting(tree)]
    return tuple(sorted(found, key=lambda item: (item.process, item.element)))


def arrived(tree: Any, join: Any) -> set[Any]:  # Any: library specs
    """Inputs of a join by which a branch came in this round."""
    waiting = next((task for task in _of(tree, join) if task._state == TaskState.WAITING), None)
    came = [waiting, *join._round(waiting)] if waiting is not None else []
    return {task.parent.task_spec for task in came if task.parent._state == TaskState.COMPLETED}


def unreachable(tree: Any, join: Any, inputs: Iterable[Any]) -> list[Any]:  # Any: library specs
    """Those inputs to which no live token leads without passing the join."""
    standing = {task.task_spec for task in tree.tasks.values() if task._state & LIVE and task.task_spec is not join}
    return [before for before in inputs if not standing & _leading(before, join)]


def _of(tree: Any, join: Any) -> list[Any]:
    return [task for task in tree.tasks.values() if task.task_spec is join]


def _waiting(tree: Any) -> Iterator[tuple[Any, list[Any], list[Any]]]:
    for join in tree.spec.task_specs.values():
        if not is_join(join):
            continue
        came = arrived(tree, join)
        missing = [before for before in join.inputs if before not in came]
        never = unreachable(tree, join, missing) if isinstance(join, ParallelJoin) else []
        if came or (never and len(never) < len(missing)):
            yield join, missing, never


def _leading(before: Any, join: Any) -> set[Any]:
    found, rest = {before}, [before]
    while rest:
        for spec in rest.pop().inputs:
            if spec is not join and spec not in found:
                found.add(spec)
                rest.append(spec)
    return found


def _told(release: Release, tree: Any, join: Any, missing: list[Any], never: list[Any]) -> JoinWait:
    process = release.scopes[tree.spec.name]
    return JoinWait(process, drawn(join), tuple(map(drawn, missing)), tuple(map(drawn, never)))


def drawn(task_spec: Any) -> str:  # Any: a library spec
    """The id on the diagram of what an inner node belongs to."""
    name: str = getattr(task_spec, "bpmn_id", None) or task_spec.name
    for suffix in INNER:
        name = name.removesuffix(suffix)
    return name


INNER = (".BoundaryEventSplit", ".BoundaryEventJoin", " [child]", ".split", ".end")
"""What the library and normalising append to an element's id."""
