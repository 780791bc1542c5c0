"""The alarm: APScheduler is only the clock over the timer rows. Its jobs set an event; a pump thread does the work.

One date job at the nearest due instant, a sweep every second as the guarantee (clock steps, other processes' timers), and cron jobs
for the program's own recurring work. Never one job per BPMN timer: a job store commits apart from the case.
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from database import DatabaseError
from program import Program

SWEEP = timedelta(seconds=1)
ALIVE_WITHIN = timedelta(seconds=30)
log = structlog.get_logger("alarm")


class Alarm:
    """Wakes the pump of one program. Safe beside any number of others on PostgreSQL."""

    def __init__(self, program: Program, sweep: timedelta = SWEEP) -> None:
        self._program, self._sweep = program, sweep
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._looked_at: datetime | None = None
        defaults = {"misfire_grace_time": None, "coalesce": True}
        self._scheduler = BackgroundScheduler(timezone=UTC, job_defaults=defaults)
        self._thread = threading.Thread(target=self._loop, name="timer-pump", daemon=True)

    def start(self) -> None:
        """Starts the clock; timers that became due while nobody ran fire at once, in due order."""
        self._scheduler.add_job(self._wake.set, "interval", seconds=self._sweep.total_seconds(), id="sweep")
        self._scheduler.start()
        self._wake.set()
        self._thread.start()

    def daily(self, name: str, hour: int, work: Callable[[], object]) -> None:
        """Recurring work of the program itself, once a day at an hour in UTC."""
        self._scheduler.add_job(work, "cron", hour=hour, id=name, replace_existing=True)

    def every(self, name: str, span: timedelta, work: Callable[[], object]) -> None:
        """Recurring work of the program itself, again after each span."""
        self._scheduler.add_job(work, "interval", seconds=span.total_seconds(), id=name, replace_existing=True)

    def nudge(self) -> None:
        """After a commit that may have set a nearer timer, or after time was moved."""
        self._wake.set()

    @property
    def alive(self) -> bool:
        """Whether the pump has looked at the timers lately."""
        return self._thread.is_alive() and self._looked_at is not None and self._age() < ALIVE_WITHIN

    def stop(self) -> None:
        self._stopping.set()
        self._wake.set()
        self._thread.join()
        self._scheduler.shutdown(wait=False)

    def _age(self) -> timedelta:
        return self._program.clock.now() - (self._looked_at or self._program.clock.now())

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait()
            self._wake.clear()
            try:
                self._pump()
            except DatabaseError as error:
                log.warning("database_away", error=error.code)
            except Exception as error:  # noqa: BLE001  # the pump must outlive whatever one round meets
                log.error("pump_failed", error=type(error).__name__)

    def _pump(self) -> None:
        program = self._program
        fired = True
        while fired and not self._stopping.is_set():  # what could not fire now waits for the sweep
            fired = any(each.fired for each in program.pump.fire_due(program.clock.now()))
        self._looked_at = program.clock.now()
        nearest = program.database.read(program.engine.next_wake)
        if nearest is not None and nearest > self._looked_at:
            run_at = program.clock.on_machine(nearest)
            self._scheduler.add_job(self._wake.set, "date", run_date=run_at, id="wake", replace_existing=True)
