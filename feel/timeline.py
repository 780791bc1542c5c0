"""Arithmetic of dates, times and durations. Results out of the calendar raise OverflowError or ValueError."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from feel.compare import instant, seconds_of_day
from feel.values import DECIMALS, YearsMonths

Day = TypeVar("Day", date, datetime)
MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)


def microseconds(value: timedelta) -> Decimal:
    """The length of a duration."""
    return Decimal(value // MICROSECOND)


def seconds(value: timedelta) -> Decimal:
    """The length of a duration in seconds, with fractions."""
    return DECIMALS.divide(microseconds(value), Decimal(1_000_000))


def move(moment: datetime, by: timedelta) -> datetime:
    """Later (or earlier) on the time line; in a region's zone an hour stays an hour when clocks change."""
    if isinstance(moment.tzinfo, ZoneInfo):
        return (instant(moment) + by).astimezone(moment.tzinfo)
    return moment + by


def move_date(day: date, by: timedelta) -> date:
    """The date that many whole and part days from midnight falls on."""
    return (datetime.combine(day, time()) + by).date()


def turn(clock: time, by: timedelta) -> time:
    """A time of day moved, going round at midnight."""
    moved = datetime.combine(date(2000, 1, 1), clock.replace(tzinfo=None)) + timedelta(
        seconds=by.seconds, microseconds=by.microseconds
    )
    return moved.time().replace(tzinfo=clock.tzinfo)


def add_months(day: Day, by: YearsMonths) -> Day:
    """The same day of another month, or that month's last day when it is shorter."""
    months = day.year * 12 + day.month - 1 + by.months
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def distance(a: datetime, b: datetime) -> timedelta | None:
    """Time from ``b`` to ``a``; None when only one of them has a zone."""
    if (a.tzinfo is None) != (b.tzinfo is None):
        return None
    return instant(a) - instant(b)


def time_distance(a: time, b: time) -> timedelta | None:
    """Time from ``b`` to ``a`` on one day; None when only one of them has a zone."""
    if (a.tzinfo is None) != (b.tzinfo is None):
        return None
    return seconds_of_day(a) - seconds_of_day(b)


def midnight(day: date, like: datetime) -> datetime:
    """The start of a day, at UTC when the other side has a zone."""
    return datetime.combine(day, time(), tzinfo=None if like.tzinfo is None else UTC)


def scale(duration: timedelta, by: Decimal) -> timedelta:
    """A duration times a number."""
    return timedelta(microseconds=int(DECIMALS.multiply(microseconds(duration), by).to_integral_value()))


def scale_months(duration: YearsMonths, by: Decimal) -> YearsMonths:
    """A years and months duration times a number, in whole months towards zero."""
    return YearsMonths(int(DECIMALS.multiply(Decimal(duration.months), by)))


def months_between(start: date, end: date) -> int:
    """Whole months from one date to another; negative when the end lies before."""
    if end < start:
        return -months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < start.day)
