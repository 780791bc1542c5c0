"""What an open task looks like after a person's mending: the same task, told of anew."""

from typing import Any

from engine.errors import StepFailed
from engine.model import OpenTask
from engine.spiff.parking import FAILURES, told
from engine.spiff.step import Step


def stays(step: Step, key: str, task: Any, stage: str | None) -> OpenTask:  # Any: a library task
    """When it is due is settled and not told. StepFailed when its own expression fails."""
    step.readied.pop(task.id, None)
    try:
        return step.opened(key, task, task.workflow.top_workflow, stage)
    except FAILURES as error:
        failure = told(task, error)
        raise StepFailed(failure.element, failure.detail, failure.cause) from None
