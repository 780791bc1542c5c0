"""The timer pump's body: fires what is due, one savepoint per timer, one commit per batch. The clock that calls it is the worker's."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from database import Busy, Conflict, Database, DatabaseClosed, DatabaseFull, DatabaseUnavailable, Tx
from engine import Actor, Engine, Fired, FireTimer, ReleaseBeyond, TimerId
from program.marks import Marks

CLOCK_ACTOR = Actor("clock", frozenset({"service"}))
BATCH = 25
DEATHS = 3
"""So many processes may die while they fire a timer before it is parked."""
_NOT_THE_CASES_FAULT = (Busy, DatabaseClosed, DatabaseFull, DatabaseUnavailable)
log = structlog.get_logger("pump")


@dataclass(frozen=True, slots=True)
class Pump:
    """Safe to run in any number of processes: each timer is claimed, checked again and fired in its own savepoint.

    With `marks` a timer whose firing kills the process is fired alone after the first death and parked after the third.
    """

    database: Database
    engine: Engine
    marks: Marks | None = None

    def fire_due(self, now: datetime, limit: int = BATCH) -> tuple[Fired, ...]:
        """Fires up to `limit` due timers in due order; one answer per timer looked at, so an empty one means that none is due.

        A timer that fails is backed off, and counts as looked at. What is the database's fault is raised and counts for nothing.
        """
        deadly = self._deadly(now)
        claimed: list[TimerId] = []

        def pick(tx: Tx) -> Sequence[Callable[[Tx], Fired]]:
            due = self.engine.due(tx, now, limit)
            suspects = [timer for timer in due if timer in deadly]
            claimed[:] = suspects[:1] or due  # alone, so that the next death harms nobody else
            return [self._work(timer, now) for timer in claimed]

        outcomes = self.database.write_each(pick)
        if self.marks is not None:
            self.marks.clear()
        for timer, outcome in zip(claimed, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                self._failed(timer, outcome, now)
            if timer in deadly and self.marks is not None:
                self.marks.forget(timer)
        return tuple(item if isinstance(item, Fired) else Fired(fired=False) for item in outcomes)

    def _deadly(self, now: datetime) -> Collection[TimerId]:
        """Timers that killed a process, but not yet too many; those are parked."""
        deaths = {} if self.marks is None else self.marks.deaths()
        for timer in [timer for timer, count in deaths.items() if count >= DEATHS]:
            self._park(timer, now)
            del deaths[timer]
        return deaths

    def _park(self, timer: TimerId, now: datetime) -> None:
        def park(tx: Tx) -> bool:
            return any(self.engine.timer_failed(tx, timer, now) for _ in range(DEATHS))  # each death was an attempt

        incident = self.database.write(park)
        log.error("timer_deadly", timer=timer, incident=incident)
        if self.marks is not None:
            self.marks.forget(timer)

    def _work(self, timer: TimerId, now: datetime) -> Callable[[Tx], Fired]:
        def work(tx: Tx) -> Fired:
            if self.marks is not None:
                self.marks.set(timer)
            answer: Fired = self.engine.execute(FireTimer(timer, CLOCK_ACTOR, now), tx)
            return answer

        return work

    def _failed(self, timer: TimerId, error: BaseException, now: datetime) -> None:
        if isinstance(error, Conflict | ReleaseBeyond):  # a newer process beside this one fires it
            return
        if isinstance(error, _NOT_THE_CASES_FAULT):
            raise error
        incident = self.database.write(lambda tx: self.engine.timer_failed(tx, timer, now))
        log.warning("timer_failed", timer=timer, error=getattr(error, "code", type(error).__name__), incident=incident)
