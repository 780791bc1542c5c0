"""A further case for the client of a case; both know of each other."""

from dataclasses import replace

from database import Tx
from engine.commands import StartLinkedCase
from engine.desk import ANY_STATUS, Desk, require_case
from engine.handlers.starting import new_case
from engine.known import require_storable
from engine.model import Change
from engine.places import Link
from engine.store import links
from engine.views import Started

STARTED, STARTED_BY = "started", "started_by"


def start_linked(desk: Desk, command: StartLinkedCase, tx: Tx) -> Started:
    """On the active release, with the first case's client, unit and manager. Raises ProcessUnknown."""
    require_storable({**command.values, **command.facts})
    first = require_case(desk, tx, command.case_id, *ANY_STATUS)
    case, release = new_case(
        desk, tx, command.process, command.linked_id, first.subject_id, unit=first.unit, manager=first.manager
    )
    outside = desk.facts.read(tx, case)
    advance = desk.runner().start(case, release, command.values, command.facts, outside, command.at)
    back = Link(first.id, STARTED_BY)
    told = replace(advance, reason=command.reason, links=(back,))
    opened = desk.store(tx, case, told, command.actor, command.at)
    seen = {"linked": case.id, "kind": STARTED, "process": case.process}
    change = Change("CaseLinked", command.reason, object=case.id, facts=seen)
    desk.record(tx, first, change, command.actor, command.at)
    links.insert(tx, {first.id: Link(case.id, STARTED), case.id: back}, command.at)
    desk.join(tx, case, command.actor)
    return Started(case.id, opened)
