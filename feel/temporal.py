"""Text of dates, times and durations to values. Text that is none gives None."""

from __future__ import annotations

import re
from datetime import UTC, time, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from feel.far import Day, Moment, day_moved, day_of, moment_of
from feel.values import Value, YearsMonths

ZONE = r"(?P<zone>[Zz]|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*)?"
DATE = r"(?P<year>-?(?:[0-9]{4}|[1-9][0-9]{4,8}))-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
TIME = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,20}))?"
DATE_TEXT = re.compile(DATE)
TIME_TEXT = re.compile(f"T?{TIME}{ZONE}")
DATE_TIME_TEXT = re.compile(f"{DATE}T{TIME}{ZONE}")
DAYS_TIME_TEXT = re.compile(
    r"(?P<minus>-)?P(?=[0-9T])(?:(?P<days>[0-9]{1,12})D)?"
    r"(?:T(?=[0-9.])(?:(?P<hours>[0-9]{1,12})H)?(?:(?P<minutes>[0-9]{1,12})M)?"
    r"(?:(?P<seconds>[0-9]{1,15})(?:\.(?P<fraction>[0-9]{0,20}))?S)?)?"
)
YEARS_MONTHS_TEXT = re.compile(r"(?P<minus>-)?P(?=[0-9])(?:(?P<years>[0-9]{1,12})Y)?(?:(?P<months>[0-9]{1,12})M)?")
WEEKS_TEXT = re.compile(r"(?P<minus>-)?P(?P<weeks>[0-9]{1,8})W")
NO_SECONDS = re.compile(r"(?P<until>(?:-?[0-9]{4,9}-[0-9]{2}-[0-9]{2}T)?[0-9]{2}:[0-9]{2})(?P<after>(?:[Zz@+-].*)?)")
MIDNIGHT = "24"
"""The hour at the end of a day, which is the start of the next."""
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
MAX_OFFSET = timedelta(hours=14)


def parse_temporal(text: str) -> Value:
    """The duration, date, time or date and time a bare ISO text stands for (``PT48H``, ``2025-06-10T14:00:00Z``); None
    for any other text. Weeks and times without seconds are understood too.
    """
    text = text.strip()
    weeks = WEEKS_TEXT.fullmatch(text)
    if weeks is not None:
        return timedelta(weeks=int(weeks["weeks"]) * (-1 if weeks["minus"] else 1))
    short = NO_SECONDS.fullmatch(text)
    if short is not None:
        text = f"{short['until']}:00{short['after']}"
    return parse_literal(text)


def parse_literal(text: str) -> Value:
    """As FEEL reads what stands after ``@``."""
    for parse in (parse_duration, parse_date, parse_date_time, parse_time):
        value: Value = parse(text)
        if value is not None:
            return value
    return None


def parse_date(text: str) -> Day | None:
    """``2025-06-10``."""
    match = DATE_TEXT.fullmatch(text)
    return None if match is None else _date(match)


def parse_time(text: str) -> time | None:
    """``14:00:00``, ``14:00:00.5Z``, ``14:00:00@Europe/Paris``."""
    match = TIME_TEXT.fullmatch(text)
    return None if match is None else _time(match)


def parse_date_time(text: str) -> Moment | None:
    """A date, ``T`` and a time; a date alone means its midnight."""
    match = DATE_TIME_TEXT.fullmatch(text)
    if match is None:
        day = parse_date(text)
        return None if day is None else moment_of(day, time())
    day, clock = _date(match), _time(match)
    if day is None or clock is None:
        return None
    try:
        return moment_of(day_moved(day, DAY) if match["hour"] == MIDNIGHT else day, clock)
    except OverflowError:
        return None


def parse_duration(text: str) -> timedelta | YearsMonths | None:
    """``P1DT2H`` or ``P1Y2M``; the two kinds do not mix."""
    match = DAYS_TIME_TEXT.fullmatch(text)
    if match is not None:
        return _days_time(match)
    match = YEARS_MONTHS_TEXT.fullmatch(text)
    if match is None:
        return None
    months = int(match["years"] or 0) * 12 + int(match["months"] or 0)
    return YearsMonths(-months if match["minus"] else months)


def zone_named(name: str) -> tzinfo | None:
    """The zone of a region such as ``Europe/Paris``; None when the zone database has none."""
    return _zone_of(name) if name in _zone_names() else None


def load_zones() -> None:
    """Read all zones, so that later no evaluation opens a file."""
    for name in _zone_names():
        _zone_of(name)


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _zone_of(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def offset_zone(offset: timedelta) -> tzinfo | None:
    """The zone of a fixed offset in whole seconds; None beyond 14 hours."""
    offset = timedelta(seconds=int(offset / SECOND))
    if abs(offset) > MAX_OFFSET:
        return None
    return UTC if not offset else timezone(offset)


def _date(match: re.Match[str]) -> Day | None:
    if match["year"] == "-0000":
        return None
    try:
        return day_of(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _time(match: re.Match[str]) -> time | None:
    zone = None
    if match["zone"]:
        zone = _zone(match["zone"])
        if zone is None:
            return None
    hour = match["hour"]
    if hour == MIDNIGHT and match["minute"] == match["second"] == "00" and not _microseconds(match):
        hour = "00"
    try:
        clock = time(int(hour), int(match["minute"]), int(match["second"]), _microseconds(match), zone)
    except ValueError:
        return None
    return clock


def _zone(text: str) -> tzinfo | None:
    if text in ("Z", "z"):
        return UTC
    if text.startswith("@"):
        return zone_named(text[1:])
    hours, minutes, *rest = (int(part) for part in text[1:].split(":"))
    if minutes >= 60 or (rest and rest[0] >= 60):
        return None
    offset = timedelta(hours=hours, minutes=minutes, seconds=rest[0] if rest else 0)
    return offset_zone(-offset if text[0] == "-" else offset)


def _microseconds(match: re.Match[str]) -> int:
    return int((match["fraction"] or "").ljust(6, "0")[:6])


def _days_time(match: re.Match[str]) -> timedelta | None:
    try:
        length = timedelta(
            days=int(match["days"] or 0),
            hours=int(match["hours"] or 0),
            minutes=int(match["minutes"] or 0),
            seconds=int(match["seconds"] or 0),
            microseconds=_microseconds(match),
        )
        return -length if match["minus"] else length
    except OverflowError:
        return None
