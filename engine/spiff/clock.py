"""The library's clock and ids, replaced per thread by the step's own.

SpiffWorkflow reads `datetime.now` in its timer module and `time.time` and `uuid4` in its task module; with those a replay would
differ from the first run. Timers see the far past except while one is being fired: so nothing but `FireTimer` ever fires one.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from hashlib import blake2b
from types import SimpleNamespace

import SpiffWorkflow.bpmn.specs.event_definitions.timer as timer_module
import SpiffWorkflow.task as task_module

NEVER = datetime(1, 1, 2, tzinfo=UTC)


class _Step(threading.local):
    now: datetime = NEVER
    firing: datetime = NEVER
    seed: bytes = b""
    count: int = 0


_step = _Step()


class _TimerClock(datetime):
    """Stands in for `datetime` in the library's timer module."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # a plain instant is what the library compares
        return _step.firing.astimezone(tz)


def _timestamp() -> float:
    return _step.now.timestamp()


def _next_id() -> str:
    """32 hexadecimal digits: the library wants ids that can be compared, and hashes them at every look at a parent or a child."""
    _step.count += 1
    return blake2b(_step.seed + _step.count.to_bytes(4, "big"), digest_size=16).hexdigest()


def install() -> None:
    """Puts the step's clock into the library; once per process."""
    timer_module.datetime = _TimerClock
    task_module.time = SimpleNamespace(time=_timestamp)
    task_module.uuid4 = _next_id


@contextmanager
def step(now: datetime, seed: str) -> Iterator[None]:
    """One step of one case: `seed` names the case and its version, so a step run again makes the same ids."""
    _step.now, _step.seed, _step.count = now, seed.encode(), 0
    try:
        yield
    finally:
        _step.now = _step.firing = NEVER


@contextmanager
def firing(instant: datetime) -> Iterator[None]:
    """While this lasts, timers due before `instant` count as due."""
    _step.firing = instant
    try:
        yield
    finally:
        _step.firing = NEVER


def now() -> datetime:
    return _step.now
