"""The values FEEL knows, and the way host data becomes such values. Everything else becomes null; no attribute is ever
looked up by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import TypeAlias
from zoneinfo import ZoneInfo

from feel.budget import MAX_DATA_DEPTH, Budget
from feel.errors import BudgetExceeded
from feel.far import FarDate, FarMoment

DECIMALS = Context(prec=34, Emax=6144, Emin=-6143, traps=[Overflow, InvalidOperation, DivisionByZero])
"""decimal128 with half-even rounding."""
ZONES = frozenset((timezone, ZoneInfo))
"""A zone of another class would be code of the host."""
MAX_INTEGER_BITS = 20_000
WHOLE_LIMIT = 10**18
MAX_MONTHS = 10**15


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years and months duration, in months; may be negative."""

    months: int

    def __post_init__(self) -> None:
        """Refuse lengths beyond any calendar with OverflowError, which arithmetic turns into null."""
        if abs(self.months) > MAX_MONTHS:
            raise OverflowError("Expected a duration of fewer months")


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; an end of None is open to that side. ``sign`` is ``=`` or ``!=`` when it was written as ``(= 5)`` or
    ``(!= 5)``: both ends are that value, and for ``!=`` all others lie in it.
    """

    start: Value
    end: Value
    start_included: bool
    end_included: bool
    sign: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """Something that can be called: a built-in, or a definition in the text. ``call`` takes the run and the arguments in
    order, ``call_named`` the run and the arguments by name.
    """

    name: str
    parameters: tuple[str, ...]
    call: Callable[..., Value]
    call_named: Callable[..., Value]


Value: TypeAlias = (
    "bool | str | Decimal | list[Value] | dict[str, Value] | date | time | datetime | timedelta"
    " | FarDate | FarMoment | YearsMonths | Range | Function | None"
)

KIND_NAMES: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    str: "string",
    Decimal: "number",
    list: "list",
    dict: "context",
    date: "date",
    time: "time",
    datetime: "date and time",
    FarDate: "date",
    FarMoment: "date and time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    Range: "range",
    Function: "function",
}


def kind_of(value: Value) -> str:
    """The name of the value's type, as FEEL calls it."""
    return KIND_NAMES[type(value)]


def number_from(value: float | Decimal) -> Decimal | None:
    """The decimal of a host number; None when it is not finite or too large."""
    if type(value) is int:
        return DECIMALS.create_decimal(value) if value.bit_length() < MAX_INTEGER_BITS else None
    if type(value) is float:
        return DECIMALS.create_decimal(repr(value)) if value - value == 0 else None
    if type(value) is Decimal and value.is_finite() and abs(value.adjusted()) <= DECIMALS.Emax:
        return DECIMALS.plus(value)
    return None


def from_host(value: object, budget: Budget, depth: int = 0) -> Value:
    """Host data as a FEEL value: numbers become decimals, containers are copied, foreign objects become null."""
    if type(value) is str:
        budget.fits(len(value))
        return value
    if value is None or type(value) is bool:
        return value
    if type(value) is int or type(value) is float or type(value) is Decimal:
        return number_from(value)
    if type(value) is list or type(value) is tuple or type(value) is dict:
        if depth >= MAX_DATA_DEPTH:
            raise BudgetExceeded("Expected data of moderate depth, but lists and contexts are nested too deep")
        budget.fits(len(value))
        budget.charge(len(value))
        if type(value) is dict:
            return {key: from_host(item, budget, depth + 1) for key, item in value.items() if type(key) is str}
        return [from_host(item, budget, depth + 1) for item in value]
    if type(value) is datetime or type(value) is time:
        return value if value.tzinfo is None or type(value.tzinfo) in ZONES else None
    if type(value) is date or type(value) is timedelta:
        return value
    if type(value) is YearsMonths or type(value) is Range or type(value) is Function:
        return value
    return value if type(value) is FarDate or type(value) is FarMoment else None


def whole(value: Value) -> int | None:
    """The integer a number stands for; None for fractions, other kinds, and beyond 10^18."""
    if type(value) is not Decimal or abs(value) > WHOLE_LIMIT or value != value.to_integral_value():
        return None
    return int(value)


def check_result(value: list[Value] | dict[str, Value], budget: Budget, depth: int = 0) -> None:
    """Refuse a result that is deeper or larger than what may be handed in again (lists may share parts, so the text of a
    small value can be endless). Charged by what its text will be.
    """
    if depth >= MAX_DATA_DEPTH:
        raise BudgetExceeded("Expected a result of moderate depth, but lists and contexts are nested too deep")
    budget.charge(1 + len(value))
    for item in value.values() if type(value) is dict else value:
        if type(item) is list or type(item) is dict:
            check_result(item, budget, depth + 1)
        elif type(item) is str:
            budget.charge(len(item) >> 4)
        elif type(item) is Decimal:
            budget.charge(abs(item.adjusted()) >> 4)
