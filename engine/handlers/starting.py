"""A case begins: its first step on the active release."""

from database import Tx
from engine.commands import StartCase
from engine.desk import Desk
from engine.errors import ProcessUnknown
from engine.known import require_storable
from engine.model import Case, CaseId
from engine.spiff import Release
from engine.store import cases
from engine.views import Started


def start(desk: Desk, command: StartCase, tx: Tx) -> Started:
    """Raises ProcessUnknown."""
    case, release = new_case(desk, tx, command.process, command.case_id, command.subject_id, unit=command.unit)
    outside = desk.facts.read(tx, case)
    require_storable({**command.values, **command.facts})
    advance = desk.runner().start(case, release, command.values, command.facts, outside, command.at)
    opened = desk.store(tx, case, advance, command.actor, command.at)
    desk.join(tx, case, command.actor)
    return Started(case.id, opened)


def new_case(
    desk: Desk, tx: Tx, process: str, case_id: CaseId, subject_id: str, *, unit: str | None, manager: str | None = None
) -> tuple[Case, Release]:
    """A case that is not yet stored, and the active release that it begins on. Raises ProcessUnknown."""
    release = desk.library.active(tx)
    if process not in release.specs:
        raise ProcessUnknown(f"Expected a process of the active release, but '{process}' is none")
    case = Case(
        shard=cases.shard_of(case_id),
        id=case_id,
        process=process,
        release=release.id,
        version=0,
        state=b"",
        audit_head=b"",
        facts={},
        subject_id=subject_id,
        unit=unit,
        manager=manager,
    )
    return case, release
