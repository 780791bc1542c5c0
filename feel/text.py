"""Values to text, the way FEEL's ``string()`` writes them, and to plain JSON."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import TypeAlias
from zoneinfo import ZoneInfo

from feel.budget import Budget
from feel.far import FarDate, FarMoment
from feel.tokens import BARE_KEY
from feel.values import Range, Value, YearsMonths, whole

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
SAFE_INTEGER = 2**53
MICROSECONDS = 1_000_000


def to_text(value: Value, budget: Budget | None = None) -> str:
    """The text of a value: ISO for dates and durations, plain digits for numbers, a string as it is."""
    return value if type(value) is str else _inner_text(value, budget or Budget())


def to_json(value: Value) -> JsonValue:
    """Plain JSON: whole numbers within 2^53 as int, other numbers as float, dates and durations as ISO text."""
    if value is None or type(value) is bool or type(value) is str:
        return value
    if type(value) is Decimal:
        integer = whole(value)
        return integer if integer is not None and abs(integer) < SAFE_INTEGER else _float(value)
    if type(value) is list:
        return [to_json(item) for item in value]
    if type(value) is dict:
        return {key: to_json(item) for key, item in value.items()}
    return to_text(value)


def number_text(value: Decimal) -> str:
    """Digits without exponent and without zeros at the end."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def duration_text(value: timedelta) -> str:
    """``P1DT2H``; ``PT0S`` for nothing."""
    minus, value = ("-", -value) if value < timedelta(0) else ("", value)
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours}H" if hours else "", f"{minutes}M" if minutes else ""]
    if seconds or value.microseconds:
        parts.append(number_text(Decimal(seconds) + Decimal(value.microseconds) / MICROSECONDS) + "S")
    clock = "".join(parts)
    days = f"{value.days}D" if value.days else ""
    return f"{minus}P{days}T{clock}" if clock else f"{minus}P{days}" if days else "PT0S"


def months_text(value: YearsMonths) -> str:
    """``P1Y2M``; ``P0M`` for nothing."""
    years, months = divmod(abs(value.months), 12)
    text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return ("-P" if value.months < 0 else "P") + (text or "0M")


def zone_text(zone: tzinfo | None, moment: datetime | None) -> str:
    """``Z``, ``+02:00`` or ``@Europe/Paris``; empty without a zone."""
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = zone.utcoffset(moment)
    if zone is UTC or not offset:
        return "Z"
    sign, offset = ("-", -offset) if offset < timedelta(0) else ("+", offset)
    hours, rest = divmod(int(offset.total_seconds()), 3600)
    tail = f":{rest % 60:02}" if rest % 60 else ""
    return f"{sign}{hours:02}:{rest // 60:02}{tail}"


def _float(value: Decimal) -> float | str:
    number = float(value)
    return number if number - number == 0 else number_text(value)


def _year_text(year: int) -> str:
    return f"-{-year:04}" if year < 0 else f"{year:04}"


def _clock_text(value: time) -> str:
    text = value.replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if value.microsecond else text) + zone_text(value.tzinfo, None)


def _inner_text(value: Value, budget: Budget) -> str:
    budget.charge(1)
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            budget.fits(len(value))
            return json.dumps(value, ensure_ascii=False)
        case Decimal():
            budget.charge(abs(value.adjusted()) >> 4)
            return number_text(value)
        case timedelta():
            return duration_text(value)
        case YearsMonths():
            return months_text(value)
        case FarDate():
            return f"{_year_text(value.year)}{value.near.isoformat()[4:]}"
        case FarMoment():
            return f"{_year_text(value.year)}{_inner_text(value.near, budget)[4:]}"
        case datetime():
            return f"{value.date().isoformat()}T{_clock_text(value.time())}{zone_text(value.tzinfo, value)}"
        case time():
            return _clock_text(value)
        case date():
            return value.isoformat()
        case _:
            return _container_text(value, budget)


def _container_text(value: Value, budget: Budget) -> str:
    if type(value) is list:
        parts = [_inner_text(item, budget) for item in value]
        text = f"[{', '.join(parts)}]"
    elif type(value) is dict:
        pairs = [f"{_key_text(key)}: {_inner_text(item, budget)}" for key, item in value.items()]
        text = f"{{{', '.join(pairs)}}}"
    elif type(value) is Range:
        text = _range_text(value, budget)
    else:
        text = "function"
    budget.fits(len(text))
    return text


def _range_text(value: Range, budget: Budget) -> str:
    if value.sign:
        return f"({value.sign} {_inner_text(value.start, budget)})"
    if value.start is None:
        return f"({'<=' if value.end_included else '<'} {_inner_text(value.end, budget)})"
    if value.end is None:
        return f"({'>=' if value.start_included else '>'} {_inner_text(value.start, budget)})"
    opening, closing = "[" if value.start_included else "(", "]" if value.end_included else ")"
    return f"{opening}{_inner_text(value.start, budget)}..{_inner_text(value.end, budget)}{closing}"


def _key_text(key: str) -> str:
    return key if BARE_KEY.fullmatch(key) else json.dumps(key, ensure_ascii=False)
