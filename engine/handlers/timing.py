"""Timers that a person moves or fires: the row and the state of the case change together."""

from dataclasses import replace

from database import Tx
from engine.commands import ForceTimer, RescheduleTimer, force_timer, reschedule_timer
from engine.desk import Desk, require_case, surroundings
from engine.errors import NotFound
from engine.mended import Changed
from engine.model import Case, TimerId
from engine.store import timers
from engine.views import Fired


def reschedule(desk: Desk, command: RescheduleTimer, tx: Tx) -> Changed:
    """A suspended case's timer moves too and stays held; one that was parked after failures goes on."""
    reschedule_timer.require(command)
    case = _case_of(desk, tx, command.timer_id)
    release, outside = surroundings(desk, tx, case)
    advance = desk.runner().retime(case, release, command.timer_id, command.due_at, outside, command.at)
    if advance is None:
        raise _gone(command.timer_id)
    advance = replace(advance, reason=command.reason)
    desk.store(tx, case, advance, command.actor, command.at, command.timer_id)
    return Changed(case.id, case.version + 1)


def force(desk: Desk, command: ForceTimer, tx: Tx) -> Fired:
    case = _case_of(desk, tx, command.timer_id)
    force_timer.require(command, case)
    release, outside = surroundings(desk, tx, case)
    advance = desk.runner().fire(case, release, command.timer_id, outside, command.at)
    if advance is None:
        raise _gone(command.timer_id)
    advance = replace(advance, reason=command.reason)
    opened = desk.store(tx, case, advance, command.actor, command.at, command.timer_id)
    return Fired(True, case.id, advance.element, opened)


def _case_of(desk: Desk, tx: Tx, timer_id: TimerId) -> Case:
    case_id = timers.case_of(tx, timer_id)
    if case_id is None:
        raise _gone(timer_id)
    return require_case(desk, tx, case_id)


def _gone(timer_id: TimerId) -> NotFound:
    return NotFound(f"Expected timer '{timer_id}', but there is none")
