"""Inputs that no row matches, the most general first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.decisions.analysis.cover import Hole, Search, strip_of
from engine.decisions.analysis.finding import MOST_OF_A_RULE, TableFinding
from engine.decisions.analysis.overlaps import correlated, example_of
from engine.decisions.analysis.sheet import Column, Sheet, Slots, bits
from engine.decisions.analysis.wording import phrases, set_text
from engine.decisions.analysis.work import OutOfWork, Work
from engine.decisions.tables import HitPolicy

MOST_HOLES = 2 * MOST_OF_A_RULE
SINGLE = (HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.ANY, HitPolicy.PRIORITY)


def has_to_answer(sheet: Sheet) -> bool:
    """Whether an input without a matching row is a gap: not where rows are collected, nor where a default answers."""
    table = sheet.table
    return table.hit_policy in SINGLE and all(output.default is None for output in table.outputs)


def gaps(sheet: Sheet, work: Work) -> Iterator[TableFinding]:
    """Parts of the expected inputs that no row may match, those that depend on few columns first."""
    boxes: list[tuple[Slots, ...]] = []
    stopped = False
    try:
        for box in _holes(sheet, work):
            boxes.append(box)  # noqa: PERF402 - what was found before the work ran out is kept
    except OutOfWork:
        stopped = True
    told: list[tuple[Slots, ...]] = []
    for box in sorted(boxes, key=lambda box: len(_mattering(sheet, box))):
        rest = _without(box, told)
        mattering = _mattering(sheet, rest)
        if not correlated(mattering) and all(column.sure for column in mattering):
            told.append(rest)
            yield _gap(sheet, rest)
    if stopped:
        raise OutOfWork


def _holes(sheet: Sheet, work: Work) -> Iterator[tuple[Slots, ...]]:
    """Boxes without a row, each as large as can be; those that were found already count as covered."""
    columns = sheet.columns
    count = sheet.count
    if not all(column.expected for column in columns):
        return
    slots = [[(column.slots[n].rows | column.unread, 1 << n) for n in bits(column.expected)] for column in columns]
    work.take(sum(map(len, slots)))
    holes: list[tuple[Slots, ...]] = []
    while len(holes) < MOST_HOLES:
        every = (1 << (count + len(holes))) - 1
        hole = Search([strip_of(strip, every) for strip in slots], work).hole(every)
        if hole is None:
            return
        box = _grown(sheet, slots, hole, work)
        bit = 1 << (count + len(holes))
        slots = [
            [(rows | (bit if slot & side else 0), slot) for rows, slot in strip]
            for strip, side in zip(slots, box, strict=True)
        ]
        holes.append(box)
        yield box


def _without(box: tuple[Slots, ...], told: Sequence[tuple[Slots, ...]]) -> tuple[Slots, ...]:
    """The box, less what boxes that were told already say of one of its columns."""
    for other in told:
        sticking_out = [number for number, side in enumerate(box) if side & ~other[number]]
        if len(sticking_out) == 1:
            (number,) = sticking_out
            box = (*box[:number], box[number] & ~other[number], *box[number + 1 :])
    return box


def _grown(sheet: Sheet, slots: Sequence[Sequence[tuple[int, Slots]]], hole: Hole, work: Work) -> tuple[Slots, ...]:
    """The hole, one column after the other made as wide as the rows leave room for."""
    own = (1 << sheet.count) - 1
    box = [hole.get(number, column.expected) for number, column in enumerate(sheet.columns)]
    for number in sorted(hole):
        rows = own
        for other, strip in enumerate(slots):
            if other != number:
                hit = 0
                for covering, slot in strip:
                    hit |= covering if slot & box[other] else 0
                rows &= hit
                work.take(len(strip))
        box[number] = sum(slot for covering, slot in slots[number] if not covering & rows)
    return tuple(box)


def _mattering(sheet: Sheet, box: Sequence[Slots]) -> list[Column]:
    return [column for column, side in zip(sheet.columns, box, strict=True) if side != column.expected]


def _gap(sheet: Sheet, box: tuple[Slots, ...]) -> TableFinding:
    sides = list(zip(sheet.columns, box, strict=True))
    where = tuple(
        (column.label, set_text(column, side, column.expected)) for column, side in sides if side != column.expected
    )
    example = example_of(iter(sides))
    message = f"No row matches when {phrases(where)}" if where else "No row matches anything"
    if example and any("," in tests or ".." in tests or tests[0] in "<>n" for _, tests in where):
        message += f", for example {phrases(example)}"
    message += ": add a row, a default output, or the values that the column allows"
    return TableFinding(sheet.table.id, "table-gap", message, example=example, where=where)
