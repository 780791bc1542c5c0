"""A table as boxes: each column cut into slots of values that all cells treat alike, each row the slots it accepts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import NamedTuple, TypeAlias

from engine.decisions.analysis.domains import Domain, domain, shared
from engine.decisions.analysis.samples import sample
from engine.decisions.analysis.work import OutOfWork, Work
from engine.decisions.axis import Axis, Rows, axis_of
from engine.decisions.tables import DecisionTable, Input
from feel import Cut, Region, Tests, Value, intersection, region_of

Slots: TypeAlias = int
"""A set of slots of one column as bits."""
MOST_COLUMNS = 60
FEW = 20
REGION_STEPS = 4
MOST_BITS = 50_000_000
"""Constants times rows of a column: six megabytes."""


class Slot(NamedTuple):
    """Values of one kind between two cuts, and the rows that surely accept them."""

    kind: str
    low: Cut | None
    high: Cut | None
    rows: Rows
    value: Value


@dataclass(frozen=True, slots=True)
class Column:
    """``boxes`` are the slots of each row, none where its cell cannot be read; ``unread`` are these rows; ``expected`` the
    slots that a table should answer; ``whole`` numbers only; not ``sure``
    when it may allow less than is known. ``inputs`` are the numbers of its input columns, more than one when they have the same
    expression.
    """

    label: str
    inputs: tuple[int, ...]
    source: Input
    whole: bool
    sure: bool
    slots: tuple[Slot, ...]
    boxes: tuple[Slots, ...]
    unread: Rows
    expected: Slots

    @property
    def every(self) -> Slots:
        return (1 << len(self.slots)) - 1

    def may(self, row: int) -> Slots:
        """The slots that the row may accept."""
        return self.every if self.unread >> row & 1 else self.boxes[row]

    def example(self, slots: Slots) -> Value:
        """A value of these slots: an expected and everyday one where it can."""
        values = [self.slots[slot].value for slot in islice(bits(slots & self.expected or slots), FEW)]
        return min(values, key=_is_odd)


@dataclass(frozen=True, slots=True)
class Sheet:
    """``columns`` without those in which every row accepts everything."""

    table: DecisionTable
    columns: tuple[Column, ...]

    @property
    def count(self) -> int:
        return len(self.table.rules)

    @property
    def unread(self) -> Rows:
        """Rows with a cell that cannot be read."""
        found = 0
        for column in self.columns:
            found |= column.unread
        return found


def bits(found: int) -> Iterator[int]:
    """The places of the bits that are set, the lowest first."""
    while found:
        low = found & -found
        yield low.bit_length() - 1
        found ^= low


def _is_odd(value: Value) -> bool:
    return value is None or (type(value) is str and not value.isalnum()) or (type(value) is Decimal and value < 0)


def sheet_of(table: DecisionTable, work: Work) -> Sheet:
    """Raises OutOfWork."""
    by_text: dict[str, list[int]] = {}
    for number, column in enumerate(table.inputs):
        by_text.setdefault(column.expression.text.strip(), []).append(number)
    columns = [_column(table, numbers, work) for numbers in by_text.values()]
    asking = [one for one in columns if one.unread or any(box != one.every for box in one.boxes)]
    if len(asking) > MOST_COLUMNS:
        raise OutOfWork
    return Sheet(table, tuple(asking))


def _column(table: DecisionTable, numbers: Sequence[int], work: Work) -> Column:
    cells = [[rule.tests[number] for rule in table.rules] for number in numbers]
    inputs = [table.inputs[number] for number in numbers]
    allowed = shared([domain(column, tests) for column, tests in zip(inputs, cells, strict=True)])
    regions: dict[str, Region | None] = {}
    per_row = [_region(row, regions, work) for row in zip(*cells, strict=True)]
    count = len(per_row)
    known = [(1 << row, region) for row, region in enumerate(per_row) if region is not None]
    cuts = sum(len(line.cuts) for region in regions.values() if region for line in region.lines.values())
    work.take(2 * cuts if cuts * count < MOST_BITS else work.left + 1)
    axis = axis_of([*known, (1 << count, allowed.possible), (1 << (count + 1), allowed.expected)])
    slots, boxes = _slots(axis, count + 2, allowed, work)
    return Column(
        label=inputs[0].label,
        inputs=tuple(numbers),
        source=inputs[0],
        whole=allowed.whole,
        sure=allowed.sure,
        slots=tuple(slots),
        boxes=tuple(boxes[:count]),
        unread=sum(1 << row for row, region in enumerate(per_row) if region is None),
        expected=boxes[count + 1],
    )


def _region(row: Sequence[Tests | None], known: dict[str, Region | None], work: Work) -> Region | None:
    """What the row's cells accept together; None when one of them cannot be read."""
    found: list[Region] = []
    for tests in row:
        if tests is None:
            continue
        if tests.text not in known:
            work.take(REGION_STEPS + len(tests.text) // 2)
            known[tests.text] = None if tests.meaning is None else region_of(tests.meaning)
        region = known[tests.text]
        if region is None:
            return None
        found.append(region)
    work.take(1)
    return found[0] if len(found) == 1 else intersection(found)


def _slots(axis: Axis, count: int, allowed: Domain, work: Work) -> tuple[list[Slot], list[Slots]]:
    """The slots that hold a possible value, and the box of each row; the two rows after the last are the domain's."""
    possible, rest = 1 << (count - 2), (1 << (count - 2)) - 1
    slots: list[Slot] = []
    boxes = [0] * count
    for kind, track in axis.tracks.items():
        ends: list[Cut | None] = [None, *track.cuts, None]
        inside, since = 0, dict[int, int]()
        for place, rows in enumerate(track.rows):
            for row in bits(rows ^ inside):
                work.take(1)
                if row in since:
                    boxes[row] |= (1 << len(slots)) - (1 << since.pop(row))
                else:
                    since[row] = len(slots)
            inside = rows
            if not rows & possible:
                continue
            found = sample(kind, ends[place], ends[place + 1], whole=allowed.whole and kind == "number")
            work.take(4)
            if found is not None:
                slots.append(Slot(kind, ends[place], ends[place + 1], rows & rest, found[0]))
        for row, start in since.items():
            boxes[row] |= (1 << len(slots)) - (1 << start)
    return slots, boxes
