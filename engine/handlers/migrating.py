"""Moving a case to another release, and trying it first."""

from collections.abc import Mapping
from dataclasses import replace

from database import Tx
from engine.commands import MigrateCase, PlanMigration
from engine.desk import Desk, require_case
from engine.errors import ElementUnknown, MigrationBlocked, NotFound, StepFailed
from engine.mended import Changed, MigrationPlan
from engine.model import Advance, Case
from engine.places import Obstacle
from engine.spiff import Release
from engine.store import cases


def migrate(desk: Desk, command: MigrateCase, tx: Tx) -> Changed:
    """Raises NotFound for an unknown release, ElementUnknown for a map that names nothing, MigrationBlocked."""
    case = require_case(desk, tx, command.case_id)
    advance = _advance(desk, command, tx, case)
    moved = replace(case, release=command.release)
    opened = desk.store(tx, moved, replace(advance, reason=command.reason), command.actor, command.at)
    return Changed(case.id, case.version + 1, opened)


def plan(desk: Desk, command: PlanMigration, tx: Tx) -> MigrationPlan:
    """The whole step in memory, thrown away; `tx` may be one that only reads."""
    case = cases.read_case(tx, desk.keyring, command.case_id)
    if case is None:
        raise NotFound(f"Expected case '{command.case_id}', but there is none")
    try:
        _advance(desk, command, tx, case)
    except MigrationBlocked as error:
        return MigrationPlan(case.id, tuple(Obstacle(*item) for item in error.obstacles))
    return MigrationPlan(case.id, ())


def _advance(desk: Desk, command: MigrateCase | PlanMigration, tx: Tx, case: Case) -> Advance:
    if case.status not in {"active", "suspended"}:
        raise MigrationBlocked([("", f"the case is {case.status}")])
    origin, target = desk.library.release(tx, case.release), desk.library.release(tx, command.release)
    outside = desk.facts.read(tx, case)
    _require_known(command.elements, origin, target)
    try:
        return desk.runner().migrate(case, (origin, target), command.elements, outside, command.at)
    except StepFailed as error:
        raise MigrationBlocked([(error.element, error.reason)]) from error


def _require_known(elements: Mapping[str, str], origin: Release, target: Release) -> None:
    for before, after in elements.items():
        for place, release in ((before, origin), (after, target)):
            if not any(place in {key, f"{item.process}/{key}"} for (_, key), item in release.elements.items()):
                raise ElementUnknown(f"Expected an element of release '{release.id}', but '{place}' is none")
