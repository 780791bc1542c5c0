"""How much the analysis may do. Counted in steps, so that the same table always gets the same answer."""

from __future__ import annotations

MOST_STEPS = 600_000
"""About a third of a second."""


class OutOfWork(Exception):
    """The table, or the set of tables, is too large to be analysed in full."""


class Work:
    """Steps left; one may serve several tables."""

    __slots__ = ("left",)

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self.left = steps

    def take(self, steps: int) -> None:
        """Spend steps. Raises OutOfWork when there are too few, and then leaves what there is to others."""
        if steps > self.left:
            raise OutOfWork
        self.left -= steps

    def share(self, part: int) -> Work:
        """One part of what is left, to be spent on a single question; ``settle`` gives back what remains."""
        share = Work(self.left // part)
        self.left -= share.left
        return share

    def settle(self, share: Work) -> None:
        """Take back what a share did not need."""
        self.left += share.left
