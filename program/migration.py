"""All running cases of a process to another release: one transaction per case, so that one that is in the way stops no other."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from database import Tx
from engine import Actor, CaseId, MigrateCase, MigrationBlocked, PlanMigration
from program.wiring import Program

PAGE = 200
Step = Callable[[CaseId], tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Blocked:
    """One obstacle of one case."""

    case: CaseId
    element: str
    reason: str


@dataclass(frozen=True, slots=True)
class Migration:
    """`cases` were looked at, `movable` can move or did."""

    cases: int
    movable: int
    blocked: tuple[Blocked, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """Which cases go where; `elements` maps old ids to new ones, also written `process/element`."""

    process: str
    release: str
    actor: Actor
    reason: str = ""
    elements: Mapping[str, str] = field(default_factory=dict)


def plan_all(program: Program, order: Order) -> Migration:
    """What would happen; nothing is changed. Raises NotFound for an unknown release, ElementUnknown for a map that names nothing."""

    def plan(case_id: CaseId) -> tuple[tuple[str, str], ...]:
        command = PlanMigration(case_id, order.release, order.actor, program.clock.now(), order.elements)
        found = program.database.read(lambda tx: program.engine.execute(command, tx))
        return tuple((item.element, item.reason) for item in found.blocked)

    return _all(program, order, plan)


def migrate_all(program: Program, order: Order) -> Migration:
    """Moves every case that can move. Raises as `plan_all`."""

    def migrate(case_id: CaseId) -> tuple[tuple[str, str], ...]:
        now = program.clock.now()
        command = MigrateCase(case_id, order.release, order.actor, now, order.reason, order.elements)
        try:
            program.database.write(lambda tx: program.engine.execute(command, tx))
        except MigrationBlocked as error:
            return error.obstacles
        return ()

    return _all(program, order, migrate)


def _all(program: Program, order: Order, step: Step) -> Migration:
    cases, movable, blocked = 0, 0, []
    for case_id in _running(program, order):
        obstacles = step(case_id)
        cases += 1
        movable += not obstacles
        blocked += [Blocked(case_id, element, reason) for element, reason in obstacles]
    return Migration(cases, movable, tuple(blocked))


def _running(program: Program, order: Order) -> Iterator[CaseId]:
    last = ""

    def page(tx: Tx) -> tuple[CaseId, ...]:
        return program.reading.to_migrate(tx, order.process, order.release, last, PAGE)

    while found := program.database.read(page):
        yield from found
        last = found[-1]
