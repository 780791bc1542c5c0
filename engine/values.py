"""The codec of case data at rest: JSON bytes in which every value keeps its type and no user value can break a case."""

import math
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson

from feel import YearsMonths, parse_temporal, to_text

MARK, ESCAPE = "$", "~"
RESERVED = frozenset({MARK, ESCAPE})
NESTED = frozenset({dict, list})
PLAIN = frozenset({type(None), bool, str})
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
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is dict:
        return {
            (key if type(key) is str and key[:1] not in RESERVED else _key(key)): (
                item if type(item) in PLAIN else pack(item)
            )
            for key, item in value.items()
        }
    if kind is list or kind is tuple:
        return [item if type(item) in PLAIN else pack(item) for item in value]
    if kind is int:
        return _number(value)
    if kind is float:
        return _finite(value)
    return {MARK: _kind(value), "v": _text(value)}


def _number(value: int) -> Any:
    return value if -(2**53) <= value <= 2**53 else {MARK: "decimal", "v": str(value)}


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise TypeError("Expected a finite number in case data")
    return value


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
    kind = type(value)
    if kind is list:
        return [unpack(item) if type(item) in NESTED else item for item in value]
    if kind is not dict:
        return value
    if MARK in value:
        return _RESTORE[value[MARK]](value["v"])
    return {
        (key[1:] if key[:1] == ESCAPE and key.lstrip(ESCAPE) == MARK else key): (
            unpack(item) if type(item) in NESTED else item
        )
        for key, item in value.items()
    }
