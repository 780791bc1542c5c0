"""Mending: one command on a case, task, timer or incident that the caller may know of, with If-Match and the answer kept under its key."""

from collections.abc import Callable
from typing import Any

from access import Person, active_people, find_person
from api.caller import Caller
from api.conditions import IfMatch
from api.idempotency import once
from api.refusal import Refusal, field_errors
from database import Tx
from engine import Receipt, StaleVersion, StartLinkedCase

Told = dict[str, Any]  # Any: JSON


def mend_case(
    who: Caller, command: Any, wanted: IfMatch, receipt: Receipt | None, more: Callable[[Any], Told]
) -> Told:  # Any: a command with a case_id, and its answer
    """Carries out a command on a case. In this order: known receipt, 404, what the engine refuses, 428 or 412."""

    def work(tx: Tx) -> Told:
        who.program.reading.case(tx, who.scope, command.case_id)
        changed = who.program.engine.execute(command, tx)
        require_read(wanted, changed.version - 1)  # the version that the command found; nothing is kept otherwise
        return {"case_id": changed.case_id, "version": changed.version, **more(changed)}

    with wanted.required():
        return mended(who, receipt, work)


def start_linked(who: Caller, command: StartLinkedCase, wanted: IfMatch, receipt: Receipt | None) -> str:
    """The id of the new case. In this order: known receipt, 404, 428 or 412, what the engine refuses."""

    def work(tx: Tx) -> Told:
        first = who.program.reading.case(tx, who.scope, command.case_id)
        require_read(wanted, first.version)
        return {"case_id": who.program.engine.execute(command, tx).case_id}

    with wanted.required():
        return str(mended(who, receipt, work)["case_id"])


def mended(who: Caller, receipt: Receipt | None, work: Callable[[Tx], Told]) -> Told:
    """Does `work` in one commit, or gives the answer that its key got before."""
    told: Told = who.write(lambda tx: once(who, tx, receipt, lambda: work(tx)))
    return told


def require_read(wanted: IfMatch, version: int) -> None:
    """Raises StaleVersion when another version was read, or none."""
    if wanted.version is not None and wanted.version != version:
        raise StaleVersion(version)


def receiver(tx: Tx, person_id: str | None) -> Person | None:
    """Who is to have a task. Raises Refusal for nobody we know."""
    if person_id is None:
        return None
    found = find_person(tx, person_id)
    if found is None or not found.active:
        raise _refused("#/assignee", "Expected somebody who may sign in.")
    return found


def require_group(tx: Tx, group: str | None) -> None:
    """Raises Refusal for a group that nobody is in: its tasks would be seen by no one."""
    if group is not None and not any(group in person.groups for person in active_people(tx)):
        raise _refused("#/group", "Expected a group that somebody is in.")


def _refused(pointer: str, detail: str) -> Refusal:
    return Refusal("fields-refused", errors=field_errors([(pointer, detail)]))
