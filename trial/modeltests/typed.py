"""What a row gives, as values of the types that the tested decision declares."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from feel import Value, YearsMonths, parse_temporal

TEMPORAL: Mapping[str, type] = {
    "date": date,
    "time": time,
    "dateTime": datetime,
    "date and time": datetime,
    "dayTimeDuration": timedelta,
    "days and time duration": timedelta,
    "yearMonthDuration": YearsMonths,
    "years and months duration": YearsMonths,
}
PLAIN: Mapping[str, tuple[type, ...]] = {"number": (int, Decimal), "string": (str,), "boolean": (bool,)}
SAID: Mapping[type, str] = {
    bool: "true or false",
    int: "a number",
    Decimal: "a number",
    str: "text",
    list: "a list",
    dict: "an object",
}


class InputRefused(Exception):
    """A row gives what the decision cannot take; the message names the input, never its value."""


def typed_inputs(given: Mapping[str, object], types: Mapping[str, str], words: frozenset[str]) -> dict[str, object]:
    """The inputs as FEEL takes them. Raises InputRefused for names the file does not know and values of another type."""
    for name in given:
        if not any(name in text for text in words):
            raise InputRefused(f"Expected inputs that the decision reads, but '{name}' is none of them")
    return {name: _typed(name, value, types.get(name, "")) for name, value in given.items()}


def _typed(name: str, value: object, kind: str) -> object:
    if value is None:
        return None
    if kind in PLAIN and type(value) not in PLAIN[kind]:
        raise InputRefused(
            f"Expected input '{name}' to be a {kind}, as the table declares it, but it is {SAID[type(value)]}"
        )
    if kind not in TEMPORAL:
        return value
    moment: Value = parse_temporal(value) if isinstance(value, str) else None
    if type(moment) is not TEMPORAL[kind]:
        raise InputRefused(f"Expected input '{name}' to be the ISO text of a {kind}, as the table declares it")
    return moment
