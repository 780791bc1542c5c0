"""Instants and values as JSON: RFC 3339 in UTC, FEEL values as plain JSON, ISO text back to temporal values."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from feel import parse_temporal, to_json

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def rfc3339(instant: datetime) -> str:
    """An aware instant, for instance 2026-11-22T09:30:00Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def plain(value: Any) -> Any:  # Any: case data is open by nature
    """A value of a case as JSON."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return rfc3339(value) if isinstance(value, datetime) and value.tzinfo is not None else to_json(value)


def temporal(value: Any) -> Any:  # Any: case data is open by nature
    """JSON with whole instants (date, time and offset) and whole dates as temporal values, so that FEEL can reckon with them."""
    if isinstance(value, str):
        return _temporal_text(value)
    if isinstance(value, dict):
        return {key: temporal(item) for key, item in value.items()}
    return [temporal(item) for item in value] if isinstance(value, list) else value


def _temporal_text(text: str) -> datetime | date | str:
    try:
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
        return date.fromisoformat(text) if _DAY.fullmatch(text) else text
    except (ValueError, OverflowError):
        return text


def duration(text: str) -> timedelta | None:
    """An ISO duration of days and time such as PT48H; None for anything else."""
    found = parse_temporal(text)
    return found if isinstance(found, timedelta) else None
