"""HL7 times: YYYY[MM[DD[HH[MM[SS[.S...]]]]]][+/-ZZZZ] -> instants in UTC and days."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

_TIME = re.compile(
    r"(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,9}))?)?)?)?)?)?([+-]\d{4})?", re.ASCII
)


def parse_instant(text: str, zone: ZoneInfo) -> datetime | None:
    """The instant in UTC; without offset the time is wall clock in `zone`. None when the text is not a time.

    Missing parts are the smallest ones. In the doubled hour of autumn the first one is taken; a time in the gap of spring
    is moved on by the length of the gap.
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(match.group(n) or (1 if n in {2, 3} else 0)) for n in range(1, 7))
    micro = int((match.group(7) or "0").ljust(6, "0")[:6])
    try:
        moment = datetime(
            year,
            month,
            day,
            hour,
            minute,
            min(second, 59) if second == 60 else second,
            micro,
            _offset(match.group(8)) or zone,
        )
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def parse_day(text: str) -> date | None:
    """A calendar day from the first eight digits; None when the text is not a whole day."""
    if not _TIME.fullmatch(text.strip()) or len(text.strip()) < 8:
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    length = timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
    return timezone(length if text[0] == "+" else -length)
