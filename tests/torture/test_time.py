"""The clock jumps, changes to summer time and back, has a leap day; and very many timers are due at one instant."""

import random
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import CompleteTask, Deploy, StartCase, case_id_of
from engine.store import tables
from program import SYSTEM_ACTOR, SystemClock, open_program
from tests.api.site import make_site
from tests.journeys.story import settings_in
from tests.support.world import ANN, START, World, model
from tests.torture.points import at_once, beside
from tests.torture.report import LONG, SECONDS, Report
from tests.torture.verify import verify
from worker import Alarm

pytestmark = pytest.mark.torture
STORM = min(100_000, int(SECONDS * 170)) if LONG else 400
PEOPLE = 20
PATIENCE = 60
FIRED = sa.select(tables.history.c.at).where(tables.history.c.kind == "TimerFired")


def waiting(kind: str, text: str) -> bytes:
    timer = f'<intermediateCatchEvent id="t"><timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition></intermediateCatchEvent>'
    body = f'<startEvent id="s"/>{timer}<userTask id="u"/><endEvent id="e"/>'
    return model(body, "s > t > u > e")


def test_a_clock_that_jumps_fires_at_the_first_look_after_and_never_early(either_world: World, report: Report) -> None:
    world, chance = either_world, random.Random(60)  # noqa: S311  # seeded jumps
    world.deploy(waiting("timeDuration", "PT30S"))
    rounds, due = 2000 if LONG else 60, {}

    for _ in range(rounds):
        case = world.start(n=chance.random())
        due[case] = world.now + timedelta(seconds=30)
        world.now += timedelta(seconds=chance.choice([-60, 1, 29, 30, 31, 60]))
        wanted = {case for case, instant in due.items() if instant <= world.now}

        fired = {item.case_id for item in world.pump.fire_due(world.now, 1000) if item.fired}

        assert fired == wanted
        due = {case: instant for case, instant in due.items() if case not in fired}

    assert verify(world.database, world.keyring, world.library) == rounds
    report("4 clock", world.database.dialect, rounds=rounds)


class Jumping(SystemClock):
    """The machine's time, which an administrator sets back and forth."""

    def jump(self, seconds: float) -> None:
        self._offset += timedelta(seconds=seconds)


def test_the_alarm_wakes_after_a_jump_with_its_sweep(tmp_path: Path, report: Report) -> None:
    make_site(tmp_path)
    clock = Jumping()
    program, late, seen = open_program(settings_in(tmp_path), clock), [], 0
    artefact = program.reading.identify("p.bpmn", waiting("timeDuration", "PT30S"))
    program.database.write(lambda tx: program.engine.execute(Deploy((artefact,), SYSTEM_ACTOR, clock.now()), tx))
    alarm = Alarm(program, sweep=timedelta(milliseconds=20))
    alarm.start()

    for back, forth in ((-60, 95), (-30, 65), (0, 60)):
        case = case_id_of(clock.new_id())
        start = StartCase(case, "P", "subject", SYSTEM_ACTOR, clock.now())
        program.database.write(lambda tx, start=start: program.engine.execute(start, tx))
        clock.jump(back)
        clock.jump(forth)
        began, seen = time.monotonic(), seen + 1
        while len(program.database.read(lambda tx: tx.rows(FIRED))) < seen:
            assert time.monotonic() - began < PATIENCE
            threading.Event().wait(0.005)
        late.append(time.monotonic() - began)

    alarm.stop()
    assert verify(program.database, program.keyring, program.reading.library) == seen
    program.close()
    report("4 clock", "sqlite", rounds=seen, recovery_ms=max(late) * 1000)


@pytest.mark.parametrize(
    ("now", "kind", "text", "due"),
    [
        pytest.param("2026-03-07T12:00-05:00", "timeDuration", "PT24H", "2026-03-08T13:00-04:00", id="hours elapse"),
        pytest.param(
            "2026-10-31T12:00-04:00", "timeDuration", "PT24H", "2026-11-01T11:00-05:00", id="hours elapse too"
        ),
        pytest.param("2026-03-01T12:00-05:00", "timeDate", "2026-03-08T02:30:00", "2026-03-08T03:30-04:00", id="gap"),
        pytest.param(
            "2026-10-01T12:00-04:00", "timeDate", "2026-11-01T01:30:00", "2026-11-01T01:30-05:00", id="fold 1"
        ),
        pytest.param(
            "2026-10-01T12:00-04:00", "timeDate", "2026-11-01T01:30:00-04:00", "2026-11-01T01:30-04:00", id="fold 0"
        ),
        pytest.param("2028-01-31T09:00+00:00", "timeDuration", "P1M", "2028-02-29T09:00+00:00", id="leap day"),
        pytest.param("2028-02-29T09:00+00:00", "timeDuration", "P1Y", "2029-02-28T09:00+00:00", id="after leap day"),
        pytest.param("2028-02-28T12:00+00:00", "timeDuration", "PT24H", "2028-02-29T12:00+00:00", id="into leap day"),
    ],
)
def test_both_edges_of_summer_time_and_the_leap_day_fire_at_their_instant(
    either_world: World, now: str, kind: str, text: str, due: str
) -> None:
    world, instant = either_world, datetime.fromisoformat(due).astimezone(UTC)
    world.now = datetime.fromisoformat(now).astimezone(UTC)
    world.deploy(waiting(kind, text))
    world.start()

    early = world.pump.fire_due(instant - timedelta(milliseconds=1))
    fired = world.pump.fire_due(instant)

    assert early == ()
    assert [item.fired for item in fired] == [True]
    assert verify(world.database, world.keyring, world.library) == 1


def test_a_storm_of_timers_is_drained_while_people_complete_tasks(either_world: World, report: Report) -> None:
    world = either_world
    world.deploy(waiting("timeDate", (START + timedelta(hours=1)).isoformat()), person_model())
    starts = [StartCase(case_id_of(f"{n + 1:032x}"), "P", "s", ANN, START) for n in range(STORM)]
    for first in range(0, STORM, 100):
        works = [lambda tx, it=it: world.engine.execute(it, tx) for it in starts[first : first + 100]]
        assert not [each for each in world.database.write_all(works) if isinstance(each, BaseException)]
    world.count = STORM
    people = [world.start("Q") for _ in range(PEOPLE)]
    idle = [complete(world, case) for case in people[: PEOPLE // 2]]
    at = START + timedelta(hours=1)

    def clock() -> int:
        count = 0
        while batch := world.pump.fire_due(at):
            count += sum(item.fired for item in batch)
        return count

    began = time.monotonic()
    clocks = [clock] * (2 if world.database.dialect == "postgresql" else 1)
    with beside(lambda: at_once(*clocks, name="clock"), "storm") as counts:
        busy = [complete(world, case) for case in people[PEOPLE // 2 :]]
    seconds = time.monotonic() - began

    assert sum(counts[0]) == STORM
    kinds = Counter(row.kind for row in world.rows(sa.select(tables.history.c.kind)))
    assert (kinds["TimerFired"], kinds["TaskCompleted"]) == (STORM, PEOPLE)
    assert world.rows(sa.select(tables.timers.c.id)) == []
    if STORM <= 2000:
        verify(world.database, world.keyring, world.library)
    print(
        f"{STORM / seconds:.0f} timers/s; a person waits {max(idle) * 1000:.0f} ms idle, {max(busy) * 1000:.0f} ms in it"
    )
    report("15 timer storm", world.database.dialect, rounds=STORM, recovery_ms=max(busy) * 1000)


def person_model() -> bytes:
    return model('<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>', "s > a > e", process="Q")


def complete(world: World, case: str) -> float:
    """Completes the task of a case; the seconds it took."""
    mine = World(world.database, world.keyring, now=world.now, case=case)
    mine.library, mine.engine = world.library, world.engine
    task = mine.task("a").id
    began = time.monotonic()
    mine.execute(CompleteTask(task, ANN, mine.now))
    return time.monotonic() - began
