"""PostgreSQL: the caller's own transaction, READ COMMITTED; any number of processes."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import orjson
import sqlalchemy as sa

from database.errors import Busy, Conflict, DatabaseClosed, DatabaseFull, DatabaseUnavailable, Locked, NestedWrite
from database.faults import ours
from database.turns import Turns
from database.tx import Direct, Reading, Tell, Tx, tell_all

T = TypeVar("T")
TRIES = 6
"""How often a work runs before its Conflict is told to the caller."""
LOCK_TRIES = 4
"""How often it waits for a row that another holds, two seconds each, before the caller is told."""
POOL_SIZE = 20
TURN_SECONDS = 5.0
"""How long a work waits for a connection before its caller is told that too many wait."""
LIMITS = "-c lock_timeout=2s -c idle_in_transaction_session_timeout=30s"


def postgresql_engine(url: sa.URL) -> sa.Engine:
    """An engine over psycopg; `options` in the address replace our limits on waiting."""
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        isolation_level="READ COMMITTED",
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=5,
        pool_recycle=1800,
        connect_args={} if "options" in url.query else {"options": LIMITS},
        hide_parameters=True,
        execution_options={"preserve_rowcount": True},
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
    )


class _Failed(Exception):
    """Carries what a work raised out of its transaction."""

    def __init__(self, fault: BaseException) -> None:
        super().__init__()
        self.fault = fault


class PostgresqlDatabase:
    """See `Database`."""

    dialect = "postgresql"

    def __init__(self, url: sa.URL) -> None:
        self.engine = postgresql_engine(url)
        self._snapshots = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._inside = threading.local()
        self._closed = False
        self._turns = Turns(POOL_SIZE)
        self.full = False

    def read(self, work: Callable[[Tx], T]) -> T:
        with self._transaction(self._snapshots) as connection:
            tx = Reading(connection)
            answer = work(tx)
        tell_all(tx.tell)
        return answer

    def write(self, work: Callable[[Tx], T]) -> T:
        def once(connection: sa.Connection) -> tuple[T, Sequence[Tell]]:
            tx = Direct(connection)
            return work(tx), tx.tell

        return self._committed(once)

    def write_all(self, works: Sequence[Callable[[Tx], T]]) -> list[T | BaseException]:
        return self.write_each(lambda _: works)

    def write_each(self, pick: Callable[[Tx], Sequence[Callable[[Tx], T]]]) -> list[T | BaseException]:
        alone = False

        def all_of_them(connection: sa.Connection) -> tuple[list[T | BaseException], Sequence[Tell]]:
            nonlocal alone
            works = pick(Direct(connection))
            alone = len(works) == 1
            return _alone(connection, works[0]) if alone else _members(connection, works)

        try:
            answers = self._committed(all_of_them)
        except _Failed as failed:
            self._look(failed.fault)
            return [failed.fault]
        except Conflict as error:
            if not alone:
                raise
            return [error]
        for answer in answers:
            self._look(answer)
        return answers

    def close(self) -> None:
        self._closed = True
        self.engine.dispose()

    def _committed(self, once: Callable[[sa.Connection], tuple[T, Sequence[Tell]]]) -> T:
        reconnected, attempt = False, 0
        while True:
            ready, attempt = False, attempt + 1
            try:
                with self._transaction(self.engine) as connection:
                    answer, tells = once(connection)
                    ready = True
            except Conflict:
                if attempt == TRIES:
                    raise
                _back_off(attempt)
            except Locked:
                if attempt >= LOCK_TRIES:
                    raise
            except DatabaseUnavailable:
                if ready or reconnected:  # lost at COMMIT: whether it was kept is not known
                    raise
                reconnected = True
            except DatabaseFull as error:
                self._look(error)
                raise
            else:
                tell_all(tells)
                return answer

    def _look(self, fault: object) -> None:
        self.full = self.full or isinstance(fault, DatabaseFull)

    @contextmanager
    def _transaction(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        if self._closed:
            raise DatabaseClosed
        if getattr(self._inside, "work", False):
            raise NestedWrite
        self._inside.work = True
        try:
            with self._turns.turn(TURN_SECONDS), engine.connect() as connection, connection.begin():
                yield connection
        except sa.exc.DBAPIError as error:
            raise ours(error) from None
        except sa.exc.TimeoutError:
            raise Busy from None
        finally:
            self._inside.work = False


def _alone(connection: sa.Connection, work: Callable[[Tx], T]) -> tuple[list[T | BaseException], Sequence[Tell]]:
    """One work needs no savepoint: should it fail, the transaction is rolled back with it."""
    tx = Direct(connection)
    try:
        return [work(tx)], tx.tell
    except Exception as error:
        fault = ours(error)
        if isinstance(fault, Conflict | DatabaseUnavailable):
            raise
        raise _Failed(fault) from None


def _members(
    connection: sa.Connection, works: Sequence[Callable[[Tx], T]]
) -> tuple[list[T | BaseException], Sequence[Tell]]:
    answers: list[T | BaseException] = []
    tells: list[Tell] = []
    for work in works:
        try:
            answer, told = _member(connection, work)
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001  # a failing member rolls back alone
            answers.append(error)
        else:
            answers.append(answer)
            tells.extend(told)
    return answers, tells


def _member(connection: sa.Connection, work: Callable[[Tx], T]) -> tuple[T, Sequence[Tell]]:
    attempt = 0
    while True:
        tx, attempt = Direct(connection), attempt + 1
        try:
            with connection.begin_nested():
                return work(tx), tx.tell
        except (sa.exc.DBAPIError, Conflict) as error:
            fault = ours(error)
            if not isinstance(fault, Conflict) or attempt == TRIES:
                raise fault from None


def _back_off(attempt: int) -> None:
    """Spreads writers who met, so that one of them gets through."""
    time.sleep(random.uniform(0, 0.001 * 2**attempt))  # noqa: S311  # spread, not secret
