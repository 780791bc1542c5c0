"""A case in memory: the library's workflow and its subprocesses, with our own run of what needs no person.

The library looks through every tree of a case for each element that it runs; here a tree is walked only when more than one of its
tasks could go on and their order counts.
"""

from itertools import count
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.errors import StepFailed
from engine.spiff import starts, throwing

MOST_STEPS = 10_000
MOST_DEPTH = 30


class Endless(Exception):
    """A case runs on without ever waiting; `args` hold the element."""


class _Tree:
    """What the top and the subprocesses share."""

    tasks: dict[str, Any]  # Any: library tasks

    def update_waiting_tasks(self) -> None:
        waiting = [task for task in self.tasks.values() if task._state == TaskState.WAITING]
        if len(waiting) > 1:
            super().update_waiting_tasks()  # type: ignore[misc]  # the library's, in the order of the tree
        elif waiting:
            waiting[0].task_spec._update(waiting[0])

    def _task_removed_notify(self, task: Any) -> None:
        """What is taken out of a tree takes along its own subprocess and what that waits for."""
        super()._task_removed_notify(task)  # type: ignore[misc]  # the library's
        top = self.top_workflow  # type: ignore[attr-defined]  # the library's
        top.event_manager.remove_task(task)
        inner = top.subprocesses.get(task.id)
        if inner is not None and not inner.completed:
            inner.cancel()


class Subtree(_Tree, BpmnSubWorkflow):  # type: ignore[misc]  # the library has no types
    """A subprocess, called process or event subprocess of a case."""


class CaseWorkflow(_Tree, BpmnWorkflow):  # type: ignore[misc]  # the library has no types
    """A case. Timers fire only through `Runner.fire`, in the order of their rows."""

    def create_subprocess(self, my_task: Any, spec_name: str) -> Subtree:  # library's signature
        tree = Subtree(self.subprocess_specs[spec_name], my_task.id, self)
        if tree.depth > MOST_DEPTH:
            raise StepFailed(my_task.task_spec.bpmn_id, f"it stands more than {MOST_DEPTH} calls deep")
        self.subprocesses[my_task.id] = tree
        starts.arm(tree, my_task.data)
        return tree

    def catch(self, event: Any) -> None:
        """An event thrown inside the case: errors and escalations go outwards from their scope, signals everywhere."""
        if type(event.event_definition).__name__ in throwing.KINDS:
            throwing.throw(event.target, event)
        else:
            throwing.signal([self, *self.subprocesses.values()], event)
            super().catch(event)

    def refresh_timers(self) -> None:
        return

    def go_on(self) -> None:
        """Runs whatever needs no person, at most MOST_STEPS elements. Raises Endless beyond that."""
        steps = count(1)

        def watch(task: Any) -> None:  # Any: a library task
            if next(steps) > MOST_STEPS:
                raise Endless(task.task_spec.name)

        self.do_engine_steps(did_complete_task=watch)
        for tree in (self, *self.subprocesses.values()):
            for task in tree.tasks.values():
                if task._state == TaskState.READY and not task.task_spec.manual:
                    raise Endless(task.task_spec.name)  # too deep in the tree for the library to see it

    def _do_engine_steps(self, will_complete_task: Any = None, did_complete_task: Any = None) -> bool:  # its signature
        """One round: the innermost subprocess first, each until it waits, then what is around it."""
        active, every = self.get_active_subprocesses(), [self, *self.subprocesses.values()]
        for tree in sorted(active, key=lambda item: item.depth, reverse=True):
            if tree.completed:  # one before it ended it
                continue
            while self._run_ready(tree, did_complete_task):
                pass
            around = next((one.tasks[tree.parent_task_id] for one in every if tree.parent_task_id in one.tasks), None)
            if around is not None:  # an instance of a loop that was interrupted is gone
                around.task_spec._update(around)
        return self._run_ready(self, did_complete_task) or len(self.get_active_subprocesses()) > len(active)

    def _run_ready(self, tree: Any, ran: Any) -> bool:
        """Whether something of a tree, or of one within it, was ready and needed no person."""
        found = self._ready(tree)
        if len(found) > 1:
            found = tree.get_tasks(state=TaskState.READY)
        automatic = [task for task in found if not task.task_spec.manual]
        for task in automatic:
            if task._state == TaskState.READY:  # one before it may have ended it
                task.run()
                ran(task)
        return bool(automatic)

    def _ready(self, tree: Any) -> list[Any]:
        found = []
        for task in tree.tasks.values():
            if task._state == TaskState.READY:
                found.append(task)
            if (inner := self.subprocesses.get(task.id)) is not None:
                found += self._ready(inner)
        return found
