"""A fixed number of places, given to threads in the order in which they asked.

SQLAlchemy's pool lets who gives a connection back take it again before those who wait: of 32 busy threads on 20 connections
twelve got none for seconds.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from database.errors import Busy


class Turns:
    """Places are handed from thread to thread while any waits."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """A place for the block; Busy when none comes in time."""
        self._take(seconds)
        try:
            yield
        finally:
            self._give()

    def _take(self, seconds: float) -> None:
        mine = threading.Event()
        with self._lock:
            if self._free:
                self._free -= 1
                return
            self._waiting.append(mine)
        if mine.wait(seconds):
            return
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                raise Busy

    def _give(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
