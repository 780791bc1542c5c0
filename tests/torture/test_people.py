"""Several who want the same: one submit sent eight times, six managers on one task, two timers and a person at one instant."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from database import open_database
from engine import CompleteTask, KeyReused, Receipt, TaskClosed
from engine.store import tables
from tests.support.world import ANN, World, model
from tests.torture.crew import BODY, NURSERY, PATHS, key
from tests.torture.points import at_once
from tests.torture.report import LONG, Report
from tests.torture.verify import verify

pytestmark = pytest.mark.torture
SUBMITS, MANAGERS = 8, 6
TASKS = 60 if LONG else 10
BOUNDED = (
    '<startEvent id="s"/><parallelGateway id="f"/><userTask id="a"/><boundaryEvent id="b" attachedToRef="a">'
    "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
    '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>'
    '</intermediateCatchEvent><userTask id="z"/><endEvent id="e"/><endEvent id="e1"/><endEvent id="e2"/>'
)
BOUNDED_PATHS = ("s > f > a > e", "b > e1", "f > t > z > e2")


def test_one_submit_sent_eight_times_has_one_effect_and_eight_equal_answers(
    either_world: World, report: Report
) -> None:
    world, rounds = either_world, 200 if LONG else 10
    world.deploy(model(BODY, *PATHS))
    world.start()

    for n in range(rounds):
        task, receipt = world.task("a").id, Receipt("/complete", f"key-{n}", b"body")
        command = CompleteTask(task, ANN, world.now, {}, 1, receipt)

        answers = at_once(*[lambda command=command: world.execute(command)] * SUBMITS)

        assert answers == [answers[0]] * SUBMITS
        assert answers[0].task_id == task
        with pytest.raises(KeyReused):
            world.execute(replace(command, receipt=Receipt("/complete", f"key-{n}", b"other")))
        world.pass_time(hours=1)

    assert verify(world.database, world.keyring, world.library) == 1
    done = len(world.rows(sa.select(tables.tasks.c.id).where(tables.tasks.c.status == "completed")))
    assert done == rounds
    report("5 duplicate submit", world.database.dialect, rounds=rounds * SUBMITS, doubles=done - rounds)


def manage(url: str, name: str, tasks: list[str], gate: Any, path: str) -> None:
    """A manager's process: wants every task at the same moment as the others."""
    world = World(open_database(url), key())
    rivals(world, name, tasks, gate, Path(path))


def rivals(world: World, name: str, tasks: list[str], gate: Any, path: Path) -> None:
    actor, lines = replace(ANN, id=name), []
    for task in tasks:
        gate.wait(60)
        try:
            world.execute(CompleteTask(task, actor, world.now))
            lines.append(f"won {task} {name}")
        except TaskClosed as closed:
            lines.append(f"told {task} {closed.by} {closed.at is not None}")
    path.write_text("\n".join(lines))


def test_six_managers_who_complete_one_task_are_one_winner_and_five_who_are_told_who_and_when(
    address: Callable[..., str], tmp_path: Path, report: Report
) -> None:
    url = address()
    world = World(open_database(url), key())
    world.deploy(model(BODY, *PATHS))
    tasks = [world.task("a").id for _ in range(TASKS) if world.start()]
    files = {f"manager-{n}": tmp_path / f"said-{n}" for n in range(MANAGERS)}

    if world.database.dialect == "sqlite":
        gate = Barrier(MANAGERS)
        at_once(*[lambda name=name, path=path: rivals(world, name, tasks, gate, path) for name, path in files.items()])
    else:
        shared = NURSERY.Barrier(MANAGERS)
        members = [
            NURSERY.Process(target=manage, args=(url, name, tasks, shared, str(path))) for name, path in files.items()
        ]
        for member in members:
            member.start()
        for member in members:
            member.join(120)
        assert [member.exitcode for member in members] == [0] * MANAGERS

    said = [line.split() for path in files.values() for line in path.read_text().splitlines()]
    winners = {task: name for what, task, name, *_ in said if what == "won"}
    told = [(task, by, when) for what, task, by, *when in said if what == "told"]
    assert len(winners) == TASKS == len(said) - len(told)
    assert Counter(task for task, _, _ in told) == Counter(dict.fromkeys(tasks, MANAGERS - 1))
    assert all((by, when) == (winners[task], ["True"]) for task, by, when in told)
    assert verify(world.database, world.keyring, world.library) == TASKS
    report("6 six managers", world.database.dialect, rounds=len(said))
    world.database.close()


def test_two_timers_and_a_person_at_one_instant_leave_one_straight_history(either_world: World, report: Report) -> None:
    world, rounds, chance = either_world, 200 if LONG else 15, random.Random(3)  # noqa: S311  # seeded order
    world.deploy(model(BOUNDED, *BOUNDED_PATHS))
    outcomes: Counter[str] = Counter()

    for _ in range(rounds):
        world.start()
        task, due = world.task("a").id, world.now + timedelta(hours=1)
        actors: list[Callable[[], Any]] = [
            lambda task=task, due=due: world.execute(CompleteTask(task, ANN, due)),
            lambda due=due: world.pump.fire_due(due),
            lambda due=due: world.pump.fire_due(due),
        ]
        chance.shuffle(actors)

        answers = at_once(*actors)
        world.pump.fire_due(due)  # one sweep later

        errors = [each for each in answers if isinstance(each, BaseException)]
        assert all(isinstance(error, TaskClosed) for error in errors), errors
        assert world.timers == {}
        assert world.open == ["z"]
        outcomes["timer" if errors else "person"] += 1
        world.now = due

    assert world.rows(sa.select(tables.timers.c.id).where(tables.timers.c.attempts > 0)) == []
    assert verify(world.database, world.keyring, world.library) == rounds
    print(outcomes)
    report("7 timers and person", world.database.dialect, rounds=rounds)
