"""Ten clients of the sample feed, from referral to ninety days after the last message, on a fresh database."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from bench.figures import Cell, Table
from care import sample_feed
from program import read_settings
from trial import Plan, load_answers, replay

CLIENTS = 10


def measure(folder: Path) -> Table:
    rows = tuple(_replay(folder, answers) for answers in ("always_open", "sample"))
    columns = ("answers", "wall s", "cpu s", "messages", "steps", "steps/s", "tasks done", "timers fired")
    return Table("replay", columns, rows, f"{CLIENTS} clients; SQLite NORMAL; start of the program included")


def _replay(folder: Path, answers: str) -> tuple[Cell, ...]:
    home = folder / f"replay-{answers}"
    home.mkdir()
    given = {"NINEFOLD_PROFILE": "sample", "NINEFOLD_HOME": str(home), "NINEFOLD_SYNCHRONOUS": "NORMAL"}
    wall, cpu = time.perf_counter(), time.process_time()
    report = replay(read_settings(given), Plan(sample_feed(), load_answers(answers), 0, None, CLIENTS))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    with closing(sqlite3.connect(home / "ninefold.db")) as rows:
        (steps,) = rows.execute("SELECT sum(version) FROM cases").fetchone()
        (fired,) = rows.execute("SELECT count(*) FROM history WHERE kind = 'TimerFired'").fetchone()
    return answers, wall, cpu, report["messages"]["fed"], steps, steps / wall, report["tasks"]["completed"], fired
