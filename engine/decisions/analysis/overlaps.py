"""Rows that match together: where a table promises one answer, and where two rows are the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from engine.decisions.analysis.finding import TableFinding, Values
from engine.decisions.analysis.meeting import Meetings
from engine.decisions.analysis.sheet import Column, Sheet, Slots, bits
from engine.decisions.analysis.wording import literal, numbered, phrases
from engine.decisions.analysis.work import Work
from engine.decisions.tables import HitPolicy, Rule

MANY_PARTNERS = 3
MOST_PARTNERS = 200


def overlaps(sheet: Sheet, work: Work) -> Iterator[TableFinding]:
    """Rows of a UNIQUE table that match together, and of an ANY table that differ in what they answer."""
    partners: dict[int, list[int]] = {}
    meetings = Meetings(sheet, work)
    for row in range(sheet.count):
        later = -1 << (row + 1) & (1 << sheet.count) - 1
        for other in meetings.of(row, later):
            if sheet.table.hit_policy is HitPolicy.UNIQUE or differ(sheet.table.rules[row], sheet.table.rules[other]):
                partners.setdefault(row, []).append(other)
                partners.setdefault(other, []).append(row)
                work.take(2)
        if len(partners) > MOST_PARTNERS:
            break
    while partners:
        row = max(partners, key=lambda one: (len(partners[one]), -one))
        others = sorted(partners.pop(row))
        groups = [others] if len(others) >= MANY_PARTNERS else [[other] for other in others]
        for group in groups:
            yield _overlap(sheet, row, group)
        for other in others:
            partners[other].remove(row)
            work.take(len(partners[other]))
            if not partners[other]:
                del partners[other]


def differ(one: Rule, other: Rule) -> bool:
    """Whether two rows surely answer differently."""
    for mine, theirs in zip(one.outputs, other.outputs, strict=True):
        known = [None if cell is None else cell.constant for cell in (mine, theirs)]
        empty = [cell is None for cell in (mine, theirs)]
        if all(value is not None or blank for value, blank in zip(known, empty, strict=True)):
            values = [None if value is None else value[0] for value in known]
            if type(values[0]) is not type(values[1]) or values[0] != values[1]:
                return True
    return False


def _overlap(sheet: Sheet, row: int, others: Sequence[int]) -> TableFinding:
    pair = (row, others[0])
    mattering = [column for column in sheet.columns if any(column.boxes[one] != column.every for one in pair)]
    example = example_of((column, column.boxes[row] & column.boxes[others[0]]) for column in mattering)
    clash = correlated(mattering)
    unsure = next((column.label for column in mattering if not column.sure), None)
    numbers = tuple(sorted(one + 1 for one in (row, *others)))
    policy = sheet.table.hit_policy
    together = numbered(numbers) if len(others) == 1 else f"row {row + 1} and {numbered([one + 1 for one in others])}"
    promise = "one matching row" if policy is HitPolicy.UNIQUE else "equal outputs of rows that match together"
    shown = f", for example for {phrases(example)}" if example else ""
    message = f"The hit policy {policy} allows {promise}, but {together} overlap{shown}"
    if clash:
        message += f", if '{clash[0]}' and '{clash[1]}', which read the same name, can have these values together"
    elif unsure:
        message += f", if the column '{unsure}' allows that value"
    rule = "table-may-overlap" if clash or unsure else "table-overlap"
    return TableFinding(sheet.table.id, rule, message, numbers, example=example)


def example_of(chosen: Iterator[tuple[Column, Slots]]) -> Values:
    """One value for each column."""
    return tuple((column.label, literal(column.example(slots))) for column, slots in chosen)


def correlated(columns: Sequence[Column]) -> tuple[str, str] | None:
    """Two columns that read the same name, so that not all of their values may come together; None when there are none."""
    for one, other in combinations(columns, 2):
        texts = [column.source.expression.text.strip() for column in (one, other)]
        if one.source.expression.names & other.source.expression.names and not all(map(_is_path, texts)):
            return one.label, other.label
        if any(texts[0].startswith(f"{b}.") or b.startswith(f"{texts[0]}.") for b in texts[1:]):
            return one.label, other.label
    return None


def _is_path(text: str) -> bool:
    return all(part.strip().isidentifier() for part in text.split("."))


def unread(sheet: Sheet, work: Work) -> Iterator[TableFinding]:
    """Rows that may overlap others, for all that can be said."""
    found: set[int] = set()
    for row in bits(sheet.unread):
        for other in range(sheet.count):
            work.take(len(sheet.columns))
            if other != row and all(column.may(row) & column.may(other) for column in sheet.columns):
                found.add(row)
                break
    if found:
        numbers = tuple(row + 1 for row in sorted(found))
        message = (
            f"Whether {numbered(numbers)} overlap{'s' if len(found) == 1 else ''} another row is not known: the analysis "
            "reads comparisons with constants only"
        )
        yield TableFinding(sheet.table.id, "table-unread", message, numbers)


def duplicates(sheet: Sheet, work: Work) -> Iterator[TableFinding]:
    """Rows with the same inputs and the same outputs, told with the first of them; not those that accept nothing."""
    first: dict[tuple[object, ...], int] = {}
    for row, rule in enumerate(sheet.table.rules):
        work.take(1 + len(rule.tests))
        if not all(column.may(row) for column in sheet.columns):
            continue
        inputs = tuple(_cell(sheet, column, row) for column in sheet.columns)
        outputs = tuple("null" if cell is None else cell.text.strip() for cell in rule.outputs)
        same = first.setdefault((inputs, outputs), row)
        if same != row:
            message = f"Row {row + 1} repeats row {same + 1}: it accepts the same inputs and gives the same outputs"
            yield TableFinding(sheet.table.id, "table-duplicate", message, (row + 1, same + 1))


def _cell(sheet: Sheet, column: Column, row: int) -> object:
    """What tells cells apart: the slots, or the text where it cannot be read."""
    if not column.unread >> row & 1:
        return column.boxes[row]
    tests = (sheet.table.rules[row].tests[number] for number in column.inputs)
    return tuple("" if one is None else one.text.strip() for one in tests)
