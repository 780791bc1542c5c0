"""Moves a token: taken away here, put there, into phases that are not active as well. What it leaves ends with its last token."""

from dataclasses import replace
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import MoveRefused
from engine.model import Advance, Values
from engine.places import Place
from engine.spiff import starts
from engine.spiff.joins import arrived, drawn, is_join, unreachable
from engine.spiff.observe import LIVE, public_id, stage_of
from engine.spiff.sharing import SharingMerge
from engine.spiff.step import Step
from engine.spiff.tokens import (
    NO_TOKEN,
    Found,
    is_container,
    is_event_subprocess,
    resolve,
    settle,
    standing,
    the_one,
    tokens_at,
    withdraw,
)

MOST_WAYS = 2


def move(step: Step, source: Place, target: Place, chosen: str | None, values: Values) -> Advance:
    """The token at `source`, or the one there with the public id `chosen`, goes on at `target` with its values and `values`."""
    step.load()
    here, there = resolve(step.case, step.release, source), resolve(step.case, step.release, target)
    require_enterable(step, there)

    def do(live: Any) -> None:  # Any: a library workflow
        tokens = tokens_at(live, here)
        token = the_one(step.case, [task for task in tokens if task.parent not in tokens], here, chosen)
        moved.append(public_id(step.case.shard, token))
        data = {**token.data, **values}
        if is_join(token.task_spec):
            data = {**_brought(token), **values}
        withdraw(live, token)
        tree = token.workflow
        while (way := way_to(tree.spec, live, there[0])) is None:
            token = _leave(step, live, tree)
            tree = token.workflow
        stages.append(stage_of(put(step, live, tree, token, way, there, data), live, step.release))
        settle(live)

    stages: list[str | None] = []
    moved: list[str] = []
    step.process = here[1].process
    advance = step.run(None, do, "TokenMoved", here[1].id, values)
    noted = {"token": moved[0], "to": there[1].id, "to_process": there[1].process}
    return replace(_in_stage(advance, stages[0]), noted=noted)


def _brought(waiting: Any) -> Values:
    """What all branches that wait at a join have brought; afterwards none of them has come."""
    came = [*waiting.task_spec._round(waiting), waiting]
    came = [task for task in came if task.parent._state == TaskState.COMPLETED]
    data: dict[str, Any] = {}
    for task in sorted(came, key=lambda task: (float(task.last_state_change), task.id)):
        SharingMerge.merge(data, task.parent.data)
        task.task_spec = task.workflow.spec.start
    return data


def require_enterable(step: Step, found: Found) -> None:
    """Raises MoveRefused for elements that no flow may lead to."""
    scope, element = found
    specs = step.release.specs[step.case.process]
    spec = specs.spec if scope == specs.spec.name else specs.subprocess_specs[scope]
    if element.kind in NO_TOKEN or is_event_subprocess(spec.task_specs[element.id]):
        raise MoveRefused(f"Expected an element that a flow can lead to, but '{element.id}' is started by its event")


def put(
    step: Step, live: Any, tree: Any, anchor: Any, way: tuple[str, ...], there: Found, data: Values
) -> Any:  # Any: library tasks and trees
    """Places a token below `anchor`, opening each container of `way` that is not open already; answers the token's task."""
    for name in way:
        if isinstance(tree.spec.task_specs[name].inputs[0], LoopTask):
            raise MoveRefused(
                f"Expected one place to move to, but '{drawn(tree.spec.task_specs[name])}' runs in instances: move to that itself"
            )
        open_ones = [task for task in tree.tasks.values() if task.task_spec.name == name and task._state & LIVE]
        if len(open_ones) > 1:
            raise MoveRefused(f"Expected one '{name}' that is open, but there are {len(open_ones)}")
        container = open_ones[0] if open_ones else _open(step, tree, anchor, name, data)
        if container.id not in live.subprocesses:
            raise MoveRefused(f"Expected '{name}' to begin, but its entry fails")
        tree = live.subprocesses[container.id]
        anchor = tree.task_tree
        if not open_ones:
            _unbegin(live, tree)
    return _enter(step, tree, anchor, there[1].id, data)


def way_to(spec: Any, live: Any, scope: str) -> tuple[str, ...] | None:
    """Names of the containers from a tree's spec down to a scope; None when none lead there. Raises MoveRefused for several ways."""
    found: list[tuple[str, ...]] = []
    rest: list[tuple[Any, tuple[str, ...], frozenset[str]]] = [(spec, (), frozenset({spec.name}))]
    while rest and len(found) < MOST_WAYS:
        current, path, seen = rest.pop()
        if current.name == scope:
            found.append(path)
            continue
        for name, inner in current.task_specs.items():
            if is_container(inner) and inner.spec not in seen:
                rest.append((live.subprocess_specs[inner.spec], (*path, name), seen | {inner.spec}))
    if len(found) == MOST_WAYS:
        ways = " and ".join(f"'{' > '.join(path)}'" for path in found)
        raise MoveRefused(f"Expected one way to '{scope}', but there are {ways}: move to the one that is meant first")
    return found[0] if found else None


def _leave(step: Step, live: Any, tree: Any) -> Any:
    """Ends the container around a tree that the last token left; answers its task."""
    container = live.get_task_from_id(tree.parent_task_id)
    name = container.task_spec.bpmn_id
    others = sorted({task.task_spec.bpmn_id for task in standing(step.release, tree)})
    if others:
        raise MoveRefused(f"Expected no other token in '{name}', but '{others[0]}' is open there: move '{name}' itself")
    if isinstance(container.parent.task_spec, LoopTask):
        raise MoveRefused(f"Expected a token of its own, but it is in one of the instances of '{name}': move '{name}'")
    withdraw(live, container)
    return container


def _open(step: Step, tree: Any, anchor: Any, name: str, data: Values) -> Any:
    if is_event_subprocess(tree.spec.task_specs[name]):
        raise MoveRefused(f"Expected '{name}' to be open, but only its event starts it")
    entered = _enter(step, tree, anchor, name, data)
    if isinstance(entered.task_spec, BoundaryEventSplit):
        entered.run()
        entered = next(child for child in entered.children if child.task_spec.name == name)
    return entered


def _unbegin(live: Any, tree: Any) -> None:
    """Takes back what a container began with when it was opened; its event subprocesses stay armed."""
    for first in tree.task_tree.children:
        withdraw(live, first)


def _enter(step: Step, tree: Any, anchor: Any, name: str, data: Values) -> Any:
    """A finished stand-in below `anchor` holds the data; below it the element is entered as by a flow, its boundary events too."""
    spec = tree.spec.task_specs.get(f"{name}.BoundaryEventSplit") or tree.spec.task_specs[name]
    if tree.task_tree.internal_data.pop(starts.OVER, None):  # an event had ended this scope: it runs again
        starts.arm(tree, data)
    passage = Task(tree, _coming_from(tree, spec), anchor, state=TaskState.COMPLETED)
    passage.data = dict(data)
    step.before = replace(step.before, finished=step.before.finished | {passage.id})  # nobody was there
    entered = passage._add_child(spec, TaskState.FUTURE)
    spec._predict(entered, mask=TaskState.NOT_FINISHED_MASK)
    spec._update(entered)
    return entered


def _coming_from(tree: Any, spec: Any) -> Any:
    """The start stands for nothing; at a join the token comes as the branch that is missing, best as one that cannot come otherwise."""
    if not is_join(spec):
        return tree.spec.start
    came = arrived(tree, spec)
    missing = [before for before in spec.inputs if before not in came]
    return next(iter(unreachable(tree, spec, missing) or missing or spec.inputs))


def _in_stage(advance: Advance, stage: str | None) -> Advance:
    """The case's stage follows a token into a phase that was active already."""
    if advance.stages or stage in (None, advance.stage):
        return advance
    return replace(advance, stage=stage, stages=((advance.stage, stage or ""),))
