"""The disk fills up: reading goes on, writing is refused, nothing is half done, and it resumes without a restart."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from access import Sessions
from api import create_app
from engine.store import tables
from program import Program
from tests.api.site import Visitor, add_client, make_site, open_site, slug
from tests.support.postgres import Cluster
from tests.torture.disk import Disk, NoDisk, small_disk
from tests.torture.report import LONG, Report
from tests.torture.verify import verify

pytestmark = pytest.mark.torture
FORM = {"values": {"mood": "calm", "pain": 3}}


@dataclass(frozen=True)
class Site:
    """A program on a small disk, and who works with it."""

    program: Program
    nora: Visitor
    disk: Disk
    client: str

    def start(self) -> tuple[int, str]:
        given = {"process": "visit", "client_id": self.client, "values": {}}
        answer = self.nora.post("/cases", given)
        return (201, "") if answer.status_code == 201 else slug(answer)

    def fire(self) -> int:
        """What the pump fires an hour after all timers of the site are due."""
        return sum(item.fired for item in self.program.pump.fire_due(self.program.clock.now() + timedelta(hours=49)))

    def cases(self) -> int:
        return len(self.program.database.read(lambda tx: tx.rows(sa.select(tables.cases.c.id))))


def on_disk(home: Path, url: str, disk: Disk) -> Site:
    make_site(home, url)
    program = open_site(home, url)
    eager = replace(program, sessions=Sessions(idle=timedelta(hours=1), touch_every=timedelta(0)))  # writes on reads
    client = add_client(program, "9001")
    return Site(eager, Visitor(create_app(eager)).sign_in("nora-case-manager"), disk, client)


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as stack:
        try:
            disk = stack.enter_context(small_disk(24 if request.param == "postgresql" else 8))
        except NoDisk as reason:
            pytest.skip(str(reason))
        if request.param == "sqlite":
            made = on_disk(disk.path, "", disk)
            yield made
            made.program.close()
            return
        cluster: Cluster = request.getfixturevalue("cluster")
        place = disk.path / "tablespace"
        place.mkdir()
        if cluster.who is not None:
            os.chown(place, cluster.who.pw_uid, cluster.who.pw_gid)
        plain = f"postgresql://ninefold@/postgres?host={cluster.base}"
        with psycopg.connect(plain, autocommit=True) as admin:
            admin.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
            admin.execute("CREATE DATABASE small TABLESPACE small")
            made = on_disk(tmp_path, cluster.url.replace("/torture", "/small"), disk)
            yield made
            made.program.close()
            admin.execute("DROP DATABASE small WITH (FORCE)")
            admin.execute("DROP TABLESPACE small")


def until(site: Site, wanted: tuple[int, str]) -> int:
    """Starts cases until the answer is the wanted one; how many were started."""
    for n in range(5000):
        answer = site.start()
        if answer == wanted:
            return n
        assert answer == (201, ""), answer
    raise AssertionError(f"never {wanted}")


def test_a_full_disk_stops_writing_alone_and_writing_resumes_without_a_restart(site: Site, report: Report) -> None:
    kept, recovery, rounds = 0, 0.0, 10 if LONG else 2
    assert site.start() == (201, "")
    (task,) = site.nora.get("/tasks?queue=all")["items"]
    done = site.nora.post(f"/tasks/{task['id']}:complete", FORM, If_Match='"1"')
    assert done.status_code == 200, done.json
    assert verify(site.program.database, site.program.keyring, site.program.reading.library) == 1

    for _ in range(rounds):
        before = site.cases()
        site.disk.fill()
        kept = until(site, (507, "disk-full"))

        assert site.cases() == before + kept
        assert site.nora.get("/cases")["items"] != []
        assert slug(site.nora.send("GET", "/readyz")) == (503, "not-ready")
        assert site.nora.send("GET", "/readyz").json["checks"]["database"] == "database-full"
        assert verify(site.program.database, site.program.keyring, site.program.reading.library) == before + kept

        site.disk.empty()
        freed = time.monotonic()
        assert until(site, (201, "")) == 0
        recovery = max(recovery, time.monotonic() - freed)
        assert site.nora.send("GET", "/readyz").status_code == 200

    assert site.fire() == 1
    assert site.program.database.read(lambda tx: tx.rows(sa.select(tables.timers.c.id))) == []
    assert verify(site.program.database, site.program.keyring, site.program.reading.library) == site.cases()
    report("9 disk full", site.program.database.dialect, rounds=rounds, recovery_ms=recovery * 1000)


def test_a_timer_that_meets_a_full_disk_is_not_held_against_its_case(site: Site) -> None:

    assert site.start() == (201, "")
    (task,) = site.nora.get("/tasks?queue=all")["items"]
    assert site.nora.post(f"/tasks/{task['id']}:complete", FORM, If_Match='"1"').status_code == 200
    site.disk.fill()
    until(site, (507, "disk-full"))

    fired: list[object] = []
    for _ in range(4):
        try:
            fired.append(site.fire())
        except Exception as error:  # noqa: BLE001  # told below
            fired.append(getattr(error, "code", error))
    site.disk.empty()
    rest = site.fire()

    assert set(fired) <= {"database-full", 1, 0}
    assert sum(1 for each in fired if each == 1) + rest == 1
    attempts = site.program.database.read(lambda tx: tx.rows(sa.select(tables.timers.c.attempts)))
    assert attempts == []
