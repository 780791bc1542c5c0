"""Item definitions: the types of a model, and what becomes of a value that is expected to have one (DMN 1.5, 10.3.2.9.4).

Types are filled in while reading and never changed afterwards; they may contain themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from feel import TYPES, Budget, FarDate, FarMoment, Function, Tests, Value, YearsMonths, parse_temporal

OTHER_NAMES: Mapping[str, str] = {
    "dateTime": "date and time",
    "datetime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    **dict.fromkeys(("integer", "int", "long", "double", "float", "decimal"), "number"),
}
"""What other tools write, and what it means here."""
UNTYPED = frozenset({"", "Any", "any", "undefined", "Undefined"})
TEMPORAL = frozenset({date, FarDate, time, datetime, FarMoment, timedelta, YearsMonths})


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
BUILT_IN: Mapping[str, ItemType] = {name: ItemType(name, kinds) for name, kinds in TYPES.items()}


def conform(value: Value, wanted: ItemType, budget: Budget) -> Value | Misfit:
    """The value as the wanted type, by one of the implicit conversions where one is needed (a list of one to its value, a
    value to a list of one, a date to a date and time), or MISFIT. Null conforms to every type.
    """
    if accepts(wanted, value, budget):
        return value
    if type(value) is list and len(value) == 1 and accepts(wanted, value[0], budget):
        return value[0]
    if wanted.is_list and accepts(wanted, [value], budget):
        return [value]
    if type(value) is date or type(value) is FarDate:
        moment = midnight(value)
        return moment if accepts(wanted, moment, budget) else MISFIT
    return MISFIT


def midnight(day: date | FarDate) -> datetime | FarMoment:
    """The first moment of a day in UTC."""
    near = datetime.combine(day.near if isinstance(day, FarDate) else day, time(), UTC)
    return FarMoment(day.cycles, near) if isinstance(day, FarDate) else near


def accepts(wanted: ItemType, value: Value, budget: Budget | None) -> bool:
    """Whether the value is of the type as it is. With a budget it must also be among the allowed values; ``instance of``
    does not ask for those. Null is of every type.
    """
    if budget is not None:
        budget.charge(1)
    if value is None or wanted is ANY:
        return True
    item = wanted.item
    if item is not None:
        fits = type(value) is list and all(accepts(item, one, budget) for one in value)
    elif wanted.base is not None:
        fits = accepts(wanted.base, value, budget)
    elif wanted.entries:
        pairs = wanted.entries.items()
        fits = type(value) is dict and all(name in value and accepts(kind, value[name], budget) for name, kind in pairs)
    else:
        fits = not wanted.simple or _is_simple(value, wanted)
    return fits and (budget is None or _is_allowed(value, wanted, budget))


def _is_simple(value: Value, wanted: ItemType) -> bool:
    if type(value) is Function and wanted.parameters is not None:
        return len(value.parameters) == wanted.parameters
    return type(value) in wanted.simple


def _is_allowed(value: Value, wanted: ItemType, budget: Budget) -> bool:
    tests = (wanted.allowed, wanted.constraint)
    return all(test is None or test.match(value, {}, budget=budget) for test in tests)


def revive(value: Value, wanted: ItemType) -> Value:
    """Host data as the wanted type: JSON has no dates, so ISO text becomes what the type says; entries that were left out
    are null, and one value stands for a list of one. What does not fit stays as it is.
    """
    inner = innermost(wanted)
    item = inner.item
    if item is not None:
        items = value if type(value) is list else [value]
        return value if value is None else [revive(one, item) for one in items]
    if type(value) is list and list not in inner.simple:
        return [revive(one, inner) for one in value]
    if type(value) is dict and inner.entries:
        entries = {name: revive(value.get(name), kind) for name, kind in inner.entries.items()}
        return {**value, **entries}
    if type(value) is str and inner.simple and inner.simple <= TEMPORAL:
        return _moment(value, inner.simple)
    return value


def _moment(text: str, kinds: frozenset[type]) -> Value:
    """The date, time or duration of a text; the text itself when it is none of these kinds."""
    moment = parse_temporal(text)
    if datetime in kinds and (type(moment) is date or type(moment) is FarDate):
        return midnight(moment)
    return moment if type(moment) in kinds else text


def innermost(wanted: ItemType) -> ItemType:
    """The type at the end of a chain of names."""
    while wanted.base is not None:
        wanted = wanted.base
    return wanted
