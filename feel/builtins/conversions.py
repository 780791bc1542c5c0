"""Functions that make a value of one kind from values of others."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from feel import far
from feel.builtins.signature import built_in
from feel.far import Day, FarMoment, Moment, day_of, moment_of, near_of
from feel.scope import Run
from feel.temporal import offset_zone, parse_date, parse_date_time, parse_duration, parse_time
from feel.text import to_text
from feel.timeline import months_between
from feel.values import DECIMALS, Value, YearsMonths, whole

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?")
MAX_DIGITS = 1_000
SEPARATORS = (" ", ",", ".")


@built_in("number", "from: string")
@built_in("number", "from: string, grouping separator: any, decimal separator: any")
def number(run: Run, text: str, grouping: Value = None, point: Value = None) -> Value:
    """The number a text writes; with signs for thousands and fractions where they are not the usual ones."""
    run.budget.fits(len(text))
    if grouping not in (None, *SEPARATORS) or point not in (None, ",", ".") or (point and grouping == point):
        return None
    if type(grouping) is str:
        text = text.replace(grouping, "")
    if point == "," and "." in text:
        return None
    if type(point) is str:
        text = text.replace(point, ".")
    return DECIMALS.create_decimal(text) if len(text) <= MAX_DIGITS and NUMBER.fullmatch(text) else None


@built_in("string", "from: any")
def string(run: Run, value: Value) -> Value:
    """The value as text; null stays null."""
    return None if value is None else to_text(value, run.budget)


@built_in("date", "from: string")
def date_from_text(_run: Run, text: str) -> Value:
    return parse_date(text)


@built_in("date", "from: date|date and time")
def date_of(_run: Run, moment: Day | Moment) -> Value:
    return far.date_of(moment)


@built_in("date", "year: number, month: number, day: number")
def date_from_parts(_run: Run, year: Decimal, month: Decimal, day: Decimal) -> Value:
    parts = [whole(part) for part in (year, month, day)]
    return day_of(*[part for part in parts if part is not None]) if None not in parts else None


@built_in("time", "from: string")
def time_from_text(_run: Run, text: str) -> Value:
    return parse_time(text)


@built_in("time", "from: time|date|date and time")
def time_of(_run: Run, moment: time | Day | Moment) -> Value:
    """The time of day; of a date its start at UTC."""
    if isinstance(moment, time):
        return moment
    near = near_of(moment)
    return near.timetz() if isinstance(near, datetime) else time(tzinfo=UTC)


@built_in("time", "hour: number, minute: number, second: number, offset: any?")
def time_from_parts(_run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: Value = None) -> Value:
    hours, minutes, seconds = whole(hour), whole(minute), int(second)
    if hours is None or minutes is None or (offset is not None and type(offset) is not timedelta):
        return None
    zone = None if offset is None else offset_zone(offset)
    if offset is not None and zone is None:
        return None
    return time(hours, minutes, seconds, int((second - seconds) * 1_000_000), zone)


@built_in("date and time", "from: string")
def date_time_from_text(_run: Run, text: str) -> Value:
    return parse_date_time(text)


@built_in("date and time", "date: date|date and time, time: time")
def date_time_from_parts(_run: Run, day: Day | Moment, clock: time) -> Value:
    return moment_of(far.date_of(day), clock)


@built_in("date and time", "from: date|date and time")
def date_time_of(_run: Run, moment: Day | Moment) -> Value:
    return moment if isinstance(moment, datetime | FarMoment) else moment_of(moment, time())


@built_in("duration", "from: string")
def duration(_run: Run, text: str) -> Value:
    return parse_duration(text)


@built_in("duration", "from: duration")
def duration_of(_run: Run, value: timedelta | YearsMonths) -> Value:
    return value


@built_in("years and months duration", "from: date|date and time, to: date|date and time")
def years_and_months(_run: Run, start: Day | Moment, end: Day | Moment) -> Value:
    """Whole months between two dates."""
    return YearsMonths(months_between(start, end))
