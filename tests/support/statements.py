"""Counts what a database is asked: statements (an executemany is one, savepoints are none) and commits."""

import contextlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from database import Database

CONTROL = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b", re.IGNORECASE)


@dataclass
class Statements:
    """What was seen; `texts` in order, `commits` the writing ones on SQLite and all on PostgreSQL."""

    texts: list[str] = field(default_factory=list)
    commits: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __len__(self) -> int:
        return len(self.texts)

    def of(self, word: str) -> list[str]:
        """The statements that begin with `word`, for instance INSERT."""
        return [text for text in self.texts if text.lstrip().upper().startswith(word)]


@contextlib.contextmanager
def counted(database: Database) -> Iterator[Statements]:
    """Observes the database while the block runs."""
    seen = Statements()

    def before(_connection, _cursor, statement, _parameters, _context, _many) -> None:
        with seen.lock:
            if CONTROL.match(statement):
                seen.commits += statement.strip().upper() == "COMMIT"
            else:
                seen.texts.append(statement)

    def committed(_connection) -> None:
        if database.dialect == "postgresql":
            with seen.lock:
                seen.commits += 1

    sa.event.listen(database.engine, "before_cursor_execute", before)
    sa.event.listen(database.engine, "commit", committed)
    try:
        yield seen
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", before)
        sa.event.remove(database.engine, "commit", committed)
