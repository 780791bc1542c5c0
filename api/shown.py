"""Views of the engine and of care as what is shown: tasks and cases with the client's name, or without it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from api.caller import Caller, names_of_people
from api.instants import plain
from care import Client
from database import Tx
from engine import Addendum, CaseView, Known, TaskView

Shown = dict[str, Any]  # Any: JSON
TASK = [
    "id",
    "case_id",
    "process",
    "element",
    "name",
    "phase",
    "risk",
    "group",
    "status",
    "priority",
    "opened_at",
    "due_at",
    "snoozed_until",
    "version",
]
CASE = [
    "id",
    "process",
    "status",
    "phase",
    "risk",
    "unit",
    "release",
    "version",
    "started_at",
    "ended_at",
    "ending",
    "open_tasks",
    "next_timer_at",
]


def client_card(client: Client | None) -> Shown | None:
    """Whom something is about."""
    if client is None:
        return None
    said = client.demographics
    return {"id": client.id, "name": said.name, "mrn": client.mrn, "birth_date": said.birth_date}


def named(person_id: str | None, names: Mapping[str, str]) -> Shown | None:
    return None if person_id is None else {"id": person_id, "name": names.get(person_id, person_id)}


def tasks_shown(tx: Tx, who: Caller, tasks: Sequence[TaskView]) -> list[Shown]:
    """A page of tasks: two statements more, whatever its length."""
    if not tasks:
        return []
    clients, names = who.clients(tx, [task.subject_id for task in tasks]), names_of_people(tx)
    return [task_shown(task, who, clients, names) for task in tasks]


def task_shown(task: TaskView, who: Caller, clients: Mapping[str, Client], names: Mapping[str, str]) -> Shown:
    return {
        **{name: getattr(task, name) for name in TASK},
        "assignee": named(task.assignee, names),
        "delegated_by": named(task.delegated_by, names),
        "overdue": task.status == "open" and task.due_at is not None and task.due_at < who.now,
        "client": client_card(clients.get(task.subject_id)),
    }


def addendum_shown(item: Addendum, names: Mapping[str, str]) -> Shown:
    """What was added to a completed form."""
    return {"at": item.at, "by": named(item.actor, names), "reason": item.reason, "values": plain(item.values)}


def cases_shown(tx: Tx, who: Caller, cases: Sequence[CaseView]) -> list[Shown]:
    """A page of cases: two statements more, whatever its length."""
    if not cases:
        return []
    clients, names = who.clients(tx, [case.subject_id for case in cases]), names_of_people(tx)
    return [case_shown(case, clients, names) for case in cases]


def case_shown(case: CaseView, clients: Mapping[str, Client], names: Mapping[str, str]) -> Shown:
    return {
        **{name: getattr(case, name) for name in CASE},
        "manager": named(case.manager, names),
        "client": client_card(clients.get(case.subject_id)),
    }


def known_shown(known: Mapping[str, Known]) -> Shown:
    return {name: {"at": item.at, "source": item.source} for name, item in known.items()}


def as_json(view: Any) -> Shown:  # Any: a frozen dataclass
    """A view whose fields are what is shown."""
    return asdict(view)
