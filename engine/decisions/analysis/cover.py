"""Looks for a place in a box of values that none of some rows covers. Knows slots and rows, no FEEL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from engine.decisions.analysis.sheet import Slots
from engine.decisions.analysis.work import Work
from engine.decisions.axis import Rows

Hole: TypeAlias = Mapping[int, Slots]
"""Slots by column; a column that is not mentioned may have any of the box's."""


class Strip(NamedTuple):
    """One column of the box: its slots gathered by the rows that cover them."""

    classes: Sequence[tuple[Rows, Slots]]
    full: Rows
    """The rows that cover all of it."""


def strip_of(slots: Sequence[tuple[Rows, Slots]], rows: Rows) -> Strip:
    """A strip of these slots, as these rows cover it."""
    gathered: dict[Rows, Slots] = {}
    full = rows
    for covering, slot in slots:
        gathered[covering & rows] = gathered.get(covering & rows, 0) | slot
    for covering in gathered:
        full &= covering
    return Strip(tuple(gathered.items()), full)


class Search:
    """The search in one box; what was found covered once is not looked at again."""

    def __init__(self, strips: Sequence[Strip], work: Work) -> None:
        self.strips = strips
        self.work = work
        self.covered: set[tuple[Rows, tuple[int, ...]]] = set()

    def hole(self, rows: Rows) -> Hole | None:
        """A part of the box that none of the rows covers; None when together they cover it all. Raises OutOfWork."""
        return self._hole(rows, tuple(range(len(self.strips))))

    def _hole(self, rows: Rows, columns: tuple[int, ...]) -> Hole | None:
        if not rows:
            return {}
        self.work.take(1 + len(columns))
        whole = rows
        left: list[tuple[int, int]] = []
        for column in columns:
            full = self.strips[column].full
            whole &= full
            cutting = (rows & ~full).bit_count()
            if cutting:
                left.append((cutting, column))
        if whole:
            return None
        best = max(left)[1]
        rest = tuple(column for _, column in left if column != best)
        if (rows, rest) in self.covered:
            return None
        groups: dict[Rows, Slots] = {}
        classes = self.strips[best].classes
        self.work.take(len(classes))
        for covering, slots in classes:
            groups[covering & rows] = groups.get(covering & rows, 0) | slots
        for covering in sorted(groups, key=int.bit_count):
            found = self._hole(covering, rest)
            if found is not None:
                return {best: groups[covering], **found}
        self.covered.add((rows, rest))
        return None
