"""The bare library in a process of its own: reads a request a line, answers a line. Run as a script; imports nothing of ours.

Untouched but for two things that a comparison needs: its timers read a clock that is given, and its iterator's depth is raised, or
cases would die silently in long loops. `again` sends the case through the library's own serializer after every step.
"""

import json
import sys
import warnings
from datetime import datetime, timedelta

import SpiffWorkflow.bpmn.specs.event_definitions.timer as timer_module
from lxml import etree
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition, MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.util.task import TaskIterator, TaskState

DEEP = 1_000_000
clock = {"now": datetime.min}


class NothingWaits(Exception):
    """The case does not wait for this message."""


class GivenClock(datetime):
    @classmethod
    def now(cls, tz=None):
        return clock["now"].astimezone(tz)


def prepare() -> None:
    timer_module.datetime = GivenClock
    defaults = TaskIterator.__init__.__defaults__
    TaskIterator.__init__.__defaults__ = tuple(DEEP if item == 1000 else item for item in defaults)
    sys.setrecursionlimit(20_000)


class Case:
    flow: BpmnWorkflow
    again = False

    def do(self, request: dict) -> dict:
        clock["now"] = datetime.fromisoformat(request["now"])
        getattr(self, request["do"])(**request.get("with", {}))
        self.flow.do_engine_steps()
        if self.again:
            serializer = BpmnWorkflowSerializer()
            self.flow = serializer.deserialize_json(serializer.serialize_json(self.flow))
        return self.seen()

    def start(self, sources: dict[str, str], process: str, values: dict, again: bool) -> None:
        parser = BpmnParser()
        for name, source in sources.items():
            parser.add_bpmn_xml(etree.fromstring(source.encode()), name)
        self.again = again
        self.flow = BpmnWorkflow(parser.get_spec(process), parser.get_subprocess_specs(process))
        self.flow.task_tree.data.update(values)

    def complete(self, element: str, values: dict) -> None:
        task = next(task for task in self.ready() if task.task_spec.bpmn_id == element)
        task.data.update(values)
        task.run()

    def send(self, name: str) -> None:
        found = (item for _task, item, _element in self.waiting() if getattr(item, "name", None) == name)
        definition = next((item for item in found if isinstance(item, MessageEventDefinition)), None)
        if definition is None:
            raise NothingWaits(name)
        self.flow.send_event(BpmnEvent(definition, {name: {}}))

    def wait(self) -> None:
        """The library fires what was due before now, so for a moment it is a little later."""
        now = clock["now"]
        clock["now"] = now + timedelta(milliseconds=1)
        self.flow.refresh_timers()
        clock["now"] = now

    def ready(self) -> list:
        return self.flow.get_tasks(state=TaskState.READY, manual=True)

    def waiting(self):
        for task in self.flow.event_manager.tasks.values():
            if task.state == TaskState.WAITING:
                definition = task.task_spec.event_definition
                if isinstance(definition, MultipleEventDefinition):
                    for item, target in zip(definition.event_definitions, task.task_spec.outputs, strict=False):
                        yield task, item, target.bpmn_id
                else:
                    yield task, definition, task.task_spec.bpmn_id

    def seen(self) -> dict:
        waiting = list(self.waiting())
        return {
            "open": [[task.task_spec.bpmn_id, task.data] for task in self.ready()],
            "timers": [element for _task, item, element in waiting if isinstance(item, TimerEventDefinition)],
            "messages": [item.name for _task, item, _element in waiting if isinstance(item, MessageEventDefinition)],
            "completed": self.flow.completed,
        }


def main() -> None:
    warnings.simplefilter("ignore")
    prepare()
    case = Case()
    for line in sys.stdin:
        try:
            answer = case.do(json.loads(line))
        except Exception as error:  # noqa: BLE001  # whatever it is, it is the library's answer
            answer = {"error": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps(answer, default=str), flush=True)


if __name__ == "__main__":
    main()
