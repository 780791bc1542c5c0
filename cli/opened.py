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


@contextmanager
def opened(chosen: Settings | None = None) -> Iterator[Program]:
    """The program on its database, which must have the schema of this version."""
    chosen = chosen or settings()
    check(chosen.database_url)
    program = open_program(chosen, SystemClock())
    try:
        yield program
    finally:
        program.close()
