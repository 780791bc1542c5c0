"""Events that the library cannot do: a gateway with a due instant for each branch, cycles of real calendar steps, conditions that rise."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EventBasedGatewayParser,
    IntermediateCatchEventParser,
)
from SpiffWorkflow.bpmn.specs.defaults import EventBasedGateway
from SpiffWorkflow.bpmn.specs.event_definitions import (
    ConditionalEventDefinition,
    CycleTimerEventDefinition,
    MultipleEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.spiff import starts

DUES, DUE, SEEN, FIRED = "dues", "event_value", "seen_events", "event_fired"


class FirstOf(MultipleEventDefinition):  # type: ignore[misc]  # the library has no types
    """What an event-based gateway waits for: the branch whose event comes first wins, every timer has its own instant."""

    def dues(self, my_task: Any) -> Mapping[str, str]:  # Any: a library task
        """Position of each timer -> its instant, reckoned once, when the token arrives."""
        held: dict[str, str] | None = my_task.internal_data.get(DUES)
        if held is None:
            engine = my_task.workflow.script_engine
            held = {
                str(n): engine.evaluate(my_task, item.expression)
                for n, item in enumerate(self.event_definitions)
                if isinstance(item, TimerEventDefinition)
            }
            my_task.internal_data[DUES] = held
        return held

    def has_fired(self, my_task: Any) -> bool:
        self.dues(my_task)
        return bool(my_task.internal_data.get(SEEN))

    def catch(self, my_task: Any, event: Any = None) -> None:
        if not my_task.internal_data.get(SEEN):
            my_task.internal_data[SEEN] = [event]


class FirstEventGateway(EventBasedGateway):  # type: ignore[misc]  # the library has no types
    """An event-based gateway that goes on at the branch whose own event came."""

    def _run_hook(self, my_task: Any) -> bool:  # Any: a library task
        (event,) = my_task.internal_data[SEEN]
        waited = self.event_definition.event_definitions
        same = [n for n, item in enumerate(waited) if item is event.event_definition]
        n = same[0] if same else waited.index(event.event_definition)
        waited[n].catch(my_task, event)
        waited[n].update_task_data(my_task)
        my_task._sync_children([self.outputs[n]], TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True


class Cycle(TimerEventDefinition):  # type: ignore[misc]  # the library has no types
    """A cycle: its boundary event fires, and stands armed again for the next turn."""

    def has_fired(self, my_task: Any) -> bool:  # Any: a library task
        if my_task.internal_data.get(DUE) is None:
            my_task.internal_data[DUE] = my_task.workflow.script_engine.evaluate(my_task, self.expression)
        return bool(my_task.internal_data.get(FIRED))


class Condition(ConditionalEventDefinition):  # type: ignore[misc]  # the library has no types
    """A condition: looked at by `conditional` alone, never by the library at each of its looks."""

    def has_fired(self, my_task: Any) -> bool:  # Any: a library task
        return bool(my_task.internal_data.get(FIRED))


class _ConditionParser:
    """Reads the definition of a conditional event."""

    def parse_conditional_event(self, event: Any) -> Any:
        found = super().parse_conditional_event(event)  # type: ignore[misc]  # the library's
        return Condition(found.expression, description=found.description)


class CatchParser(_ConditionParser, IntermediateCatchEventParser):  # type: ignore[misc]  # the library has no types
    pass


class GatewayParser(EventBasedGatewayParser):  # type: ignore[misc]  # the library has no types
    def create_task(self) -> Any:
        return self._create_task(FirstOf())


class BoundaryParser(_ConditionParser, BoundaryEventParser):  # type: ignore[misc]  # the library has no types
    def parse_timer_event(self, event: Any) -> Any:
        found = super().parse_timer_event(event)
        if isinstance(found, CycleTimerEventDefinition):
            return Cycle(found.name, found.expression, description=found.description)
        return found


def key_of(task: Any, position: int) -> str:
    """32 hexadecimal digits for the timer at a position: the task's own for the first, so that a token has one name."""
    dues = task.internal_data.get(DUES)
    if dues is None or str(position) == min(dues, key=int):
        return str(task.id)
    return blake2b(f"{task.id}/{position}".encode(), digest_size=16).hexdigest()


def fire(item: Any, element: str) -> None:
    """This timer and no other: a task of the case, one branch of a gateway, or the start of an event subprocess."""
    if isinstance(item, starts.Armed):
        starts.fire(item)
        return
    definition = item.task_spec.event_definition
    if isinstance(definition, FirstOf):
        n = next(n for n in definition.dues(item) if item.task_spec.outputs[int(n)].bpmn_id == element)
        item.internal_data[SEEN] = [BpmnEvent(definition.event_definitions[int(n)])]
    else:
        item.internal_data[FIRED] = True
    item.task_spec._update(item)
