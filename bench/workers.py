"""Worker processes on PostgreSQL with very many timers pending: how late they fire, and how fast a storm is drained."""

import multiprocessing
import threading
import time
from datetime import timedelta
from multiprocessing.process import BaseProcess
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.figures import Cell, Table, quantile
from database import Database, Keyring, create_tables, open_database
from engine import StartCase, case_id_of
from engine.store import tables
from tests.support.postgres import NoPostgreSQL, cluster
from tests.support.world import ANN, START, World, model

PENDING = 100_000
STORM = 1_000
NEAR, RATE = 240, 40
"""Timers whose lateness is measured, and how many fall due in a second."""
WORKERS = (1, 2, 4)
PROCESSES = multiprocessing.get_context("spawn")
BODY = (
    '<startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition><timeDate>= at</timeDate>'
    '</timerEventDefinition></intermediateCatchEvent><userTask id="u"/><endEvent id="e"/>'
)


def key() -> Keyring:
    return Keyring({1: bytes(range(32))}, audit_key=b"a" * 32, index_key=b"i" * 32)


def work(url: str, began: float, told: "SimpleQueue[list[float]]") -> None:
    """A worker's process: fires until it is told to stop by the last timer; its answer is when each batch was kept."""
    world, fired = World(open_database(url), key(), hot=1000), list[float]()
    world.read(world.library.active)
    told.put([])
    while True:
        now = START + timedelta(seconds=time.monotonic() - began)
        batch = world.pump.fire_due(now)
        kept = time.monotonic() - began
        fired += [kept] * sum(each.fired for each in batch)
        if any(each.fired for each in batch):
            continue
        wake = world.read(world.engine.next_wake)
        if wake is None or wake > START + timedelta(days=1):
            break
        threading.Event().wait(min(max((wake - now).total_seconds(), 0.001), 1.0))
    told.put(fired)
    world.database.close()


def measure(_: Path) -> Table:
    try:
        with cluster() as server:
            rows = tuple(row for count in WORKERS for row in (_round(server.url, server.clean, count),))
    except NoPostgreSQL as reason:
        rows, note = (), f"not measured: {reason}"
    else:
        note = (
            f"PostgreSQL, {PENDING} more timers pending; {NEAR} due at {RATE}/s, then {STORM} at one instant; real steps, "
            "batches of 25; lateness from due to kept"
        )
    return Table(
        "timers and workers",
        ("workers", "drained/s", "late p50 ms", "late p99 ms", "late max ms", "doubles", "losses"),
        rows,
        note,
    )


def _round(url: str, clean: Any, count: int) -> tuple[Cell, ...]:
    clean()
    database = open_database(url)
    create_tables(database)
    world = World(database, key())
    world.deploy(model(BODY, "s > t > u > e"))
    lead = 8.0 + 3 * count  # seconds in which the processes start
    storm = lead + NEAR / RATE + 1
    dues = [lead + n / RATE for n in range(NEAR)] + [storm] * STORM
    _start(world, [START + timedelta(seconds=due) for due in dues])
    _pend(database)
    told: SimpleQueue[list[float]] = PROCESSES.SimpleQueue()
    began = time.monotonic()
    members = [PROCESSES.Process(target=work, args=(url, began, told)) for _ in range(count)]
    for member in members:
        member.start()
    answers = [told.get() for _ in range(2 * count)]
    _end(members)
    kept = sorted(at for answer in answers for at in answer)
    late = [(at - due) * 1000 for at, due in zip(kept[:NEAR], dues[:NEAR], strict=True)]
    fired = len(world.rows(sa.select(tables.history.c.kind).where(tables.history.c.kind == "TimerFired")))
    left = len(world.rows(sa.select(tables.timers.c.id))) - PENDING
    database.close()
    return (
        f"{count}",
        STORM / (kept[-1] - storm),
        quantile(late, 0.5),
        quantile(late, 0.99),
        max(late),
        len(kept) - fired,
        left,
    )


def _end(members: list[BaseProcess]) -> None:
    for member in members:
        member.join(30)
        if member.exitcode != 0:
            raise RuntimeError(f"Expected a worker to end well, but it ended with {member.exitcode}")


def _start(world: World, dues: list[Any]) -> None:
    for first in range(0, len(dues), 100):
        commands = [
            StartCase(case_id_of(f"{first + n:032x}"), "P", "s", ANN, START - timedelta(hours=1), None, {"at": due})
            for n, due in enumerate(dues[first : first + 100])
        ]
        for outcome in world.database.write_all([lambda tx, it=it: world.engine.execute(it, tx) for it in commands]):
            if isinstance(outcome, BaseException):
                raise outcome


def _pend(database: Database) -> None:
    """Rows of timers that are due in a year: their cases are never looked at."""
    rows = (
        "INSERT INTO timers (shard, id, case_id, process, element, kind, due_at, wake_at) SELECT mod(n, 1024), "
        "lpad(to_hex(mod(n, 1024)), 3, '0') || 'e' || lpad(to_hex(n), 31, '0'), 'none', 'P', 't', 'date', at, at "
        f"FROM (SELECT n, timestamptz '2027-01-01' + n * interval '1 second' AS at FROM generate_series(1, {PENDING}) n) each"
    )
    with database.engine.begin() as connection:
        connection.exec_driver_sql(rows)
        connection.exec_driver_sql("ANALYZE")
