"""What a person does to the tokens of a case: moves one, sets values, ends the case or begins it again."""

from dataclasses import replace

from database import Tx
from engine.commands import CancelCase, MoveToken, RestartCase, SetValues, cancel_case, set_values
from engine.desk import Desk, require_case, surroundings
from engine.known import require_storable
from engine.mended import Changed, Moved
from engine.model import Advance, Case


def cancel(desk: Desk, command: CancelCase, tx: Tx) -> Changed:
    cancel_case.require(command)
    case = require_case(desk, tx, command.case_id)
    release, outside = surroundings(desk, tx, case)
    return _stored(desk, tx, case, desk.runner().cancel(case, release, command.outcome, outside, command.at), command)


def move(desk: Desk, command: MoveToken, tx: Tx) -> Moved:
    """Raises ElementUnknown, TokenUnclear, MoveRefused."""
    require_storable(dict(command.values))
    case = require_case(desk, tx, command.case_id)
    release, outside = surroundings(desk, tx, case)
    places = (command.source, command.target)
    advance, waits = desk.runner().move(case, release, places, command.token, command.values, outside, command.at)
    changed = _stored(desk, tx, case, advance, command)
    return Moved(changed.case_id, changed.version, changed.opened, waits)


def amend(desk: Desk, command: SetValues, tx: Tx) -> Changed:
    """Raises ElementUnknown, TokenUnclear, MoveRefused."""
    set_values.require(command)
    require_storable({**command.values, **command.facts})
    case = require_case(desk, tx, command.case_id)
    release, outside = surroundings(desk, tx, case)
    given = (command.facts, command.place, command.token, command.values)
    return _stored(desk, tx, case, desk.runner().amend(case, release, *given, outside, command.at), command)


def restart(desk: Desk, command: RestartCase, tx: Tx) -> Changed:
    """Raises CaseClosed for a case that goes on, ElementUnknown, MoveRefused."""
    require_storable(dict(command.values))
    case = require_case(desk, tx, command.case_id, "completed", "cancelled")
    release, outside = surroundings(desk, tx, case)
    advance = desk.runner().restart(case, release, command.target, command.values, outside, command.at)
    return _stored(desk, tx, replace(case, status="active"), advance, command)


def _stored(
    desk: Desk, tx: Tx, case: Case, advance: Advance, command: CancelCase | MoveToken | RestartCase | SetValues
) -> Changed:
    opened = desk.store(tx, case, replace(advance, reason=command.reason), command.actor, command.at)
    return Changed(case.id, case.version + 1, opened)
