"""Our subclasses of the library's task specs and its parser: the repairs of engine-facts.md section 5, and work done by us."""

from collections.abc import Iterable, Iterator
from typing import Any

from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import BoundaryEventParser, ReceiveTaskParser
from SpiffWorkflow.bpmn.parser.task_parsers import (
    CallActivityParser,
    ConditionalGatewayParser,
    GatewayParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    CallActivity,
    InclusiveGateway,
    ManualTask,
    NoneTask,
    ParallelGateway,
    ParallelMultiInstanceTask,
    ReceiveTask,
    SequentialMultiInstanceTask,
    SubWorkflowTask,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.event_definitions import (
    EscalationEventDefinition,
    MessageEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.util.task import TaskState

from engine.errors import StepFailed

LIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED
REARMED = (MessageEventDefinition, SignalEventDefinition, EscalationEventDefinition)


class WorkTask(BpmnSpecMixin):  # type: ignore[misc]  # the library has no types
    """A business rule, script, service or send task: done by the step's environment, never by the library."""

    def _run_hook(self, my_task: Any) -> bool:  # Any: a library task
        my_task.workflow.script_engine.environment.work(my_task)
        return True


class RearmingBoundaryEvent(BoundaryEvent):  # type: ignore[misc]  # the library has no types
    """A non-interrupting message, signal or escalation boundary that stays armed while its activity runs."""

    def _run_hook(self, my_task: Any) -> Any:  # Any: a library task
        result = super()._run_hook(my_task)
        if self.cancel_activity or not isinstance(self.event_definition, REARMED):
            return result
        split = my_task.parent
        if any(
            not isinstance(child.task_spec, BoundaryEvent) and not child.has_state(TaskState.FINISHED_MASK)
            for child in split.children
        ):
            again = split._add_child(self, TaskState.WAITING)
            again.triggered = True
            self._predict(again, mask=TaskState.NOT_FINISHED_MASK)
            my_task.workflow.top_workflow.event_manager.add_task(again)
        return result


class _Join:
    """Joins of branches: only those of this round of a loop count, and each branch keeps what it changed since the split.

    The library merges whole branches one over the other, so a branch that came last would undo what another one wrote.
    """

    name: str

    def _merge(self, my_task: Any) -> None:  # Any: a library task
        joined = [task for task in self._round(my_task) if task.has_state(TaskState.FINISHED_MASK)]
        ends = [task.parent for task in sorted(joined, key=lambda task: task.last_state_change)] + [my_task.parent]
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


class _Instances(MultiInstanceTask):  # type: ignore[misc]  # the library has no types
    """Multi-instance: each run collects into a new list, and an instance's own data stays with the instance."""

    def _update_hook(self, my_task: Any) -> Any:  # Any: a library task
        if my_task.has_state(TaskState.PREDICTED_MASK):  # behind a boundary event the library makes no instances of it
            my_task._set_state(TaskState.FUTURE)
        result = super()._update_hook(my_task)
        if self.data_input is not None and not isinstance(my_task.data.get(self.data_input.bpmn_id), list | dict):
            raise StepFailed(self.bpmn_id or self.name, "its collection is not a list", "not-a-list")
        return result

    def init_data_output_with_input_data(self, my_task: Any, input_data: Any) -> None:  # library's signature
        self.data_output.set(my_task, [])

    def init_data_output_with_cardinality(self, my_task: Any) -> None:
        self.data_output.set(my_task, [])

    def merge_child(self, workflow: Any, child: Any) -> None:  # library's signature
        my_task = child.parent
        if self.data_output is not None and self.output_item is not None:
            item = child.data.get(self.output_item.bpmn_id)
            self.data_output.set(my_task, [*self.data_output.get(my_task), item])
        my_task.internal_data["merged"] = [*my_task.internal_data["merged"], str(child.id)]

    def create_child(self, my_task: Any, item: Any, key_or_index: Any = None) -> None:
        for local in (self.input_item, self.output_item):
            if local is not None:
                my_task.data.pop(local.bpmn_id, None)
        super().create_child(my_task, item, key_or_index)


class ParallelInstances(ParallelMultiInstanceTask, _Instances):  # type: ignore[misc]  # the library has no types
    pass


class SequentialInstances(SequentialMultiInstanceTask, _Instances):  # type: ignore[misc]  # the library has no types
    def add_next_child(self, my_task: Any) -> None:
        """An item that is null counts too."""
        by_item = self.data_input is not None
        key, item = self.get_next_input_item(my_task) if by_item else self.get_next_index(my_task)
        if key is not None or item is not None:
            self.create_child(my_task, item, key)


class _SharedData:
    """Data goes in and out of a subprocess as it is: values are never changed in place, so no deep copy is needed."""

    def copy_data(self, my_task: Any, subworkflow: Any) -> None:
        subworkflow.task_tree.data.update(my_task.data)

    def update_data(self, my_task: Any, subworkflow: Any) -> None:
        my_task.data = dict(subworkflow.last_task.data)


class Subprocess(_SharedData, SubWorkflowTask):  # type: ignore[misc]  # the library has no types
    pass


class Call(_SharedData, CallActivity):  # type: ignore[misc]  # the library has no types
    pass


class _OurLoops:
    PARALLEL_MI_CLASS = ParallelInstances
    SEQUENTIAL_MI_CLASS = SequentialInstances


class _TaskParser(_OurLoops, TaskParser):  # type: ignore[misc]  # the library has no types
    pass


class _SubParser(_OurLoops, SubWorkflowParser):  # type: ignore[misc]  # the library has no types
    EVENT_SUBPROCESS_CLASS = Subprocess


class _CallParser(_OurLoops, CallActivityParser):  # type: ignore[misc]  # the library has no types
    pass


class _ReceiveParser(_OurLoops, ReceiveTaskParser):  # type: ignore[misc]  # the library has no types
    pass


class ModelParser(BpmnParser):  # type: ignore[misc]  # the library has no types
    """The library's plain parser with our classes where ours must run."""

    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012  # the library's attribute
        full_tag("userTask"): (_TaskParser, UserTask),
        full_tag("manualTask"): (_TaskParser, ManualTask),
        full_tag("task"): (_TaskParser, NoneTask),
        full_tag("subProcess"): (_SubParser, Subprocess),
        full_tag("callActivity"): (_CallParser, Call),
        full_tag("receiveTask"): (_ReceiveParser, ReceiveTask),
        full_tag("parallelGateway"): (GatewayParser, ParallelJoin),
        full_tag("inclusiveGateway"): (ConditionalGatewayParser, InclusiveJoin),
        full_tag("boundaryEvent"): (BoundaryEventParser, RearmingBoundaryEvent),
        full_tag("businessRuleTask"): (_TaskParser, WorkTask),
        full_tag("scriptTask"): (_TaskParser, WorkTask),
        full_tag("serviceTask"): (_TaskParser, WorkTask),
        full_tag("sendTask"): (_TaskParser, WorkTask),
    }


def isolate_event_subprocesses(spec: Any) -> None:
    """Names the start as input of each event subprocess and connects the end, once, when the release is compiled.

    The library does both at the first trigger, on the shared spec: then every new case would start with it open.
    """
    for name in getattr(spec.start, "trigger_specs", []):
        triggered = spec.task_specs[name]
        if not triggered.inputs:
            triggered._inputs.append(spec.start.name)
        if spec.end not in triggered.outputs:
            triggered.connect(spec.end)
