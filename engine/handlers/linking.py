"""A further case for the client of a case; both know of each other."""

from dataclasses import replace

from database import Tx
from engine.commands import StartLinkedCase
from engine.desk import Desk, require_case
from engine.errors import ProcessUnknown
from engine.known import require_storable
from engine.model import Case, Change
from engine.places import Link
from engine.store import cases, links
from engine.views import Started

STARTED, STARTED_BY = "started", "started_by"
ANY_STATUS = ("active", "suspended", "completed", "cancelled")


def start_linked(desk: Desk, command: StartLinkedCase, tx: Tx) -> Started:
    """On the active release, with the first case's client, unit and manager. Raises ProcessUnknown."""
    require_storable({**command.values, **command.facts})
    first = require_case(desk, tx, command.case_id, *ANY_STATUS)
    release = desk.library.active(tx)
    if command.process not in release.specs:
        raise ProcessUnknown(f"Expected a process of the active release, but '{command.process}' is none")
    case = Case(
        shard=cases.shard_of(command.linked_id),
        id=command.linked_id,
        process=command.process,
        release=release.id,
        version=0,
        state=b"",
        audit_head=b"",
        facts={},
        subject_id=first.subject_id,
        unit=first.unit,
        manager=first.manager,
    )
    outside = desk.facts.read(tx, case)
    advance = desk.runner().start(case, release, command.values, command.facts, outside, command.at)
    back = Link(first.id, STARTED_BY)
    desk.store(tx, case, replace(advance, reason=command.reason, links=(back,)), command.actor, command.at)
    seen = {"linked": case.id, "kind": STARTED, "process": case.process}
    change = Change("CaseLinked", command.reason, object=case.id, facts=seen)
    desk.record(tx, first, change, command.actor, command.at)
    links.insert(tx, {first.id: Link(case.id, STARTED), case.id: back}, command.at)
    desk.join(tx, case, command.actor)
    return Started(case.id, tuple(task.id for task in advance.opened))
