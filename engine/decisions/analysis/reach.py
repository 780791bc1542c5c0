"""Rows that are never the answer: they accept nothing, or others always come before them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.decisions.analysis.cover import Search, strip_of
from engine.decisions.analysis.finding import TableFinding
from engine.decisions.analysis.overlaps import meeting
from engine.decisions.analysis.sheet import Sheet
from engine.decisions.analysis.wording import numbered
from engine.decisions.analysis.work import Work
from engine.decisions.axis import Rows
from engine.decisions.model import DecisionTable, HitPolicy
from feel import Value

MOST_TRIED = 40


def unreachable(sheet: Sheet, work: Work) -> Iterator[TableFinding]:
    """Rows that are never the answer."""
    ranks = _ranks(sheet.table) if sheet.table.hit_policy is HitPolicy.PRIORITY else None
    for row in range(sheet.count):
        boxes = tuple(column.may(row) for column in sheet.columns)
        work.take(len(boxes))
        empty = next((number for number, box in enumerate(boxes) if not box), None)
        if empty is not None:
            column = sheet.columns[empty]
            message = f"Row {row + 1} never matches: its cell under '{column.label}' accepts no value that the column can have"
            yield TableFinding(sheet.table.id, "table-unreachable", message, (row + 1,), column.inputs[0] + 1)
            continue
        if sheet.table.hit_policy is HitPolicy.FIRST:
            before = (1 << row) - 1
        elif ranks is not None:
            before = _better(ranks, row)
        else:
            continue
        hiding = _hiding(sheet, row, before, work)
        if hiding:
            yield _hidden(sheet, row, hiding)


def _hidden(sheet: Sheet, row: int, hiding: Rows) -> TableFinding:
    numbers = tuple(number + 1 for number in range(sheet.count) if hiding >> number & 1)
    together = " together" if len(numbers) > 1 else ""
    first = sheet.table.hit_policy is HitPolicy.FIRST
    why = "come first for all that it accepts" if first else "win over it for all that it accepts"
    if len(numbers) == 1:
        why = why.replace("come ", "comes ").replace("win ", "wins ")
    message = f"Row {row + 1} is never the answer: {numbered(numbers)}{together} {why}"
    return TableFinding(sheet.table.id, "table-unreachable", message, (row + 1, *numbers))


def _ranks(table: DecisionTable) -> list[list[int] | None]:
    """Of each row, how important its outputs are, lower being more; None where that shows only when they are computed."""
    found: list[list[int] | None] = []
    for rule in table.rules:
        ranks: list[int] = []
        for output, cell in zip(table.outputs, rule.outputs, strict=True):
            if cell is not None and cell.constant is None:
                break
            ranks.append(_rank(None if cell is None else cell.constant, output.values))
        found.append(ranks if len(ranks) == len(table.outputs) else None)
    return found


def _rank(constant: tuple[Value] | None, values: tuple[Value, ...]) -> int:
    wanted = None if constant is None else constant[0]
    places = [place for place, one in enumerate(values) if type(one) is type(wanted) and one == wanted]
    return places[0] if places else len(values)


def _better(ranks: list[list[int] | None], row: int) -> Rows:
    mine = ranks[row]
    if mine is None:
        return 0
    return sum(1 << other for other, rank in enumerate(ranks) if rank is not None and rank < mine)


def _hiding(sheet: Sheet, row: int, before: Rows, work: Work) -> Rows:
    """Rows of those before that together cover all that this one may accept, as few as are easily found; none when they
    leave something.
    """
    rows = before & ~sheet.unread
    boxes = [column.may(row) for column in sheet.columns]
    if not sheet.unread >> row & 1:
        rows = sum(1 << other for other in meeting(sheet, row, rows, work))
    if not rows:
        return 0
    for other in range(sheet.count):
        if rows >> other & 1:
            work.take(1)
            if not any(box & ~column.boxes[other] for box, column in zip(boxes, sheet.columns, strict=True)):
                return 1 << other
    if not _covered(sheet, row, rows, work):
        return 0
    if rows.bit_count() <= MOST_TRIED:
        for other in reversed(range(sheet.count)):
            if rows >> other & 1 and _covered(sheet, row, rows & ~(1 << other), work):
                rows &= ~(1 << other)
    return rows


def _covered(sheet: Sheet, row: int, rows: Rows, work: Work) -> bool:
    strips = []
    for column in sheet.columns:
        box = column.may(row)
        work.take(box.bit_count())
        strips.append(strip_of([(slot.rows, 1 << n) for n, slot in enumerate(column.slots) if box >> n & 1], rows))
    return Search(strips, work).hole(rows) is None
