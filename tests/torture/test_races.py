"""People who want the same tasks and clocks that fire the same timers, at once: everything happens once, and rows tell one story."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from database import Database, Keyring
from engine import ClaimTask, CompleteTask, InboxFilter, Receipt, StaleVersion, TaskClosed, TaskView
from engine.store import tables
from tests.support.world import ALL, ANN, START, World, model
from tests.torture.crew import BODY, PATHS
from tests.torture.report import SECONDS
from tests.torture.test_kill import CASES
from tests.torture.verify import verify

PEOPLE, CLOCKS = 4, 2


@dataclass
class Race:
    """What the threads share. Time passes only by `later`."""

    world: World
    until: float
    now: datetime = START
    won: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    fired: int = 0
    failures: list[BaseException] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def later(self) -> datetime:
        with self.lock:
            self.now += timedelta(minutes=20)
            return self.now

    def person(self, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311  # seeded, as far as threads can be
        while time.perf_counter() < self.until and not self.failures:
            tasks = self.world.read(lambda tx: self.world.reading.inbox(tx, ALL, InboxFilter(limit=50))).items
            for task in chance.sample(tasks, min(2, len(tasks))):
                self.try_(task, claim=chance.random() < 0.2, key=f"{seed}-{chance.random()}")

    def try_(self, task: TaskView, *, claim: bool, key: str) -> None:
        receipt = Receipt("/complete", key, b"body")
        try:
            if claim:
                self.world.execute(ClaimTask(task.id, ANN, self.now, task.version))
                return
            answer = self.world.execute(CompleteTask(task.id, ANN, self.now, {}, None, receipt))
            again = self.world.execute(CompleteTask(task.id, ANN, self.now, {}, None, receipt))
        except (TaskClosed, StaleVersion):
            with self.lock:
                self.lost += 1
            return
        assert again == answer
        with self.lock:
            self.won[task.id] += 1

    def clock(self, _: int) -> None:
        while time.perf_counter() < self.until and not self.failures:
            fired = sum(item.fired for item in self.world.pump.fire_due(self.later()))
            with self.lock:
                self.fired += fired

    def guarded(self, work: str, seed: int) -> None:
        try:
            getattr(self, work)(seed)
        except BaseException as error:  # noqa: BLE001  # raised again by the main thread
            self.failures.append(error)


@pytest.mark.torture
@pytest.mark.parametrize("hot", [0, 100], ids=["cold", "hot"])
def test_what_many_want_at_once_happens_once(database: Database, keyring: Keyring, hot: int) -> None:
    world = World(database, keyring, hot=hot)
    world.deploy(model(BODY, *PATHS))
    for _ in range(CASES):
        world.start()
    race = Race(world, time.perf_counter() + SECONDS)
    works = [("person", seed) for seed in range(PEOPLE)] + [("clock", seed) for seed in range(CLOCKS)]
    threads = [threading.Thread(target=race.guarded, args=work, daemon=True) for work in works]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS + 60)

    assert not any(thread.is_alive() for thread in threads)
    for failure in race.failures:
        raise failure
    assert verify(database, keyring, world.library) == CASES
    completed = world.rows(sa.select(tables.tasks.c.id).where(tables.tasks.c.status == "completed"))
    assert race.won == Counter({row.id: 1 for row in completed})
    kinds = Counter(row.kind for row in world.rows(sa.select(tables.history.c.kind)))
    assert kinds["TimerFired"] == race.fired
    assert kinds["TaskCompleted"] == len(completed) > CASES
    assert world.rows(sa.select(tables.timers.c.id).where(tables.timers.c.attempts > 0)) == []
    print(f"{len(completed)} tasks won, {race.lost} lost, {race.fired} timers")
