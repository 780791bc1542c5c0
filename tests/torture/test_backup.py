"""A backup taken under load holds everything that was acknowledged before it began, tells one story, and goes on from there."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from database import open_database
from engine.store import tables
from tests.support.postgres import Cluster
from tests.support.world import World
from tests.torture.crew import Crew, key
from tests.torture.report import LONG, Report
from tests.torture.test_kill import CASES
from tests.torture.verify import verify

pytestmark = pytest.mark.torture
ROUNDS = 20 if LONG else 2


def restored(url: str, acknowledged: set[str]) -> int:
    """Looks at what came back and works on with it; how many acknowledged completions are missing."""
    world = World(open_database(url), key())
    assert verify(world.database, world.keyring, world.library) == CASES
    done = sa.select(tables.tasks.c.id).where(tables.tasks.c.status == "completed")
    kept = {row.id for row in world.rows(done)}
    world.now = world.rows(sa.select(sa.func.max(tables.history.c.at).label("at")))[0].at
    world.case = world.rows(sa.select(tables.cases.c.id))[0].id
    for _ in range(2):
        if "a" in world.open:
            world.complete("a")
        world.pass_time(hours=2)
    assert verify(world.database, world.keyring, world.library) == CASES
    assert len(world.rows(done)) > len(kept)
    world.database.close()
    return len(acknowledged - kept)


def backed_up(gang: Crew, copy: Callable[[int], str], kind: str, report: Report) -> None:
    """Backs up and restores again and again while the crew works."""
    losses, longest = 0, 0.0
    for n in range(ROUNDS):
        before = len(gang.said())
        gang.until(lambda said, before=before: len(said) > before + 10)
        acknowledged = {each.which for each in gang.said() if each.what == "done"}
        began = time.monotonic()
        url = copy(n)
        longest = max(longest, time.monotonic() - began)
        losses += restored(url, acknowledged)
        gang.whole()

    assert losses == 0
    report("16 backup", kind, rounds=ROUNDS, losses=losses, recovery_ms=longest * 1000)


def test_an_embedded_database_is_backed_up_while_it_is_served(
    tmp_path: Path, sqlite_templates: Callable[[], Path], crew: Callable[[str], Crew], report: Report
) -> None:
    source = tmp_path / "served.db"
    source.write_bytes(sqlite_templates().read_bytes())
    gang = crew(f"sqlite:///{source}")
    gang.populate(CASES)
    gang.hire("person", "person", "clock")

    def copy(n: int) -> str:
        target = tmp_path / f"backup-{n}.db"
        with closing(sqlite3.connect(source, timeout=30)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
        return f"sqlite:///{target}"

    backed_up(gang, copy, "sqlite", report)


def test_postgresql_is_dumped_and_restored_while_it_is_served(
    cluster: Cluster, crash_url: str, tmp_path: Path, crew: Callable[[str], Crew], report: Report
) -> None:
    gang = crew(crash_url)
    gang.populate(CASES)
    gang.hire("person", "clock")
    gang.hire("person")

    def copy(n: int) -> str:
        dump, name = tmp_path / f"backup-{n}", "restored"
        cluster.tool("dropdb", "--if-exists", name)
        cluster.tool("pg_dump", "--format=custom", f"--file={dump}", "torture")
        cluster.tool("createdb", name)
        cluster.tool("pg_restore", f"--dbname={name}", str(dump))
        return crash_url.replace("/torture", f"/{name}")

    backed_up(gang, copy, "postgresql", report)
