"""Holding a case and letting it go on, and noting what is kept about it elsewhere: its tasks stay, no token moves."""

from database import Tx
from engine.commands import NoteRecord, ResumeCase, SuspendCase
from engine.desk import ANY_STATUS, Desk, require_case
from engine.mended import Changed
from engine.model import Change
from engine.store import timers


def suspend(desk: Desk, command: SuspendCase, tx: Tx) -> Changed:
    case = require_case(desk, tx, command.case_id, "active")
    change = Change("CaseSuspended", command.reason, columns={"status": "suspended"})
    desk.record(tx, case, change, command.actor, command.at)
    timers.hold(tx, case.id, held=True)
    return Changed(case.id, case.version + 1)


def resume(desk: Desk, command: ResumeCase, tx: Tx) -> Changed:
    case = require_case(desk, tx, command.case_id, "suspended")
    desk.record(
        tx, case, Change("CaseResumed", command.reason, columns={"status": "active"}), command.actor, command.at
    )
    timers.hold(tx, case.id, held=False)
    return Changed(case.id, case.version + 1)


def note(desk: Desk, command: NoteRecord, tx: Tx) -> Changed:
    """The version that it answers is the step under which the record is kept."""
    case = require_case(desk, tx, command.case_id, *ANY_STATUS)
    desk.record(tx, case, Change(command.kind, command.reason, facts=command.facts), command.actor, command.at)
    return Changed(case.id, case.version + 1)
