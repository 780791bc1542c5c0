"""Functions about the calendar. What time it is comes from outside."""

from __future__ import annotations

from calendar import monthrange
from decimal import Decimal

from feel.builtins.signature import built_in
from feel.far import Day, Moment, near_of
from feel.scope import Run
from feel.values import Value

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@built_in("now", "")
def now(run: Run) -> Value:
    """The moment the evaluation stands at; null when the host did not say."""
    if run.now is None:
        run.warn("now() is not known here")
    return run.now


@built_in("today", "")
def today(run: Run) -> Value:
    """The date the evaluation stands at; null when the host did not say."""
    if run.now is None:
        run.warn("today() is not known here")
        return None
    return run.now.date()


@built_in("day of year", "date: date|date and time")
def day_of_year(_run: Run, day: Day | Moment) -> Value:
    return Decimal(near_of(day).timetuple().tm_yday)


@built_in("day of week", "date: date|date and time")
def day_of_week(_run: Run, day: Day | Moment) -> Value:
    return DAYS[near_of(day).weekday()]


@built_in("month of year", "date: date|date and time")
def month_of_year(_run: Run, day: Day | Moment) -> Value:
    return MONTHS[day.month - 1]


@built_in("week of year", "date: date|date and time")
def week_of_year(_run: Run, day: Day | Moment) -> Value:
    """The ISO week."""
    return Decimal(near_of(day).isocalendar().week)


@built_in("last day of month", "date: date|date and time")
def last_day_of_month(_run: Run, day: Day | Moment) -> Value:
    return Decimal(monthrange(near_of(day).year, day.month)[1])
