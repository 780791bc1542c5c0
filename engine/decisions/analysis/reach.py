"""Rows that are never the answer: they accept nothing, or others always come before them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.decisions.analysis.cover import Search, strip_of
from engine.decisions.analysis.finding import MOST_OF_A_RULE, TableFinding
from engine.decisions.analysis.meeting import Meetings
from engine.decisions.analysis.sheet import Sheet, Slots, bits
from engine.decisions.analysis.wording import numbered
from engine.decisions.analysis.work import Work
from engine.decisions.axis import Rows
from engine.decisions.tables import DecisionTable, HitPolicy
from feel import Value

MOST_TRIED = 40
MOST_FOUND = 5 * MOST_OF_A_RULE
LOOKS = 16


def unreachable(sheet: Sheet, work: Work) -> Iterator[TableFinding]:
    """Rows that are never the answer."""
    ranks = _ranks(sheet.table) if sheet.table.hit_policy is HitPolicy.PRIORITY else None
    hiding = Hiding(sheet, work)
    count = 0
    for row in range(sheet.count):
        if count > MOST_FOUND:
            break
        boxes = tuple(column.may(row) for column in sheet.columns)
        work.take(len(boxes))
        empty = next((number for number, box in enumerate(boxes) if not box), None)
        if empty is not None:
            column = sheet.columns[empty]
            message = f"Row {row + 1} never matches: its cell under '{column.label}' accepts no value that the column can have"
            yield TableFinding(sheet.table.id, "table-unreachable", message, (row + 1,), column.inputs[0] + 1)
            count += 1
            continue
        if sheet.table.hit_policy is HitPolicy.FIRST:
            before = (1 << row) - 1
        elif ranks is not None:
            before = _better(ranks, row)
        else:
            continue
        found = hiding.rows(row, before)
        if found:
            yield _hidden(sheet, row, found)
            count += 1


def _hidden(sheet: Sheet, row: int, hiding: Rows) -> TableFinding:
    numbers = tuple(number + 1 for number in bits(hiding))
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


class Hiding:
    """Looks for rows that leave nothing to another."""

    def __init__(self, sheet: Sheet, work: Work) -> None:
        self.sheet = sheet
        self.work = work
        self.read = ~sheet.unread
        self.meetings = Meetings(sheet, work)

    def rows(self, row: int, before: Rows) -> Rows:
        """Rows of those before that together cover all that this one may accept, as few as are easily found; none when they
        leave something. Raises OutOfWork.
        """
        rows = before & self.read
        boxes = [column.may(row) for column in self.sheet.columns]
        if self._is_seen_to_leave(boxes, rows):
            return 0
        if self.read >> row & 1:
            rows = sum(1 << other for other in self.meetings.of(row, rows))
        for other in bits(rows):
            self.work.take(1)
            if not any(box & ~column.boxes[other] for box, column in zip(boxes, self.sheet.columns, strict=True)):
                return 1 << other
        if not rows or not self._covers(boxes, rows):
            return 0
        if rows.bit_count() <= MOST_TRIED:
            for other in reversed(tuple(bits(rows))):
                if self._covers(boxes, rows & ~(1 << other)):
                    rows &= ~(1 << other)
        return rows

    def _is_seen_to_leave(self, boxes: Sequence[Slots], rows: Rows) -> bool:
        """Whether a few looks find a place that no row covers; in each column where the fewest are left."""
        for column, box in zip(self.sheet.columns, boxes, strict=True):
            first, last = (box & -box).bit_length() - 1, box.bit_length() - 1
            places = {first + (last - first) * look // LOOKS for look in range(LOOKS + 1)}
            self.work.take(LOOKS)
            rows = min((rows & column.slots[place].rows for place in places if box >> place & 1), key=int.bit_count)
        return not rows

    def _covers(self, boxes: Sequence[Slots], rows: Rows) -> bool:
        strips = []
        for column, box in zip(self.sheet.columns, boxes, strict=True):
            self.work.take(box.bit_count())
            strips.append(strip_of([(column.slots[place].rows, 1 << place) for place in bits(box)], rows))
        return Search(strips, self.work).hole(rows) is None
