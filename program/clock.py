"""The one place that reads the time and draws ids; everything else is given a Clock."""

import random
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4


class Clock(Protocol):
    """Time and ids from outside."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def new_id(self) -> str:
        """32 hexadecimal digits that no one had before."""
        ...

    def on_machine(self, instant: datetime) -> datetime:
        """When the machine's own clock will show that this clock has come to an instant."""
        ...


class SystemClock:
    """The machine's time, moved by the time machine of the sample profile and only there.

    With `kept` the move survives a restart: else the program's time would lie before its own data.
    """

    def __init__(self, kept: Path | None = None) -> None:
        self._kept = kept
        self._offset = (
            timedelta(seconds=float(kept.read_text())) if kept is not None and kept.exists() else timedelta(0)
        )

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def new_id(self) -> str:
        return uuid4().hex

    def on_machine(self, instant: datetime) -> datetime:
        return instant - self._offset

    def move(self, by: timedelta) -> None:
        """Moves the program's time forward. Raises ValueError for a step back."""
        if by < timedelta(0):
            raise ValueError("Expected time to move forward")
        self._offset += by
        if self._kept is not None:
            self._kept.write_text(str(self._offset.total_seconds()))


class VirtualClock:
    """Time that moves only when told; ids come from a seed, so that two runs are equal."""

    def __init__(self, start: datetime, seed: int = 0) -> None:
        self._now = start.astimezone(UTC)
        self._random = random.Random(seed)  # noqa: S311  # ids of a replay, not secrets
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._now

    def new_id(self) -> str:
        with self._lock:
            return UUID(int=self._random.getrandbits(128), version=4).hex

    def on_machine(self, instant: datetime) -> datetime:
        return instant

    def advance_to(self, instant: datetime) -> None:
        """Moves to a later instant; an earlier one changes nothing."""
        self._now = max(self._now, instant.astimezone(UTC))
