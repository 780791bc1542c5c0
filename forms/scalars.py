"""Single values as they come out of JSON, made comparable: numbers as Decimal, and true never equal to 1."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from forms.model import Scalar

_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,20})?")
_LARGEST = Decimal(10) ** 30


def number(value: object) -> Decimal | None:
    """Return a number of moderate size from an int, float, Decimal or plain decimal text, else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return Decimal(value) if _NUMBER.fullmatch(value) else None
    if isinstance(value, float):
        return number(Decimal(str(value))) if math.isfinite(value) else None
    if isinstance(value, int):
        return Decimal(value) if abs(value) < 10**30 else None
    if isinstance(value, Decimal) and value.is_finite() and abs(value) < _LARGEST and places(value) <= 30:
        return value
    return None


def places(value: Decimal) -> int:
    """Return how many decimals a finite number has, trailing zeros not counted."""
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or not value:
        return 0
    zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return max(0, -exponent - zeros)


def scalar(value: object) -> Scalar | None:
    """Return a boolean, text or number, else None."""
    if isinstance(value, bool | str):
        return value
    return number(value)


def same(left: Scalar, right: Scalar) -> bool:
    """Whether two values are the same option: 1, true and "1" are three different ones."""
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def sound(text: str) -> bool:
    """Whether a text can be stored: no halves of surrogate pairs, no NUL."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text
