"""Completions by many clients at once, each on a case of its own: what group commit and row locks give."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figures import Cell, Table, quantile
from bench.workers import key
from database import Database, create_tables, open_database
from engine import CompleteTask, TaskId
from tests.support.postgres import NoPostgreSQL, cluster
from tests.support.statements import counted
from tests.support.world import ANN, World, model

CLIENTS = (1, 8, 32)
SECONDS = 4.0
BODY = '<startEvent id="s"/><exclusiveGateway id="m"/><userTask id="a"/><exclusiveGateway id="g" default="g_m"/><endEvent id="e"/>'
PATHS = ("s > m > a > g > m", "g > e ? = stop = true")


def measure(folder: Path) -> Table:
    rows: list[tuple[Cell, ...]] = []
    note = f"{SECONDS:g} s each, threads of one process, a case each, cases kept in memory; SQLite FULL, PostgreSQL synchronous_commit on"
    with _opened(f"sqlite:///{folder / 'clients.db'}") as database:
        rows += _measured(database)
    try:
        with cluster() as server:
            server.clean()
            with _opened(server.url) as database:
                rows += _measured(database)
    except NoPostgreSQL as reason:
        note += f"; no PostgreSQL: {reason}"
    columns = ("database, clients", "completions/s", "p50 ms", "p99 ms", "max ms", "completions a commit")
    return Table("completions by clients", columns, tuple(rows), note)


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    create_tables(database)
    try:
        yield database
    finally:
        database.close()


def _measured(database: Database) -> Iterator[tuple[Cell, ...]]:
    world = World(database, key(), hot=1000)
    world.deploy(model(BODY, *PATHS))
    for count in CLIENTS:
        tasks = [world.task("a").id for _ in range(count) if world.start()]
        waits: list[float] = []
        until = time.monotonic() + SECONDS
        with counted(database) as seen:
            threads = [threading.Thread(target=_client, args=(world, task, until, waits)) for task in tasks]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        name = f"{database.dialect}, {count}"
        shown = (quantile(waits, 0.5) * 1000, quantile(waits, 0.99) * 1000, max(waits) * 1000)
        yield (name, len(waits) / SECONDS, *shown, len(waits) / max(seen.commits, 1))


def _client(world: World, task: TaskId, until: float, waits: list[float]) -> None:
    """Completes the task of its case, which opens it again, as long as there is time."""
    while (began := time.monotonic()) < until:
        (task,) = world.execute(CompleteTask(task, ANN, world.now)).opened
        waits.append(time.monotonic() - began)
