"""SQLite's one writer: a thread that runs what callers hand in, many in one commit, a savepoint each.

Answers only after COMMIT has returned. It knows nothing of snapshots and retries.
"""

import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeAlias, cast

import sqlalchemy as sa

from database.errors import Busy, Conflict, DatabaseClosed
from database.faults import ours
from database.tx import Direct, Tell, Tx, Write, execute

MAX_BATCH = 64
MAX_QUEUE = 1024


@dataclass(frozen=True, slots=True)
class Member:
    """What one caller wants in one savepoint: recorded writes, a work, or writes with a work should they conflict."""

    writes: Sequence[Write] | None
    work: Callable[[Tx], object] | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A member that is in the commit; `ran` tells whether its work ran here and gave `answer` and `tell`."""

    ran: bool
    answer: object = None
    tell: Sequence[Tell] = ()


Outcome: TypeAlias = "Kept | BaseException"


@dataclass(frozen=True, slots=True)
class Job:
    """The members of one caller; all are in the same commit."""

    members: Sequence[Member]
    future: "Future[list[Outcome]]"


class Writer:
    """Owns the only connection that writes."""

    def __init__(self, connection: sa.Connection, max_batch: int = MAX_BATCH, max_queue: int = MAX_QUEUE) -> None:
        self._connection = connection
        self._raw = cast("sqlite3.Connection", connection.connection.dbapi_connection)
        self._max_batch = max_batch
        self._queue: queue.Queue[Job | None] = queue.Queue(max_queue)
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._loop, name="database-writer", daemon=True)
        self._thread.start()

    def submit(self, members: Sequence[Member]) -> "Future[list[Outcome]]":
        """Puts members in the queue; Busy when it is full."""
        job = Job(members, Future())
        with self._closing:
            if self._closed:
                raise DatabaseClosed
            try:
                self._queue.put_nowait(job)
            except queue.Full:
                raise Busy from None
        return job.future

    def close(self) -> None:
        """Commits what is in the queue, then ends the thread and closes the connection."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
        self._queue.put(None)
        self._thread.join()
        self._connection.close()

    def runs_here(self) -> bool:
        """Whether the calling thread is the writer."""
        return threading.current_thread() is self._thread

    def _loop(self) -> None:
        while (job := self._queue.get()) is not None:
            batch, last = [job], False
            while len(batch) < self._max_batch and not last:
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    last = True
                else:
                    batch.append(following)
            self._commit([job for job in batch if job.future.set_running_or_notify_cancel()])
            if last:
                return

    def _commit(self, batch: Sequence[Job]) -> None:
        try:
            self._raw.execute("BEGIN IMMEDIATE")
            outcomes = [[self._savepoint(member) for member in job.members] for job in batch]
            self._connection.exec_driver_sql("COMMIT")  # not on the raw connection: observers count it
        except BaseException as error:  # noqa: BLE001  # nothing of this batch is durable: tell everyone
            if self._raw.in_transaction:
                self._raw.execute("ROLLBACK")
            for job in batch:
                job.future.set_exception(ours(error))
            return
        for job, answer in zip(batch, outcomes, strict=True):
            job.future.set_result(answer)

    def _savepoint(self, member: Member) -> Outcome:
        self._raw.execute("SAVEPOINT member")
        outcome: Outcome
        try:
            outcome = self._attempt(member)
        except BaseException as error:  # whatever a work raises belongs to its caller
            if not self._raw.in_transaction:  # disk full and I/O errors roll everything back
                raise
            self._raw.execute("ROLLBACK TO member")
            outcome = ours(error)
        self._raw.execute("RELEASE member")
        return outcome

    def _attempt(self, member: Member) -> Kept:
        if member.writes is not None:
            try:
                for write in member.writes:
                    execute(self._connection, write)
            except (Conflict, sa.exc.IntegrityError):
                if member.work is None or not self._raw.in_transaction:
                    raise
                self._raw.execute("ROLLBACK TO member")
            else:
                return Kept(ran=False)
        tx = Direct(self._connection)
        answer = member.work(tx) if member.work is not None else None
        return Kept(ran=True, answer=answer, tell=tx.tell)
