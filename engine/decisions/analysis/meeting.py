"""Which rows accept some input together. Most are ruled out by where their boxes begin and end, the others are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.decisions.analysis.sheet import Column, Sheet, bits
from engine.decisions.analysis.work import Work
from engine.decisions.axis import Rows

BLOCK = 16
"""Slots that share an entry, for the sake of room; a box of no more is compared slot by slot."""


class Edges(NamedTuple):
    """By block of slots: the rows that end before it, and those that begin in it or behind it."""

    ended: Sequence[Rows]
    coming: Sequence[Rows]


class Meetings:
    """The boxes of a sheet, ready to be compared; rows with cells that cannot be read meet nothing."""

    def __init__(self, sheet: Sheet, work: Work) -> None:
        self.sheet = sheet
        self.work = work
        self.edges = [_edges(column, work) for column in sheet.columns]

    def of(self, row: int, among: Rows) -> Iterator[int]:
        """The rows of these that accept some input that this row accepts too. Raises OutOfWork."""
        columns = self.sheet.columns
        self.work.take(1 + len(columns))
        boxes = [(column.boxes[row], column.boxes) for column in columns]
        for column, (box, _), (ended, coming) in zip(columns, boxes, self.edges, strict=True):
            if box.bit_count() <= BLOCK:
                partners = 0
                for slot in bits(box):
                    partners |= column.slots[slot].rows
                among &= partners
            else:
                first, last = (box & -box).bit_length() - 1, box.bit_length() - 1
                among &= ~(ended[first // BLOCK] | coming[last // BLOCK + 1])
        for other in bits(among):
            self.work.take(1)
            if all(box & others[other] for box, others in boxes):
                yield other


def _edges(column: Column, work: Work) -> Edges:
    blocks = len(column.slots) // BLOCK + 2
    ends, begins = [0] * blocks, [0] * blocks
    for row, box in enumerate(column.boxes):
        work.take(1)
        if box:
            ends[(box.bit_length() - 1) // BLOCK + 1] |= 1 << row
            begins[((box & -box).bit_length() - 1) // BLOCK] |= 1 << row
    for block in range(1, blocks):
        ends[block] |= ends[block - 1]
        begins[-block - 1] |= begins[-block]
    return Edges(ends, begins)
