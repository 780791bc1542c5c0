"""A simulated day: people, clocks and messengers as generators in one thread, a virtual clock, one seeded source of chance.

Each worker has an engine of its own, as processes have; the database fails (tests/support/faults.py), workers die between any
two of their actions, and another one may act between what one has read and what it writes. The same seed is the same day.
"""

import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.util import LRUCache

from access import CaseAudience, ChainLedger
from care import BusinessCalendar
from database import Conflict, DatabaseError
from database.sqlite import SqliteDatabase
from engine import (
    Actor,
    CompleteTask,
    Correlate,
    Engine,
    Hot,
    InboxFilter,
    Library,
    Reading,
    Receipt,
    StaleVersion,
    StartCase,
    TaskClosed,
    case_id_of,
)
from engine.store import tables
from program.pump import Pump
from tests.support.driven import KEYS
from tests.support.faults import Faults
from tests.support.world import ALL, START, GivenFacts, NoRecords, PlainForms, World, model
from tests.torture.verify import verify

BODY = (
    '<startEvent id="s"/><exclusiveGateway id="m"/><scriptTask id="round"><script>{ round: round + 1 }</script></scriptTask>'
    '<parallelGateway id="f"/><userTask id="a"/><boundaryEvent id="late" attachedToRef="a"><timerEventDefinition>'
    '<timeDuration>PT5H</timeDuration></timerEventDefinition></boundaryEvent><exclusiveGateway id="a2"/><parallelGateway id="j"/>'
    '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>'
    '</intermediateCatchEvent><userTask id="b"/><boundaryEvent id="told" attachedToRef="b" cancelActivity="false">'
    '<messageEventDefinition messageRef="news"/></boundaryEvent><userTask id="c"/><endEvent id="e2"/>'
    '<serviceTask id="x" n:operation="notify"/><exclusiveGateway id="g" default="g_m"/><endEvent id="e"/>'
)
PATHS = (
    "s > m > round > f > a > a2 > j > x > g > m",
    "late > a2",
    "f > t > b > j",
    "told > c > e2",
    "g > e ? = round > 1",
)
ACTIONS, CASES = 40, 2
COMPILED: Any = LRUCache(500)


def template(folder: Path) -> tuple[Path, Library]:
    """A database with the model deployed, and the library that has compiled it."""
    from database import create_tables

    path = folder / "template.db"
    database = SqliteDatabase(path, synchronous="NORMAL")
    create_tables(database)
    world = World(database, KEYS)
    world.deploy(model(BODY, *PATHS))
    world.read(world.library.active)
    database.close()
    return path, world.library


@dataclass
class Day:
    """One seed. `log` is what happened, in order."""

    seed: int
    folder: Path
    made: tuple[Path, Library]
    rate: float = 0.02
    now: Any = START
    log: list[str] = field(default_factory=list)
    won: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    unknown: set[str] = field(default_factory=set)
    workers: dict[str, Iterator[None]] = field(default_factory=dict)
    busy: list[str] = field(default_factory=list)
    started: list[str] = field(default_factory=list)
    deaths: int = 0

    def run(self) -> Counter[str]:
        """The day, then a quiet one on which everything ends; AssertionError when something was lost or came twice."""
        self.chance = Random(self.seed)  # noqa: S311  # seeded, to be run again
        self.faults = Faults(self.chance, 0.0, handover=self._meanwhile)
        source, self.library = self.made
        path = self.folder / f"{self.seed}.db"
        shutil.copyfile(source, path)
        self.database = SqliteDatabase(path, synchronous="NORMAL")
        self.database.engine._compiled_cache = COMPILED  # else each day compiles every statement again
        try:
            self.faults.install(self.database)
            for name, work in self._cast().items():
                self.workers[name] = work(name)
            self.faults.rate = self.rate
            for _ in range(ACTIONS):
                self._act(self.chance.choice(sorted(self.workers)))
            self._quiet()
            self._check()
        finally:
            self.database.close()
            for each in self.folder.glob(f"{self.seed}.db*"):
                each.unlink()
        return self.faults.happened

    def _cast(self) -> dict[str, Callable[[str], Iterator[None]]]:
        people = {f"person{n}": self._person for n in range(3)}
        clocks = {f"clock{n}": self._clock for n in range(2)}
        return {**people, **clocks, "time": self._time, "desk": self._desk, "post": self._post}

    def _act(self, name: str) -> None:
        if name in self.busy:
            return
        if self.faults.rate and self.chance.random() < 0.03 and name.startswith(("person", "clock")):
            self.deaths += 1  # it dies between two actions; what it had sent may or may not have been kept
            self.workers[name].close()
            self.workers[name] = self._cast()[name](name)
        self.busy.append(name)
        try:
            next(self.workers[name])
        finally:
            self.busy.remove(name)

    def _meanwhile(self) -> None:
        """Somebody else acts between what one has read and what it writes."""
        if self.faults.rate and len(self.busy) < 3 and self.chance.random() < 0.3:
            self._act(self.chance.choice(sorted(set(self.workers) - set(self.busy))))

    def _engine(self) -> Engine:
        return Engine(
            KEYS, PlainForms(), GivenFacts(), NoRecords(), ChainLedger(KEYS), CaseAudience(), BusinessCalendar(), self.library,
            Hot(self.chance.choice([0, 100])),
        )  # fmt: skip

    # -- who acts

    def _person(self, name: str) -> Iterator[None]:
        engine, actor = self._engine(), Actor(name, frozenset({"case_manager"}), frozenset({"team"}))
        reading = Reading(KEYS, engine.forms, engine.facts, self.library)
        while True:
            yield
            try:
                tasks = self.database.read(lambda tx: reading.inbox(tx, ALL, InboxFilter(limit=50))).items
            except DatabaseError:
                continue
            if tasks:
                task = self.chance.choice(sorted(tasks, key=lambda item: item.id)).id
                receipt = Receipt("/complete", f"{name}-{len(self.log)}", b"body")
                yield from self._complete(engine, CompleteTask(task, actor, self.now, {}, None, receipt))

    def _complete(self, engine: Engine, command: CompleteTask) -> Iterator[None]:
        """Asks again under the same key until there is an answer, as a browser does."""
        self.unknown.add(command.task_id)
        while True:
            try:
                answer = self.database.write(lambda tx: engine.execute(command, tx))
            except (TaskClosed, StaleVersion):
                self.log.append(f"{command.actor.id} too late for {command.task_id}")
                break
            except DatabaseError as error:
                self.log.append(f"{command.actor.id} has no answer for {command.task_id}: {error.code}")
                yield
                continue
            assert answer.task_id == command.task_id
            self.won[command.task_id].append(command.actor.id)
            self.log.append(f"{command.actor.id} completed {command.task_id}")
            break

    def _clock(self, name: str) -> Iterator[None]:
        pump = Pump(self.database, self._engine())
        while True:
            yield
            try:
                fired = sum(item.fired for item in pump.fire_due(self.now))
            except DatabaseError as error:
                self.log.append(f"{name} failed: {error.code}")
            else:
                self.log.append(f"{name} fired {fired}")

    def _time(self, _name: str) -> Iterator[None]:
        while True:
            yield
            self.now += timedelta(minutes=self.chance.choice([1, 20, 90, 300]))

    def _desk(self, name: str) -> Iterator[None]:
        """Starts cases; a start without an answer is asked again, and a conflict then means that it was kept."""
        engine = self._engine()
        for n in range(CASES):
            case = case_id_of(f"{self.seed * 10 + n:032x}")
            command = StartCase(case, "P", "subject", Actor(name), self.now, None, {"round": 0})
            while case not in self.started:
                yield
                try:
                    self.database.write(lambda tx, command=command: engine.execute(command, tx))
                except Conflict:
                    if not self._is_there(case):
                        continue
                except DatabaseError:
                    continue
                self.started.append(case)
        while True:
            yield

    def _is_there(self, case: str) -> bool:
        try:
            return bool(
                self.database.read(lambda tx: tx.rows(sa.select(tables.cases.c.id).where(tables.cases.c.id == case)))
            )
        except DatabaseError:
            return False

    def _post(self, name: str) -> Iterator[None]:
        engine = self._engine()
        while True:
            yield
            if self.started:
                command = Correlate(self.chance.choice(self.started), "news", Actor(name), self.now)
                try:
                    self.database.write(lambda tx, command=command: engine.execute(command, tx))
                except DatabaseError as error:
                    self.log.append(f"{name} does not know: {error.code}")

    # -- the end

    def _quiet(self) -> None:
        """No more faults: whatever was begun must end by ordinary work."""
        self.faults.rate = 0.0
        for _ in range(60):
            self.now += timedelta(hours=6)
            for name in sorted(set(self.workers) - {"time", "post"}):
                self._act(name)
            if len(self.started) == CASES and not self._rows(tables.cases, tables.cases.c.status == "active"):
                return
        raise AssertionError(f"cases never end: {[row.active for row in self._rows(tables.cases)]}")

    def _rows(self, table: sa.Table, *where: Any) -> list[Any]:
        return list(self.database.read(lambda tx: tx.rows(sa.select(table).where(*where))))

    def _check(self) -> None:
        assert verify(self.database, KEYS, self.library) == CASES
        completed = {row.id: row.closed_by for row in self._rows(tables.tasks, tables.tasks.c.status == "completed")}
        for task, winners in self.won.items():
            assert winners == [completed.get(task)], (task, winners)
        assert set(completed) <= self.unknown
        if not self.deaths:
            assert set(completed) == set(self.won)
        kinds = Counter((row.case_id, row.kind, row.element) for row in self._rows(tables.history))
        for case, kind, element in list(kinds):
            if kind == "TimerSet":
                ended = kinds[case, "TimerFired", element] + kinds[case, "TimerCleared", element]
                assert kinds[case, "TimerSet", element] == ended, (case, element)
