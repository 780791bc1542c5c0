"""SQLite: steps run on a snapshot in the caller's thread, their writes go to the one writer."""

import os
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import sqlalchemy as sa

from database.errors import Busy, Conflict, DatabaseClosed, DatabaseFull, DatabaseMissing, NestedWrite
from database.faults import ours
from database.tx import ReadAfterWrite, Reading, Recorded, Tell, Tx, tell_all
from database.write import Member, Outcome, Writer

T = TypeVar("T")
SNAPSHOT_TRIES = 2
"""How often a work runs on a snapshot before it runs inside the writer, where nothing can come between."""
WAIT_SECONDS = 30.0
SYNCHRONOUS = frozenset({"FULL", "NORMAL", "EXTRA"})


def sqlite_engine(path: Path, synchronous: str = "FULL") -> sa.Engine:
    """An engine without a pool whose connections begin and commit only when told to."""
    if synchronous not in SYNCHRONOUS:
        raise ValueError(f"Expected synchronous to be one of {sorted(SYNCHRONOUS)}, but it is '{synchronous}'")
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        poolclass=sa.NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"timeout": 5, "check_same_thread": False},
        hide_parameters=True,
        execution_options={"preserve_rowcount": True},
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(raw: sqlite3.Connection, _record: object) -> None:
        for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON", "trusted_schema=OFF"):
            raw.execute(f"PRAGMA {pragma}").close()

    return engine


def prepare_file(path: Path) -> None:
    """Makes an empty file that only its owner can read, unless there is one; DatabaseMissing without its folder."""
    if not path.parent.is_dir():
        raise DatabaseMissing(f"Expected the folder '{path.parent}', but it does not exist")
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


class SqliteDatabase:
    """See `Database`; one process serves it."""

    dialect = "sqlite"

    def __init__(self, path: Path, synchronous: str = "FULL") -> None:
        prepare_file(path)
        self.engine = sqlite_engine(path, synchronous)
        try:
            self._writer = Writer(self.engine.connect())
        except sa.exc.DBAPIError as error:
            raise ours(error) from None
        self._idle: deque[sa.Connection] = deque()
        self._closed = False
        self._inside = threading.local()
        self.full = False

    def read(self, work: Callable[[Tx], T]) -> T:
        with self._snapshot() as connection:
            tx = Reading(connection)
            answer = work(tx)
        tell_all(tx.tell)
        return answer

    def write(self, work: Callable[[Tx], T]) -> T:
        for _ in range(SNAPSHOT_TRIES):
            try:
                recorded = self._record(work)
            except Conflict:
                continue
            if recorded is None:
                break
            answer, tx = recorded
            if tx.writes:
                (outcome,) = self._answer(self._writer.submit([Member(tx.writes, None)]))
                if isinstance(outcome, Conflict):
                    continue
                if isinstance(outcome, BaseException):
                    raise outcome
            tell_all(tx.tell)
            return answer
        (outcome,) = self._answer(self._writer.submit([Member(None, work)]))
        if isinstance(outcome, BaseException):
            raise outcome
        tell_all(outcome.tell)
        return cast("T", outcome.answer)

    def write_all(self, works: Sequence[Callable[[Tx], T]]) -> list[T | BaseException]:
        answers: list[T | BaseException | None] = [None] * len(works)
        members: dict[int, Member] = {}
        tells: list[Sequence[Tell]] = [()] * len(works)
        for place, work in enumerate(works):
            try:
                recorded = self._record(work)
            except Conflict:
                recorded = None
            except Exception as error:  # noqa: BLE001  # a failing member fails alone
                answers[place] = error
                continue
            if recorded is None:
                members[place] = Member(None, work)
                continue
            answers[place], tells[place] = recorded[0], recorded[1].tell
            if recorded[1].writes:
                members[place] = Member(recorded[1].writes, work)
        outcomes = self._answer(self._writer.submit(list(members.values()))) if members else []
        for place, outcome in zip(members, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                answers[place], tells[place] = outcome, ()
            elif outcome.ran:
                answers[place], tells[place] = cast("T", outcome.answer), outcome.tell
        tell_all([tell for told in tells for tell in told])
        return cast("list[T | BaseException]", answers)

    def write_each(self, pick: Callable[[Tx], Sequence[Callable[[Tx], T]]]) -> list[T | BaseException]:
        return self.write_all(self.read(pick))

    def close(self) -> None:
        self._closed = True
        self._writer.close()
        while self._idle:
            self._idle.popleft().close()
        self.engine.dispose()

    def _record(self, work: Callable[[Tx], T]) -> tuple[T, Recorded] | None:
        """The answer and the recorded writes, or None when the work must run inside the writer."""
        with self._snapshot() as connection:
            tx = Recorded(connection)
            try:
                return work(tx), tx
            except ReadAfterWrite:
                return None

    @contextmanager
    def _snapshot(self) -> Iterator[sa.Connection]:
        if self._closed:
            raise DatabaseClosed
        if self._writer.runs_here() or getattr(self._inside, "work", False):
            raise NestedWrite
        connection = self._connection()
        raw: Any = connection.connection.dbapi_connection  # Any: the driver's connection
        self._inside.work = True
        try:
            raw.execute("BEGIN")
            yield connection
        except (sa.exc.DBAPIError, sqlite3.Error) as error:
            raise ours(error) from None
        finally:
            self._inside.work = False
            if raw.in_transaction:
                raw.execute("COMMIT")
            self._give_back(connection)

    def _connection(self) -> sa.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self.engine.connect()

    def _give_back(self, connection: sa.Connection) -> None:
        if self._closed or connection.invalidated:
            connection.close()
        else:
            self._idle.append(connection)

    def _answer(self, future: "Future[list[Outcome]]") -> list[Outcome]:
        try:
            outcomes = self._waited(future)
        except DatabaseFull:
            self.full = True
            raise
        self.full = self.full or any(isinstance(outcome, DatabaseFull) for outcome in outcomes)
        return outcomes

    def _waited(self, future: "Future[list[Outcome]]") -> list[Outcome]:
        try:
            return future.result(WAIT_SECONDS)
        except TimeoutError:
            if future.cancel():  # still in the queue: nothing was written, and nothing will be
                raise Busy from None
        except CancelledError:
            raise Busy from None
        return future.result()  # the writer is at it: only its answer tells whether it was kept
