"""Who may do what to a task or a timer: pure predicates over Actor and Task."""

from engine.model import Actor, Task

HOLDER, MEMBER, ASSESSOR, UNIT = "task.assignee", "group.{}", "may_assess", "unit.{}"
ASSIGN, MEND = "tasks.assign", "cases.mend"
SUPERVISOR = "supervisor"
MENDERS = frozenset({"administrator", "service"})


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


def missing_to_assign(actor: Actor, unit: str | None) -> str | None:
    """A supervisor assigns what is of no unit or of their own; `unit` is the case's."""
    if SUPERVISOR not in actor.roles:
        return ASSIGN
    return None if unit is None or unit == actor.unit else UNIT.format(unit)


def missing_to_receive(receiver: Actor, task: Task, group: str | None) -> str | None:
    """What somebody lacks to be given a task of a group; whoever holds it now makes no difference."""
    if group is not None and group not in receiver.groups:
        return MEMBER.format(group)
    return ASSESSOR if task.may_assess and not receiver.may_assess else None


def missing_to_delegate(actor: Actor, task: Task) -> str | None:
    return None if task.assignee == actor.id else HOLDER


def missing_to_give_back(actor: Actor, task: Task) -> str | None:
    """Who has it gives it back, and the owner takes it back; what was never delegated has no way back."""
    return None if task.delegated_by is not None and actor.id in {task.assignee, task.delegated_by} else HOLDER


def missing_to_amend(actor: Actor, task: Task) -> str | None:
    """Who could have completed a task may add to it, whoever did."""
    return None if task.closed_by == actor.id else missing_to_receive(actor, task, task.group)


def missing_to_mend(actor: Actor) -> str | None:
    return None if actor.roles & MENDERS else MEND
