"""PostgreSQL alone: lost connections, deadlocks, locks that last."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from database import Busy, DatabaseUnavailable, create_tables, open_database

TABLES = sa.MetaData()
notes = sa.Table("notes", TABLES, sa.Column("id", sa.String(40), primary_key=True), sa.Column("n", sa.Integer))
ADD = sa.insert(notes)
LOCK = sa.select(notes.c.n).where(notes.c.id == sa.bindparam("id")).with_for_update()
STEP = sa.update(notes).where(notes.c.id == sa.bindparam("i")).values(n=notes.c.n + 1)
ALL = sa.select(notes.c.n).order_by(notes.c.id)
CUT = sa.text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def url(postgresql_server):
    made = postgresql_server.fresh(tables=False)
    yield made
    postgresql_server.drop(made)


@pytest.fixture
def store(url):
    opened = open_database(url)
    create_tables(opened, TABLES)
    opened.write(lambda tx: tx.run(ADD, [{"id": "a", "n": 0}, {"id": "b", "n": 0}]))
    yield opened
    opened.close()


def numbers(store):
    return [row.n for row in store.read(lambda tx: tx.rows(ALL))]


def cut(url):
    """Ends all other connections, as a restart of the server does."""
    other = open_database(url)
    other.write(lambda tx: tx.rows(CUT))
    other.close()


def test_a_connection_lost_between_writes_is_not_noticed(store, url):
    cut(url)

    store.write(lambda tx: tx.run(STEP, {"i": "a"}, expect=1))

    assert numbers(store) == [1, 0]


def test_a_connection_lost_within_a_work_runs_it_again_once(store, url):
    runs = []

    def work(tx):
        tx.run(STEP, {"i": "a"}, expect=1)
        runs.append(len(runs))
        if len(runs) == 1:
            cut(url)
        tx.run(STEP, {"i": "b"}, expect=1)

    store.write(work)

    assert runs == [0, 1]
    assert numbers(store) == [1, 1]


def test_a_connection_lost_each_time_is_told(store, url):
    def work(tx):
        cut(url)
        tx.run(STEP, {"i": "a"}, expect=1)

    with pytest.raises(DatabaseUnavailable):
        store.write(work)
    assert numbers(store) == [0, 0]


def test_a_connection_lost_before_commit_returns_is_told_not_repeated(store, url):
    runs = []

    def work(tx):
        tx.run(STEP, {"i": "a"}, expect=1)
        runs.append(1)
        cut(url)

    with pytest.raises(DatabaseUnavailable):
        store.write(work)
    assert runs == [1]


def test_a_server_that_is_not_there_is_unavailable(url):
    nowhere = open_database(sa.make_url(url).set(query={"host": "/nonexistent"}).render_as_string())

    with pytest.raises(DatabaseUnavailable) as caught:
        nowhere.write(lambda tx: tx.rows(ALL))

    assert "nonexistent" not in str(caught.value)
    nowhere.close()


def test_works_that_deadlock_are_both_kept(store):
    barrier = threading.Barrier(2)
    runs = []

    def work(first, second):
        def within(tx):
            tx.one(LOCK, {"id": first})
            runs.append(first)
            if len(runs) <= 2:
                barrier.wait(10)
            tx.one(LOCK, {"id": second})
            tx.run(STEP, [{"i": first}, {"i": second}], expect=2)

        return within

    with ThreadPoolExecutor(2) as people:
        for done in [people.submit(store.write, work("a", "b")), people.submit(store.write, work("b", "a"))]:
            done.result(30)

    assert numbers(store) == [2, 2]
    assert len(runs) == 3


def test_a_lock_that_outlasts_one_wait_is_waited_for_again(url, store):
    hasty = open_database(f"{url}&options=-c%20lock_timeout%3D50ms")
    held, release, runs = threading.Event(), threading.Event(), []

    def hold(tx):
        tx.one(LOCK, {"id": "a"})
        held.set()
        release.wait(10)

    def want(tx):
        runs.append(tx)
        if len(runs) == 2:
            release.set()
        return tx.one(LOCK, {"id": "a"})

    with ThreadPoolExecutor(1) as people:
        holding = people.submit(store.write, hold)
        assert held.wait(10)
        assert hasty.write(want) is not None
        holding.result(10)
    assert len(runs) >= 2
    hasty.close()


def test_a_lock_that_lasts_is_busy(url, store):
    hasty = open_database(f"{url}&options=-c%20lock_timeout%3D50ms")
    held, release = threading.Event(), threading.Event()

    def hold(tx):
        tx.one(LOCK, {"id": "a"})
        held.set()
        release.wait(10)

    with ThreadPoolExecutor(1) as people:
        holding = people.submit(store.write, hold)
        assert held.wait(10)
        with pytest.raises(Busy):
            hasty.write(lambda tx: tx.one(LOCK, {"id": "a"}))
        release.set()
        holding.result(10)
    hasty.close()
