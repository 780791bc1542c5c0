"""A replay: a feed and an answer set drive a program on a fresh database under virtual time; the report comes from what is left behind."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from care import (
    Message,
    MessageRejected,
    SampleClient,
    find_client,
    register_client,
    sample_clients,
    timed_messages,
)
from database import upgrade
from program import Program, Settings, VirtualClock, open_program, seed_people, seed_release
from trial.answers import AnswerSet
from trial.drive import Driver
from trial.report import report

TAIL = timedelta(days=90)
LEAD = timedelta(hours=1)
Progress = Callable[[datetime], None]


class FeedEmpty(Exception):
    """The feed holds no message that can be read."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a replay does. `until` is the last message + 90 days unless set; `clients` limits the feed to the first so many clients."""

    feed: bytes
    answers: AnswerSet
    seed: int = 0
    until: datetime | None = None
    clients: int | None = None


def replay(settings: Settings, plan: Plan, progress: Progress | None = None) -> dict[str, Any]:
    """Runs a plan on the database of `settings`, or on a temporary one where it is embedded and unnamed; answers the report."""
    if settings.database_url:
        return _replay(settings, plan, progress)
    with TemporaryDirectory(prefix="ninefold-replay-") as folder:
        home = Path(folder)
        local = replace(settings, home=home, database_url=f"sqlite:///{home / 'replay.db'}", synchronous="NORMAL")
        return _replay(local, plan, progress)


def _replay(settings: Settings, plan: Plan, progress: Progress | None) -> dict[str, Any]:
    began = time.monotonic()
    timed = timeline(plan)
    begin, last = timed[0][0] - LEAD, timed[-1][0]
    end = plan.until or last + TAIL
    upgrade(settings.database_url)
    clock = VirtualClock(begin, plan.seed)
    program = open_program(settings, clock)
    try:
        seed_people(program)
        seed_release(program)
        driver = prepare(program, clock, plan, timed)
        driver.run(end, progress)
        return report(program, driver.fed, begin, end, plan.seed, time.monotonic() - began)
    finally:
        program.close()


def prepare(
    program: Program, clock: VirtualClock, plan: Plan, timed: list[tuple[datetime, Message | MessageRejected]]
) -> Driver:
    """A driver with the register filled, clients referred where the answer set says so, and the feed laid out in time."""
    driver = Driver(program, clock, plan.answers, plan.seed)
    mrns = {_mrn(message) for _, message in timed}
    for sample in sample_clients():
        if sample.mrn in mrns:
            _register(program, driver, sample, plan.answers.referrals)
    for at, message in timed:
        driver.message(at, message)
    return driver


def _register(program: Program, driver: Driver, sample: SampleClient, referred: bool) -> None:
    known = program.database.read(lambda tx: find_client(tx, program.keyring, sample.authority, sample.mrn))
    if known is not None:
        driver.clients.append(known.id)
        return
    client = program.database.write(
        lambda tx: register_client(
            tx,
            program.keyring,
            client_id=driver.program.clock.new_id(),
            authority=sample.authority,
            mrn=sample.mrn,
            demographics=sample.demographics,
            at=program.clock.now(),
        )
    )
    driver.clients.append(client.id)
    if referred:
        driver.start(client.id, {"source_type": "pcp"})


def timeline(plan: Plan) -> list[tuple[datetime, Message | MessageRejected]]:
    """The feed in time order, damaged messages among it, so that they are counted as rejected."""
    timed = timed_messages(plan.feed)
    if not timed:
        raise FeedEmpty("Expected a feed with at least one readable HL7 message")
    if plan.clients is None:
        return list(timed)
    kept = list(dict.fromkeys(_mrn(message) for _, message in timed))[: plan.clients]
    return [(at, message) for at, message in timed if _mrn(message) in kept]


def _mrn(message: Message | MessageRejected) -> str | None:
    return None if isinstance(message, MessageRejected) else message.value("PID", 3)


def utc(text: str) -> datetime:
    """An instant from ISO text; without an offset it is UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


__all__ = ["FeedEmpty", "Plan", "prepare", "replay", "timeline", "utc"]
