"""Completes a form as a person would who only knows what is asked: given values first, then what is still required."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine import FormCheck

ROUNDS = 12
Component = Mapping[str, Any]


class Unfillable(Exception):
    """A form could not be completed; names the fields, never values."""


def fill(
    forms: FormCheck, source: bytes, given: Mapping[str, Any], known: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """JSON values that the form accepts: prefilled ones, overridden by `given`, with plain answers where one is required.

    Raises Unfillable when that does not do.
    """
    definition = forms.definition(source)
    declared = dict(_declared(definition.get("components", [])))
    values = {
        key: value for key, value in forms.prefill(source, known).items() if value is not None and key in declared
    }
    values.update({key: value for key, value in given.items() if key in declared})
    problems: list[tuple[str, str]] = []
    for _ in range(ROUNDS):
        problems = list(forms.check(source, values, known).problems)
        if not problems:
            return values
        places = [pointer.removeprefix("#/").split("/") for pointer, _detail in problems]
        if not sum(_mend(values, declared, place, now) for place in places):
            break
    refused = ", ".join(pointer for pointer, _detail in problems)
    raise Unfillable(f"Expected answers that the form '{definition.get('id')}' takes, but {refused} are refused")


def _declared(components: Any) -> Iterator[tuple[str, Component]]:
    for component in components:
        if component.get("type") == "group" and not component.get("path"):
            yield from _declared(component.get("components", []))
        elif component.get("key") or component.get("path"):
            yield component.get("key") or component["path"], component


def _mend(values: Any, declared: Mapping[str, Component], place: list[str], now: datetime) -> bool:
    """Answers the field at a place; True when something changed."""
    component = declared.get(place[0])
    if component is None:
        return False
    inner = dict(_declared(component.get("components", [])))
    if not inner:
        answer = plain(component, now)
        changed = values.get(place[0]) != answer
        values[place[0]] = answer
        return bool(changed)
    if component["type"] == "group":
        return len(place) > 1 and _mend(values.setdefault(place[0], {}), inner, place[1:], now)
    rows = values.setdefault(place[0], [])
    if len(place) < 3:
        rows.append({})
        return True
    return _mend(rows[int(place[1])], inner, place[2:], now)


def plain(field: Component, now: datetime) -> Any:
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
    return "555-0100" if rules.get("pattern") else "As discussed."[: rules.get("maxLength", 100)]


def _moment(kind: str, now: datetime) -> str:
    before = now - timedelta(minutes=1)
    if kind == "date":
        return before.date().isoformat()
    return before.strftime("%H:%M:%S") if kind == "time" else before.isoformat()
