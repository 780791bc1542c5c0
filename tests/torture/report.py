"""What the faults did, as one table at the end of the run: pytest carries the figures, so that they come from any process."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

SECONDS = float(os.environ.get("TORTURE_SECONDS", "1.5"))
"""How long one fault goes on against one database; the suite has a slice of a minute for all of them."""
LONG = "TORTURE_SECONDS" in os.environ
NAME = "torture"
COLUMNS = ("fault", "database", "rounds", "kills survived", "doubles", "losses", "longest recovery ms")
COUNTS = ("rounds", "kills", "doubles", "losses")
BUILD = Path(__file__).parents[2] / "build"


@dataclass(frozen=True, slots=True)
class Line:
    """One fault against one database. `recovery_ms`: from the fault to the first work kept after it, at worst."""

    fault: str
    database: str
    rounds: int
    kills: int = 0
    doubles: int = 0
    losses: int = 0
    recovery_ms: float | None = None


Report = Callable[..., None]


def merged(lines: list[Line]) -> list[Line]:
    """One line for each fault and database: sums, and the longest recovery."""
    found: dict[tuple[str, str], Line] = {}
    for line in sorted(lines, key=lambda each: (int(each.fault.split()[0]), each.fault, each.database)):
        before = found.get((line.fault, line.database))
        recoveries = [each.recovery_ms for each in (before, line) if each is not None and each.recovery_ms is not None]
        found[line.fault, line.database] = Line(
            line.fault,
            line.database,
            *(getattr(line, name) + (getattr(before, name) if before else 0) for name in COUNTS),
            max(recoveries, default=None),
        )
    return list(found.values())


def table(lines: list[Line]) -> list[str]:
    rows = [COLUMNS]
    for line in lines:
        counts = (str(getattr(line, name)) for name in COUNTS)
        rows.append(
            (line.fault, line.database, *counts, "-" if line.recovery_ms is None else f"{line.recovery_ms:,.0f}")
        )
    widths = [max(len(row[n]) for row in rows) for n in range(len(COLUMNS))]
    return [
        "  ".join(cell.ljust(width) if n < 2 else cell.rjust(width) for n, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=True)) for row in rows)
    ]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Prints the table and writes build/torture.json."""
    told = [
        Line(**value)
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, value in report.user_properties
        if name == NAME
    ]
    if not told:
        return
    lines = merged(told)
    terminalreporter.section(f"torture: {SECONDS:g} s a fault and database")
    for row in table(lines):
        terminalreporter.write_line(row)
    BUILD.mkdir(exist_ok=True)
    (BUILD / "torture.json").write_text(json.dumps([asdict(line) for line in lines], indent=1) + "\n", encoding="utf-8")


def reporter(properties: list[tuple[str, object]]) -> Report:
    """`report(fault, database, rounds=…)` for one test."""

    def report(fault: str, database: str, rounds: int, **more: Any) -> None:
        properties.append((NAME, asdict(Line(fault, database, rounds, **more))))

    return report
