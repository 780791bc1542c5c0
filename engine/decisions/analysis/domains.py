"""Which values a column can have: what its type and its allowed values say, or else what its cells speak of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from engine.decisions.items import ItemType
from engine.decisions.tables import Input
from feel import Meaning, Region, Tests, YearsMonths, constants, coordinates, intersection, region_of, union

ZONED = " with zone"
OTHER = "other"
KINDS: Mapping[type, tuple[str, ...]] = {
    Decimal: ("number",),
    str: ("string",),
    bool: ("boolean",),
    date: ("date",),
    time: ("time", f"time{ZONED}", OTHER),
    datetime: ("date and time", f"date and time{ZONED}"),
    timedelta: ("days and time duration",),
    YearsMonths: ("years and months duration",),
}
"""Times of a region's zone are among the others."""
WHOLE = frozenset({"integer", "int", "long", "short"})
NULL = region_of(Meaning("="))
EVERYTHING = region_of(Meaning("-"))
MOST_LEVELS = 64


class Domain(NamedTuple):
    """``possible`` values, and among them those that a table should have an answer for; ``whole`` numbers only. ``sure``
    when there are no more conditions than these.
    """

    possible: Region
    expected: Region
    whole: bool
    sure: bool


def levels(kind: ItemType) -> Iterator[ItemType]:
    """The type and those it is made from."""
    here: ItemType | None = kind
    left = MOST_LEVELS
    while here is not None and left:
        yield here
        here, left = here.base, left - 1


def kinds_of(kind: ItemType) -> frozenset[str]:
    """The kinds of values of a type; none when it is Any."""
    found: set[str] = set()
    for level in levels(kind):
        if level.item is not None or level.entries:
            found.add(OTHER)
        for simple in level.simple:
            found.update(KINDS.get(simple, (OTHER,)))
    return frozenset(found)


def of_kinds(kinds: Iterable[str]) -> Region:
    """All values of these kinds."""
    return Region({kind: EVERYTHING.lines[kind] for kind in kinds})


def domain(column: Input, cells: Sequence[Tests | None]) -> Domain:
    """Null is possible everywhere, but expected only in a column that asks for it."""
    asked = [value for tests in cells if tests is not None for value in constants(tests.meaning)]
    spoken = {coordinates(value)[0] for value in asked}
    declared = kinds_of(column.type)
    limits, sure = _limits(column)
    possible = intersection([of_kinds(declared or EVERYTHING.lines), *limits])
    expected = possible if declared == {OTHER} else _without(possible, OTHER)
    if not declared and not limits:
        expected = of_kinds(spoken - {"null"} or EVERYTHING.lines)
    return Domain(
        possible=union([possible, NULL]),
        expected=union([expected, NULL]) if "null" in spoken else _without(expected, "null"),
        whole=column.kind.rpartition(":")[2] in WHOLE,
        sure=sure,
    )


def _limits(column: Input) -> tuple[list[Region], bool]:
    """The allowed values of the column and of its types, and whether all of them can be read."""
    tests = [column.allowed]
    for level in levels(column.type):
        tests += [level.allowed, level.constraint]
    given = [one for one in tests if one is not None]
    known = [region_of(one.meaning) for one in given if one.meaning is not None]
    return known, len(known) == len(given)


def _without(region: Region, kind: str) -> Region:
    return Region({name: line for name, line in region.lines.items() if name != kind})


def shared(domains: Sequence[Domain]) -> Domain:
    """Of several columns with one expression."""
    return Domain(
        intersection([one.possible for one in domains]),
        intersection([one.expected for one in domains]),
        any(one.whole for one in domains),
        all(one.sure for one in domains),
    )
