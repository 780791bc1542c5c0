"""Why something became null, and where in the text; wrong data is no error in FEEL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Place: TypeAlias = tuple[int, int]
"""Line and column, counted from 1."""
START: Place = (1, 1)


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence with names and kinds only, never with values. ``line`` and ``column`` count from 1."""

    message: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.message} (line {self.line}, column {self.column})"
