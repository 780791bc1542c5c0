"""Settings from the environment and a program opened with them, for one command."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from database import check
from program import Program, Settings, SystemClock, open_program, read_settings


def settings(**instead: str | int | None) -> Settings:
    """Settings of this process; `instead` are options of the command line."""
    environment = {
        **os.environ,
        **{f"NINEFOLD_{name.upper()}": str(value) for name, value in instead.items() if value is not None},
    }
    return read_settings(environment)


def system_clock(chosen: Settings) -> SystemClock:
    """The machine's clock; in the sample with what the time machine has moved."""
    return SystemClock(chosen.home / "clock" if chosen.profile == "sample" else None)


@contextmanager
def opened(chosen: Settings | None = None) -> Iterator[Program]:
    """The program on its database, which must have the schema of this version."""
    chosen = chosen or settings()
    check(chosen.database_url)
    program = open_program(chosen, system_clock(chosen))
    try:
        yield program
    finally:
        program.close()
