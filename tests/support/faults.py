"""A database that fails at named points, chosen by a seeded source: before a read, between statements, around COMMIT, by a conflict.

It is the real SQLite database of ours with listeners in its driver's way; at `handover`, between what was read and what is
written, somebody else may act.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from random import Random
from typing import Any

import sqlalchemy as sa

from database.sqlite import SqliteDatabase
from database.write import Job, Member, Outcome

POINTS = {
    "before_read": "SQLITE_IOERR",
    "before_statement": "SQLITE_IOERR",
    "no_room": "SQLITE_FULL",
    "conflict": "SQLITE_CONSTRAINT_UNIQUE",
    "before_commit": "SQLITE_IOERR",
    "answer_lost": "SQLITE_IOERR",
}
KINDS = {"SQLITE_CONSTRAINT_UNIQUE": sqlite3.IntegrityError}


@dataclass
class Faults:
    """`rate` is the chance of each point, each time it is passed; 0 switches them off."""

    chance: Random
    rate: float
    happened: Counter[str] = field(default_factory=Counter)
    handover: Callable[[], None] = lambda: None

    def install(self, database: SqliteDatabase) -> None:
        sa.event.listen(database.engine, "before_cursor_execute", self._before)
        sa.event.listen(database.engine, "after_cursor_execute", self._after)
        writer = database._writer

        def handed_over(members: Sequence[Member]) -> "Future[list[Outcome]]":
            """The writer's own work, in this thread: one thread is one order."""
            self.handover()
            job: Job = Job(members, Future())
            job.future.set_running_or_notify_cancel()
            writer._commit([job])
            return job.future

        database._writer.submit = handed_over  # type: ignore[method-assign]

    def _before(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        word = statement.lstrip()[:6].upper()
        if word == "SELECT":
            self._perhaps("before_read")
        elif word == "COMMIT":
            self._perhaps("before_commit")
        elif word in {"INSERT", "UPDATE", "DELETE"}:
            self._perhaps("before_statement")
            self._perhaps("no_room")
            self._perhaps("conflict")

    def _after(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.strip().upper() == "COMMIT":
            self._perhaps("answer_lost")

    def _perhaps(self, point: str) -> None:
        if self.rate and self.chance.random() < self.rate:
            self.happened[point] += 1
            error = KINDS.get(POINTS[point], sqlite3.OperationalError)(point)
            error.sqlite_errorname = POINTS[point]
            raise error
