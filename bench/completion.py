"""A completed task: the bare library against our engine, in turns, so that a busy moment of the machine hurts all alike."""

import gc
from pathlib import Path

from bench.bare import Bare
from bench.figures import Table, Times, median, quantile
from bench.nine import ANSWERS, TASKS, answers_form, nine
from bench.ours import Ours
from tests.support.statements import counted

CASES, WARM = 50, 5


def measure(folder: Path) -> Table:
    bare = Bare(folder / "bare.db")
    cold = Ours(folder / "cold", nine(), answers_form(), hot=0)
    hot = Ours(folder / "hot", nine(), answers_form(), hot=1000)
    times = {name: Times() for name in ("bare library", "ours, cold", "ours, hot")}
    gc.collect()
    for n in range(CASES + WARM):
        if n == WARM:
            times.update({name: Times() for name in times})
        _case(times, bare, cold, hot)
    counts = [("2", "1"), _counts(cold), _counts(hot)]
    floor = median(times["bare library"].cpu)
    rows = tuple(
        (
            name,
            median(each.cpu),
            quantile(each.cpu, 0.1),
            median(each.cpu) / floor,
            median(each.wall),
            quantile(each.wall, 0.99),
            *count,
        )
        for (name, each), count in zip(times.items(), counts, strict=True)
    )
    columns = ("contender", "cpu ms", "cpu ms p10", "x bare", "wall ms", "wall p99", "statements", "commits")
    cold.close()
    hot.close()
    note = f"{CASES * len(TASKS)} completions each, medians; SQLite FULL; statements by completion, least to most"
    return Table("completed task", columns, rows, note)


def _case(times: dict[str, Times], bare: Bare, cold: Ours, hot: Ours) -> None:
    state = bare.start()
    tasks = {"ours, cold": cold.start()[1], "ours, hot": hot.start()[1]}
    for _ in TASKS:
        with times["bare library"]:
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
