"""Processes that work on one database until they are killed: people who complete tasks, and clocks that fire timers.

They share a virtual time that runs from the machine's monotonic clock, an hour in a tenth of a second, and write one line for
each thing that was answered: when, what, which. A forked nursery makes a new member in a few milliseconds.
"""

import multiprocessing
import os
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple

import structlog

from database import Busy, DatabaseFull, DatabaseUnavailable, Keyring, open_database
from engine import CompleteTask, InboxFilter, Receipt, StaleVersion, TaskClosed
from tests.support.world import ALL, ANN, START, World, model

HOURS_A_SECOND = 10
PATIENCE = 60.0
NURSERY = multiprocessing.get_context("forkserver")
NURSERY.set_forkserver_preload(["tests.torture.crew"])
AWAY = (DatabaseUnavailable, DatabaseFull, Busy)
BODY = (
    '<startEvent id="s"/><exclusiveGateway id="m"/><parallelGateway id="f"/><userTask id="a"/><parallelGateway id="j"/>'
    '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>'
    '</intermediateCatchEvent><serviceTask id="x" n:operation="notify"/><exclusiveGateway id="g" default="g_m"/><endEvent id="e"/>'
)
PATHS = ("s > m > f > a > j > x > g > m", "f > t > j", "g > e ? = stop = true")
"""Rounds without end, each with a task, a timer and a call to the outside."""


class Said(NamedTuple):
    """One line of a member: monotonic seconds, `done` or `fired` or `up` or `away`, and of what."""

    at: float
    what: str
    which: str


def key() -> Keyring:
    return Keyring({1: bytes(range(32))}, audit_key=b"a" * 32, index_key=b"i" * 32)


@dataclass
class Member:
    """What runs in a process of its own."""

    world: World
    began: float
    chance: random.Random
    log: Any

    def now(self) -> datetime:
        return START + timedelta(hours=(time.monotonic() - self.began) * HOURS_A_SECOND)

    def say(self, what: str, which: str = "") -> None:
        self.log.write(f"{time.monotonic()} {what} {which}\n")

    def person(self) -> None:
        """Completes any open task; one that was answered by nobody is asked for again under its key."""
        owed: list[tuple[str, Receipt]] = []
        while True:
            if not owed:
                found = self.world.read(lambda tx: self.world.reading.inbox(tx, ALL, InboxFilter(limit=50))).items
                picked = self.chance.sample(found, min(4, len(found)))
                owed = [(task.id, Receipt("/complete", f"{task.id}-{self.chance.random()}", b"b")) for task in picked]
                if not owed:
                    threading.Event().wait(0.002)
            while owed:
                task, receipt = owed[-1]
                try:
                    self.world.execute(CompleteTask(task, ANN, self.now(), {}, None, receipt))
                    self.say("done", task)
                except (TaskClosed, StaleVersion):
                    self.say("lost", task)
                owed.pop()

    def clock(self) -> None:
        """Fires what is due."""
        while True:
            for fired in self.world.pump.fire_due(self.now()):
                if fired.fired:
                    self.say("fired", str(fired.case_id))
            threading.Event().wait(0.002)

    def forever(self, work: Callable[[], None]) -> None:
        while True:
            try:
                work()
            except AWAY as error:
                self.say("away", error.code)
                threading.Event().wait(0.01)


def run(url: str, began: float, seed: int, path: str, works: tuple[str, ...]) -> None:
    """The process: one thread for each work, one world for all, as a server has."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    world = World(open_database(url), key(), hot=100)
    with open(path, "a", buffering=1) as log:  # noqa: PTH123  # a line at a time
        members = [Member(world, began, random.Random(f"{seed} {n}"), log) for n in range(len(works))]  # noqa: S311
        members[0].say("up")
        threads = [
            threading.Thread(target=guarded, args=(member, work), daemon=True)
            for member, work in zip(members, works, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def guarded(member: Member, work: str) -> None:
    """What nobody expected ends the whole process, and the test sees it."""
    try:
        member.forever(getattr(member, work))
    except BaseException as error:  # noqa: BLE001  # told by the log, then the end
        member.say("failed", f"{type(error).__name__}:{getattr(error, 'code', '')}")
        os._exit(3)


@dataclass
class Crew:
    """The processes of one test."""

    url: str
    path: Path
    began: float = field(default_factory=time.monotonic)
    members: list[BaseProcess] = field(default_factory=list)
    hired: int = 0
    kills: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.path.touch()

    def populate(self, cases: int) -> None:
        """Deploys the rounds without end and starts cases of them."""
        world = World(open_database(self.url), key())
        world.deploy(model(BODY, *PATHS))
        for _ in range(cases):
            world.start()
        world.database.close()
        self.began = time.monotonic()

    def hire(self, *works: str) -> BaseProcess:
        member = NURSERY.Process(target=run, args=(self.url, self.began, self.hired, str(self.path), works))
        member.start()
        self.hired += 1
        self.members.append(member)
        return member

    def said(self) -> list[Said]:
        lines = self.path.read_text("utf-8").splitlines()
        return [Said(float(line.split(" ")[0]), *line.split(" ")[1:3]) for line in lines]

    def until(self, enough: Callable[[list[Said]], bool]) -> None:
        """Waits until the log shows enough; a member that ends by itself is an error."""
        patience = time.monotonic() + PATIENCE
        while not enough(self.said()):
            self.whole()
            assert time.monotonic() < patience, self.said()[-5:]
            threading.Event().wait(0.01)

    def whole(self) -> None:
        failed = [each for each in self.said() if each.what == "failed"]
        assert not failed, failed
        assert all(member.is_alive() for member in self.members), "a member ended by itself"

    def kill(self, member: BaseProcess) -> None:
        """As the kernel does it when memory ends: no handler runs."""
        self.members.remove(member)
        self.kills.append(time.monotonic())
        member.kill()
        member.join()
        member.close()

    def dismiss(self) -> None:
        for member in list(self.members):
            self.members.remove(member)
            member.kill()
            member.join()
            member.close()

    def recovery_ms(self, faults: list[float] | None = None) -> float:
        """The longest wait from a fault to the next thing that was answered."""
        said = [each for each in self.said() if each.what in {"done", "fired"}]
        waits = [
            min((each.at - fault for each in said if each.at > fault), default=0.0) for fault in faults or self.kills
        ]
        return max(waits, default=0.0) * 1000
