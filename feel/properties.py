"""The properties dates, times, durations and ranges have, by FEEL's names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from feel.compare import instant, seconds_of_day
from feel.scope import Run
from feel.text import number_text
from feel.timeline import seconds
from feel.values import Range, Value, YearsMonths, kind_of

T = TypeVar("T")
Properties: TypeAlias = Mapping[str, Callable[[T], Value]]


EPOCH_DAY = date(1970, 1, 1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _sign(value: timedelta) -> int:
    return -1 if value < timedelta(0) else 1


def _zone(value: datetime | time) -> Value:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _second(value: datetime | time) -> Value:
    return Decimal(number_text(Decimal(value.second) + Decimal(value.microsecond) / 1_000_000))


DATE: Properties[date] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "value": lambda value: Decimal(int((value - EPOCH_DAY).total_seconds())),
    "weekday": lambda value: Decimal(value.isoweekday()),
}
DATE_TIME: Properties[datetime] = {
    "value": lambda value: seconds(instant(value) - EPOCH.replace(tzinfo=UTC if value.tzinfo else None)),
}
TIME: Properties[time] = {"value": lambda value: seconds(seconds_of_day(value))}
CLOCK: Properties[datetime | time] = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": _second,
    "time offset": lambda value: value.utcoffset(),
    "timezone": _zone,
}
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


def property_of(run: Run, value: Value, name: str) -> Value:
    """The property of that name; null with a warning when the value has none."""
    if type(value) is date and name in DATE:
        return DATE[name](value)
    if type(value) is datetime and name in DATE_TIME:
        return DATE_TIME[name](value)
    if type(value) is time and name in TIME:
        return TIME[name](value)
    if type(value) is datetime and name in DATE:
        return DATE[name](value)
    if (type(value) is datetime or type(value) is time) and name in CLOCK:
        return CLOCK[name](value)
    if type(value) is timedelta and name in DAYS_TIME:
        return DAYS_TIME[name](value)
    if type(value) is YearsMonths and name in YEARS_MONTHS:
        return YEARS_MONTHS[name](value)
    if type(value) is Range and name in RANGE:
        return RANGE[name](value)
    if value is not None:
        run.warn(f"{kind_of(value)} has no property '{name}'")
    return None
