"""The transaction that houses see, and its three kinds: recorded, direct, reading. Nothing here commits."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar

import sqlalchemy as sa

from database.errors import Conflict, WriteInRead

T = TypeVar("T")
Params: TypeAlias = Mapping[str, object]
Tell: TypeAlias = Callable[[], object]
Row: TypeAlias = sa.Row[*tuple[Any, ...]]  # Any: the columns of a row are known to its select only


class Tx(Protocol):
    """What `work` may do. Read first, write last; no effect outside of it, since work may run again."""

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""

    def one(self, statement: sa.Executable, params: Params | None = None) -> Row | None:
        """The only row of a select, or None; MultipleResultsFound when there are several."""

    def rows(self, statement: sa.Executable, params: Params | None = None) -> Sequence[Row]:
        """All rows of a select."""

    def run(
        self, statement: sa.Executable, params: Params | Sequence[Params] | None = None, expect: int | None = None
    ) -> None:
        """Insert, update or delete; once per mapping of a list, not at all for an empty list.

        `expect` is the number of rows touched in all; another number is a Conflict, and work runs again.
        Do not change `params` afterwards: on SQLite they are kept until the writer comes to them.
        """

    def after_commit(self, tell: Tell) -> None:
        """Calls `tell` in the caller's thread once COMMIT has returned; never when nothing was kept."""


class Database(Protocol):
    """An open database; safe to use from many threads."""

    full: bool
    """Whether a write found no room, and `has_room` has found none since."""

    @property
    def engine(self) -> sa.Engine:
        """For observing (events) and for the schema; houses never execute on it."""

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""

    def write(self, work: Callable[[Tx], T]) -> T:
        """Runs `work` in one commit and gives its answer; runs it again after a conflict.

        An error raised by `work` is raised again and nothing of it is kept. Busy, DatabaseFull and
        DatabaseUnavailable come from the database itself, Conflict when running again did not help.
        """

    def write_all(self, works: Sequence[Callable[[Tx], T]]) -> list[T | BaseException]:
        """Runs all works in their order in one commit, a savepoint each; a failing member rolls back alone."""

    def write_each(self, pick: Callable[[Tx], Sequence[Callable[[Tx], T]]]) -> list[T | BaseException]:
        """`pick` reads which works there are, then all run as in `write_all`.

        On PostgreSQL both are one transaction: what `pick` locks stays locked until the commit. `pick` may run again.
        """

    def read(self, work: Callable[[Tx], T]) -> T:
        """Runs `work` on one snapshot; WriteInRead when it writes."""

    def close(self) -> None:
        """Waits for the writes under way, then closes every connection; further use is DatabaseClosed."""


class ReadAfterWrite(Exception):
    """A recorded transaction cannot read once it has written: the work must run inside the writer."""


class Write(NamedTuple):
    """One statement to be run by the writer."""

    statement: sa.Executable
    params: Params | Sequence[Params] | None
    expect: int | None


def execute(connection: sa.Connection, write: Write) -> None:
    """Runs one statement at once and checks the number of rows."""
    statement, params, expect = write
    if isinstance(params, Sequence) and len(params) == 1:
        params = params[0]  # a list of one would cost psycopg a pipeline
    nothing = isinstance(params, Sequence) and not params  # an empty list would run once, without parameters
    touched = 0 if nothing else connection.execute(statement, params).rowcount
    if expect is not None and touched != expect:
        raise Conflict


class Reading:
    """Reads at once; refuses to write."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.tell: list[Tell] = []

    @property
    def dialect(self) -> str:
        return self.connection.dialect.name

    def one(self, statement: sa.Executable, params: Params | None = None) -> Row | None:
        return self.connection.execute(statement, params).one_or_none()

    def rows(self, statement: sa.Executable, params: Params | None = None) -> Sequence[Row]:
        return self.connection.execute(statement, params).all()

    def run(
        self,
        statement: sa.Executable,  # what Tx asks
        params: Params | Sequence[Params] | None = None,
        expect: int | None = None,
    ) -> None:
        raise WriteInRead

    def after_commit(self, tell: Tell) -> None:
        self.tell.append(tell)


class Direct(Reading):
    """Reads and writes at once on its connection: PostgreSQL, and inside SQLite's writer."""

    def run(
        self, statement: sa.Executable, params: Params | Sequence[Params] | None = None, expect: int | None = None
    ) -> None:
        execute(self.connection, Write(statement, params, expect))


class Recorded(Reading):
    """Reads a snapshot at once and keeps the writes for the writer."""

    def __init__(self, connection: sa.Connection) -> None:
        super().__init__(connection)
        self.writes: list[Write] = []

    def one(self, statement: sa.Executable, params: Params | None = None) -> Row | None:
        if self.writes:
            raise ReadAfterWrite
        return super().one(statement, params)

    def rows(self, statement: sa.Executable, params: Params | None = None) -> Sequence[Row]:
        if self.writes:
            raise ReadAfterWrite
        return super().rows(statement, params)

    def run(
        self, statement: sa.Executable, params: Params | Sequence[Params] | None = None, expect: int | None = None
    ) -> None:
        self.writes.append(Write(statement, params, expect))


def tell_all(tells: Sequence[Tell]) -> None:
    """Calls every listener; the first error is raised after the last one was told, the commit stands."""
    first: Exception | None = None
    for tell in tells:
        try:
            tell()
        except Exception as error:  # noqa: BLE001  # one listener must not silence the others
            first = first or error
    if first is not None:
        raise first
