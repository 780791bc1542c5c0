"""What a unary test asks of its value, kept beside its code for those who compare tests instead of running them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from feel.far import FarDate, FarMoment
from feel.values import Range, Value, YearsMonths

SCALARS = frozenset({type(None), bool, str, Decimal, date, FarDate, time, datetime, FarMoment, timedelta, YearsMonths})


class Meaning(NamedTuple):
    """``sign`` is ``-`` for anything, ``..`` for a range, a comparison with ``wanted``, or ``or``, ``and``, ``not`` over
    ``parts``.
    """

    sign: str
    wanted: Value = None
    parts: tuple[Meaning, ...] = ()


ANYTHING = Meaning("-")


def asked(sign: str, constant: tuple[Value] | None) -> Meaning | None:
    """The meaning of a comparison with a constant; None when there is none, or it is a list, context or function.
    Without a sign, what stands alone in a cell: a value to equal, or a range to lie in.
    """
    if constant is None:
        return None
    value = constant[0]
    if type(value) is not Range:
        return Meaning(sign or "=", value) if _is_plain(value) else None
    if sign or not (_is_plain(value.start) and _is_plain(value.end)):
        return None
    return Meaning("!=", value.start) if value.sign == "!=" else Meaning("..", value)


def _is_plain(value: Value) -> bool:
    """Times of a region's zone have no place on the line of the others: their offset depends on the day."""
    return type(value) in SCALARS and not (
        type(value) is time and value.tzinfo is not None and value.utcoffset() is None
    )


def joined(sign: str, parts: Sequence[Meaning | None]) -> Meaning | None:
    """``or`` or ``and`` of all parts; None as soon as one of them is."""
    known = tuple(part for part in parts if part is not None)
    if len(known) < len(parts):
        return None
    return known[0] if len(known) == 1 else Meaning(sign, None, known)


def opposite(meaning: Meaning | None) -> Meaning | None:
    """``not(…)`` of it."""
    return None if meaning is None else Meaning("not", None, (meaning,))


def constants(meaning: Meaning | None) -> Iterator[Value]:
    """The values that a test names."""
    if meaning is None or meaning.sign == "-":
        return
    if meaning.sign in ("or", "and", "not"):
        for part in meaning.parts:
            yield from constants(part)
    elif type(meaning.wanted) is Range:
        yield from (end for end in (meaning.wanted.start, meaning.wanted.end) if end is not None)
    else:
        yield meaning.wanted
