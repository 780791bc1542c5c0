"""Bytes -> JSON object, strictly: at most 1 MB and 64 levels, no duplicate keys, no NaN, nothing that UTF-8 cannot say.

Knows JSON only, nothing of forms.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from itertools import accumulate
from typing import NoReturn, TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"

LARGEST = 1_000_000
DEEPEST = 64
LONGEST_NUMBER = 30

_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)  # linear: the two branches never share a first character
_BRACKETS = {"[": 1, "{": 1, "]": -1, "}": -1}


class UnreadableError(Exception):
    """Expected a JSON object. `place` says where reading stopped."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(message)
        self.place = place
        self.message = message


def read_object(source: bytes) -> dict[str, JsonValue]:
    """Return the object that `source` holds, or raise UnreadableError."""
    if len(source) > LARGEST:
        raise UnreadableError("file", f"Expected at most {LARGEST} bytes, but there are {len(source)}")
    try:
        text = source.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"byte {error.start}", "Expected UTF-8 text") from error
    if _depth(text) > DEEPEST:  # counted before parsing: the parser recurses
        raise UnreadableError("file", f"Expected at most {DEEPEST} nested levels")
    value = _parse(text)
    if not isinstance(value, dict):
        raise UnreadableError("file", "Expected a JSON object")
    return value


def _depth(text: str) -> int:
    steps = (_BRACKETS[sign] for sign in _STRINGS.sub("", text) if sign in _BRACKETS)
    return max(accumulate(steps), default=0)


def _parse(text: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_float=_short(_finite),
            parse_int=_short(int),
        )
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise UnreadableError(place, f"Expected JSON: {error.msg}") from error
    except UnicodeEncodeError as error:
        raise UnreadableError("file", "Expected text without halves of surrogate pairs") from error
    return value


def _unique(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for key, value in pairs:
        if key in found:
            raise UnreadableError(f"key {key[:80]!r}", "Expected each key once in an object")
        found[key] = value
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise UnreadableError(name, "Expected a number, but NaN and Infinity are none")


def _short(convert: Callable[[str], int | float]) -> Callable[[str], int | float]:
    def read(digits: str) -> int | float:
        if len(digits) > LONGEST_NUMBER:
            raise UnreadableError(f"number {digits[:12]}…", f"Expected at most {LONGEST_NUMBER} digits")
        return convert(digits)

    return read


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise UnreadableError(f"number {digits}", "Expected a number that is not infinite")
    return number
