"""Finds a value between two cuts, a plain one where it can."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import TypeAlias

from feel import Cut, Key, Value, YearsMonths, compile_expression, coordinates

DECIMALS = Context(prec=34, traps=[])
ONE, TWO = Decimal(1), Decimal(2)
MOVED = compile_expression("end + span")
"""Null beyond the calendar."""
SPANS = tuple(timedelta(**{unit: 1}) for unit in ("days", "hours", "minutes", "seconds", "microseconds"))
NOON = timedelta(hours=12)
MOST_MONTHS = 10**15
"""The longest duration of FEEL."""
ZONED = " with zone"
UNTOLD = frozenset({"null", "other"})
"""Kinds whose values are not told apart."""
Ends: TypeAlias = tuple[Key, Key]
"""The keys of the two cuts; None for a side that is open."""


def sample(kind: str, low: Cut | None, high: Cut | None, *, whole: bool) -> tuple[Value] | None:
    """A value of the kind that lies between the cuts; None when there is none. ``whole`` asks for whole numbers."""
    ends = low and low[0], high and high[0]
    for key in _candidates(kind, ends):
        if key is None and kind != "null":
            continue
        if low is not None and (key, 0) < low:
            continue
        if high is not None and (key, 1) > high:
            continue
        if whole and key != key.to_integral_value():
            continue
        value = value_at(kind, key)
        if coordinates(value)[1] == key or kind in UNTOLD:
            return (value,)
    return None


def value_at(kind: str, key: Key) -> Value:
    """The value of that place; a time of day goes round at midnight."""
    if kind == "years and months duration":
        return YearsMonths(key)
    if kind in ("time", f"time{ZONED}"):
        past: timedelta = key % SPANS[0]
        moment = datetime(2025, 1, 1, tzinfo=UTC) + past
        return moment.timetz() if kind.endswith(ZONED) else moment.time()
    found: Value = key
    return found


def _candidates(kind: str, ends: Ends) -> Iterator[Key]:
    yield from PLAIN[kind]
    yield from (end for end in ends if end is not None)
    if kind in NEAR:
        yield from NEAR[kind](*ends)


def _numbers(low: Decimal | None, high: Decimal | None) -> Iterator[Decimal]:
    if low is not None:
        yield DECIMALS.add(low.to_integral_value(ROUND_FLOOR, DECIMALS), ONE)
    if high is not None:
        yield DECIMALS.subtract(high.to_integral_value(ROUND_CEILING, DECIMALS), ONE)
    if low is not None and high is not None:
        yield DECIMALS.divide(DECIMALS.add(low, high), TWO)


def _strings(low: str | None, _high: str | None) -> Iterator[str]:
    for more in ("a", " ", "\0"):
        yield (low or "") + more


def _moments(low: Key, high: Key) -> Iterator[Key]:
    """Dates, instants and lengths of time near the ends."""
    for end, sign in ((low, 1), (high, -1)):
        for span in () if end is None else SPANS:
            yield MOVED.evaluate({"end": end, "span": sign * span})


def _months(low: int | None, high: int | None) -> Iterator[int]:
    near = (0 if low is None else low + 1, 0 if high is None else high - 1)
    yield from (months for months in near if abs(months) <= MOST_MONTHS)


PLAIN: Mapping[str, tuple[Key, ...]] = {
    "null": (None,),
    "boolean": (True, False),
    "number": (Decimal(0),),
    "string": ("other", "another"),
    "date": (date(2025, 1, 1),),
    "time": (NOON,),
    "time with zone": (NOON,),
    "date and time": (datetime(2025, 1, 1, 12),),  # noqa: DTZ001 - a moment without a zone is what is wanted
    "date and time with zone": (datetime(2025, 1, 1, 12, tzinfo=UTC),),
    "days and time duration": (timedelta(0),),
    "years and months duration": (0,),
    "other": ([],),
}
NEAR: Mapping[str, Callable[[Key, Key], Iterator[Key]]] = {
    "number": _numbers,
    "string": _strings,
    "years and months duration": _months,
    **dict.fromkeys(("date", "time", "time with zone", "date and time", "date and time with zone"), _moments),
    "days and time duration": _moments,
}
