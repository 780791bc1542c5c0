"""The database crashes, loses the answer to a COMMIT, or is slow to flush: work goes on, once each."""

import random
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from api import create_app
from database import DatabaseUnavailable, Keyring, create_tables, open_database
from engine import CompleteTask, Receipt
from engine.store import tables
from tests.api.site import Visitor, make_site, open_site, slug
from tests.support.postgres import Cluster
from tests.support.statements import counted
from tests.support.world import ANN, World, model
from tests.torture.crew import BODY, NURSERY, PATHS, Crew, key
from tests.torture.points import at_once, die_after_commit, slow_commits
from tests.torture.relay import relay
from tests.torture.report import LONG, SECONDS, Report
from tests.torture.test_kill import CASES, judged
from tests.torture.verify import verify

pytestmark = pytest.mark.torture
CLIENTS = 32


def test_a_database_that_crashes_under_load_comes_back_and_nothing_is_lost(
    cluster: Cluster, crash_url: str, crew: Callable[[str], Crew], report: Report
) -> None:
    gang, faults, chance = crew(crash_url), [], random.Random(7)  # noqa: S311  # seeded moments
    gang.populate(CASES)
    for works in (("person", "clock"), ("clock", "person")):
        gang.hire(*works)
    until = time.monotonic() + SECONDS

    while time.monotonic() < until or len(faults) < 2:
        before = len(gang.said())
        gang.until(lambda said, before=before: sum(each.what != "away" for each in said[before:]) > 3)
        gang.members[0].join(chance.uniform(0.01, 0.2))
        faults.append(time.monotonic())
        cluster.crash()
        cluster.start()

    gang.until(lambda said: any(each.what in {"done", "fired"} and each.at > faults[-1] for each in said))
    gang.whole()
    gang.dismiss()
    world = World(open_database(crash_url), key())
    found = judged(world, gang, repeated=8)
    report("2 database crash", "postgresql", kills=len(faults), recovery_ms=gang.recovery_ms(faults), **found)
    world.database.close()


def test_while_the_database_is_away_people_are_told_to_try_again_and_it_heals_by_itself(
    cluster: Cluster, tmp_path: Path
) -> None:
    make_site(tmp_path, cluster.url)
    program = open_site(tmp_path, cluster.url)
    nora = Visitor(create_app(program)).sign_in("nora-case-manager")

    cluster.crash()
    refused = [nora.send("GET", "/tasks"), nora.send("GET", "/readyz"), nora.send("GET", "/tasks")]
    cluster.start()
    answers = [nora.send("GET", "/tasks"), nora.send("GET", "/readyz")]

    assert [slug(answer) for answer in refused] == [(503, "not-ready")] * 3
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refused)
    assert [answer.status_code for answer in answers] == [200, 200]
    program.close()


def test_a_commit_whose_answer_was_cut_off_is_answered_again_by_its_key(
    crash_url: str, keyring: Keyring, report: Report
) -> None:
    direct = World(open_database(crash_url), keyring)
    direct.deploy(model(BODY, *PATHS))
    direct.start()
    rounds = 200 if LONG else 12
    with relay(crash_url) as (wire, url):
        world = World(open_database(url), keyring)
        world.case = direct.case
        for n in range(rounds):
            world.now += timedelta(minutes=1)
            task, receipt, first = world.task("a").id, Receipt("/complete", f"key-{n}", b"body"), world.now
            cut = wire.cut = "before" if n % 2 else "after"

            with pytest.raises(DatabaseUnavailable):
                world.execute(CompleteTask(task, ANN, first, {}, None, receipt))
            later = first + timedelta(seconds=5)
            answers = [world.execute(CompleteTask(task, ANN, later, {}, None, receipt)) for _ in range(2)]

            assert answers[0] == answers[1]
            assert answers[0].at == (first if cut == "after" else later)
            world.pass_time(hours=1)
        assert wire.cuts == rounds
        world.database.close()
    assert verify(direct.database, keyring, direct.library) == 1
    assert len(direct.rows(sa.select(tables.tasks.c.id).where(tables.tasks.c.status == "completed"))) == rounds
    report("3 commit unknown", "postgresql", rounds=rounds, kills=rounds)
    direct.database.close()


def die_completing(url: str, task: str, receipt: Receipt, at: object) -> None:
    """The process ends between the COMMIT and its answer."""
    world = World(open_database(url), key())
    die_after_commit(world.database)
    world.execute(CompleteTask(task, ANN, at, {}, None, receipt))


def test_a_process_that_dies_between_commit_and_answer_has_kept_the_answer(tmp_path: Path, report: Report) -> None:
    url = f"sqlite:///{tmp_path / 'world.db'}"
    world = World(open_database(url), key())
    create_tables(world.database)
    world.deploy(model(BODY, *PATHS))
    world.start()
    rounds = 100 if LONG else 4

    for n in range(rounds):
        task, receipt, first = world.task("a").id, Receipt("/complete", f"key-{n}", b"body"), world.now
        world.database.close()
        child = NURSERY.Process(target=die_completing, args=(url, task, receipt, first))
        child.start()
        child.join(60)
        again = World(open_database(url), key(), now=first + timedelta(seconds=5), case=world.case)
        world = again

        assert child.exitcode == -9
        assert again.execute(CompleteTask(task, ANN, again.now, {}, None, receipt)).at == first
        again.pass_time(hours=1)

    assert verify(world.database, world.keyring, world.library) == 1
    report("3 commit unknown", "sqlite", rounds=rounds, kills=rounds)
    world.database.close()


def test_a_disk_that_is_slow_to_flush_makes_the_batch_grow_and_refuses_nobody(
    either_world: World, report: Report
) -> None:
    world = either_world
    world.deploy(model(BODY, *PATHS))
    cases = [world.start() for _ in range(CLIENTS)]
    rounds, slowest, lock = 4 if not LONG else 40, 0.0, threading.Lock()

    def work(case: str) -> None:
        nonlocal slowest
        mine = World(world.database, world.keyring, now=world.now, case=case)
        mine.library, mine.engine = world.library, world.engine
        asked = time.monotonic()
        mine.complete("a")
        with lock:
            slowest = max(slowest, time.monotonic() - asked)

    for _ in range(rounds):
        with slow_commits(world.database, 0.03), counted(world.database) as seen:
            answers = at_once(*[lambda case=case: work(case) for case in cases])
        assert answers == [None] * CLIENTS
        if world.database.dialect == "sqlite":
            assert seen.commits <= CLIENTS / 2, "each paid for a flush of its own"
        world.pass_time(hours=1)

    assert verify(world.database, world.keyring, world.library) == CLIENTS
    report("14 slow fsync", world.database.dialect, rounds=rounds * CLIENTS, recovery_ms=slowest * 1000)
