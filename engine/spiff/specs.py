"""Our subclasses of the library's task specs and its parser: the repairs of engine-facts.md section 5, and work done by us."""

from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import BoundaryEventParser, ReceiveTaskParser
from SpiffWorkflow.bpmn.parser.task_parsers import CallActivityParser, SubWorkflowParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    CallActivity,
    ManualTask,
    NoneTask,
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
from SpiffWorkflow.util.task import TaskState

REARMED = (MessageEventDefinition, SignalEventDefinition, EscalationEventDefinition)


class CaseWorkflow(BpmnWorkflow):  # type: ignore[misc]  # the library has no types
    """A case in memory. Timers fire only through `Runner.fire`, in the order of their rows."""

    def refresh_timers(self) -> None:
        return


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


class _FreshOutput:
    """Multi-instance: each run collects into a new list, and an instance's own data stays with the instance."""

    data_output: Any
    output_item: Any
    input_item: Any

    def init_data_output_with_input_data(self, my_task: Any, input_data: Any) -> None:  # library's signature
        self.data_output.set(my_task, [])

    def init_data_output_with_cardinality(self, my_task: Any) -> None:
        self.data_output.set(my_task, [])

    def merge_child(self, workflow: Any, child: Any) -> None:
        if self.data_output is not None and self.output_item is not None:
            child.data.setdefault(self.output_item.bpmn_id, None)
            child.internal_data.pop("key_or_index", None)
            super().merge_child(workflow, child)  # type: ignore[misc]  # mixed into the library's class
            return
        kept, child.data = child.data, {}
        super().merge_child(workflow, child)  # type: ignore[misc]  # mixed into the library's class
        child.data = kept

    def create_child(self, my_task: Any, item: Any, key_or_index: Any = None) -> None:
        for local in (self.input_item, self.output_item):
            if local is not None:
                my_task.data.pop(local.bpmn_id, None)
        super().create_child(my_task, item, key_or_index)  # type: ignore[misc]  # mixed into the library's class


class ParallelInstances(_FreshOutput, ParallelMultiInstanceTask):  # type: ignore[misc]  # the library has no types
    pass


class SequentialInstances(_FreshOutput, SequentialMultiInstanceTask):  # type: ignore[misc]  # the library has no types
    pass


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
