"""form-js JSON -> members of a form, with every problem found on the way. Nothing is evaluated here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from forms.component import NAME, Component, Problems
from forms.model import Field, Group, Kind, Member, Options, Remembered, Rows, Rules, Scalar
from forms.reading import JsonValue
from forms.scalars import same, scalar

MOST_COMPONENTS = 2000
MOST_ROWS = 1000
USUAL_ROWS = 200
MOST_OPTIONS = 1000
LONGEST = {"textfield": 1000, "textarea": 20_000}

_KINDS = {
    "textfield": Kind.TEXT,
    "textarea": Kind.TEXT,
    "number": Kind.NUMBER,
    "checkbox": Kind.CHECKBOX,
    "radio": Kind.CHOICE,
    "select": Kind.CHOICE,
    "checklist": Kind.CHOICES,
    "taglist": Kind.CHOICES,
    "expression": Kind.COMPUTED,
    "datetime": Kind.DATE,
}
_SUBTYPES = {"date": Kind.DATE, "time": Kind.TIME, "datetime": Kind.DATETIME}
_LAYOUT = ("text", "separator", "spacer")
_RULES = ("required", "min", "max", "minLength", "maxLength", "pattern", "patternErrorMessage", "validationType")
_FIXED_PATTERNS = {
    "email": (r"^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$", "Field must be a valid email."),
    "phone": (r"^\+?[0-9][0-9 ()./-]{4,30}$", "Field must be a valid phone number."),
}


class Parser:
    """Walks the components of one definition."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._ids: set[str] = set()
        self._count = 0

    def members(self, items: list[JsonValue], path: str, keys: set[str], *, in_rows: bool) -> tuple[Member, ...]:
        """Parse one list of components. `keys` are those taken at this level, to which this adds."""
        found = []
        for position, item in enumerate(items):
            self._count += 1
            if self._count > MOST_COMPONENTS:
                break
            place = f"{path}/{position}"
            if not isinstance(item, dict):
                self._problems.add(place, "Expected a component to be an object")
            elif member := self._member(self._named(item, place), place, keys, in_rows=in_rows):
                found.append(member)
        return tuple(found)

    def close(self) -> None:
        """Note what only shows at the end."""
        if self._count > MOST_COMPONENTS:
            self._problems.add("components", f"Expected at most {MOST_COMPONENTS} components")

    def _named(self, item: Mapping[str, JsonValue], place: str) -> Component:
        element = item.get("id")
        if not (isinstance(element, str) and NAME.fullmatch(element)):
            self._problems.add(place, "Expected a component to have an id of letters, digits and underscores")
            return Component(place, item, self._problems)
        if element in self._ids:
            self._problems.add(element, "Expected each id once in a form")
        self._ids.add(element)
        return Component(element, item, self._problems)

    def _member(self, component: Component, place: str, keys: set[str], *, in_rows: bool) -> Member | None:
        kind = component.get("type")
        if kind in _LAYOUT:
            component.shown("text")
            component.part("conditional").expression("hide")
            return None
        if kind == "group":
            return self._group(component, place, keys, in_rows=in_rows)
        if kind == "dynamiclist":
            return self._rows(component, place, keys, in_rows=in_rows)
        if isinstance(kind, str) and kind in _KINDS:
            return field(component, kind, _taken(component, "key", keys), in_rows=in_rows)
        shown = kind[:40] if isinstance(kind, str) else "none"
        self._problems.add(component.element, f"Expected a type of component that Ninefold knows, not '{shown}'")
        return None

    def _group(self, component: Component, place: str, keys: set[str], *, in_rows: bool) -> Group:
        component.shown("label")
        key = _taken(component, "path", keys) if component.get("path") else None
        inner = keys if key is None else set()
        members = self.members(component.items("components"), f"{place}/components", inner, in_rows=in_rows)
        if component.flag("isRepeating"):
            component.complain("isRepeating", "false: a dynamiclist repeats")
        return Group(component.element, key, component.part("conditional").expression("hide"), members)

    def _rows(self, component: Component, place: str, keys: set[str], *, in_rows: bool) -> Rows:
        component.shown("label")
        rules = component.part("validate")
        rules.only("required", "minLength", "maxLength")
        return Rows(
            component.element,
            _taken(component, "path", keys),
            component.part("conditional").expression("hide"),
            Rules(
                required=rules.flag("required"),
                shortest=rules.whole("minLength", MOST_ROWS) or 0,
                longest=rules.whole("maxLength", MOST_ROWS) or USUAL_ROWS,
            ),
            _of_rows(component, in_rows=in_rows),
            self.members(component.items("components"), f"{place}/components", set(), in_rows=True),
        )


def _taken(component: Component, name: str, keys: set[str]) -> str:
    key = component.name(name) or ""
    if key in keys:
        component.complain(name, f"used once at its level, but '{key}' stands twice")
    keys.add(key)
    return key


def field(component: Component, kind: str, key: str, *, in_rows: bool) -> Field:
    """Parse a component that carries one value."""
    found = _KINDS[kind]
    if kind == "datetime":
        found = _SUBTYPES.get(component.text("subtype", "date"), Kind.COMPUTED)
        if found is Kind.COMPUTED:
            component.complain("subtype", "date, time or datetime")
        if component.get("timeSerializingFormat") == "no_timezone" and found is Kind.DATETIME:
            component.complain("timeSerializingFormat", "utc_offset or utc_normalized: a time needs its offset")
    component.shown("label")
    component.shown("description")
    expression = component.expression("expression") if kind == "expression" else None
    if kind == "expression" and expression is None and not component.get("expression"):
        component.complain("expression", "a FEEL expression")
    readonly = component.flag_or_expression("readonly")
    if readonly and in_rows:
        component.complain("readonly", "absent in a dynamiclist: nobody could say which row a value belongs to")
    options = choices(component) if found in {Kind.CHOICE, Kind.CHOICES} else Options()
    return Field(
        element=component.element,
        key=key,
        kind=found,
        label=component.text("label", key),
        rules=rules(component, kind),
        hide=component.part("conditional").expression("hide"),
        readonly=readonly,
        disabled=component.flag("disabled"),
        options=options,
        expression=expression,
        remembered=_of_field(component, found, options, in_rows=in_rows),
        default=component.get("defaultValue"),
    )


def rules(component: Component, kind: str) -> Rules:
    """Parse `validate` and what else limits a value."""
    part = component.part("validate")
    part.only(*_RULES)
    pattern, text, message = part.pattern("pattern"), part.text("pattern"), part.text("patternErrorMessage")
    checked = part.text("validationType", "custom")
    if checked in _FIXED_PATTERNS:
        text, message = _FIXED_PATTERNS[checked]
        pattern = Component(component.element, {"pattern": text}, component.problems).pattern("pattern")
    elif checked not in {"custom", ""}:
        part.complain("validationType", "custom, email or phone")
    lowest, highest = part.number("min"), part.number("max")
    shortest, longest = part.whole("minLength", 100_000) or 0, part.whole("maxLength", 100_000)
    if (lowest is not None and highest is not None and lowest > highest) or (longest or shortest) < shortest:
        component.complain("validate", "possible: the lower limit is above the upper one")
    return Rules(
        required=part.flag("required"),
        minimum=lowest,
        maximum=highest,
        shortest=shortest,
        longest=longest or LONGEST.get(kind, 0),
        pattern=pattern,
        pattern_text=text,
        pattern_message=message,
        decimals=component.whole("decimalDigits", 20),
    )


def choices(component: Component) -> Options:
    """Parse where the options come from: `values`, `valuesKey` or `valuesExpression`, exactly one of them."""
    ways = [name for name in ("values", "valuesKey", "valuesExpression") if component.get(name) is not None]
    if len(ways) != 1:
        component.complain("values", "the one source of options: exactly one of values, valuesKey, valuesExpression")
    if component.get("valuesKey") is not None:
        return Options(key=component.name("valuesKey"))
    if component.get("valuesExpression") is not None:
        return Options(expression=component.expression("valuesExpression"))
    return Options(values=_fixed(component))


def _fixed(component: Component) -> tuple[Scalar, ...]:
    found: list[Scalar] = []
    items = component.items("values")
    if len(items) > MOST_OPTIONS:
        component.complain("values", f"a list of at most {MOST_OPTIONS} options")
        return ()
    for item in items:
        value = scalar(item.get("value")) if isinstance(item, dict) else None
        label = item.get("label", "") if isinstance(item, dict) else None
        if value is None or value == "" or not isinstance(label, str):
            component.complain("values", "a list of objects with a label and a value (text, number or boolean)")
            break
        if any(same(value, other) for other in found):
            component.complain("values", "different from each other")
            break
        found.append(value)
    return tuple(found)


_COUNTABLE = frozenset({Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.CHECKBOX, Kind.COMPUTED})


def _of_field(component: Component, kind: Kind, options: Options, *, in_rows: bool) -> Remembered:
    """Parse our `properties` of a field: beside those of `_remembered` `plain`, for answers that measures count."""
    found = _remembered(component, in_rows=in_rows)
    part = component.part("properties")
    if not part.flag("plain"):
        return found
    is_coded = kind in {Kind.CHOICE, Kind.CHOICES} and options.fixed
    if in_rows or not (is_coded or kind in _COUNTABLE):
        part.complain("plain", "absent here: only a number, date, yes/no or fixed choice outside of lists names nobody")
    return replace(found, plain=True)


def _of_rows(component: Component, *, in_rows: bool) -> Remembered:
    part = component.part("properties")
    if part.flag("plain"):
        part.complain("plain", "absent on a list: only single answers are counted")
    return _remembered(component, in_rows=in_rows)


def _remembered(component: Component, *, in_rows: bool) -> Remembered:
    """Parse our `properties`: `fact` names the case fact, `prefill: false` asks afresh every time."""
    part = component.part("properties")
    if part.get("fact") is None:
        return Remembered()
    if in_rows:
        part.complain("fact", "outside of a dynamiclist: a row has no fact of its own")
    return Remembered(part.name("fact"), part.flag("prefill", default=True))
