"""Two releases of models, two versions of the program, and a schema that changes, all while work goes on."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from database import Database, Keyring, check, compare, open_database, upgrade
from database.schema import configuration, head
from engine import CompleteTask, InboxFilter, ReleaseBeyond
from engine.store import tables
from tests.support.world import ALL, ANN, World, model
from tests.torture.points import beside
from tests.torture.report import LONG, Report
from tests.torture.verify import verify

pytestmark = pytest.mark.torture
TIMER = '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>'


def version(n: int) -> bytes:
    body = f'<startEvent id="s"/><userTask id="a{n}"/>{TIMER}<userTask id="b{n}"/><endEvent id="e"/>'
    return model(body, f"s > a{n} > t > b{n} > e")


def pair(database: Database, keyring: Keyring) -> tuple[World, World]:
    """Two processes on one database: each has its own library and its own cases in memory."""
    return World(database, keyring, hot=50), World(database, keyring, hot=50, count=500_000)


def test_cases_keep_their_release_while_two_processes_work_on_both(either_world: World, report: Report) -> None:
    database, chance = either_world.database, random.Random(10)  # noqa: S311  # seeded order
    worlds, rounds, releases, expected = pair(database, either_world.keyring), 1000 if LONG else 80, 1, {}
    worlds[0].deploy(version(1))

    for n in range(rounds):
        world = chance.choice(worlds)
        if n % 25 == 24:
            releases += 1
            world.deploy(version(releases))
        match chance.choice(["start", "complete", "complete", "time"]):
            case "start":
                expected[world.start()] = releases
            case "time":
                worlds[0].now = worlds[1].now = world.now + timedelta(hours=1)
                world.pump.fire_due(world.now, 1000)
            case _:
                tasks = world.read(lambda tx, world=world: world.reading.inbox(tx, ALL, InboxFilter())).items
                for task in tasks[:1]:
                    world.execute(CompleteTask(task.id, ANN, world.now))

    left = Counter((row.case_id, row.element) for row in worlds[0].rows(sa.select(tables.tasks)))
    for case, number in expected.items():
        assert {element for found, element in left if found == case} <= {f"a{number}", f"b{number}"}
    assert releases > 3
    assert verify(database, either_world.keyring, worlds[0].library) == len(expected)
    report("10 two releases", database.dialect, rounds=rounds)


def test_an_old_process_leaves_the_timers_of_a_release_beyond_it_to_the_new_one(
    either_world: World, report: Report
) -> None:
    world = either_world
    new, old = pair(world.database, world.keyring)
    new.deploy(version(1))
    known = [new.start() for _ in range(3)]
    new.deploy(version(2))
    beyond = [new.start() for _ in range(3)]
    for case in [*known, *beyond]:
        new.case = case
        new.execute(CompleteTask(new.tasks()[0].id, ANN, new.now))
    source = model(
        '<startEvent id="s"/><complexGateway id="a2"/><endEvent id="e"/>', "s > a2 > e"
    )  # new to the old one
    members = tables.release_artefacts
    newest = sa.select(members.c.hash).where(members.c.version == 2).scalar_subquery()
    swap = sa.update(tables.artefacts).where(tables.artefacts.c.hash == newest).values(source=source)
    world.database.write(lambda tx: tx.run(swap, expect=1))
    later = new.now + timedelta(hours=1)

    by_old = old.pump.fire_due(later)
    attempts = old.rows(sa.select(tables.timers.c.attempts))
    by_new = new.pump.fire_due(later)

    assert Counter(item.fired for item in by_old) == {True: 3, False: 3}
    assert {item.case_id for item in by_old if item.fired} == set(known)
    assert [row.attempts for row in attempts] == [0, 0, 0]
    assert {item.case_id for item in by_new if item.fired} == set(beyond)
    old.case = beyond[0]
    with pytest.raises(ReleaseBeyond):
        old.execute(CompleteTask(new_task(new, beyond[0]), ANN, later))
    assert verify(world.database, world.keyring, new.library) == 6
    report("10 two releases", world.database.dialect, rounds=6)


def new_task(world: World, case: str) -> Any:
    world.case = case
    return world.tasks()[0].id


# -- 11: the statements of the release before, on the schema before and, without a pause, on the one after


class Before:
    """A program of the release before: it knows the tables of revision 0001 and names their columns only."""

    def __init__(self, database: Database) -> None:
        self.database, self.tables = database, sa.MetaData()
        self.tables.reflect(database.engine, only=["cases", "tasks", "timers", "outbox", "history"])
        self.kept: Counter[str] = Counter()
        self.stop, self.lock = threading.Event(), threading.Lock()

    def row(self, table: str, **given: Any) -> dict[str, Any]:
        """Values for every column that must have one."""
        columns = self.tables.tables[table].columns
        return {each.name: given.get(each.name, self.plain(each)) for each in columns if self.wanted(each, given)}

    @staticmethod
    def wanted(column: sa.Column[Any], given: dict[str, Any]) -> bool:
        return column.name in given or (not column.nullable and column.server_default is None)

    def plain(self, column: sa.Column[Any]) -> Any:
        kind = column.type.python_type
        if kind is datetime or column.name.endswith(("_at", "due_key")) or column.name == "at":
            now = datetime(2026, 1, 5, tzinfo=UTC)
            return now if self.database.dialect == "postgresql" else "2026-01-05T00:00:00.000000Z"
        if column.name == "active":
            return [] if self.database.dialect == "postgresql" else "[]"
        return {int: 0, bool: False, bytes: b"x"}.get(kind, "x")

    def step(self, case: str) -> None:
        """A case that starts, moves on and has its timer fired: every kind of statement of the hot path."""
        all_ = self.tables.tables
        cases, timers, tasks = all_["cases"], all_["timers"], all_["tasks"]

        def start(tx: Any) -> None:
            tx.run(sa.insert(cases), self.row("cases", id=case, version=1, status="active"))
            for table in ("tasks", "timers", "outbox"):
                tx.run(sa.insert(all_[table]), self.row(table, id=f"{case}-{table}", case_id=case, status="open"))
            tx.run(sa.insert(all_["history"]), self.row("history", case_id=case, step=1, n=0))

        def move(tx: Any) -> None:
            found = tx.one(sa.select(cases.c.version).where(cases.c.shard == 0, cases.c.id == case).with_for_update())
            due = tx.rows(sa.select(timers.c.id).where(~timers.c.incident, timers.c.case_id == case))
            changed = sa.update(cases).where(cases.c.shard == 0, cases.c.id == case, cases.c.version == found.version)
            tx.run(changed.values(version=found.version + 1), expect=1)
            tx.run(sa.update(tasks).where(tasks.c.id == f"{case}-tasks").values(status="completed"), expect=1)
            tx.run(sa.delete(timers).where(timers.c.id == due[0].id), expect=1)
            tx.run(sa.insert(all_["history"]), self.row("history", case_id=case, step=2, n=0))

        self.database.write(start)
        self.database.write(move)
        with self.lock:
            self.kept["steps"] += 1

    def work(self, name: str) -> Callable[[], int]:
        def run() -> int:
            count = 0
            while not self.stop.is_set():
                self.step(f"{name}-{count}")
                count += 1
            return count

        return run

    def until(self, more: int) -> None:
        wanted = self.kept["steps"] + more
        while self.kept["steps"] < wanted:
            assert not self.stop.wait(0.005)


def at_revision(database: Database, revision: str) -> None:
    with database.engine.connect() as connection:
        command.upgrade(configuration(connection), revision)


def test_the_schema_changes_under_the_load_of_the_release_before_and_no_request_fails(
    address: Callable[..., str], report: Report
) -> None:
    url, amount = address(tables=False), 500 if LONG else 40
    database = open_database(url)
    at_revision(database, "0001")
    load = Before(database)

    with beside(load.work("one"), "one") as one, beside(load.work("two"), "two") as two:
        try:
            load.until(amount)
            began = time.monotonic()
            revision = upgrade(url)
            took = time.monotonic() - began
            load.until(amount)
        finally:
            load.stop.set()

    assert revision == head() == check(url)
    assert compare(url) == []
    counts = [answer for answers in (one, two) for answer in answers]
    assert all(isinstance(count, int) for count in counts), counts  # an error is no count
    rows = database.read(lambda tx: tx.rows(sa.select(tables.cases.c.version)))
    assert [row.version for row in rows] == [2] * sum(counts)
    assert database.read(lambda tx: tx.rows(sa.select(tables.timers.c.id))) == []
    report("11 migration", database.dialect, rounds=sum(counts), recovery_ms=took * 1000)
    database.close()


def test_an_upgrade_waits_for_a_long_transaction_and_lets_others_pass(
    address: Callable[..., str], tmp_path: object
) -> None:
    url = address(tables=False)
    database = open_database(url)
    at_revision(database, "0001")
    hasty = url if database.dialect == "sqlite" else f"{url}&options=-c%20lock_timeout%3D50ms"
    load, inside, go = Before(database), threading.Event(), threading.Event()
    load.step("first")

    def hold(tx: Any) -> None:
        tx.run(sa.update(load.tables.tables["cases"]).values(process="y"))
        tx.rows(sa.select(load.tables.tables["timers"]))
        inside.set()
        assert go.wait(30)

    with beside(lambda: database.write(hold), "holder") as held:
        assert inside.wait(30)
        with beside(lambda: upgrade(hasty), "upgrade") as upgraded:
            threading.Event().wait(0.2)  # longer than its first wait
            go.set()

    assert held == [None]
    assert upgraded == [head()]
    load.step("second")
    database.close()
