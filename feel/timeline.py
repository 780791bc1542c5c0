"""Arithmetic of dates, times and durations. Results out of the calendar raise OverflowError or ValueError."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from feel import far
from feel.compare import seconds_of_day
from feel.far import Day, FarMoment, Moment, has_zone
from feel.values import DECIMALS, YearsMonths

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)


def microseconds(value: timedelta) -> Decimal:
    """The length of a duration."""
    return Decimal(value // MICROSECOND)


def seconds(value: timedelta) -> Decimal:
    """The length of a duration in seconds, with fractions."""
    return DECIMALS.divide(microseconds(value), Decimal(1_000_000))


def move(moment: Moment, by: timedelta) -> Moment:
    """Later (or earlier) on the time line; in a region's zone an hour stays an hour when clocks change."""
    return far.moment_moved(moment, by)


def move_date(day: Day, by: timedelta) -> Day:
    """The date that many whole and part days from midnight falls on."""
    return far.day_moved(day, by)


def turn(clock: time, by: timedelta) -> time:
    """A time of day moved, going round at midnight."""
    moved = datetime.combine(date(2000, 1, 1), clock.replace(tzinfo=None)) + timedelta(
        seconds=by.seconds, microseconds=by.microseconds
    )
    return moved.time().replace(tzinfo=clock.tzinfo)


def add_months(day: Day | Moment, by: YearsMonths) -> Day | Moment:
    """The same day of another month, or that month's last day when it is shorter."""
    return far.months_later(day, by.months)


def distance(a: Day | Moment, b: Day | Moment) -> timedelta | None:
    """Time from ``b`` to ``a``; None when only one of them has a zone. Beside a date and time, a date is its midnight at UTC."""
    zones = [has_zone(moment) for moment in (a, b) if isinstance(moment, datetime | FarMoment)]
    if zones in ([False], [True, False], [False, True]):
        return None
    return timedelta(microseconds=far.number(a) - far.number(b))


def time_distance(a: time, b: time) -> timedelta | None:
    """Time from ``b`` to ``a`` on one day; None when only one of them has a zone."""
    if (a.tzinfo is None) != (b.tzinfo is None):
        return None
    return seconds_of_day(a) - seconds_of_day(b)


def scale(duration: timedelta, by: Decimal) -> timedelta:
    """A duration times a number."""
    return timedelta(microseconds=int(DECIMALS.multiply(microseconds(duration), by).to_integral_value()))


def scale_months(duration: YearsMonths, by: Decimal) -> YearsMonths:
    """A years and months duration times a number, in whole months towards zero."""
    return YearsMonths(int(DECIMALS.multiply(Decimal(duration.months), by)))


def months_between(start: Day | Moment, end: Day | Moment) -> int:
    """Whole months from one date to another; negative when the end lies before."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0:
        return months - (end.day < start.day)
    return months + (end.day > start.day) if months < 0 else 0
