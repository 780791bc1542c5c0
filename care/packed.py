"""Answers as plain JSON: instants in UTC and dates as ISO text, numbers as numbers, nothing that a form did not say. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from feel import to_json

MOST = 2**53


def packed(value: Any) -> Any:  # Any: answers are open by nature
    """JSON that reads back as it is; numbers beyond 2^53 become text."""
    if value is None or isinstance(value, bool | float | str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= MOST else str(value)
    if isinstance(value, Mapping):
        return {str(key): packed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [packed(item) for item in value]
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return to_json(value)
