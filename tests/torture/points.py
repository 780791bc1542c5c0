"""Named points inside transactions, without a seam in the product: the test watches the statements that a database is sent.

`held` stops the first thread that comes to a point until it is told to go on; `slow_commits` makes every commit a slow disk's.
"""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from database import Database

T = TypeVar("T")
PATIENCE = 30.0
Watcher: TypeAlias = tuple[bool, Callable[..., None]]
"""Whether it looks after a statement, and what it does there."""
_WATCHERS: WeakKeyDictionary[sa.Engine, tuple[Watcher, ...]] = WeakKeyDictionary()


@dataclass
class Point:
    """A place in a transaction: `arrived` once somebody stands there, who goes on when `go` is set."""

    arrived: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)
    taken: threading.Lock = field(default_factory=threading.Lock)

    def come(self) -> None:
        if self.taken.acquire(blocking=False):
            self.arrived.set()
            assert self.go.wait(PATIENCE), "nobody said that it goes on"

    def reached(self) -> None:
        assert self.arrived.wait(PATIENCE), "nobody came to the point"


@contextlib.contextmanager
def held(database: Database, *words: str, after: bool = True, by: str = "") -> Iterator[Point]:
    """Stops the first thread (of a name, if said) whose statement has all the words: after it, or before it."""
    point = Point()

    def seen(_connection, _cursor, statement: str, _parameters, _context, _many) -> None:
        if all(word in statement for word in words) and threading.current_thread().name.startswith(by):
            point.come()

    with watching(database.engine, (after, seen)):
        try:
            yield point
        finally:
            point.go.set()


@contextlib.contextmanager
def slow_commits(database: Database, seconds: float) -> Iterator[None]:
    """Every commit takes so long, as on a disk that is slow to flush."""

    def wait(*seen: Any) -> None:
        if len(seen) == 1 or seen[2] == "COMMIT":
            threading.Event().wait(seconds)

    name = "before_cursor_execute" if database.dialect == "sqlite" else "commit"  # no statement on PostgreSQL
    sa.event.listen(database.engine, name, wait)
    try:
        yield
    finally:
        sa.event.remove(database.engine, name, wait)


@contextlib.contextmanager
def watching(engine: sa.Engine, watcher: Watcher) -> Iterator[None]:
    """One listener for each engine, since SQLAlchemy's own list must not change while another thread goes through it."""
    if engine not in _WATCHERS:
        _WATCHERS[engine] = ()
        sa.event.listen(engine, "before_cursor_execute", lambda *seen: _tell(engine, seen, after=False))
        sa.event.listen(engine, "after_cursor_execute", lambda *seen: _tell(engine, seen, after=True))
    _WATCHERS[engine] = (*_WATCHERS[engine], watcher)
    try:
        yield
    finally:
        _WATCHERS[engine] = tuple(each for each in _WATCHERS[engine] if each is not watcher)


def _tell(engine: sa.Engine, seen: tuple[Any, ...], *, after: bool) -> None:
    for when, watch in _WATCHERS[engine]:
        if when == after:
            watch(*seen)


def die_after_commit(database: Database) -> None:
    """The process dies as soon as the next commit is kept, before anybody is answered."""

    def after(_connection, _cursor, statement: str, _parameters, _context, _many) -> None:
        if statement == "COMMIT":
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(database.engine, "after_cursor_execute", after)


def at_once(*works: Callable[[], T], name: str = "racer") -> list[T | BaseException]:
    """Runs works in threads that start together; what each gave or raised, in their order."""
    gate, found = threading.Barrier(len(works)), list[Any]([None] * len(works))

    def run(n: int, work: Callable[[], T]) -> None:
        gate.wait()
        try:
            found[n] = work()
        except BaseException as error:  # noqa: BLE001  # told to the test
            found[n] = error

    threads = [
        threading.Thread(target=run, args=(n, work), name=f"{name}-{n}", daemon=True) for n, work in enumerate(works)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a racer hangs"
    return found


@contextlib.contextmanager
def beside(work: Callable[[], T], name: str) -> Iterator[list[T | BaseException]]:
    """Runs a work in a thread beside the block and waits for its end; the list holds what it gave or raised."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:  # noqa: BLE001  # told to the test
            found.append(error)

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        thread.join(PATIENCE)
    assert not thread.is_alive(), f"{name} hangs"


def settled(database: Database, answers: list[Any]) -> None:
    """Waits until the rival has its answer, or stands before a lock of PostgreSQL's."""
    waiting = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    for _ in range(int(PATIENCE / 0.002)):
        if answers:
            return
        if database.dialect == "postgresql":
            with database.engine.connect() as connection:
                if connection.execute(waiting).scalar():
                    return
        threading.Event().wait(0.002)
    raise AssertionError("the rival neither got an answer nor waits for one")
