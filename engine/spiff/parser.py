"""The library's parser with our classes where ours must run."""

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import ReceiveTaskParser
from SpiffWorkflow.bpmn.parser.task_parsers import (
    CallActivityParser,
    ConditionalGatewayParser,
    GatewayParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.defaults import IntermediateCatchEvent

from engine.spiff.instances import ParallelInstances, SequentialInstances
from engine.spiff.specs import (
    Call,
    InclusiveJoin,
    ManualTask,
    NoneTask,
    ParallelJoin,
    RearmingBoundaryEvent,
    ReceiveTask,
    Subprocess,
    UserTask,
    WorkTask,
)
from engine.spiff.waiting import BoundaryParser, CatchParser, FirstEventGateway
from engine.spiff.waiting import GatewayParser as FirstEventParser


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
        full_tag("boundaryEvent"): (BoundaryParser, RearmingBoundaryEvent),
        full_tag("intermediateCatchEvent"): (CatchParser, IntermediateCatchEvent),
        full_tag("eventBasedGateway"): (FirstEventParser, FirstEventGateway),
        full_tag("businessRuleTask"): (_TaskParser, WorkTask),
        full_tag("scriptTask"): (_TaskParser, WorkTask),
        full_tag("serviceTask"): (_TaskParser, WorkTask),
        full_tag("sendTask"): (_TaskParser, WorkTask),
    }
