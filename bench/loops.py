"""One case that goes round for years: what a step costs at loop 1, 100 and 500, in numbers that no busy machine changes."""

import cProfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.bare import Bare
from bench.figures import Cell, Table, Times, median
from bench.models import ANSWERS, FLAT, PHASES, Model, answers_form
from bench.ours import Ours
from bench.untouched import untouched
from engine import TaskId
from tests.support.statements import counted

LOOK = (1, 10, 100, 500)
GROWING = (1, 10, 100)  # the bare library costs more with every loop, and ends before 250
STEPS = 3
AGAIN = {**ANSWERS, "field0": "again"}
COLUMNS = ("model", "case", "loop", "statements", "bytes", "calls", "x calls", "x bytes", "cpu ms")


def measure(folder: Path) -> Table:
    rows = [row for model in (FLAT, PHASES) for row in (*_bare(folder, model), *_ours(folder, model, born=False))]
    rows += _ours(folder, FLAT, born=True)
    note = "a loop is three completions; statements, calls (cProfile) and CPU are per completion; ratios to loop 1"
    return Table("looping case", COLUMNS, tuple(rows), note)


@dataclass(frozen=True, slots=True)
class Seen:
    """One loop; its CPU is that of the loop behind it, which is not profiled."""

    loop: int
    statements: float
    size: int
    calls: float
    cpu: float


def _ours(folder: Path, model: Model, *, born: bool) -> list[tuple[Cell, ...]]:
    """With `born`, the timer fired before the first loop and its task stays open beside the loop."""
    place = folder / f"{model.name}-{born}"
    ours = Ours(place, *model.sources(False), answers_form(), hot=0, synchronous="NORMAL")
    case, task = ours.start()

    def step() -> None:
        nonlocal task
        task = _opened(ours.complete(task, AGAIN))

    for _ in range(4):
        step()
    if born:
        ours.pass_time(hours=49)
        ours.pump.fire_due(ours.clock.now())
    step()
    step()
    found = _look(LOOK, step, lambda: ours.size(case), lambda: _statements(ours, step))
    ours.close()
    return _rows(model, "ours, a task beside the loop" if born else "ours", found)


def _bare(folder: Path, model: Model) -> list[tuple[Cell, ...]]:
    bare = Bare(folder / f"{model.name}.db", model, "NORMAL")
    with untouched():
        case = bare.start()

        def step() -> None:
            bare.complete(case, AGAIN)

        for _ in range(6):
            step()
        return _rows(model, "bare library", _look(GROWING, step, lambda: bare.size(case), lambda: 2.0))


def _statements(ours: Ours, step: Callable[[], None]) -> float:
    with counted(ours.database) as seen:
        for _ in range(STEPS):
            step()
    return len(seen) / STEPS


def _look(
    look: tuple[int, ...], step: Callable[[], None], size: Callable[[], int], statements: Callable[[], float]
) -> list[Seen]:
    """Goes round; at a loop to look at, that one is profiled, and the two behind it are timed and counted."""
    found, loop = [], 0
    while loop < max(look):
        loop += 1
        if loop not in look:
            for _ in range(STEPS):
                step()
            continue
        profile, times, bytes_ = cProfile.Profile(), Times(), size()
        for _ in range(STEPS):
            profile.enable()
            step()
            profile.disable()
        for _ in range(STEPS):
            with times:
                step()
        calls = sum(entry.callcount for entry in profile.getstats()) / STEPS
        found.append(Seen(loop, statements(), bytes_, calls, median(times.cpu)))
        loop += 2
    return found


def _opened(task: TaskId | None) -> TaskId:
    if task is None:
        raise RuntimeError("Expected the loop to open its next task")
    return task


def _rows(model: Model, name: str, found: list[Seen]) -> list[tuple[Cell, ...]]:
    first = found[0]
    return [
        (
            model.name,
            name,
            each.loop,
            each.statements,
            each.size,
            each.calls,
            each.calls / first.calls,
            each.size / first.size,
            each.cpu,
        )
        for each in found
    ]
