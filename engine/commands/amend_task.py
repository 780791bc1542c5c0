"""Add to a completed form: what was answered stays as it is, and what is known now stands beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.commands.claim_task import require_version
from engine.errors import FormRefused, NotAllowed, TaskNotCompleted
from engine.model import COMPLETED, Actor, Task, TaskId, Values
from engine.policy import missing_to_amend


@dataclass(frozen=True, slots=True)
class AmendTask:
    """`values` are the answers that change, None for one that is taken back; all others stand. `version` None amends whatever it is."""

    task_id: TaskId
    actor: Actor
    at: datetime
    reason: str
    values: Values = field(default_factory=dict)
    version: int | None = None


def require(command: AmendTask, task: Task) -> None:
    """Raises TaskNotCompleted, StaleVersion, NotAllowed, FormRefused in that order."""
    if task.status != COMPLETED:
        raise TaskNotCompleted(f"Expected task '{task.id}' to be completed, but it is {task.status}")
    require_version(task, command.version)
    missing = missing_to_amend(command.actor, task)
    if missing is not None:
        raise NotAllowed(missing)
    if task.form is None:
        raise FormRefused([(f"#/{name}", "This task has no form.") for name in command.values] or [_NOTHING])


_NOTHING = ("#", "Expected an answer that differs from what was told before.")


def standing(answers: Values, addenda: Iterable[Values]) -> dict[str, Any]:
    """What stands after the addenda, oldest first."""
    found = dict(answers)
    for addendum in addenda:
        found.update(addendum)
    return found


def difference(before: Values, after: Values) -> Mapping[str, Any]:
    """The answers that an addendum changes, computed ones too; None for what is gone. Raises FormRefused when none does."""
    names = sorted({*before, *after})
    found = {name: after.get(name) for name in names if before.get(name) != after.get(name)}
    if not found:
        raise FormRefused([_NOTHING])
    return found
