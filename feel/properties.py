"""The properties dates, times, durations and ranges have, by FEEL's names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from feel.compare import seconds_of_day
from feel.far import Day, FarDate, FarMoment, Moment, near_of, number
from feel.scope import Run
from feel.text import number_text
from feel.timeline import seconds
from feel.values import DECIMALS, Range, Value, YearsMonths, kind_of

T = TypeVar("T")
Properties: TypeAlias = Mapping[str, Callable[[T], Value]]
EPOCH = number(date(1970, 1, 1))
MICROSECONDS = 1_000_000


def _sign(value: timedelta) -> int:
    return -1 if value < timedelta(0) else 1


def _clock(value: Moment | time) -> datetime | time:
    return value.near if isinstance(value, FarMoment) else value


def _zone(value: Moment | time) -> Value:
    zone = _clock(value).tzinfo
    return zone.key if isinstance(zone, ZoneInfo) else None


def _second(value: Moment | time) -> Value:
    clock = _clock(value)
    return Decimal(number_text(Decimal(clock.second) + Decimal(clock.microsecond) / MICROSECONDS))


def _since_epoch(value: Day | Moment) -> Value:
    return DECIMALS.divide(Decimal(number(value) - EPOCH), Decimal(MICROSECONDS))


DATE: Properties[Day | Moment] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "value": _since_epoch,
    "weekday": lambda value: Decimal(near_of(value).isoweekday()),
}
CLOCK: Properties[Moment | time] = {
    "hour": lambda value: Decimal(_clock(value).hour),
    "minute": lambda value: Decimal(_clock(value).minute),
    "second": _second,
    "time offset": lambda value: _clock(value).utcoffset(),
    "timezone": _zone,
}
TIME: Properties[time] = {**CLOCK, "value": lambda value: seconds(seconds_of_day(value))}
DAYS_TIME: Properties[timedelta] = {
    "days": lambda value: Decimal(_sign(value) * abs(value).days),
    "hours": lambda value: Decimal(_sign(value) * (abs(value).seconds // 3600)),
    "minutes": lambda value: Decimal(_sign(value) * (abs(value).seconds // 60 % 60)),
    "value": seconds,
    "seconds": lambda value: _sign(value) * Decimal(number_text(seconds(abs(value)) % 60)),
}
YEARS_MONTHS: Properties[YearsMonths] = {
    "value": lambda value: Decimal(value.months),
    "years": lambda value: Decimal(int(value.months / 12)),
    "months": lambda value: Decimal(abs(value.months) % 12 * (-1 if value.months < 0 else 1)),
}
RANGE: Properties[Range] = {
    "start": lambda value: None if value.sign == "!=" else value.start,
    "end": lambda value: None if value.sign == "!=" else value.end,
    "start included": lambda value: value.start_included,
    "end included": lambda value: value.end_included,
}


PROPERTIES: Mapping[type, Mapping[str, Callable[..., Value]]] = {
    date: DATE,
    FarDate: DATE,
    datetime: {**DATE, **CLOCK},
    FarMoment: {**DATE, **CLOCK},
    time: TIME,
    timedelta: DAYS_TIME,
    YearsMonths: YEARS_MONTHS,
    Range: RANGE,
}


def property_of(run: Run, value: Value, name: str) -> Value:
    """The property of that name; null with a warning when the value has none."""
    read = PROPERTIES.get(type(value), {}).get(name)
    if read is not None:
        return read(value)
    if value is not None:
        run.warn(f"{kind_of(value)} has no property '{name}'")
    return None
