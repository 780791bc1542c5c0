"""Our subclasses of the library's task specs: the repairs of engine-facts.md section 5, and work done by us."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    CallActivity,
    InclusiveGateway,
    ParallelGateway,
    SubWorkflowTask,
)
from SpiffWorkflow.bpmn.specs.defaults import ManualTask as PlainManualTask
from SpiffWorkflow.bpmn.specs.defaults import NoneTask as PlainTask
from SpiffWorkflow.bpmn.specs.defaults import ReceiveTask as PlainReceiveTask
from SpiffWorkflow.bpmn.specs.defaults import UserTask as PlainUserTask
from SpiffWorkflow.bpmn.specs.event_definitions import (
    EscalationEventDefinition,
    MessageEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.errors import OperationError, OperationFailed
from engine.spiff import throwing
from engine.spiff.elements import EventStart
from engine.spiff.mapping import Mapped, MappedWait, enter
from engine.spiff.starts import HELD
from engine.spiff.timing import turned
from engine.spiff.waiting import DUE, Condition, Cycle

LIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED
REARMED = (MessageEventDefinition, SignalEventDefinition, EscalationEventDefinition, Condition)


class UserTask(Mapped, PlainUserTask):  # type: ignore[misc]  # the library has no types
    pass


class ManualTask(Mapped, PlainManualTask):  # type: ignore[misc]  # the library has no types
    pass


class NoneTask(Mapped, PlainTask):  # type: ignore[misc]  # the library has no types
    pass


class ReceiveTask(MappedWait, PlainReceiveTask):  # type: ignore[misc]  # the library has no types
    pass


class WorkTask(Mapped, BpmnSpecMixin):  # type: ignore[misc]  # the library has no types
    """A business rule, script, service or send task: done by the step's environment, never by the library.

    One that waits for the answer of its operation is STARTED until `answer` is called.
    """

    def _run_hook(self, my_task: Any) -> bool | None:  # Any: a library task
        environment = my_task.workflow.script_engine.environment
        try:
            return None if environment.work(my_task) else True
        except OperationError as error:
            self.fail(my_task, error.error)
            return True

    def _update_hook(self, my_task: Any) -> Any:
        return False if my_task.state == TaskState.STARTED else super()._update_hook(my_task)

    def answer(self, my_task: Any, values: Mapping[str, Any]) -> None:
        """The answer of the operation: the token takes it along and goes on."""
        my_task.workflow.script_engine.environment.answered(my_task, values)
        my_task.complete()

    def fail(self, my_task: Any, error: str) -> None:
        """The operation answered with an error. Raises OperationFailed when nothing around catches it."""
        if not throwing.fail(my_task, error):
            raise OperationFailed(self.bpmn_id or self.name, error)


def waits(task: Any) -> bool:
    """Whether a task waits for the answer of its operation."""
    return isinstance(task.task_spec, WorkTask) and bool(task._state == TaskState.STARTED)


class RearmingBoundaryEvent(BoundaryEvent):  # type: ignore[misc]  # the library has no types
    """A non-interrupting message, signal, escalation, condition or cycle boundary that stays armed while its activity runs."""

    def _run_hook(self, my_task: Any) -> Any:  # Any: a library task
        left = self._next_turn(my_task)
        result = super()._run_hook(my_task)
        if self.cancel_activity:
            return result
        for child in my_task.children:
            if isinstance(
                child.task_spec, BoundaryEventJoin
            ):  # has nothing to end, and would wait as long as the activity
                my_task.workflow._remove_task(child.id)
        if not (left or isinstance(self.event_definition, REARMED)):
            return result
        split = my_task.parent
        if any(
            not isinstance(child.task_spec, BoundaryEvent) and not child.has_state(TaskState.FINISHED_MASK)
            for child in split.children
        ):
            again = split._add_child(self, TaskState.WAITING)
            again.triggered = True
            if left:
                again.internal_data[DUE] = left
            if isinstance(self.event_definition, Condition):
                again.internal_data[HELD] = True
            self._predict(again, mask=TaskState.NOT_FINISHED_MASK)
            my_task.workflow.top_workflow.event_manager.add_task(again)
        return result

    def _next_turn(self, my_task: Any) -> Any:
        """The next turn of a cycle, reckoned from the instant of this one; None without one."""
        if not isinstance(self.event_definition, Cycle):
            return None
        calendar = my_task.workflow.script_engine.environment.calendar
        return turned(my_task.internal_data[DUE], calendar.zone, calendar.local)


class _Join:
    """Joins of branches: only those of this round of a loop count, and each branch keeps what it changed since the split.

    The library merges whole branches one over the other, so a branch that came last would undo what another one wrote.
    """

    name: str

    def _merge(self, my_task: Any) -> None:  # Any: a library task
        joined = [task for task in self._round(my_task) if task.has_state(TaskState.FINISHED_MASK)]
        ends = [task.parent for task in sorted(joined, key=lambda task: (task.last_state_change, task.id))] + [
            my_task.parent
        ]
        split = next((task for task in _upwards(my_task.parent) if all(_is_below(end, task) for end in ends)), None)
        before = split.data if split is not None else {}
        merged = dict(before)
        for end in ends:
            changed = {key: value for key, value in end.data.items() if key not in before or before[key] != value}
            merged.update(changed)
        my_task.data = merged

    def _round(self, my_task: Any) -> list[Any]:
        """The other instances of this join since it last let a token through."""
        last = my_task.find_ancestor(self.name)
        same = [task for task in my_task.workflow.tasks.values() if task.task_spec is self and task is not my_task]
        rest = [task for task in same if not _is_below(my_task, task) and not _is_below(task, my_task)]
        return rest if last is None else [task for task in rest if _is_below(task, last)]


def _upwards(task: Any) -> Iterator[Any]:  # Any: library tasks
    while task is not None:
        yield task
        task = task.parent


def _is_below(task: Any, other: Any) -> bool:
    return any(each is other for each in _upwards(task))


class ParallelJoin(_Join, ParallelGateway):  # type: ignore[misc]  # the library has no types
    """A parallel gateway that waits for its branches in every round of a loop."""

    def _run_hook(self, my_task: Any) -> bool:
        self._merge(my_task)
        return True

    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        if my_task.find_ancestor(self.name) is None:
            return bool(super()._check_threshold_unstructured(my_task))
        came = [my_task, *self._round(my_task)]
        return {task.parent.task_spec for task in came if task.parent.state == TaskState.COMPLETED} >= set(self.inputs)


class InclusiveJoin(_Join, InclusiveGateway):  # type: ignore[misc]  # the library has no types
    """An inclusive gateway: it waits while a token elsewhere could still come by an input that has none, in every round.

    The library looks only above the first instance in the tree: in a second round of a loop it waits for nobody.
    """

    def _check_threshold_unstructured(self, my_task: Any) -> bool:  # Any: a library task
        came = {
            task.parent.task_spec
            for task in (my_task, *self._round(my_task))
            if task.parent.state == TaskState.COMPLETED
        }
        missing = [before for before in self.inputs if before not in came]
        if not missing:
            return True
        to_missing, to_came = self._leading_to(missing), self._leading_to(came)
        return not any(
            task.task_spec in to_missing and task.task_spec not in to_came
            for task in my_task.workflow.tasks.values()
            if task._state & LIVE and task.task_spec is not self
        )

    def _leading_to(self, inputs: Iterable[Any]) -> set[Any]:
        """Specs from which a token may come to one of our inputs without passing through us."""
        found, rest = set(inputs), list(inputs)
        while rest:
            for before in rest.pop().inputs:
                if before is not self and before not in found:
                    found.add(before)
                    rest.append(before)
        return found

    def _run_hook(self, my_task: Any) -> Any:
        self._merge(my_task)
        matches, defaults = self._get_matching_outputs(my_task)
        if not matches and not defaults:
            raise WorkflowTaskException("No condition of the gateway holds", task=my_task)
        my_task._sync_children(matches or defaults, TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True


class _SharedData(Mapped):
    """Data goes in and out of a subprocess as it is: values are never changed in place, so no deep copy is needed."""

    def start_workflow(self, my_task: Any) -> None:
        if self.mappings is not None:
            enter(my_task, self.mappings)
        super().start_workflow(my_task)  # type: ignore[misc]  # the library's

    def _update_hook(self, my_task: Any) -> Any:
        return super(Mapped, self)._update_hook(my_task)  # type: ignore[misc]  # its inputs are settled when it starts

    def copy_data(self, my_task: Any, subworkflow: Any) -> None:
        subworkflow.task_tree.data.update(my_task.data)

    def update_data(self, my_task: Any, subworkflow: Any) -> None:
        my_task.data = dict(subworkflow.last_task.data)

    def _on_subworkflow_completed(self, subworkflow: Any, my_task: Any) -> None:
        """One that was interrupted while it threw its last event does not come back."""
        if not my_task.has_state(TaskState.FINISHED_MASK):
            super()._on_subworkflow_completed(subworkflow, my_task)  # type: ignore[misc]  # the library's


class Subprocess(_SharedData, SubWorkflowTask):  # type: ignore[misc]  # the library has no types
    pass


class Call(_SharedData, CallActivity):  # type: ignore[misc]  # the library has no types
    pass


def isolate_event_subprocesses(spec: Any, starts: tuple[EventStart, ...]) -> None:
    """Names the start as input of each event subprocess, once, when the release is compiled; an interrupting one leads to the end.

    The library does both at the first trigger, on the shared spec: then every new case would start with it open. One that does not
    interrupt stays beside the flow: its scope waits for it, but what it writes never reaches the data that the scope hands on.
    """
    spec.event_starts = starts
    for start in starts:
        triggered = spec.task_specs[start.sub]
        triggered._inputs.append(spec.start.name)
        if start.interrupting:
            triggered.connect(spec.end)
