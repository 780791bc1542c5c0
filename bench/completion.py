"""A completed task: the bare library against our engine, in turns, so that a busy moment of the machine hurts all alike."""

import gc
from pathlib import Path

from bench.bare import Bare
from bench.figures import Cell, Table, Times, median, quantile
from bench.models import ANSWERS, FLAT, PHASES, TASKS, Model, answers_form
from bench.ours import Ours
from bench.untouched import untouched
from tests.support.statements import counted

CASES, WARM = 50, 5


def measure(folder: Path) -> Table:
    rows = [row for model in (FLAT, PHASES) for row in _measured(folder, model)]
    columns = ("model", "contender", "cpu ms", "cpu ms p10", "x bare", "wall ms", "wall p99", "statements", "commits")
    note = f"{CASES * len(TASKS)} completions each, medians; SQLite FULL; statements by completion, least to most"
    return Table("completed task", columns, tuple(rows), note)


def _measured(folder: Path, model: Model) -> list[tuple[Cell, ...]]:
    place = folder / model.name
    place.mkdir()
    bare = Bare(place / "bare.db", model)
    cold = Ours(place / "cold", *model.sources(False), answers_form(), hot=0)
    hot = Ours(place / "hot", *model.sources(False), answers_form(), hot=1000)
    times = {name: Times() for name in ("bare library", "ours, cold", "ours, hot")}
    gc.collect()
    for n in range(CASES + WARM):
        if n == WARM:
            times.update({name: Times() for name in times})
        _case(times, bare, cold, hot)
    counts = [("2", "1"), _counts(cold), _counts(hot)]
    floor = median(times["bare library"].cpu)
    rows: list[tuple[Cell, ...]] = [
        (
            model.name,
            name,
            median(each.cpu),
            quantile(each.cpu, 0.1),
            median(each.cpu) / floor,
            median(each.wall),
            quantile(each.wall, 0.99),
            *count,
        )
        for (name, each), count in zip(times.items(), counts, strict=True)
    ]
    cold.close()
    hot.close()
    return rows


def _case(times: dict[str, Times], bare: Bare, cold: Ours, hot: Ours) -> None:
    with untouched():
        state = bare.start()
    tasks = {"ours, cold": cold.start()[1], "ours, hot": hot.start()[1]}
    for _ in TASKS:
        with untouched(), times["bare library"]:
            bare.complete(state, ANSWERS)
        for name, ours in (("ours, cold", cold), ("ours, hot", hot)):
            with times[name]:
                opened = ours.complete(tasks[name], ANSWERS)
            tasks[name] = opened or tasks[name]


def _counts(ours: Ours) -> tuple[str, str]:
    """Statements and commits of the nine completions of a case; a plain one sets no timer and ends nothing."""
    _, task = ours.start()
    statements, commits = [], []
    for _ in TASKS:
        with counted(ours.database) as seen:
            task = ours.complete(task, ANSWERS) or task
        statements.append(len(seen))
        commits.append(seen.commits)
    return _span(statements), _span(commits)


def _span(numbers: list[int]) -> str:
    return f"{min(numbers)}" if min(numbers) == max(numbers) else f"{min(numbers)} to {max(numbers)}"
