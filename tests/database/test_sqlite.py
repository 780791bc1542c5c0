"""SQLite alone: the writer thread, the file, the lock of its server."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from pathlib import Path

import pytest
import sqlalchemy as sa

import database.write
from database import (
    AlreadyServed,
    Busy,
    DatabaseFull,
    DatabaseMissing,
    UnknownDatabase,
    create_tables,
    lock_for_serving,
    open_database,
)
from tests.support.statements import counted

TABLES = sa.MetaData()
notes = sa.Table("notes", TABLES, sa.Column("id", sa.String(40), primary_key=True), sa.Column("text", sa.Text))
ADD = sa.insert(notes)
COUNT = sa.select(sa.func.count()).select_from(notes)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ninefold.db"


@pytest.fixture
def store(path):
    opened = open_database(f"sqlite:///{path}")
    create_tables(opened, TABLES)
    yield opened
    opened.close()


def add(name, text=""):
    return lambda tx: tx.run(ADD, {"id": name, "text": text})


def count(store):
    return store.read(lambda tx: tx.one(COUNT)[0])


def held(store, gate, reached):
    """Keeps the writer busy until the gate opens."""

    def work(tx):
        tx.run(ADD, {"id": "gate", "text": ""})
        tx.one(COUNT)  # a read after a write: from here on it is inside the writer
        reached.set()
        gate.wait(20)

    return store.write(work)


def test_a_file_is_durable_and_its_owners_only(store, path):
    assert path.stat().st_mode & 0o777 == 0o600
    pragmas = [store.read(lambda tx, p=p: tx.one(sa.text(f"PRAGMA {p}"))[0]) for p in ("journal_mode", "foreign_keys")]
    assert pragmas == ["wal", 1]
    assert store.read(lambda tx: tx.one(sa.text("PRAGMA synchronous"))[0]) == 2


def test_those_who_wait_share_one_commit(store):
    gate, reached = threading.Event(), threading.Event()
    with counted(store) as seen, ThreadPoolExecutor(9) as people:
        first = people.submit(held, store, gate, reached)
        assert reached.wait(10)
        others = [people.submit(store.write, add(f"n{n}")) for n in range(8)]
        while store._writer._queue.qsize() < 8:
            wait_for(others, timeout=0.01)
        gate.set()
        wait_for([first, *others], timeout=10)

    assert count(store) == 9
    assert seen.commits == 2


def test_a_full_queue_is_busy_and_writes_nothing(path, monkeypatch):
    monkeypatch.setattr(database.write.Writer.__init__, "__defaults__", (64, 1))
    store = open_database(f"sqlite:///{path}")
    create_tables(store, TABLES)
    gate, reached = threading.Event(), threading.Event()
    with ThreadPoolExecutor(2) as people:
        first = people.submit(held, store, gate, reached)
        assert reached.wait(10)
        second = people.submit(store.write, add("second"))
        while not store._writer._queue.full():
            wait_for([second], timeout=0.01)

        with pytest.raises(Busy):
            store.write(add("third"))
        gate.set()
        wait_for([first, second], timeout=10)

    assert count(store) == 2
    store.close()


def test_a_write_that_waits_too_long_is_withdrawn(store, monkeypatch):
    monkeypatch.setattr(database.sqlite, "WAIT_SECONDS", 0.05)
    gate, reached = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as people:
        first = people.submit(held, store, gate, reached)
        assert reached.wait(10)

        with pytest.raises(Busy):
            store.write(add("late"))
        gate.set()
        first.result(10)

    store.write(add("next"))
    assert count(store) == 2


def test_what_is_in_the_queue_is_kept_when_the_database_closes(path):
    store = open_database(f"sqlite:///{path}")
    create_tables(store, TABLES)
    gate, reached = threading.Event(), threading.Event()
    with ThreadPoolExecutor(3) as people:
        people.submit(held, store, gate, reached)
        assert reached.wait(10)
        waiting = people.submit(store.write, add("waiting"))
        while store._writer._queue.empty():
            wait_for([waiting], timeout=0.01)
        closing = people.submit(store.close)
        gate.set()
        closing.result(10)
        waiting.result(10)

    again = open_database(f"sqlite:///{path}")
    assert count(again) == 2
    again.close()


def test_a_full_disk_keeps_nothing_of_the_write_and_heals(store):
    def limit(pages):
        raw = store._writer._raw
        gate = sa.text(f"PRAGMA max_page_count={pages}")
        store.write(lambda tx: (tx.run(ADD, {"id": f"limit {pages}", "text": ""}), tx.one(COUNT), tx.one(gate)))
        return raw

    limit(1)
    before = count(store)
    with pytest.raises(DatabaseFull):
        store.write(add("big", "x" * 200_000))
    assert count(store) == before

    limit(1_000_000)
    store.write(add("big", "x" * 200_000))
    assert count(store) == before + 2


def test_a_lock_of_another_process_is_busy(store, path, monkeypatch):
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store._writer._raw.execute("PRAGMA busy_timeout=10")

    with pytest.raises(Busy):
        store.write(add("a"))

    other.execute("ROLLBACK")
    other.close()
    store.write(add("a"))
    assert count(store) == 1


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://h/d", "nonsense", ""])
def test_another_address_is_refused(url):
    with pytest.raises(UnknownDatabase):
        open_database(url)


def test_a_file_in_no_folder_is_missing(tmp_path):
    with pytest.raises(DatabaseMissing):
        open_database(f"sqlite:///{tmp_path}/none/ninefold.db")


def test_an_unknown_durability_is_refused(path):
    with pytest.raises(ValueError):
        open_database(f"sqlite:///{path}", synchronous="OFF")


HOLDER = """
import sys
from pathlib import Path
from database import lock_for_serving
lock = lock_for_serving(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_process_cannot_serve_the_same_file(path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"

        with pytest.raises(AlreadyServed, match="already"):
            lock_for_serving(path)
        holder.kill()

    with lock_for_serving(path), pytest.raises(AlreadyServed):
        lock_for_serving(path)
    lock_for_serving(path).close()


WRITER = """
import sys, threading
import sqlalchemy as sa
from database import open_database
tables = sa.MetaData()
notes = sa.Table("notes", tables, sa.Column("id", sa.String(40), primary_key=True), sa.Column("text", sa.Text))
store, lock = open_database(sys.argv[1]), threading.Lock()
def client(n):
    for i in range(100000):
        name = f"{n}.{i}"
        store.write(lambda tx: (tx.run(sa.insert(notes), {"id": name, "text": "x"}),
                                tx.run(sa.insert(notes), {"id": name + ".twin", "text": "x"})))
        with lock:
            print(name, flush=True)
for n in range(4):
    threading.Thread(target=client, args=(n,)).start()
"""


def test_a_killed_process_loses_nothing_it_acknowledged(store, path):
    acknowledged = set()
    for kill_after in (150, 400):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, f"sqlite:///{path}"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as child:
            lines = [child.stdout.readline() for _ in range(kill_after)]
            os.kill(child.pid, signal.SIGKILL)
            lines += child.stdout.readlines()
        acknowledged |= {line.strip() for line in lines if line.endswith("\n")}
        kept = {row[0] for row in store.read(lambda tx: tx.rows(sa.select(notes.c.id)))}
        assert acknowledged <= kept
        assert all(f"{name}.twin" in kept for name in kept if not name.endswith(".twin"))
        assert len([name for name in kept if name.endswith(".twin")]) * 2 == len(kept)
        store.write(lambda tx: tx.run(sa.delete(notes), {}))
        acknowledged.clear()

    assert store.read(lambda tx: tx.one(sa.text("PRAGMA integrity_check"))[0]) == "ok"
