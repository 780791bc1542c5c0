"""Which values a column can have: what its type declares, or else what its cells speak of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from engine.decisions.model import Input
from feel import Meaning, Range, Region, Tests, Value, coordinates, intersection, region_of, union

ZONED = " with zone"
TYPES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("number", "integer", "int", "long", "short", "double", "float", "decimal"), ("number",)),
    "string": ("string",),
    "boolean": ("boolean",),
    "date": ("date",),
    "time": ("time", f"time{ZONED}"),
    **dict.fromkeys(("date and time", "dateTime", "datetime"), ("date and time", f"date and time{ZONED}")),
    **dict.fromkeys(("days and time duration", "dayTimeDuration"), ("days and time duration",)),
    **dict.fromkeys(("years and months duration", "yearMonthDuration"), ("years and months duration",)),
    "duration": ("days and time duration", "years and months duration"),
}
WHOLE = frozenset({"integer", "int", "long", "short"})
NULL = region_of(Meaning("="))
EVERYTHING = region_of(Meaning("-"))


class Domain(NamedTuple):
    """``possible`` values, and among them those that a table should have an answer for; ``whole`` numbers only."""

    possible: Region
    expected: Region
    whole: bool


def kinds_of(type_name: str) -> tuple[str, ...]:
    """The kinds of values of a type; none when the type is not a simple one."""
    return TYPES.get(type_name.rpartition(":")[2].strip(), ())


def of_kinds(kinds: Iterable[str]) -> Region:
    """All values of these kinds."""
    return Region({kind: EVERYTHING.lines[kind] for kind in kinds})


def domain(column: Input, cells: Sequence[Tests | None]) -> Domain:
    """Null is expected only in a column that asks for it."""
    spoken = {coordinates(value)[0] for tests in cells if tests is not None for value in constants(tests.meaning)}
    declared = kinds_of(column.kind)
    if declared:
        expected = of_kinds(declared)
        possible = union([expected, NULL])
    else:
        possible = EVERYTHING
        expected = of_kinds(spoken) if spoken - {"null"} else EVERYTHING
    if "null" in spoken:
        expected = union([expected, NULL])
    return Domain(possible, expected, column.kind.rpartition(":")[2] in WHOLE)


def shared(domains: Sequence[Domain]) -> Domain:
    """Of several columns with one expression."""
    return Domain(
        intersection([one.possible for one in domains]),
        intersection([one.expected for one in domains]),
        any(one.whole for one in domains),
    )


def constants(meaning: Meaning | None) -> Iterator[Value]:
    """The values that a cell names."""
    if meaning is None or meaning.sign == "-":
        return
    if meaning.parts or meaning.sign in ("or", "and", "not"):
        for part in meaning.parts:
            yield from constants(part)
    elif type(meaning.wanted) is Range:
        yield from (end for end in (meaning.wanted.start, meaning.wanted.end) if end is not None)
    else:
        yield meaning.wanted
