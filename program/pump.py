"""The timer pump's body: fires what is due, one savepoint per timer, one commit per batch. The clock that calls it is the worker's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from database import Busy, Conflict, Database, DatabaseFull, DatabaseUnavailable, Tx
from engine import Actor, Engine, Fired, FireTimer, TimerId

CLOCK_ACTOR = Actor("clock", frozenset({"service"}))
BATCH = 25
NOT_THE_CASE = (Busy, Conflict, DatabaseFull, DatabaseUnavailable)
"""Faults of the database: the timer is fired again with the next pump, and is not held for an incident of its case."""
log = structlog.get_logger("pump")


@dataclass(frozen=True, slots=True)
class Pump:
    """Safe to run in any number of processes: each timer is claimed, checked again and fired in its own savepoint."""

    database: Database
    engine: Engine

    def fire_due(self, now: datetime, limit: int = BATCH) -> tuple[Fired, ...]:
        """Fires up to `limit` due timers in due order; one answer per timer looked at, so an empty one means that none is due."""
        due = self.database.read(lambda tx: self.engine.due(tx, now, limit))
        if not due:
            return ()
        outcomes = self.database.write_all([self._work(timer, now) for timer in due])
        for timer, outcome in zip(due, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                self._failed(timer, outcome, now)
        return tuple(item if isinstance(item, Fired) else Fired(fired=False) for item in outcomes)

    def _work(self, timer: TimerId, now: datetime) -> Callable[[Tx], Fired]:
        def work(tx: Tx) -> Fired:
            answer: Fired = self.engine.execute(FireTimer(timer, CLOCK_ACTOR, now), tx)
            return answer

        return work

    def _failed(self, timer: TimerId, error: BaseException, now: datetime) -> None:
        if isinstance(error, NOT_THE_CASE):
            return
        incident = self.database.write(lambda tx: self.engine.timer_failed(tx, timer, now))
        log.warning("timer_failed", timer=timer, error=getattr(error, "code", type(error).__name__), incident=incident)
