"""kill -9 of a process that completes tasks and fires timers: nothing acknowledged is lost, nothing happens twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from database import Keyring, open_database
from engine import InboxFilter
from engine.store import tables
from tests.support.world import ALL, World, model
from tests.torture.verify import verify

SECONDS = float(os.environ.get("TORTURE_SECONDS", "8"))
BODY = (
    '<startEvent id="s"/><exclusiveGateway id="m"/><parallelGateway id="f"/><userTask id="a"/><parallelGateway id="j"/>'
    '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>'
    '</intermediateCatchEvent><serviceTask id="x" n:operation="notify"/><exclusiveGateway id="g" default="g_m"/><endEvent id="e"/>'
)
PATHS = ("s > m > f > a > j > x > g > m", "f > t > j", "g > e ? = stop = true")
CASES = 6


def key() -> Keyring:
    return Keyring({1: bytes(range(32))}, audit_key=b"a" * 32, index_key=b"i" * 32)


def work(path: str, seed: int, acknowledged: str) -> None:
    """The child: completes any open task, passes an hour, writes the id of what was answered, until it is killed."""
    world = World(open_database(f"sqlite:///{path}"), key())
    chance = random.Random(seed)  # noqa: S311  # seeded, to be run again
    world.now = world.rows(sa.select(sa.func.max(tables.history.c.at).label("at")))[0].at
    with open(acknowledged, "a", buffering=1) as log:  # noqa: PTH123  # a line at a time
        while True:
            tasks = world.read(lambda tx: world.reading.inbox(tx, ALL, InboxFilter(limit=50))).items
            for task in chance.sample(tasks, len(tasks)):
                world.case = task.case_id
                world.complete("a", receipt_key=f"{task.id}-{chance.random()}")
                log.write(f"{task.id}\n")
            world.pass_time(hours=1)


@pytest.mark.torture
def test_a_killed_process_loses_nothing_and_does_nothing_twice(
    tmp_path: Path, sqlite_templates: Callable[[], Path]
) -> None:
    path, acknowledged = tmp_path / "world.db", tmp_path / "acknowledged"
    path.write_bytes(sqlite_templates().read_bytes())
    acknowledged.touch()
    world = World(open_database(f"sqlite:///{path}"), key())
    world.deploy(model(BODY, *PATHS))
    for _ in range(CASES):
        world.start()
    world.database.close()
    chance, kills, until = random.Random(2026), 0, time.perf_counter() + SECONDS  # noqa: S311

    while time.perf_counter() < until or kills < 3:
        code = f"from tests.torture.test_kill import work; work({str(path)!r}, {kills}, {str(acknowledged)!r})"
        before = acknowledged.stat().st_size
        child = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2])
        patience = time.perf_counter() + 60
        while acknowledged.stat().st_size == before and child.poll() is None and time.perf_counter() < patience:
            child_waits(child, 0.02)
        child_waits(child, chance.uniform(0.02, 0.4))
        assert child.returncode is None, "the child ended by itself"
        child.send_signal(signal.SIGKILL)
        child.wait(10)
        kills += 1

    world = World(open_database(f"sqlite:///{path}"), key())
    assert verify(world.database, world.keyring, world.library) == CASES
    told = acknowledged.read_text().split()
    rows = world.rows(sa.select(tables.tasks.c.id).where(tables.tasks.c.status == "completed"))
    completed = [row.id for row in rows]
    assert len(told) == len(set(told)) > kills
    assert set(told) <= set(completed)
    assert len(completed) - len(told) <= kills  # at most one was kept and not yet told at each kill
    fired = sa.select(tables.history.c.kind).where(tables.history.c.kind == "TimerFired")
    sent = sa.select(tables.outbox.c.id)
    rounds = len(world.rows(sent))
    assert 0 <= len(world.rows(fired)) - rounds <= CASES
    assert 0 <= len(completed) - rounds <= CASES
    with world.database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    world.database.close()


def child_waits(child: subprocess.Popen[bytes], seconds: float) -> None:
    """Waits for the child's end for a while; it is not expected to end."""
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        return
