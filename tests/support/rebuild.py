"""A case built again from its history: the same commands at the same instants, run on an empty case.

It reads the case's unchanging columns, row 0 of each step with its sealed delta, and TimerSet and TimerCleared rows; never the
state, never tasks, timers and waits.
"""

from collections import defaultdict
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from engine.model import Case, Fact
from engine.store import tables
from engine.values import loads
from tests.support.driven import Driven, opened
from tests.support.world import World


def rebuild(world: World, case_id: str) -> Driven:
    """Drives a fresh case through the history of another."""
    row = world.rows(sa.select(tables.cases).where(tables.cases.c.id == case_id))[0]
    release = world.read(lambda tx: world.library.release(tx, row.release))
    made = Driven(release, 0, world.keyring, row.process, case_id)
    made.runner = replace(made.runner, operations=world.engine.operations)
    steps = defaultdict(list)
    table = tables.history
    for item in world.rows(sa.select(table).where(table.c.case_id == case_id).order_by(table.c.step, table.c.n)):
        steps[item.step].append(item)
    for step, rows in sorted(steps.items()):
        delta = loads(world.keyring.open(rows[0].delta, "history", "delta", f"{case_id}.{step}"))
        made.outside = delta.get("outside", {})
        _again(made, world, rows[0], delta)
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
        case "IncidentRetried":
            made.mend("retry", first.facts["incident"], values, first.at)
        case "IncidentResolved":
            made.mend("step_over", first.facts["incident"], values, first.at)
        case "CaseSuspended" | "CaseResumed":
            made.case = replace(made.case, version=made.case.version + 1)
        case kind:
            raise AssertionError(f"no way to build {kind} again")


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
