"""A case built again from its history: the same commands at the same instants, run on an empty case.

It reads the case's unchanging columns, row 0 of each step with its sealed delta, and TimerSet and TimerCleared rows; never the
state, never tasks, timers and waits.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine import Place
from engine.model import Case, Fact
from engine.store import tables
from engine.values import loads
from tests.support.driven import Driven, opened
from tests.support.world import World

STILL = {
    "CaseSuspended": "suspended",
    "CaseResumed": "active",
    "TaskAmended": None,
    "TaskAssigned": None,
    "TaskDelegated": None,
    "TaskSnoozed": None,
    "CaseLinked": None,
    "CallResent": None,
    "CallDiscarded": None,
    "ContactLogged": None,
    "NoteAdded": None,
}
"""Steps that move no token, and the status that they give the case."""


def rebuild(world: World, case_id: str) -> Driven:
    """Drives a fresh case through the history of another."""
    row = world.rows(sa.select(tables.cases).where(tables.cases.c.id == case_id))[0]
    steps, table = defaultdict(list), tables.history
    for item in world.rows(sa.select(table).where(table.c.case_id == case_id).order_by(table.c.step, table.c.n)):
        steps[item.step].append(item)
    firsts = [rows[0] for _, rows in sorted(steps.items())]
    origin = next((item.facts["from"] for item in firsts if item.kind == "CaseMigrated"), row.release)
    made = Driven(world.read(lambda tx: world.library.release(tx, origin)), 0, world.keyring, row.process, case_id)
    made.runner = replace(made.runner, operations=world.engine.operations)
    for first in firsts:
        delta = loads(world.keyring.open(first.delta, "history", "delta", f"{case_id}.{first.step}"))
        made.outside = delta.get("outside", {})
        _again(made, world, first, delta)
    return made


def _again(made: Driven, world: World, first: Any, delta: dict[str, Any]) -> None:
    values = delta["values"]
    match first.kind:
        case "CaseStarted":
            made.start(first.at, delta.get("facts", {}), **values)
        case "TaskCompleted":
            task = made.tasks[first.facts["task"]]
            shared = {}
            if task.form is not None:
                shared = dict(world.forms.check(made.release.forms[task.form], values, {}).shared)
            made.complete(task.id, values, first.at, shared)
        case "TimerFired":
            made.fire(first.facts["timer"], first.at)
        case "MessageReceived":
            made.send(first.element, first.at, values, first.facts["waits"])
        case "OperationAnswered":
            made.answer(first.facts["token"], values, first.at)
        case "OperationFailed":
            made.answer(first.facts["token"], values["error"], first.at)
        case "IncidentRetried" if "timer" in first.facts:
            made.case = replace(made.case, version=made.case.version + 1)
        case "IncidentRetried":
            made.mend("retry", first.facts["incident"], values, first.at)
        case "IncidentResolved":
            made.mend("step_over", first.facts["incident"], values, first.at)
        case "CaseMigrated":
            release = world.read(lambda tx: world.library.release(tx, first.facts["to"]))
            made.migrate(release, first.facts["elements"], first.at)
        case "TokenMoved":
            places = (_place(first), Place(first.facts["to"], first.facts["to_process"]))
            made.move(places, first.facts["token"], values, first.at)
        case "ValuesSet":
            token = first.facts.get("token")
            made.amend(delta.get("facts", {}), _place(first) if token else None, token, values, first.at)
        case "CaseCancelled":
            made.cancel(first.facts["outcome"], first.at)
        case "CaseRestarted":
            made.restart(_place(first), values, first.at)
        case "TimerRescheduled":
            made.retime(first.facts["timer"], datetime.fromisoformat(first.facts["due_at"]), first.at)
        case kind if kind in STILL:
            learnt = {name: Fact(value, first.at, first.element) for name, value in delta.get("facts", {}).items()}
            made.case = replace(
                made.case,
                version=made.case.version + 1,
                facts={**made.case.facts, **learnt},
                status=STILL[kind] or made.case.status,
            )
        case kind:
            raise AssertionError(f"no way to build {kind} again")


def _place(row: Any) -> Place:
    return Place(row.element, row.process)


def stored(world: World, case_id: str) -> dict[str, Any]:
    """What the rows of a case say of it now."""
    case = world.rows(sa.select(tables.cases).where(tables.cases.c.id == case_id))[0]

    facts = world.read(lambda tx: world.reading.case_facts(tx, case_id))

    def rows(table: sa.Table, *where: Any) -> list[Any]:
        return world.rows(sa.select(table).where(table.c.case_id == case_id, *where))

    return {
        "state": opened(case.state, case_id, world.keyring),
        "active": [tuple(place) for place in case.active],
        "facts": {name: (fact.value, fact.at, fact.source) for name, fact in facts.items()},
        "columns": (case.version, case.status, case.stage, case.grade, case.outcome),
        "tasks": sorted(
            (item.id, item.element, item.stage) for item in rows(tables.tasks, tables.tasks.c.status == "open")
        ),
        "timers": sorted((item.id, item.element, item.due_at, item.kind) for item in rows(tables.timers)),
        "waits": sorted((item.id, item.element, item.name, item.key) for item in rows(tables.waits)),
    }


def told(made: Driven) -> dict[str, Any]:
    """The same of a case that was built again."""
    case: Case = made.case
    facts: dict[str, Fact] = dict(case.facts)
    return {
        "state": made.state,
        "active": list(made.advances[-1].active),
        "facts": {name: (fact.value, fact.at, fact.source) for name, fact in facts.items()},
        "columns": (case.version, case.status, case.stage, case.grade, case.outcome),
        "tasks": sorted((item.id, item.element, item.stage) for item in made.tasks.values()),
        "timers": sorted((item.id, item.element, item.due_at, item.kind) for item in made.timers.values()),
        "waits": sorted((item.id, item.element, item.name, item.key) for item in made.waits.values()),
    }
