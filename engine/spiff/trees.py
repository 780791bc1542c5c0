"""A case in memory: the library's workflow and its subprocesses, with our own run of what needs no person.

The library looks through every tree of a case for each element that it runs; here a tree is walked only when more than one of its
tasks could go on and their order counts.
"""

from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.spiff import parking

MOST_STEPS = 10_000
ENDLESS = ("endless", "it loops without ever waiting")


class _Tree:
    """What the top and the subprocesses share."""

    tasks: dict[str, Any]  # Any: library tasks

    def update_waiting_tasks(self) -> None:
        waiting = [task for task in self.tasks.values() if task._state == TaskState.WAITING]
        if len(waiting) > 1:
            super().update_waiting_tasks()  # type: ignore[misc]  # the library's, in the order of the tree
        elif waiting:
            waiting[0].task_spec._update(waiting[0])


class Subtree(_Tree, BpmnSubWorkflow):  # type: ignore[misc]  # the library has no types
    """A subprocess, called process or event subprocess of a case."""


class CaseWorkflow(_Tree, BpmnWorkflow):  # type: ignore[misc]  # the library has no types
    """A case. Timers fire only through `Runner.fire`, in the order of their rows."""

    steps_left = MOST_STEPS

    def create_subprocess(self, my_task: Any, spec_name: str) -> Subtree:  # library's signature
        tree = Subtree(self.subprocess_specs[spec_name], my_task.id, self)
        self.subprocesses[my_task.id] = tree
        return tree

    def refresh_timers(self) -> None:
        return

    def go_on(self) -> None:
        """Runs whatever needs no person, at most MOST_STEPS elements: what would run on beyond that is parked."""
        self.steps_left = MOST_STEPS
        self.do_engine_steps()

    def _do_engine_steps(self, will_complete_task: Any = None, did_complete_task: Any = None) -> bool:  # its signature
        """One round: the innermost subprocess first, each until it waits, then what is around it."""
        active = self.get_active_subprocesses()
        for tree in sorted(active, key=lambda item: item.depth, reverse=True):
            while self._run_ready(tree):
                pass
            around = self.get_task_from_id(tree.parent_task_id)
            around.task_spec._update(around)
        return self._run_ready(self) or len(self.get_active_subprocesses()) > len(active)

    def _run_ready(self, tree: Any) -> bool:
        """Whether something of a tree, or of one within it, was ready and needed no person."""
        automatic = self._ready(tree)
        if len(automatic) > 1:
            place = {task.id: n for n, task in enumerate(tree.get_tasks(state=TaskState.READY))}
            automatic.sort(
                key=lambda task: place.get(task.id, len(place))
            )  # the library sees none below a depth of 1000
        for task in automatic:
            if task._state == TaskState.READY:  # one before it may have ended it
                self._run(task)
        return bool(automatic)

    def _run(self, task: Any) -> None:
        if not self.steps_left:
            parking.park(task, parking.RUNNING, parking.Failure(task.task_spec.name, *ENDLESS))
            return
        self.steps_left -= 1
        try:
            task.run()
        except parking.FAILURES as error:
            parking.park(task, parking.RUNNING, parking.told(task, error))

    def _ready(self, tree: Any) -> list[Any]:
        found = []
        for task in tree.tasks.values():
            if task._state == TaskState.READY and not task.task_spec.manual and not parking.is_parked(task):
                found.append(task)
            if (inner := self.subprocesses.get(task.id)) is not None:
                found += self._ready(inner)
        return found
