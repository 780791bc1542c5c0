"""Item definitions: the types of a model, and what becomes of a value that is expected to have one (DMN 1.5, 10.3.2.9.4).

Types are filled in while reading and never changed afterwards; they may contain themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from feel import Budget, Function, Range, Tests, Value, YearsMonths, parse_temporal

SIMPLE: Mapping[str, frozenset[type]] = {
    "number": frozenset({Decimal}),
    "string": frozenset({str}),
    "boolean": frozenset({bool}),
    "date": frozenset({date}),
    "time": frozenset({time}),
    "date and time": frozenset({datetime}),
    "days and time duration": frozenset({timedelta}),
    "years and months duration": frozenset({YearsMonths}),
    "duration": frozenset({timedelta, YearsMonths}),
    "list": frozenset({list}),
    "context": frozenset({dict}),
    "range": frozenset({Range}),
    "function": frozenset({Function}),
}
OTHER_NAMES: Mapping[str, str] = {
    "dateTime": "date and time",
    "datetime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    **dict.fromkeys(("integer", "int", "long", "double", "float", "decimal"), "number"),
}
"""What other tools write, and what it means here."""
UNTYPED = frozenset({"", "Any", "any", "undefined", "Undefined"})
TEMPORAL = frozenset({date, time, datetime, timedelta, YearsMonths})


class Misfit:
    """What ``conform`` answers for a value that does not conform."""


MISFIT: Final = Misfit()


@dataclass(slots=True, eq=False)
class ItemType:
    """A type. At most one of ``simple`` (kinds of values), ``base`` (another type), ``item`` (a list of these) and
    ``entries`` (a context with these) is set; none for Any. ``parameters`` counts those of a function; ``values`` are the
    allowed ones where they are listed.
    """

    name: str
    simple: frozenset[type] = frozenset()
    base: ItemType | None = None
    item: ItemType | None = None
    entries: dict[str, ItemType] = field(default_factory=dict)
    parameters: int | None = None
    allowed: Tests | None = None
    values: tuple[Value, ...] = ()
    constraint: Tests | None = None

    @property
    def is_list(self) -> bool:
        """Whether values of the type are lists."""
        end = innermost(self)
        return end.item is not None or list in end.simple


ANY: Final = ItemType("Any")
BUILT_IN: Mapping[str, ItemType] = {name: ItemType(name, kinds) for name, kinds in SIMPLE.items()}


def conform(value: Value, wanted: ItemType, budget: Budget) -> Value | Misfit:
    """The value as the wanted type after the implicit conversions (one value to a list of one and back, date to date and
    time), or MISFIT. Null conforms to every type.
    """
    budget.charge(1)
    if value is None or wanted is ANY:
        return value
    found: Value | Misfit
    if wanted.item is not None:
        found = _list(value, wanted.item, budget)
    elif type(value) is list and not wanted.is_list and not _takes_anything(wanted):
        found = conform(value[0], wanted, budget) if len(value) == 1 else MISFIT
    elif wanted.base is not None:
        found = conform(value, wanted.base, budget)
    elif wanted.entries:
        found = _context(value, wanted, budget)
    else:
        found = _simple(value, wanted)
    return found if isinstance(found, Misfit) or _is_allowed(found, wanted, budget) else MISFIT


def _takes_anything(wanted: ItemType) -> bool:
    end = innermost(wanted)
    return not end.simple and end.item is None


def _is_allowed(value: Value, wanted: ItemType, budget: Budget) -> bool:
    tests = (wanted.allowed, wanted.constraint)
    return all(test is None or test.match(value, {}, budget=budget) for test in tests)


def _list(value: Value, item: ItemType, budget: Budget) -> Value | Misfit:
    items: list[Value] = []
    for one in value if type(value) is list else [value]:
        fitted = conform(one, item, budget)
        if isinstance(fitted, Misfit):
            return MISFIT
        items.append(fitted)
    return items


def _context(value: Value, wanted: ItemType, budget: Budget) -> Value | Misfit:
    if type(value) is not dict:
        return MISFIT
    entries = dict(value)
    for name, kind in wanted.entries.items():
        if name not in value:
            return MISFIT
        fitted = conform(value[name], kind, budget)
        if isinstance(fitted, Misfit):
            return MISFIT
        entries[name] = fitted
    return entries


def _simple(value: Value, wanted: ItemType) -> Value | Misfit:
    kinds = wanted.simple
    if not kinds:
        return value
    if type(value) is Function and wanted.parameters not in (None, len(value.parameters)):
        return MISFIT
    if type(value) in kinds:
        return value
    if type(value) is date and datetime in kinds:
        return datetime.combine(value, time(), UTC)
    return MISFIT


def is_of(value: Value, wanted: ItemType) -> bool:
    """Whether the value is of the type as it is, without any conversion: what ``instance of`` asks, to which allowed values
    do not matter. Null is of every type.
    """
    if value is None:
        return True
    if wanted.item is not None:
        item = wanted.item
        return type(value) is list and all(is_of(one, item) for one in value)
    if wanted.base is not None:
        return is_of(value, wanted.base)
    if wanted.entries:
        pairs = wanted.entries.items()
        return type(value) is dict and all(name in value and is_of(value[name], kind) for name, kind in pairs)
    return not wanted.simple or (type(value) in wanted.simple and not isinstance(_simple(value, wanted), Misfit))


def revive(value: Value, wanted: ItemType) -> Value:
    """Host data as the wanted type: JSON has no dates, so ISO text becomes what the type says, and entries that were left
    out are null. What does not fit stays as it is.
    """
    if type(value) is list:
        item = wanted.item or innermost(wanted).item or wanted
        return value if item is wanted and wanted.is_list else [revive(one, item) for one in value]
    inner = innermost(wanted)
    if inner.item is not None:
        return revive(value, inner.item)
    if type(value) is dict and inner.entries:
        entries = {name: revive(value.get(name), kind) for name, kind in inner.entries.items()}
        return {**value, **entries}
    if type(value) is str and inner.simple and inner.simple <= TEMPORAL:
        moment = parse_temporal(value)
        fits = type(moment) in inner.simple or (type(moment) is date and datetime in inner.simple)
        return moment if fits else value
    return value


def innermost(wanted: ItemType) -> ItemType:
    """The type at the end of a chain of names."""
    while wanted.base is not None:
        wanted = wanted.base
    return wanted
