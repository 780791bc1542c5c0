"""Periods of measures: calendar months in the organisation's zone."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from care.errors import PeriodRefused
from care.measures.model import Period

_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])", re.ASCII)
FIRST, LAST = 1971, 2200


def month(text: str, zone: ZoneInfo) -> Period:
    """The month of a text such as 2026-01. Raises PeriodRefused."""
    if not _MONTH.fullmatch(text) or not FIRST <= int(text[:4]) <= LAST:
        raise PeriodRefused
    return _month(int(text[:4]), int(text[5:]), zone)


def month_of(at: datetime, zone: ZoneInfo) -> Period:
    """The month that an instant lies in."""
    local = at.astimezone(zone)
    return _month(local.year, local.month, zone)


def months_up_to(last: Period, n: int, zone: ZoneInfo) -> tuple[Period, ...]:
    """The `n` months that end with a month, oldest first."""
    local = last.since.astimezone(zone)
    place = local.year * 12 + local.month - 1
    return tuple(_month(*_split(place - back), zone) for back in range(n - 1, -1, -1))


def months_in(period: Period, zone: ZoneInfo) -> tuple[Period, ...]:
    """The months that a period touches, oldest first."""
    found = [month_of(period.since, zone)]
    while found[-1].until < period.until:
        found.append(month_of(found[-1].until, zone))
    return tuple(found)


def _split(place: int) -> tuple[int, int]:
    return place // 12, place % 12 + 1


def _month(year: int, number: int, zone: ZoneInfo) -> Period:
    first, after = ((y, m) for y, m in (_split(year * 12 + number - 1), _split(year * 12 + number)))
    since, until = (datetime(*each, 1, tzinfo=zone).astimezone(UTC) for each in (first, after))
    return Period(f"{year:04}-{number:02}", since, until)
