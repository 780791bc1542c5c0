"""One process serves one SQLite file: a lock that ends with its holder, however that ends."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from database.errors import AlreadyServed


class ServingLock:
    """Held until `close`; the kernel drops it when the process dies."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def lock_for_serving(path: Path) -> ServingLock:
    """Takes the right to serve the SQLite file `path`; AlreadyServed when another process has it.

    The lock is on `<path>.serving`, not on the file itself, whose locks are SQLite's own.
    """
    descriptor = os.open(f"{path}.serving", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise AlreadyServed(f"Expected to serve '{path}' alone, but another process serves it already") from None
    return ServingLock(descriptor)
