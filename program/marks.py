"""Marks that outlive a killed process: which timer it was firing when it died.

A transaction that dies leaves no trace, so a member that kills its process would be tried for ever. Each process keeps one small
file, locked while it lives: the kernel lets go with the process. Not flushed, since a loss of power is no member's fault.
"""

import contextlib
import fcntl
import os
import secrets
from collections import Counter
from pathlib import Path

from engine import TimerId

WIDTH = 64
KEPT = 100
"""Dead processes whose mark is looked at; older ones are forgotten, for their timers fired long ago."""


class Marks:
    """The marks of all processes that share a folder; the own file is made with the first mark."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._file: int | None = None

    def set(self, timer: TimerId) -> None:
        """The timer is being fired by this process. Without room for a mark it fires unmarked."""
        with contextlib.suppress(OSError):
            if self._file is None:
                self._file = self._open()
            os.pwrite(self._file, timer.encode().ljust(WIDTH), 0)

    def clear(self) -> None:
        """Whatever was being fired has an end, good or bad."""
        if self._file is not None:
            os.pwrite(self._file, b"".ljust(WIDTH), 0)

    def deaths(self) -> Counter[TimerId]:
        """How many processes died while they fired a timer."""
        return Counter(timer for _, timer in self._left())

    def forget(self, timer: TimerId) -> None:
        """The timer fired after all, or is parked."""
        for path, marked in self._left():
            if marked == timer:
                path.unlink(missing_ok=True)

    def close(self) -> None:
        if self._file is not None:
            (self._folder / self._name).unlink(missing_ok=True)
            os.close(self._file)
            self._file = None

    def _open(self) -> int:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._folder / f".{self._name}"
        file = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # before others see it: an unlocked file is a dead process's
        fresh.rename(self._folder / self._name)
        return file

    def _left(self) -> list[tuple[Path, TimerId]]:
        """What dead processes left: the file, and the timer in it."""
        found = [
            (marked[0], path, TimerId(marked[1]))
            for path in self._folder.glob("[!.]*")
            if path.name != self._name and (marked := _abandoned(path)) is not None
        ]
        found.sort(reverse=True)
        for _, path, _ in found[KEPT:]:
            path.unlink(missing_ok=True)
        return [(path, timer) for _, path, timer in found[:KEPT]]


def _abandoned(path: Path) -> tuple[int, str] | None:
    """When a dead process left its mark, and the timer in it; None for a living one. An empty file is taken away."""
    with contextlib.suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if timer := file.read(WIDTH).decode().strip():
            return os.fstat(file.fileno()).st_mtime_ns, timer
        path.unlink(missing_ok=True)
    return None
