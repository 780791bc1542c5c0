"""Dates beyond the years 1 to 9999, which Python's own cannot hold: a day of the years 2000 to 2399, and how many times 400
years it lies from there, since the calendar repeats itself after them.
"""

from __future__ import annotations

from calendar import monthrange
from contextlib import suppress
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from functools import total_ordering
from typing import TypeAlias
from zoneinfo import ZoneInfo

FIRST, YEARS = 2000, 400
CYCLE = timedelta(days=146_097)
MAX_YEAR = 999_999_999
MICROSECOND = timedelta(microseconds=1)
NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True, eq=False)
class Far:
    """What both have: the year, and an order among themselves and with Python's own."""

    cycles: int
    near: date

    @property
    def year(self) -> int:
        return self.near.year + YEARS * self.cycles

    @property
    def month(self) -> int:
        return self.near.month

    @property
    def day(self) -> int:
        return self.near.day


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class FarDate(Far):
    """A date of the year 0, before it, or after 9999."""

    def __eq__(self, other: object) -> bool:
        return type(other) is FarDate and number(self) == number(other)

    def __lt__(self, other: Day) -> bool:
        return number(self) < number(other)

    def __hash__(self) -> int:
        return hash(number(self))


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class FarMoment(Far):
    """A date and time of such a year, with or without a zone."""

    near: datetime

    def __eq__(self, other: object) -> bool:
        return (type(other) is FarMoment or type(other) is datetime) and number(self) == number(other)

    def __lt__(self, other: Moment) -> bool:
        return number(self) < number(other)

    def __hash__(self) -> int:
        return hash(number(self))


Day: TypeAlias = date | FarDate
Moment: TypeAlias = datetime | FarMoment
FAMILY: dict[type, type] = {FarDate: date, FarMoment: datetime}
"""The type whose rules hold for these as well."""


def day_of(year: int, month: int, day: int) -> Day:
    """The date of a year, in Python's own type where that can hold it. Raises ValueError and OverflowError."""
    if MINYEAR <= year <= MAXYEAR:
        return date(year, month, day)
    cycles, rest = _cycles(year)
    return FarDate(cycles, date(FIRST + rest, month, day))


def moment_of(day: Day, clock: time) -> Moment:
    """The moment on a day at a time, in the zone of the time."""
    if isinstance(day, FarDate):
        return FarMoment(day.cycles, datetime.combine(day.near, clock))
    return datetime.combine(day, clock)


def date_of(value: Day | Moment) -> Day:
    """The day alone."""
    return day_of(value.year, value.month, value.day)


def has_zone(value: Moment) -> bool:
    """Whether it says where, so that it can be compared with others that do."""
    return (value.near if isinstance(value, FarMoment) else value).tzinfo is not None


def near_of(value: Day | Moment) -> date:
    """A day or moment of the same place in the calendar that Python can hold."""
    return value.near if isinstance(value, Far) else value


def number(value: Day | Moment) -> int:
    """Microseconds from the first day of the calendar, at UTC where a zone is known; a date counts from its midnight."""
    near = near_of(value)
    past = timedelta(days=near.toordinal())
    if isinstance(near, datetime):
        past += near.replace(tzinfo=None) - datetime.combine(near.date(), time()) - (near.utcoffset() or NOTHING)
    cycles = value.cycles if isinstance(value, Far) else 0
    return cycles * (CYCLE // MICROSECOND) + past // MICROSECOND


def day_moved(value: Day, by: timedelta) -> Day:
    """The day so many whole days later."""
    cycles, rest = _cycles(value.year)
    more, left = divmod(by, CYCLE)
    near = near_of(value).replace(year=FIRST + rest) + left
    return day_of(near.year + YEARS * (cycles + more), near.month, near.day)


def moment_moved(value: Moment, by: timedelta) -> Moment:
    """The moment so much later on the time line; in a region's zone an hour stays an hour when clocks change."""
    if isinstance(value, datetime):
        with suppress(OverflowError):
            return _moved(value, by)
    cycles, rest = _cycles(value.year)
    more, left = divmod(by, CYCLE)
    near = value.near if isinstance(value, FarMoment) else value
    return _settled(cycles + more, _moved(near.replace(year=FIRST + rest), left))


def _moved(moment: datetime, by: timedelta) -> datetime:
    if isinstance(moment.tzinfo, ZoneInfo):
        return (moment.astimezone(UTC) + by).astimezone(moment.tzinfo)
    return moment + by


def months_later(value: Day | Moment, months: int) -> Day | Moment:
    """The same day of another month, or that month's last day when it is shorter."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    cycles, rest = _cycles(year)
    length = monthrange(FIRST + rest, month + 1)[1]
    near = near_of(value).replace(year=FIRST + rest, month=month + 1, day=min(value.day, length))
    return _settled(cycles, near) if isinstance(near, datetime) else day_of(year, near.month, near.day)


def _settled(cycles: int, near: datetime) -> Moment:
    year = near.year + YEARS * cycles
    if MINYEAR <= year <= MAXYEAR:
        return near.replace(year=year)
    cycles, rest = _cycles(year)
    return FarMoment(cycles, near.replace(year=FIRST + rest))


def _cycles(year: int) -> tuple[int, int]:
    if abs(year) > MAX_YEAR:
        raise OverflowError("Expected a year up to 999,999,999")
    return divmod(year - FIRST, YEARS)
