"""Timers whose step cannot be taken: it raises, never ends, wants all memory, or kills the process. The others do not notice."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from database import open_database
from engine import CaseId
from engine.store import tables
from program.marks import Marks
from program.pump import DEATHS, Pump
from tests.support.world import START, World, model
from tests.torture.crew import NURSERY, key
from tests.torture.report import LONG, Report
from tests.torture.verify import verify

pytestmark = pytest.mark.torture
HEALTHY = 200 if LONG else 30
BODY = (
    '<startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
    '</timerEventDefinition></intermediateCatchEvent><exclusiveGateway id="g" default="g_u"/><userTask id="u"/><endEvent id="e"/>'
)
PATHS = "s > t > g > u > e"
POISON = {
    "never ends": "= every a in 1..9999 satisfies every b in 1..9999 satisfies a + b > 0",
    "wants all memory": "= count(for a in 1..9999 return for b in 1..9999 return [a, b]) > 1",
}
DUE = START + timedelta(hours=1)


class Facts:
    """The port Facts over a case that is deadly to read."""

    def __init__(self, deadly: str, kill: Callable[[], object]) -> None:
        self.deadly, self.kill = deadly, kill

    def read(self, tx: Any, case: Any) -> dict[str, Any]:
        if case.id == self.deadly and case.version > 0:
            self.kill()
        return {}


def fail(kind: type[BaseException]) -> None:
    raise kind


def populate(world: World, *processes: str) -> list[CaseId]:
    """Healthy cases, and one of each other process in their midst."""
    kinds = ["P"] * HEALTHY
    for n, process in enumerate(processes):
        kinds.insert((n + 1) * 7, process)
    return [world.start(kind) for kind in kinds]


def parked(world: World) -> set[str]:
    """Processes whose timer or token is an incident."""
    timers = world.rows(sa.select(tables.timers.c.process).where(tables.timers.c.incident))
    return {row.process for row in [*timers, *world.rows(sa.select(tables.incidents.c.process))]}


def opened(world: World) -> int:
    return len(world.rows(sa.select(tables.tasks.c.id).where(tables.tasks.c.status == "open")))


def drain(world: World) -> None:
    while world.pump.fire_due(world.now):
        continue


@pytest.mark.parametrize("kind", [RuntimeError, MemoryError])
def test_a_poisoned_case_is_an_incident_after_three_tries_and_the_others_go_on(
    either_world: World, report: Report, kind: type[BaseException]
) -> None:
    world = either_world
    poisons = {f"Q{n}": condition for n, condition in enumerate(POISON.values())}
    made = [
        model(BODY + '<endEvent id="e9"/>', PATHS, f"g > e9 ? {condition}", process=process)
        for process, condition in poisons.items()
    ]
    world.deploy(model(BODY, PATHS), model(BODY, PATHS, process="M"), *made)
    cases = populate(world, *poisons, "M")
    broken = next(row.id for row in world.rows(sa.select(tables.cases)) if row.process == "M")
    world.engine = replace(world.engine, facts=Facts(broken, lambda: fail(kind)))
    world.pump = Pump(world.database, world.engine)
    world.now = DUE

    drain(world)
    healthy, after_one = opened(world), parked(world)
    for seconds in (5, 30):
        world.now += timedelta(seconds=seconds)
        drain(world)

    assert healthy == HEALTHY == opened(world)
    assert "M" not in after_one
    assert parked(world) == {*poisons, "M"}
    assert verify(world.database, world.keyring, world.library) == len(cases)
    report("8 poison", world.database.dialect, rounds=len(cases))


def pump_until_dry(url: str, deadly: str, folder: str, said: str) -> None:
    """A worker's process: fires what is due until nothing is, unless it dies of it."""
    world = World(open_database(url), key())
    engine = replace(world.engine, facts=Facts(deadly, lambda: os.kill(os.getpid(), signal.SIGKILL)))
    marks = Marks(Path(folder))
    pump = Pump(world.database, engine, marks)
    with open(said, "a", buffering=1) as log:  # noqa: PTH123  # a line at a time
        while batch := pump.fire_due(DUE):
            log.write(f"{time.monotonic()} {sum(item.fired for item in batch)}\n")
    marks.close()


@pytest.mark.parametrize("among", ["many", "few"])
def test_a_member_that_kills_the_process_is_parked_after_three_deaths_and_the_others_go_on(
    address: Callable[..., str], tmp_path: Path, report: Report, among: str
) -> None:
    url, deaths = address(), []
    world = World(open_database(url), key())
    world.deploy(model(BODY, PATHS))
    cases = [world.start() for _ in range(HEALTHY if among == "many" else 2)]
    deadly, said = cases[len(cases) // 2], tmp_path / "said"
    said.touch()
    world.database.close()

    for _ in range(DEATHS + 3):
        child = NURSERY.Process(target=pump_until_dry, args=(url, deadly, str(tmp_path / "marks"), str(said)))
        child.start()
        child.join(120)
        if child.exitcode == 0:
            break
        assert child.exitcode == -signal.SIGKILL
        deaths.append(time.monotonic())

    assert len(deaths) == DEATHS
    world = World(open_database(url), key())
    assert opened(world) == len(cases) - 1
    (left,) = world.rows(sa.select(tables.timers))
    assert (left.case_id, left.incident) == (deadly, True)
    assert list((tmp_path / "marks").glob("*-*")) == []
    assert verify(world.database, world.keyring, world.library) == len(cases)
    lines = [float(line.split()[0]) for line in said.read_text().splitlines()]
    waits = [min((at - death for at in lines if at > death), default=0.0) * 1000 for death in deaths]
    report("8 poison", world.database.dialect, rounds=len(cases), kills=DEATHS, recovery_ms=max(waits))
    world.database.close()


def test_a_killed_worker_s_timer_fires_at_once_and_counts_no_attempt(
    address: Callable[..., str], tmp_path: Path
) -> None:
    world = World(open_database(address()), key())
    world.deploy(model(BODY, PATHS))
    world.start()
    (timer,) = world.rows(sa.select(tables.timers.c.id))
    marks = Marks(tmp_path / "marks")
    (tmp_path / "marks").mkdir()
    (tmp_path / "marks" / "1-dead").write_text(timer.id.ljust(64))

    fired = Pump(world.database, world.engine, marks).fire_due(DUE)

    assert [item.fired for item in fired] == [True]
    assert marks.deaths() == {}
    marks.close()
    assert list((tmp_path / "marks").iterdir()) == []
    world.database.close()
