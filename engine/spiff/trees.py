"""A case in memory: the library's workflow and its subprocesses, with our own run of what needs no person.

The library looks through every tree of a case for each element that it runs; here a tree is walked only when more than one of its
tasks could go on and their order counts.
"""

from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.errors import StepFailed
from engine.spiff import parking, starts, throwing

MOST_STEPS = 10_000
MOST_DEPTH = 30
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

    def _task_completed_notify(self, task: Any) -> None:
        left = self.top_workflow.left  # type: ignore[attr-defined]  # the library's
        left.setdefault(task.id, len(left))
        super()._task_completed_notify(task)  # type: ignore[misc]  # the library's

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
    """A case; `left` numbers what a step completes. Timers fire only through `Runner.fire`, in the order of their rows."""

    steps_left = MOST_STEPS

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # the library's
        self.left: dict[str, int] = {}
        super().__init__(*args, **kwargs)

    def create_subprocess(self, my_task: Any, spec_name: str) -> Subtree:  # library's signature
        tree = Subtree(self.subprocess_specs[spec_name], my_task.id, self)
        if tree.depth > MOST_DEPTH:
            raise StepFailed(my_task.task_spec.bpmn_id, f"it stands more than {MOST_DEPTH} calls deep", "depth")
        starts.arm(tree, my_task.data)
        self.subprocesses[my_task.id] = tree
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
        """Runs whatever needs no person, at most MOST_STEPS elements: what would run on beyond that is parked."""
        self.steps_left = MOST_STEPS
        self.do_engine_steps()

    def _do_engine_steps(self, will_complete_task: Any = None, did_complete_task: Any = None) -> bool:  # its signature
        """One round: the innermost subprocess first, each until it waits, then what is around it."""
        active, every = self.get_active_subprocesses(), [self, *self.subprocesses.values()]
        for tree in sorted(active, key=lambda item: item.depth, reverse=True):
            if tree.completed:  # one before it ended it
                continue
            while self._run_ready(tree):
                pass
            around = next((one.tasks[tree.parent_task_id] for one in every if tree.parent_task_id in one.tasks), None)
            if around is not None:  # an instance of a loop that was interrupted is gone
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
