"""Functions about how points and ranges lie to each other. A point counts as the range from itself to itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from feel.builtins.signature import built_in
from feel.compare import comparable, sort_key
from feel.errors import FeelSyntaxError
from feel.scope import Run
from feel.temporal import parse_literal
from feel.tokens import Token, tokenize, unquote
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
OF_POINTS: dict[str, Relation] = {
    "finishes": lambda a, b: a.high == b.high,
    "finished by": lambda a, b: a.high == b.high,
    "starts": lambda a, b: a.low == b.low,
    "started by": lambda a, b: a.low == b.low,
}
"""What is asked when one of the two is a point; it tells only in ranges that hold nothing."""
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
        if type(first) is Range and type(second) is Range:
            return relation(one, two)
        return OF_POINTS.get(name, relation)(one, two)

    built_in(name, _parameters(name))(relate)
    if name not in POINTS_TOO:
        built_in(name, "range1: range, range2: range")(relate)
    if name in POINTS_TOO:
        built_in(name, "range1: range, range2: range")(relate)
        built_in(name, "point: any, range: range")(relate)
        built_in(name, "range: range, point: any")(relate)


for _name, _relation in RELATIONS.items():
    _register(_name, _relation)


ENDS_OF_CALLS = frozenset(("date", "time", "date and time", "duration"))


@built_in("range", "from: string")
def range_from_text(run: Run, text: str) -> Value:
    """A range written as text, with constant ends."""
    run.budget.charge(1 + len(text))
    try:
        opening, *inner, closing = tokenize(text)[:-1]
    except FeelSyntaxError:
        return None
    dots = [index for index, token in enumerate(inner) if token.text == ".."]
    if opening.text not in ("[", "(", "]") or closing.text not in ("]", ")", "[") or len(dots) != 1:
        return None
    starts, ends = inner[: dots[0]], inner[dots[0] + 1 :]
    start, end = _end(starts), _end(ends)
    if (start is None and (starts or opening.text == "[")) or (end is None and (ends or closing.text == "]")):
        return None
    if start is None or end is None:
        return None if start is end else Range(start, end, opening.text == "[", closing.text == "]")
    if not comparable(start, end) or _above(start, end):
        return None
    return Range(start, end, opening.text == "[", closing.text == "]")


def _end(tokens: Sequence[Token]) -> Value:
    """A number, a string, an at-literal, or a date, time or duration made from a string."""
    *before, last = [token.text for token in tokens] or [""]
    if tokens and tokens[-1].kind == "number" and before in ([], ["-"]):
        return DECIMALS.create_decimal("".join(before) + last)
    if tokens and tokens[-1].kind == "string":
        return unquote(last) if not before else parse_literal(unquote(last)) if before == ["@"] else None
    if (
        last == ")"
        and before[-2:-1] == ["("]
        and tokens[-2].kind == "string"
        and " ".join(before[:-2]) in ENDS_OF_CALLS
    ):
        return parse_literal(unquote(before[-1]))
    return None


def _above(start: Value, end: Value) -> bool:
    one, two = reach_of(start), reach_of(end)
    return one is not None and two is not None and one.low > two.low
