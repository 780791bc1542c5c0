"""Moves a case to another release: its tokens stand where they stood, on the other release's elements; only what lies ahead is foretold anew.

Ids, drafts, due times and values stay. The library's own migration arms timers again, wipes drafts and skips the step after a call.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from engine.errors import MigrationBlocked
from engine.model import Advance, Incident, OpenTask, Timer, Wait
from engine.spiff import starts
from engine.spiff.arming import arm
from engine.spiff.joins import INNER, drawn, is_join, join_waits
from engine.spiff.observe import LIVE, Snapshot, snapshot, trees
from engine.spiff.parking import MARK, failure_of, is_parked
from engine.spiff.release import Release
from engine.spiff.staying import stays
from engine.spiff.step import Step
from engine.spiff.tokens import PREDICTED, is_container, settle

Renames = Mapping[str, str]


def migrate(step: Step, target: Release, renames: Renames) -> Advance:
    """`step` is on the case's own release. Raises MigrationBlocked, naming every obstacle."""
    step.load()
    origin, before = step.release, step.before
    if target.id == origin.id:
        raise MigrationBlocked([("", f"the case is on release '{target.id}' already")])
    if step.case.process not in target.specs:
        raise MigrationBlocked([("", f"the release has no process '{step.case.process}'")])
    stayed = {key: stays(step, key, task, step.case.stage) for key, task in before.open.items()}
    timers = {timer.id: timer for timer in step.timers(before)}
    waits = {wait.id: wait for wait in step.waits(before, step.live)}  # type: ignore[arg-type]  # load() has set it

    def do(live: Any) -> None:  # Any: a library workflow
        hopeless = {
            (item.process, renames.get(item.element, item.element))
            for item in join_waits(live, origin)
            if item.unreachable
        }
        rebinding = _Rebinding(live, origin, target, renames, step.case.stage)
        rebinding.run(step)
        stages.append(rebinding.stage)
        never = [item for item in join_waits(live, target) if item.unreachable]
        stuck = [item for item in never if (item.process, item.element) not in hopeless]
        if stuck:
            raise MigrationBlocked([(item.element, _never(item.unreachable)) for item in stuck])
        settle(live)

    stages: list[str | None] = []
    advance = step.run(None, do, "CaseMigrated", "", {})
    if advance.parked:
        raise MigrationBlocked([(item.element, item.detail) for item in advance.parked])
    after = snapshot(step.case.shard, advance.live)
    return replace(
        advance,
        stage=advance.stage if advance.stages else stages[0],
        noted={"from": origin.id, "to": target.id, "elements": dict(renames)},
        renewed=tuple(_renewed(step, after, stayed, stages[0])),
        timers_kept=tuple(item for item in step.timers(after) if _elsewhere(item, timers.get(item.id))),
        incidents_kept=tuple(_incidents(step, after)),
        waits_kept=tuple(item for item in step.waits(after, advance.live) if _elsewhere(item, waits.get(item.id))),
    )


def _incidents(step: Step, after: Snapshot) -> Iterator[Incident]:
    """Tokens that were parked stay so, to be retried on what the other release says."""
    for key, (task, attempts) in after.parked.items():
        failure = failure_of(task)
        process = step.release.scopes[task.workflow.spec.name]
        yield Incident(key, process, failure.element, failure.cause, failure.detail, attempts)


def _never(inputs: tuple[str, ...]) -> str:
    return f"the join would wait for '{inputs[0]}', from where no token can come"


def _elsewhere(item: Timer | Wait, held: Timer | Wait | None) -> bool:
    if held is None:
        return False
    moved = (item.process, item.element) != (held.process, held.element)
    return moved or (isinstance(item, Wait) and isinstance(held, Wait) and item.name != held.name)


def _renewed(step: Step, after: Snapshot, stayed: Mapping[str, OpenTask], stage: str | None) -> Iterator[OpenTask]:
    """Tasks that stay open and look different now; when they are due does not change."""
    for key, task in after.open.items():
        held = stayed.get(key)
        if held is not None:
            now = stays(step, key, task, stage)
            if now != held:
                yield now


class _Rebinding:
    """One case in memory going from one release to another."""

    def __init__(self, live: Any, origin: Release, target: Release, renames: Renames, stage: str | None) -> None:
        self.live, self.origin, self.target, self.renames, self.stage = live, origin, target, renames, stage
        self.obstacles: dict[str, str] = {}
        self.known: dict[str, frozenset[str]] = {}

    def run(self, step: Step) -> None:
        specs = self.target.specs[step.case.process]
        self._tree(self.live, specs.spec, specs.subprocess_specs)
        if self.obstacles:
            raise MigrationBlocked(list(self.obstacles.items()))
        self.live.subprocess_specs = specs.subprocess_specs
        step.release = self.target
        step.environment.element_of, step.environment.decisions = self.target.element, self.target.decisions
        step.environment.release = self.target.id
        for tree in trees(self.live):
            arm(tree, self.known)

    def _tree(self, tree: Any, spec: Any, subprocess_specs: Mapping[str, Any]) -> None:
        origin, scope = tree.spec, tree.spec.name
        for task in list(tree.tasks.values()):
            if task.id in tree.tasks and task._state & PREDICTED:
                tree._remove_task(task.id)
        for task in list(tree.tasks.values()):
            if task.id in tree.tasks:
                self._task(task, scope, spec, subprocess_specs)
        tree.spec = spec
        self._dues(tree, scope, origin)
        self._arrivals(tree)

    def _task(self, task: Any, scope: str, spec: Any, subprocess_specs: Mapping[str, Any]) -> None:
        was = task.task_spec
        becomes = spec.task_specs.get(self._name(was.name, scope, spec))
        if task._state & LIVE:
            split = was._wf_spec.task_specs.get(f"{was.name}.BoundaryEventSplit")
            armed = split.outputs if split is not None else ()
            self.known[task.id] = frozenset(self._name(item.name, scope, spec) for item in armed)
            reason = self._reason(task, scope, spec, becomes)
            if reason is not None and _is_armed(task):
                task.cancel()  # what was armed on the activity is not there any more
            elif reason is not None:
                self.obstacles.setdefault(drawn(was), reason)
                return
        if becomes is not None and is_parked(task):
            task.internal_data[MARK] = {**task.internal_data[MARK], "element": drawn(becomes)}
        task.task_spec = becomes or spec.start  # what is over and gone stands for nothing
        sub = self.live.subprocesses.get(task.id)
        if sub is None:
            return
        inner = subprocess_specs.get(becomes.spec) if becomes is not None and is_container(becomes) else None
        if inner is not None:
            self._follow_stage(scope, was, spec, becomes)
            self._tree(sub, inner, subprocess_specs)
        elif task._state & LIVE:
            self.obstacles.setdefault(drawn(was), "what it calls is gone")
        else:
            del self.live.subprocesses[task.id]

    def _name(self, name: str, scope: str, spec: Any) -> str:
        """The name in the other release; a plain id in the map goes for every process that has its counterpart."""
        suffix = next((ending for ending in INNER if name.endswith(ending)), "")
        own = name.removesuffix(suffix)
        renamed = self.renames.get(f"{self.origin.scopes[scope]}/{own}", self.renames.get(own, own))
        return renamed + suffix if renamed in spec.task_specs else name

    def _reason(self, task: Any, scope: str, spec: Any, becomes: Any) -> str | None:
        was = task.task_spec
        if becomes is None:
            return "the release has no such element, and the map names no other"
        old = self.origin.elements.get((scope, was.bpmn_id or ""))
        new = self.target.elements.get((spec.name, becomes.bpmn_id or ""))
        if type(becomes) is not type(was) or (old and old.kind) != (new and new.kind):
            return f"it is of another kind there ({new.kind if new is not None else 'none'})"
        if not _same_event(was, becomes, lambda name: self._name(name, scope, spec)):
            return "it waits for something of another kind there"
        if isinstance(was, BoundaryEvent) and self._name(was.inputs[0].name, scope, spec) != becomes.inputs[0].name:
            return "it hangs on another activity there"
        return None

    def _follow_stage(self, scope: str, was: Any, spec: Any, becomes: Any) -> None:
        """The case's stage takes the new name of the phase that it is in."""
        old = self.origin.elements.get((scope, was.bpmn_id))
        new = self.target.elements.get((spec.name, becomes.bpmn_id))
        if old is not None and new is not None and old.stage == self.stage and new.stage is not None:
            self.stage = new.stage

    def _dues(self, tree: Any, scope: str, origin: Any) -> None:
        """Timer starts of event subprocesses keep their instants; new ones count from now."""
        held = tree.task_tree.internal_data.pop(starts.DUE, {})
        before = {self._name(start.sub, scope, tree.spec): start.sub for start in starts.of(origin)}
        dues = {}
        for start in starts.of(tree.spec):
            if before.get(start.sub) in held:
                dues[start.sub] = held[before[start.sub]]
            elif start.kind == "timer" and start.sub not in before and not tree.completed:
                dues[start.sub] = starts.first(start, tree, tree.task_tree.data)
        if dues:
            tree.task_tree.internal_data[starts.DUE] = dues

    def _arrivals(self, tree: Any) -> None:
        """A branch that waits at a join came by an element that must still lead to it."""
        for task in tree.tasks.values():
            if task._state != TaskState.WAITING or not is_join(task.task_spec):
                continue
            for came in [task, *task.task_spec._round(task)]:
                before = came.parent.task_spec
                if before not in task.task_spec.inputs and came.parent._state == TaskState.COMPLETED:
                    self.obstacles.setdefault(drawn(task.task_spec), "a branch that came does not lead to it there")


def _is_armed(task: Any) -> bool:
    """A boundary event, or the library's watch over them: no token stands there."""
    return isinstance(task.task_spec, BoundaryEvent) or task.task_spec.name.endswith(".BoundaryEventJoin")


def _same_event(was: Any, becomes: Any, renamed: Any) -> bool:
    old, new = getattr(was, "event_definition", None), getattr(becomes, "event_definition", None)
    if type(old) is not type(new):
        return False
    alternatives = [type(item) for item in getattr(old, "event_definitions", ())]
    if not alternatives:
        return True
    same = alternatives == [type(item) for item in new.event_definitions]  # type: ignore[union-attr]  # of the same type as `old`
    return same and [renamed(item.name) for item in was.outputs] == [item.name for item in becomes.outputs]
