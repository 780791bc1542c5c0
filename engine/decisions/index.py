"""Finds the rows of a large table that can match, so that not all of them are walked. What the walk would give, warnings
included, is given all the same; only fewer steps are spent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.decisions.axis import Lane, Rows, axis_of
from engine.decisions.tables import DecisionTable, Rule
from feel import Meaning, Region, Tests, Value, constants, coordinates, region_of

FEWEST_ROWS = 8
MOST_BITS = 64_000_000
"""Rows times constants of one column: eight megabytes. A larger column is walked."""
FEW = 2
ANYTHING = Meaning("-")


def candidates(table: DecisionTable, values: Sequence[Value]) -> Iterable[Rule]:
    """The rules that may match these input values, or may warn of them, in the order of the table."""
    if len(table.rules) < FEWEST_ROWS:
        return table.rules
    lanes = table.index.lanes
    if lanes is None:
        lanes = table.index.lanes = _lanes(table)
    every = found = (1 << len(table.rules)) - 1
    loud = 0
    for lane, value in zip(lanes, values, strict=True):
        loud |= lane.unread
        if value is not None and coordinates(value)[0] != lane.kind:
            loud |= lane.asking
        elif lane.axis is not None:
            found &= lane.axis.accepting(value) | loud
            if found.bit_count() <= FEW:
                break
    return table.rules if found == every else _chosen(table.rules, found)


def _chosen(rules: Sequence[Rule], rows: Rows) -> Iterator[Rule]:
    while rows:
        low = rows & -rows
        yield rules[low.bit_length() - 1]
        rows ^= low


def _lanes(table: DecisionTable) -> tuple[Lane, ...]:
    return tuple(_lane([rule.tests[number] for rule in table.rules]) for number in range(len(table.inputs)))


def _lane(cells: Sequence[Tests | None]) -> Lane:
    """A column. Cells of constants never warn of null, nor of values of the kind that all of them speak of."""
    by_meaning: dict[str, tuple[Meaning, Rows]] = {}
    unread = asking = 0
    kinds: set[str] = set()
    for row, tests in enumerate(cells):
        bit = 1 << row
        if tests is None:
            meaning, text = ANYTHING, "-"
        elif tests.meaning is None:
            unread |= bit
            continue
        else:
            meaning, text = tests.meaning, tests.text
            asking |= bit
            kinds.update(coordinates(value)[0] for value in constants(meaning))
        by_meaning[text] = (meaning, by_meaning.get(text, (meaning, 0))[1] | bit)
    kinds.discard("null")
    regions: list[tuple[Rows, Region]] = [(rows, region_of(meaning)) for meaning, rows in by_meaning.values()]
    cuts = sum(len(line.cuts) for _, region in regions for line in region.lines.values())
    known = asking and cuts * len(cells) <= MOST_BITS
    return Lane(kinds.pop() if len(kinds) == 1 else "", axis_of(regions) if known else None, unread, asking)
