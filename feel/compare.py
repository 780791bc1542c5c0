"""Equality and order of values. Values of different kinds are neither equal nor unequal: the answer is null."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from feel.cursor import Node
from feel.far import FAMILY, FarDate, FarMoment, Moment, has_zone, moment_moved
from feel.logic import negated
from feel.remark import Place
from feel.scope import Code, Run, Scope
from feel.values import Range, Value, YearsMonths, kind_of

SIMPLE = frozenset({bool, str, Decimal, date, FarDate, timedelta, YearsMonths})
ORDERED = frozenset({str, Decimal, date, timedelta, YearsMonths, datetime, time, FarDate, FarMoment})
ORDERS: dict[str, Callable[..., bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def instant(value: datetime) -> Moment:
    """The same moment at UTC, so that zones with changing offsets compare rightly."""
    if value.tzinfo is None or value.tzinfo is UTC:
        return value
    try:
        return value.astimezone(UTC)
    except OverflowError:
        return moment_moved(value.replace(tzinfo=UTC), -(value.utcoffset() or timedelta(0)))


def seconds_of_day(value: time) -> timedelta:
    """Time since midnight, at UTC when the offset is known."""
    past = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    offset = value.utcoffset()
    return past if offset is None else past - offset


def sort_key(value: Value) -> object:
    """What orders values of one kind; None when the kind has no order. Moments and times count in whole seconds, as their
    values in the standard do.
    """
    kind = type(value)
    if type(value) is datetime:
        return (value.tzinfo is not None, instant(value.replace(microsecond=0)))
    if type(value) is FarMoment:
        return (value.near.tzinfo is not None, FarMoment(value.cycles, value.near.replace(microsecond=0)))
    if type(value) is time:
        return (_whence(value), seconds_of_day(value.replace(microsecond=0)))
    return value if kind in ORDERED else None


def comparable(a: Value, b: Value) -> bool:
    """Whether the two have an order: same kind, and both or neither with a zone."""
    if type(a) not in ORDERED or not one_kind(a, b):
        return False
    if isinstance(a, datetime | FarMoment) and isinstance(b, datetime | FarMoment):
        return has_zone(a) is has_zone(b)
    if type(a) is time and type(b) is time:
        return _whence(a) == _whence(b)
    return True


def _whence(value: time) -> str:
    """What its hours count from: nothing, UTC, or a region whose offset depends on the day."""
    if isinstance(value.tzinfo, ZoneInfo) and value.utcoffset() is None:
        return value.tzinfo.key
    return "" if value.tzinfo is None else "UTC"


def one_kind(a: Value, b: Value) -> bool:
    """Whether the two are of one kind of FEEL."""
    kind, other = type(a), type(b)
    return kind is other or FAMILY.get(kind, kind) is FAMILY.get(other, other)


def order(run: Run, sign: str, a: Value, b: Value) -> bool | None:
    """The answer to ``a < b`` and its likes; null when the two have no order."""
    if type(a) is Decimal and type(b) is Decimal:
        return ORDERS[sign](a, b)
    if not comparable(a, b):
        if a is not None and b is not None:
            run.warn(f"'{sign}' cannot compare {kind_of(a)} with {kind_of(b)}")
        return None
    return ORDERS[sign](sort_key(a), sort_key(b))


def equal(run: Run, a: Value, b: Value) -> bool | None:
    """Whether two values are the same; null when their kinds differ and neither is null."""
    if a is None or b is None:
        return a is b
    kind = type(a)
    if kind is not type(b) and not one_kind(a, b):
        run.warn(f"'=' cannot compare {kind_of(a)} with {kind_of(b)}")
        return None
    if kind in SIMPLE:
        return a == b
    if type(a) is list and type(b) is list:
        return len(a) == len(b) and _all_equal(run, zip(a, b, strict=True))
    if type(a) is dict and type(b) is dict:
        return a.keys() == b.keys() and _all_equal(run, ((a[key], b[key]) for key in a))
    if type(a) is Range and type(b) is Range:
        same_ends = (a.start_included, a.end_included, a.sign) == (b.start_included, b.end_included, b.sign)
        return same_ends and _all_equal(run, ((a.start, b.start), (a.end, b.end)))
    return sort_key(a) == sort_key(b) if kind in ORDERED else a is b


def _all_equal(run: Run, pairs: Iterable[tuple[Value, Value]]) -> bool:
    for a, b in pairs:
        run.budget.charge(1)
        if equal(run, a, b) is not True:
            return False
    return True


def identity(run: Run, value: Value) -> object:
    """Something hashable that is the same for equal values, for sets of many."""
    kind = type(value)
    if kind in SIMPLE:
        return (kind, value)
    if type(value) is list:
        run.budget.charge(1 + len(value))
        return (kind, tuple([identity(run, item) for item in value]))
    if type(value) is dict:
        run.budget.charge(1 + len(value))
        return (kind, frozenset([(key, identity(run, item)) for key, item in value.items()]))
    if type(value) is Range:
        ends = identity(run, value.start), identity(run, value.end)
        return (kind, ends, value.start_included, value.end_included, value.sign)
    return (kind, sort_key(value) if kind in ORDERED else id(value))


def within(run: Run, value: Value, span: Range) -> bool | None:
    """Whether the value lies in the range; null when it cannot be compared."""
    if span.sign == "!=":
        return negated(equal(run, value, span.start))
    low: bool | None = True
    if span.start is not None:
        low = order(run, ">=" if span.start_included else ">", value, span.start)
    if low is not True or span.end is None:
        return low
    return order(run, "<=" if span.end_included else "<", value, span.end)


def comparison(sign: str, left: Node, right: Node, place: Place) -> Node:
    """The code of ``left sign right``, shorter where the right side never changes."""
    if sign == "=" and right.constant is not None and type(right.constant[0]) in SIMPLE:
        return Node(_equals_constant(left.code, right.constant[0], place))
    if sign == "=":
        return Node(_equals(left.code, right.code, place))
    if sign == "!=":
        return Node(_differs(left.code, right.code, place))
    return Node(_ordered(sign, left.code, right.code, place))


def _equals_constant(left: Code, constant: Value, place: Place) -> Code:
    kind = type(constant)

    def equals_constant(scope: Scope) -> Value:
        value = left(scope)
        if type(value) is kind:
            return value == constant
        scope.run.place = place
        return equal(scope.run, value, constant)

    return equals_constant


def _equals(left: Code, right: Code, place: Place) -> Code:
    def equals(scope: Scope) -> Value:
        a, b = left(scope), right(scope)
        scope.run.place = place
        return equal(scope.run, a, b)

    return equals


def _differs(left: Code, right: Code, place: Place) -> Code:
    def differs(scope: Scope) -> Value:
        a, b = left(scope), right(scope)
        scope.run.place = place
        same = equal(scope.run, a, b)
        return None if same is None else not same

    return differs


def _ordered(sign: str, left: Code, right: Code, place: Place) -> Code:
    decide = ORDERS[sign]

    def ordered(scope: Scope) -> Value:
        a, b = left(scope), right(scope)
        if type(a) is Decimal and type(b) is Decimal:
            return decide(a, b)
        scope.run.place = place
        return order(scope.run, sign, a, b)

    return ordered


def between(value: Code, low: Code, high: Code, place: Place) -> Code:
    """The code of ``value between low and high``, both included."""

    def lies_between(scope: Scope) -> Value:
        middle, least, most = value(scope), low(scope), high(scope)
        scope.run.place = place
        above = order(scope.run, ">=", middle, least)
        below = order(scope.run, "<=", middle, most)
        if above is False or below is False:
            return False
        return None if above is None or below is None else True

    return lies_between
