"""Who may do what to a task: pure predicates over Actor and Task."""

from engine.model import Actor, Task

HOLDER, MEMBER, ASSESSOR = "task.assignee", "group.{}", "may_assess"


def in_group(actor: Actor, task: Task) -> bool:
    return task.group is None or task.group in actor.groups


def missing_to_claim(actor: Actor, task: Task) -> str | None:
    """The name of the missing right, or None when the actor may claim the task."""
    if not in_group(actor, task):
        return MEMBER.format(task.group)
    if task.may_assess and not actor.may_assess:
        return ASSESSOR
    if task.assignee is not None and task.assignee != actor.id:
        return HOLDER
    return None


def missing_to_complete(actor: Actor, task: Task) -> str | None:
    """The name of the missing right, or None when the actor may complete the task; who may claim may complete."""
    return missing_to_claim(actor, task)


def missing_to_release(actor: Actor, task: Task) -> str | None:
    return None if task.assignee == actor.id else HOLDER
