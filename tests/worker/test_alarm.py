"""The alarm: due timers fire within a second of real time, whatever happens in between, and a stop leaves nothing running."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from database import DatabaseUnavailable
from engine import CaseId, Fired, StartCase, case_id_of
from program import SYSTEM_ACTOR, Program, SystemClock
from worker import Alarm

Open = Callable[..., Program]
LONG = timedelta(hours=1)
"""A sweep that does not come during a test: what fires is then the date job or a nudge."""


@dataclass
class Watched:
    """A pump that says when it fired, and fails first as often as told."""

    pump: Any
    failures: list[Exception] = field(default_factory=list)
    fired: threading.Event = field(default_factory=threading.Event)
    looked: threading.Event = field(default_factory=threading.Event)
    at: float = 0.0
    calls: int = 0

    def fire_due(self, now: datetime) -> tuple[Fired, ...]:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        found = self.pump.fire_due(now)
        if any(item.fired for item in found):
            self.at = time.monotonic()
            self.fired.set()
        if not found:
            self.looked.set()
        return found


def watched(program: Program, *failures: Exception) -> tuple[Program, Watched]:
    found = Watched(program.pump, list(failures))
    return replace(program, pump=found), found


def start(program: Program) -> CaseId:
    case_id, now = case_id_of(program.clock.new_id()), program.clock.now()
    command = StartCase(case_id, "P", "subject", SYSTEM_ACTOR, now, None, {})
    program.database.write(lambda tx: program.engine.execute(command, tx))
    return case_id


def tasks_of(program: Program, case_id: CaseId) -> list[str]:
    from engine import InboxFilter, Scope

    wanted = InboxFilter(case_id=case_id)
    page = program.database.read(lambda tx: program.reading.inbox(tx, Scope("test", everything=True), wanted))
    return [task.element for task in page.items]


@pytest.fixture
def quiet() -> Any:
    """No thread of the alarm may outlive the test."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive(), thread.name


pytestmark = pytest.mark.usefixtures("quiet")


def test_a_timer_fires_with_the_sweep_of_each_second_after_its_due_time(program: Open):
    opened, pump = watched(program("PT0.4S"))
    alarm = Alarm(opened)
    alarm.start()
    try:
        case_id = start(opened)
        due = time.monotonic() + 0.4
        assert pump.fired.wait(10)
    finally:
        alarm.stop()

    assert -0.1 < pump.at - due < 3, "a second, and what a loaded machine takes"
    assert tasks_of(opened, case_id) == ["u"]


def test_a_timer_known_at_the_start_needs_no_sweep(program: Open):
    opened, pump = watched(program("PT0.3S"))
    start(opened)
    alarm = Alarm(opened, sweep=LONG)
    alarm.start()
    try:
        assert pump.fired.wait(10)
    finally:
        alarm.stop()


def test_a_nudge_is_enough_for_a_timer_that_was_set_meanwhile(program: Open):
    opened, pump = watched(program("PT0.2S"))
    alarm = Alarm(opened, sweep=LONG)
    alarm.start()
    try:
        assert pump.looked.wait(10)
        start(opened)
        alarm.nudge()
        assert pump.fired.wait(10)
    finally:
        alarm.stop()


def test_timers_that_became_due_while_nobody_ran_fire_at_the_start(program: Open):
    clock = SystemClock()
    opened, pump = watched(program("PT48H", clock))
    start(opened)
    clock.move(timedelta(hours=49))
    alarm = Alarm(opened, sweep=LONG)
    alarm.start()
    try:
        assert pump.fired.wait(10)
    finally:
        alarm.stop()


def test_moving_time_and_a_nudge_fire_what_is_due_then(program: Open):
    clock = SystemClock()
    opened, pump = watched(program("PT48H", clock))
    start(opened)
    alarm = Alarm(opened, sweep=LONG)
    alarm.start()
    try:
        assert pump.looked.wait(10)
        assert not pump.fired.is_set()
        clock.move(timedelta(hours=48))
        alarm.nudge()
        assert pump.fired.wait(10)
    finally:
        alarm.stop()


@pytest.mark.parametrize("error", [DatabaseUnavailable("away"), RuntimeError("anything")], ids=["away", "other"])
def test_the_alarm_outlives_a_failed_round(error: Exception, program: Open):
    opened, pump = watched(program("PT0.1S"), error, error)
    start(opened)
    alarm = Alarm(opened, sweep=timedelta(milliseconds=50))
    alarm.start()
    try:
        assert pump.fired.wait(10)
    finally:
        alarm.stop()

    assert pump.calls >= 3


def test_it_is_alive_only_while_it_runs(program: Open):
    opened, pump = watched(program("PT1H"))
    alarm = Alarm(opened, sweep=LONG)
    assert not alarm.alive

    alarm.start()
    try:
        assert pump.looked.wait(10)
        pump.looked.clear()
        alarm.nudge()
        assert pump.looked.wait(10)
        assert alarm.alive, "a second round begins when the first is over"
    finally:
        alarm.stop()

    assert not alarm.alive


def test_there_is_one_job_however_many_timers_wait(program: Open):
    opened, pump = watched(program("PT1H"))
    for _ in range(5):
        start(opened)
    alarm = Alarm(opened, sweep=LONG)
    alarm.daily("forget", 3, lambda: None)
    alarm.start()
    try:
        assert pump.looked.wait(10)
        jobs = {job.id for job in alarm._scheduler.get_jobs()}  # what must never be: a job per timer
    finally:
        alarm.stop()

    assert jobs <= {"sweep", "wake", "forget"}


def test_a_stop_in_the_middle_of_many_due_timers_leaves_the_rest_for_the_next_start(program: Open):
    opened, pump = watched(program("PT0S"))
    for _ in range(30):
        start(opened)
    first = Alarm(opened, sweep=LONG)
    first.start()
    first.stop()
    second = Alarm(opened, sweep=LONG)
    second.start()
    pump.looked.clear()
    try:
        second.nudge()
        assert pump.looked.wait(10)
    finally:
        second.stop()

    assert opened.database.read(opened.engine.next_wake) is None


def test_recurring_work_of_a_span_is_done_again_and_again(program: Open):
    opened, _pump = watched(program("PT1H"))
    alarm, done = Alarm(opened, sweep=LONG), threading.Semaphore(0)
    alarm.every("often", timedelta(milliseconds=20), done.release)
    alarm.start()
    try:
        assert all(done.acquire(timeout=10) for _ in range(3))
    finally:
        alarm.stop()
