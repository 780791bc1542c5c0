"""Named points inside transactions, without a seam in the product: the test watches the statements that a database is sent.

`held` stops the first thread that comes to a point until it is told to go on; `slow_commits` makes every commit a slow disk's.
"""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa

from database import Database

T = TypeVar("T")
PATIENCE = 30.0


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

    name = "after_cursor_execute" if after else "before_cursor_execute"
    with listening(database.engine, name, seen):
        try:
            yield point
        finally:
            point.go.set()


@contextlib.contextmanager
def slow_commits(database: Database, seconds: float) -> Iterator[None]:
    """Every commit takes so long, as on a disk that is slow to flush."""

    def before(_connection, _cursor, statement: str, _parameters, _context, _many) -> None:
        if statement == "COMMIT":
            threading.Event().wait(seconds)

    def commit(_connection) -> None:
        threading.Event().wait(seconds)

    on_sqlite = database.dialect == "sqlite"
    with listening(database.engine, *(("before_cursor_execute", before) if on_sqlite else ("commit", commit))):
        yield


@contextlib.contextmanager
def listening(engine: sa.Engine, name: str, listener: Callable[..., Any]) -> Iterator[None]:
    sa.event.listen(engine, name, listener)
    try:
        yield
    finally:
        sa.event.remove(engine, name, listener)


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
