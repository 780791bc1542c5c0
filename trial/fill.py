"""Completes a form as a person would who only knows what is asked: given values first, then what is still required."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine import FormCheck

ROUNDS = 12


class Unfillable(Exception):
    """A form could not be completed; names the fields, never values."""


def fill(
    forms: FormCheck, source: bytes, given: Mapping[str, Any], known: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """JSON values that the form accepts: prefilled ones, overridden by `given`, with plain answers where one is required.

    Raises Unfillable when a given value is refused.
    """
    definition = forms.definition(source)
    writable = {item["key"]: item for item in _fields(definition.get("components", [])) if not item.get("readonly")}
    declared = {item["key"] for item in _fields(definition.get("components", []))} | set(
        _paths(definition.get("components", []))
    )
    values = {
        key: value for key, value in forms.prefill(source, known).items() if value is not None and key in declared
    }
    values.update({key: value for key, value in given.items() if key in declared})
    problems: list[tuple[str, str]] = []
    for _ in range(ROUNDS):
        problems = list(forms.check(source, values, known).problems)
        if not problems:
            return values
        changed = False
        for pointer, _detail in problems:
            key = pointer.removeprefix("#/").split("/")[0]
            if key in writable and key not in given:
                values[key] = plain(writable[key], now)
                changed = True
        if not changed:
            break
    raise Unfillable(
        f"Expected answers that the form '{definition.get('id')}' takes, but {[pointer for pointer, _ in problems]} are refused"
    )


def _fields(components: Any) -> Iterator[Mapping[str, Any]]:
    for component in components:
        if component.get("type") == "group" and not component.get("path"):
            yield from _fields(component.get("components", []))
        elif component.get("key"):
            yield component


def _paths(components: Any) -> Iterator[str]:
    for component in components:
        if component.get("path"):
            yield component["path"]
        elif component.get("type") == "group":
            yield from _paths(component.get("components", []))


def plain(field: Mapping[str, Any], now: datetime) -> Any:
    """The plainest answer to one field: the first option, the least number, a short text, a moment ago."""
    rules = field.get("validate", {})
    options = [option["value"] for option in field.get("values", [])]
    match field["type"]:
        case "radio" | "select":
            return options[0] if options else "yes"
        case "checklist" | "taglist":
            return ["none"] if "none" in options else options[:1]
        case "checkbox":
            return True
        case "number":
            return rules.get("min", 1)
        case "datetime":
            return _moment(field.get("subtype", "date"), now)
    return "As discussed."[: rules.get("maxLength", 100)]


def _moment(kind: str, now: datetime) -> str:
    before = now - timedelta(minutes=1)
    if kind == "date":
        return before.date().isoformat()
    if kind == "time":
        return before.strftime("%H:%M:%S")
    return before.isoformat()
