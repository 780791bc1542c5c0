"""Many timers due at once: how fast the program's own pump brings them to their cases."""

import time
from pathlib import Path

from bench.figures import Table
from bench.ours import Ours
from program.pump import BATCH
from tests.support.statements import counted
from tests.support.world import model

COUNT = 2_000
BODY = (
    '<startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT48H</timeDuration>'
    '</timerEventDefinition></intermediateCatchEvent><userTask id="u"/><endEvent id="e"/>'
)


def measure(folder: Path) -> Table:
    rows = []
    for name, hot in (("cold", 0), ("hot", COUNT)):
        ours = Ours(folder / f"timers-{name}", model(BODY, "s > t > u > e"), hot=hot)
        _fill(ours)
        ours.pass_time(hours=49)
        with counted(ours.database) as seen:
            wall, cpu = time.perf_counter(), time.process_time()
            fired = _drain(ours)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        ours.close()
        rows.append((name, fired, fired / wall, cpu / fired * 1000, len(seen) / fired, seen.commits))
    columns = ("cases", "timers", "timers/s", "cpu ms a timer", "statements a timer", "commits")
    note = f"{COUNT} cases, one timer each, all due; Pump.fire_due in batches of {BATCH}; SQLite FULL"
    return Table("due timers", columns, tuple(rows), note)


def _fill(ours: Ours) -> None:
    for _ in range(0, COUNT, BATCH):
        commands = [ours.starting() for _ in range(BATCH)]
        works = [lambda tx, command=command: ours.engine.execute(command, tx) for command in commands]
        for outcome in ours.database.write_all(works):
            if isinstance(outcome, BaseException):
                raise outcome


def _drain(ours: Ours) -> int:
    fired = 0
    while batch := ours.pump.fire_due(ours.clock.now()):
        fired += sum(each.fired for each in batch)
    if fired != COUNT:
        raise RuntimeError(f"Expected {COUNT} timers to fire, but {fired} did")
    return fired
