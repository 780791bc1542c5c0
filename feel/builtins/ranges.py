"""Functions about how points and ranges lie to each other. A point counts as the range from itself to itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from feel.builtins.conversions import NUMBER
from feel.builtins.signature import built_in
from feel.compare import comparable, sort_key
from feel.scope import Run
from feel.temporal import parse_literal
from feel.tokens import unquote
from feel.values import DECIMALS, Range, Value

POINT = "any"
Edge: TypeAlias = "tuple[object, ...]"


class Reach(NamedTuple):
    """Where something begins and ends, so that plain comparison respects which ends are included."""

    low: Edge
    high: Edge


Relation: TypeAlias = Callable[[Reach, Reach], bool]
RELATIONS: dict[str, Relation] = {
    "before": lambda a, b: a.high < b.low,
    "after": lambda a, b: b.high < a.low,
    "meets": lambda a, b: a.high == b.low,
    "met by": lambda a, b: b.high == a.low,
    "overlaps": lambda a, b: a.high >= b.low and b.high >= a.low,
    "overlaps before": lambda a, b: a.low < b.low <= a.high <= b.high,
    "overlaps after": lambda a, b: b.low < a.low <= b.high <= a.high,
    "finishes": lambda a, b: a.high == b.high and a.low >= b.low,
    "finished by": lambda a, b: a.high == b.high and b.low >= a.low,
    "includes": lambda a, b: a.low <= b.low and a.high >= b.high,
    "during": lambda a, b: b.low <= a.low and b.high >= a.high,
    "starts": lambda a, b: a.low == b.low and a.high <= b.high,
    "started by": lambda a, b: a.low == b.low and b.high <= a.high,
    "coincides": lambda a, b: a == b,
}
POINTS_TOO = frozenset(("before", "after", "coincides"))
RANGE_FIRST = frozenset(("finished by", "includes", "started by"))
RANGE_SECOND = frozenset(("finishes", "during", "starts"))


def _parameters(name: str) -> str:
    if name in POINTS_TOO:
        return "point1: any, point2: any"
    if name in RANGE_FIRST:
        return "range: range, point: any"
    if name in RANGE_SECOND:
        return "point: any, range: range"
    return "range1: range, range2: range"


def reach_of(value: Value) -> Reach | None:
    """The two edges; None for what has no order."""
    if type(value) is Range and value.sign == "!=":
        return None
    if type(value) is Range:
        low = (-1,) if value.start is None else (0, sort_key(value.start), 0 if value.start_included else 1)
        high = (1,) if value.end is None else (0, sort_key(value.end), 0 if value.end_included else -1)
        return Reach(low, high)
    return Reach((0, sort_key(value), 0), (0, sort_key(value), 0)) if comparable(value, value) else None


def _sample(value: Value) -> Value:
    """A point of the same kind as the value's ends."""
    if type(value) is Range:
        return value.end if value.start is None else value.start
    return value


def _register(name: str, relation: Relation) -> None:
    def relate(_run: Run, first: Value, second: Value) -> Value:
        one, two = reach_of(first), reach_of(second)
        if one is None or two is None or not comparable(_sample(first), _sample(second)):
            return None
        return relation(one, two)

    built_in(name, _parameters(name))(relate)
    if name not in POINTS_TOO:
        built_in(name, "range1: range, range2: range")(relate)
    if name in POINTS_TOO:
        built_in(name, "range1: range, range2: range")(relate)
        built_in(name, "point: any, range: range")(relate)
        built_in(name, "range: range, point: any")(relate)


for _name, _relation in RELATIONS.items():
    _register(_name, _relation)


RANGE_TEXT = re.compile(r"\s*([\[(\]])\s*(.*?)\s*\.\.\s*(.*?)\s*([\])\[])\s*", re.DOTALL)
CALL = re.compile(r'(?:@|(?:date|time|date and time|duration)\s*\(\s*)("[^"\\]*")\s*\)?')


@built_in("range", "from: string")
def range_from_text(_run: Run, text: str) -> Value:
    """A range written as text, with constant ends."""
    match = RANGE_TEXT.fullmatch(text)
    if match is None:
        return None
    opening, start_text, end_text, closing = match.groups()
    start, end = _end(start_text), _end(end_text)
    if (start is None and start_text) or (end is None and end_text) or (start is None and end is None):
        return None
    if (start is None and opening == "[") or (end is None and closing == "]"):
        return None
    if start is not None and end is not None and (not comparable(start, end) or _above(start, end)):
        return None
    return Range(start, end, opening == "[", closing == "]")


def _end(text: str) -> Value:
    if NUMBER.fullmatch(text):
        return DECIMALS.create_decimal(text)
    call = CALL.fullmatch(text)
    if call is not None:
        return parse_literal(unquote(call[1]))
    return unquote(text) if re.fullmatch(r'"(?:[^"\\]|\\.)*"', text) else None


def _above(start: Value, end: Value) -> bool:
    one, two = reach_of(start), reach_of(end)
    return one is not None and two is not None and one.low > two.low
