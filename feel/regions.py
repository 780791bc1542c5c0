"""The set of values that pass a unary test, as intervals per kind of value. Runs nothing: it reads the test's meaning."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from feel.compare import ORDERED, sort_key
from feel.far import FarMoment, has_zone
from feel.meaning import Meaning
from feel.values import Range, Value, YearsMonths, kind_of

Key: TypeAlias = Any  # of one kind each: a Protocol cannot say that Decimal orders with Decimal, and date with date
Cut: TypeAlias = tuple[Key, int]
"""A place between values: right before a key (0) or right after it (1)."""
ZONED = " with zone"
OTHER = "other"
KINDS = (
    *("null", "boolean", "number", "string", "date", "time", f"time{ZONED}", "date and time", f"date and time{ZONED}"),
    *("days and time duration", "years and months duration", OTHER),
)
"""Lists, contexts, ranges, functions and times of a region's zone are one kind, whose values are not told apart."""
QUICK: Mapping[type, str] = {Decimal: "number", str: "string", bool: "boolean"}
SIBLINGS = {
    **{kind: f"{kind}{ZONED}" for kind in ("time", "date and time")},
    **{f"{kind}{ZONED}": kind for kind in ("time", "date and time")},
}
"""Kinds that have no order with each other, but are unequal."""


class Line(NamedTuple):
    """A set of values of one kind: whether its low end belongs, and where that changes on the way up."""

    starts: bool
    cuts: tuple[Cut, ...]

    def holds(self, key: Key) -> bool:
        return self.starts ^ (bisect_right(self.cuts, (key, 0)) & 1 == 1)


EVERY = Line(True, ())
NONE = Line(False, ())


@dataclass(frozen=True, slots=True)
class Region:
    """A set of values; a kind that is not mentioned has none in it."""

    lines: Mapping[str, Line]

    def contains(self, value: Value) -> bool:
        kind, key = coordinates(value)
        return self.lines.get(kind, NONE).holds(key)


EVERYTHING = Region(dict.fromkeys(KINDS, EVERY))
NOTHING = Region({})


def coordinates(value: Value) -> tuple[str, Key]:
    """The kind of a value and what orders it among its kind."""
    if type(value) in QUICK:
        return QUICK[type(value)], value
    if value is None:
        return "null", 0
    if isinstance(value, datetime | FarMoment):
        return (f"date and time{ZONED}" if has_zone(value) else "date and time"), _second(value)
    if type(value) is time:
        if value.tzinfo is not None and value.utcoffset() is None:
            return OTHER, 0
        return ("time" if value.tzinfo is None else f"time{ZONED}"), _second(value)
    if type(value) is YearsMonths:
        return "years and months duration", value.months
    kind = kind_of(value)
    return (kind, value) if kind in KINDS else (OTHER, 0)


def _second(value: Value) -> Key:
    """The second that moments and times are compared by."""
    key = sort_key(value)
    return key[1] if isinstance(key, tuple) else key


def region_of(meaning: Meaning) -> Region:
    """The values of which the test says true; null answers are left out, as in a table."""
    return _passing(meaning)


def union(regions: Sequence[Region]) -> Region:
    """Values in at least one of them."""
    return _merged(regions, 1)


def intersection(regions: Sequence[Region]) -> Region:
    """Values in all of them."""
    return _merged(regions, len(regions)) if regions else EVERYTHING


def _merged(regions: Sequence[Region], least: int) -> Region:
    lines: dict[str, list[Line]] = {}
    for region in regions:
        for kind, line in region.lines.items():
            lines.setdefault(kind, []).append(line)
    merged = {kind: _merged_lines(found, least) for kind, found in lines.items() if len(found) >= least}
    return Region({kind: line for kind, line in merged.items() if line != NONE})


def _merged_lines(lines: Sequence[Line], least: int) -> Line:
    """Where at least that many of the lines overlap."""
    if len(lines) == 1:
        return lines[0]
    count = sum(line.starts for line in lines)
    starts = inside = count >= least
    steps: dict[Cut, int] = {}
    for line in lines:
        enters = not line.starts
        for cut in line.cuts:
            steps[cut] = steps.get(cut, 0) + (1 if enters else -1)
            enters = not enters
    cuts: list[Cut] = []
    for cut in sorted(steps):
        count += steps[cut]
        if (count >= least) != inside:
            cuts.append(cut)
            inside = not inside
    return Line(starts, tuple(cuts))


def _passing(meaning: Meaning) -> Region:
    sign = meaning.sign
    if sign == "-":
        return EVERYTHING
    if sign == "not":
        return _failing(meaning.parts[0])
    if sign in ("or", "and"):
        merge = union if sign == "or" else intersection
        return merge([_passing(part) for part in meaning.parts])
    if sign == "..":
        return intersection([_ordered(end, bound) for end, bound in _ends(meaning.wanted)])
    if sign in ("=", "!="):
        return _equal(meaning.wanted) if sign == "=" else _unequal(meaning.wanted)
    return _ordered(sign, meaning.wanted)


OPPOSITES = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


def _failing(meaning: Meaning) -> Region:
    """The values of which the test says false, and not null."""
    sign = meaning.sign
    if sign == "-":
        return NOTHING
    if sign == "not":
        return _passing(meaning.parts[0])
    if sign in ("or", "and"):
        merge = intersection if sign == "or" else union
        return merge([_failing(part) for part in meaning.parts])
    if sign == "..":
        return union([_ordered(OPPOSITES[end], bound) for end, bound in _ends(meaning.wanted)])
    return _passing(meaning._replace(sign=OPPOSITES[sign]))


def _equal(wanted: Value) -> Region:
    kind, key = coordinates(wanted)
    return Region({kind: EVERY if wanted is None else Line(False, ((key, 0), (key, 1)))})


def _unequal(wanted: Value) -> Region:
    """Of another kind than the wanted one only null is unequal; the rest cannot be said."""
    if wanted is None:
        return Region({kind: EVERY for kind in KINDS if kind != "null"})
    kind, key = coordinates(wanted)
    lines = {kind: Line(True, ((key, 0), (key, 1))), "null": EVERY}
    if kind in SIBLINGS:
        lines[SIBLINGS[kind]] = EVERY
    return Region(lines)


def _ordered(sign: str, bound: Value) -> Region:
    if type(bound) not in ORDERED:
        return NOTHING
    kind, key = coordinates(bound)
    return Region({kind: Line(sign in ("<", "<="), ((key, int(sign in ("<=", ">"))),))})


def _ends(span: Value) -> list[tuple[str, Value]]:
    """The one or two comparisons that a range stands for."""
    ends: list[tuple[str, Value]] = []
    if type(span) is Range and span.start is not None:
        ends.append((">=" if span.start_included else ">", span.start))
    if type(span) is Range and span.end is not None:
        ends.append(("<=" if span.end_included else "<", span.end))
    return ends
