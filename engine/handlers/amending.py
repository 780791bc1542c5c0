"""An addendum to a completed form: the same form checks it, the answers stay, the facts that it changes are learned anew, no token moves."""

from dataclasses import replace
from typing import Any

from database import Tx
from engine.commands import AmendTask, amend_task
from engine.desk import Desk
from engine.errors import FormRefused
from engine.handlers.handing import change_of, require_task
from engine.known import known_values, require_storable
from engine.mended import Amended
from engine.model import Amendment, Case, Fact, Task, Values
from engine.spiff import Release
from engine.store import advance as advances
from engine.store import cases, history, tasks


def amend(desk: Desk, command: AmendTask, tx: Tx) -> Amended:
    """Works on a case in any state, suspended and ended ones too: it corrects the record, not the flow."""
    case, task = require_task(desk, tx, command.task_id, command.actor)
    amend_task.require(command, task)
    release = desk.library.release(tx, case.release)
    before = amend_task.standing(
        tasks.answers(tx, desk.keyring, task.id),
        (item.values for item in history.amendments(tx, desk.keyring, case.id, task.id)),
    )
    after, shared, plain = _checked(desk, tx, command, case, task, release, before)
    delta = amend_task.difference(before, after)
    require_storable(dict(delta))
    facts = {**case.facts, **{name: Fact(value, command.at, task.element) for name, value in shared.items()}}
    columns = _promoted(release, case, shared)
    if shared:
        columns["facts"] = cases.seal_facts(desk.keyring, facts, case.id)
    told = {"task": task.id, "fields": sorted(delta), "facts": sorted(shared), "answers": dict(plain)}
    change = replace(change_of(task, history.AMENDED, command.reason, told), delta=delta, given=shared, columns=columns)
    amendment = Amendment(task, before, after, command.reason)
    desk.records.amend(tx, case, amendment, command.actor.id, command.at)  # first, because it may read
    desk.record(tx, case, change, command.actor, command.at)
    tasks.amend(tx, task)
    if "grade" in columns:
        advances.regrade(tx, case.id, columns["grade"])
    return Amended(task.id, task.version + 1, delta, tuple(sorted(shared)))


def _checked(
    desk: Desk, tx: Tx, command: AmendTask, case: Case, task: Task, release: Release, before: Values
) -> tuple[Values, Values, Values]:
    """All answers as they stand afterwards, the case facts that differ by them, and what may stand in plain. Raises FormRefused."""
    source = release.forms[task.form or ""]
    given = tasks.open_prefill(desk.keyring, task.prefill, task.id)
    known = known_values(case.facts, desk.facts.read(tx, case), given)
    checked = desk.forms.check(source, amend_task.standing(before, [command.values]), known)
    if checked.problems:
        raise FormRefused(checked.problems)
    told = desk.forms.shared(source, before)
    differing = {name: value for name, value in checked.shared.items() if name not in told or told[name] != value}
    return checked.values, differing, checked.plain


def _promoted(release: Release, case: Case, shared: Values) -> dict[str, Any]:
    """The plain columns of the case that a changed fact stands in."""
    process = release.processes[case.process]
    found = {"grade": process.grade, "outcome": process.outcome}
    return {
        column: shared[name] for column, name in found.items() if name is not None and isinstance(shared.get(name), str)
    }
