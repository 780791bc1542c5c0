"""How much one evaluation may cost. The only place of the package that reads a clock, as the last belt behind the steps."""

from __future__ import annotations

from time import thread_time

from feel.errors import BudgetExceeded

MAX_SOURCE = 10_000
"""Characters of one expression."""
MAX_NESTING = 60
"""Levels of brackets, calls and inner expressions in one text."""
MAX_CALLS = 40
"""Levels of user-defined functions calling each other."""
MAX_DATA_DEPTH = 30
"""Levels of lists and contexts in a value handed in or out."""

CLOCK_SHIFT = 8


class Budget:
    """Steps, seconds of work and room (items of a list, characters of a string) left for one evaluation.

    One budget may be handed to several evaluations that together make one decision.
    """

    __slots__ = ("deadline", "seconds", "size", "steps")

    def __init__(self, steps: int = 100_000, seconds: float = 1.0, size: int = 200_000) -> None:
        self.steps = steps
        self.seconds = seconds
        self.size = size
        self.deadline: float | None = None

    def charge(self, cost: int) -> None:
        """Take ``cost`` steps; looks at the clock once in 256 steps."""
        before = self.steps
        self.steps = before - cost
        if self.steps < 0:
            raise BudgetExceeded("Expected an expression that ends soon, but it took too many steps")
        if before >> CLOCK_SHIFT != self.steps >> CLOCK_SHIFT:
            self._look_at_the_clock()

    def fits(self, length: int) -> None:
        """Refuse a list or string of this length when it is too large, else charge for making it."""
        if length > self.size:
            raise BudgetExceeded("Expected a value of moderate size, but a list or string grew too large")
        self.charge(1 + (length >> 4))

    def _look_at_the_clock(self) -> None:
        now = thread_time()
        if self.deadline is None:
            self.deadline = now + self.seconds
        elif now > self.deadline:
            raise BudgetExceeded("Expected an expression that ends soon, but it ran too long")
