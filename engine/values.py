"""The codec of case data at rest: JSON bytes in which every value keeps its type and no user value can break a case."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson

from feel import YearsMonths, parse_temporal, to_text

MARK, ESCAPE = "$", "~"
_RESTORE: dict[str, Callable[[str], Any]] = {
    "decimal": Decimal,
    "date": date.fromisoformat,
    "time": parse_temporal,
    "datetime": datetime.fromisoformat,
    "seconds": lambda text: timedelta(seconds=int(text.split(".")[0]), microseconds=int(text.split(".")[1])),
    "months": parse_temporal,
}


def dumps(value: Any) -> bytes:
    """JSON bytes of None, bool, text, numbers, dates, times, durations, lists and mappings with text keys.

    Raises TypeError for anything else and for keys that are not text.
    """
    return orjson.dumps(pack(value))


def loads(data: bytes) -> Any:
    return unpack(orjson.loads(data))


def pack(value: Any) -> Any:
    """A JSON value that `unpack` turns back into an equal value of the same type."""
    if value is None or isinstance(value, bool | str | int | float):
        return _number(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(value, dict):
        return {_key(key): pack(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [pack(item) for item in value]
    return {MARK: _kind(value), "v": _text(value)}


def _number(value: int) -> Any:
    return value if -(2**53) <= value <= 2**53 else {MARK: "decimal", "v": str(value)}


def _kind(value: Any) -> str:
    for kind, cls in (("decimal", Decimal), ("datetime", datetime), ("date", date), ("time", time)):
        if isinstance(value, cls):
            return kind
    if isinstance(value, timedelta):
        return "seconds"
    if isinstance(value, YearsMonths):
        return "months"
    raise TypeError(f"Expected a value that a case can keep, but it is of type {type(value).__name__}")


def _text(value: Any) -> str:
    if isinstance(value, timedelta):
        return f"{value.days * 86400 + value.seconds}.{value.microseconds}"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date) and not isinstance(value, time):
        return value.isoformat()
    return to_text(value)


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError("Expected text keys in case data")
    return ESCAPE + key if key.lstrip(ESCAPE) == MARK else key


def unpack(value: Any) -> Any:
    if isinstance(value, list):
        return [unpack(item) for item in value]
    if not isinstance(value, dict):
        return value
    if MARK in value:
        return _RESTORE[value[MARK]](value["v"])
    return {
        (key[1:] if key.startswith(ESCAPE) and key.lstrip(ESCAPE) == MARK else key): unpack(item)
        for key, item in value.items()
    }
