"""A token that cannot go on is parked where it failed, with cause and sentence; all other tokens go on.

The library raises through whoever happened to complete the element before: a nurse would lose her form because a gateway two
elements on has no way out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, ExclusiveGateway, InclusiveGateway
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskState

from engine.errors import EngineError, StepFailed
from engine.model import Values
from feel import BudgetExceeded, FeelError

MARK, ATTEMPTS, INPUTS, PASSED = "ninefold:incident", "ninefold:attempts", "ninefold:inputs", "ninefold:passed"
"""Beside them the library keeps what messages bring, under the names of the messages."""
ENTERING, RUNNING, LEAVING = "entering", "running", "leaving"
FAILURES = (SpiffWorkflowException, EngineError, FeelError)
GATEWAYS = (ExclusiveGateway, InclusiveGateway)
NO_WAY = ("no-way", "none of its conditions holds and it has no default")
OVER_BUDGET = ("budget", "an expression went over its budget")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a token stopped: `element` as drawn, `cause` groups failures of one kind, `detail` names no value."""

    element: str
    cause: str
    detail: str


def install() -> None:
    """Guards the entry of every element; once per process."""
    original = TaskSpec._update
    if hasattr(original, "__wrapped__"):
        return

    @wraps(original)
    def update(self: Any, my_task: Any) -> None:  # Any: library objects
        if is_parked(my_task):
            return
        try:
            original(self, my_task)
        except FAILURES as error:
            park(my_task, ENTERING, told(my_task, error))

    TaskSpec._update = update


def is_parked(task: Any) -> bool:
    return MARK in task.internal_data


def parked(tasks: Any) -> Iterator[Any]:
    return (
        task for task in tasks if task.internal_data and is_parked(task) and not task._state & TaskState.FINISHED_MASK
    )


def park(task: Any, stage: str, failure: Failure) -> None:
    """Stops a token before its element (`entering`), in it (`running`), or with its work done (`leaving`)."""
    attempts = task.internal_data.get(ATTEMPTS, 0) + 1
    mark = {"stage": stage, "element": failure.element, "cause": failure.cause, "detail": failure.detail}
    task.internal_data.update({MARK: mark, ATTEMPTS: attempts})
    task._set_state(TaskState.READY if stage == RUNNING else TaskState.WAITING)


def failure_of(task: Any) -> Failure:
    mark = task.internal_data[MARK]
    return Failure(mark["element"], mark["cause"], mark["detail"])


def attempts_of(task: Any) -> int:
    return int(task.internal_data.get(ATTEMPTS, 0))


def retry(task: Any, values: Values) -> None:
    """Lets a token try again with values; whatever needs no person goes on with the case's next round."""
    stage = task.internal_data.pop(MARK)["stage"]
    if stage in {RUNNING, LEAVING}:
        task.data.update(values)
        if stage == LEAVING:
            task.complete()
        return
    task.internal_data.pop(INPUTS, None)
    task._drop_children(force=True)
    task._state = TaskState.FUTURE
    task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)
    before = task.parent
    brought = before.data
    before.data = {**brought, **values}  # at its entry a token takes what the one before it has
    task.task_spec._update(task)
    if len(before.children) > 1:  # what stands beside it has its own
        before.data = brought


def step_over(task: Any, values: Values) -> None:
    """Lets a token go on behind its element as if that were done. StepFailed where there are several ways on."""
    if isinstance(task.task_spec, GATEWAYS):
        raise StepFailed(
            _drawn(task), "it has several ways on; move its token to the one that is right", "several-ways"
        )
    if task.internal_data.pop(MARK)["stage"] == LEAVING:
        task.internal_data[PASSED] = True  # without its outputs
    task.data.update(values)
    if isinstance(task.task_spec, BoundaryEvent):
        task.cancel()
        return
    task._drop_children()
    task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)
    task.complete()


def told(task: Any, error: BaseException) -> Failure:
    """The failure without the library's text, which may quote the case."""
    element = _drawn(task)
    if isinstance(error, StepFailed):
        return Failure(error.element or element, error.cause, error.reason)
    if isinstance(error, BudgetExceeded) or isinstance(error.__cause__ or error.__context__, BudgetExceeded):
        return Failure(element, *OVER_BUDGET)
    inner = error if isinstance(error, EngineError | FeelError) else error.__cause__ or error.__context__
    if inner is None and isinstance(task.task_spec, GATEWAYS):
        return Failure(element, *NO_WAY)
    if isinstance(inner, StepFailed):
        return Failure(inner.element or element, inner.cause, inner.reason)
    cause = getattr(inner, "code", None) or type(inner or error).__name__
    return Failure(element, cause, f"it failed ({cause})")


def _drawn(task: Any) -> str:
    return str(getattr(task.task_spec, "bpmn_id", None) or task.task_spec.name)


Judge = Callable[[Any], None]


def judged(task: Any, judge: Judge) -> bool:
    """Whether a task that was reached can be told of; parked where an expression of it fails."""
    try:
        judge(task)
    except FAILURES as error:
        park(task, ENTERING, told(task, error))
        return False
    return True
