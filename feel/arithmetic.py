"""Plus, minus, times, divided by and power, of numbers, strings, dates and durations. What does not fit gives null."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias

from feel import timeline
from feel.far import FAMILY
from feel.remark import Place
from feel.scope import Code, Run, Scope
from feel.values import DECIMALS, Value, YearsMonths, kind_of

Operator: TypeAlias = Callable[[Run, Value, Value, Place], Value]
Kinds: TypeAlias = tuple[type, type]
Rule: TypeAlias = Callable[..., Value]

ONE = Decimal(1)

PLUS: dict[Kinds, Rule] = {
    (timedelta, timedelta): lambda a, b: a + b,
    (YearsMonths, YearsMonths): lambda a, b: YearsMonths(a.months + b.months),
    (date, timedelta): timeline.move_date,
    (timedelta, date): lambda a, b: timeline.move_date(b, a),
    (date, YearsMonths): timeline.add_months,
    (YearsMonths, date): lambda a, b: timeline.add_months(b, a),
    (datetime, timedelta): timeline.move,
    (timedelta, datetime): lambda a, b: timeline.move(b, a),
    (datetime, YearsMonths): timeline.add_months,
    (YearsMonths, datetime): lambda a, b: timeline.add_months(b, a),
    (time, timedelta): timeline.turn,
    (timedelta, time): lambda a, b: timeline.turn(b, a),
}
MINUS: dict[Kinds, Rule] = {
    (timedelta, timedelta): lambda a, b: a - b,
    (YearsMonths, YearsMonths): lambda a, b: YearsMonths(a.months - b.months),
    (date, timedelta): lambda a, b: timeline.move_date(a, -b),
    (date, YearsMonths): lambda a, b: timeline.add_months(a, YearsMonths(-b.months)),
    (datetime, timedelta): lambda a, b: timeline.move(a, -b),
    (datetime, YearsMonths): lambda a, b: timeline.add_months(a, YearsMonths(-b.months)),
    (time, timedelta): lambda a, b: timeline.turn(a, -b),
    (date, date): timeline.distance,
    (datetime, datetime): timeline.distance,
    (datetime, date): timeline.distance,
    (date, datetime): timeline.distance,
    (time, time): timeline.time_distance,
}
TIMES: dict[Kinds, Rule] = {
    (timedelta, Decimal): timeline.scale,
    (Decimal, timedelta): lambda a, b: timeline.scale(b, a),
    (YearsMonths, Decimal): timeline.scale_months,
    (Decimal, YearsMonths): lambda a, b: timeline.scale_months(b, a),
}
DIVIDED: dict[Kinds, Rule] = {
    (timedelta, Decimal): lambda a, b: timeline.scale(a, DECIMALS.divide(Decimal(1), b)),
    (timedelta, timedelta): lambda a, b: DECIMALS.divide(timeline.microseconds(a), timeline.microseconds(b)),
    (YearsMonths, Decimal): lambda a, b: YearsMonths(int(DECIMALS.divide(Decimal(a.months), b))),
    (YearsMonths, YearsMonths): lambda a, b: DECIMALS.divide(Decimal(a.months), Decimal(b.months)),
}


def other(run: Run, sign: str, rules: dict[Kinds, Rule], a: Value, b: Value) -> Value:
    """The rule for two kinds that are not both numbers; null with a warning when there is none."""
    kind, other_kind = type(a), type(b)
    rule = rules.get((FAMILY.get(kind, kind), FAMILY.get(other_kind, other_kind)))
    if rule is not None:
        try:
            result = rule(a, b)
        except (ArithmeticError, ValueError):
            result = None
        if result is None:
            run.warn(f"'{sign}' has no result for these values of {kind_of(a)} and {kind_of(b)}")
        return result
    run.warn(f"'{sign}' cannot work on {kind_of(a)} and {kind_of(b)}")
    return None


def operator(sign: str, numeric: Callable[[Decimal, Decimal], Decimal], rules: dict[Kinds, Rule]) -> Operator:
    """The function of one sign: numbers first, then the rules for other kinds."""

    def apply(run: Run, a: Value, b: Value, place: Place) -> Value:
        if type(a) is Decimal and type(b) is Decimal:
            try:
                return numeric(a, b)
            except ArithmeticError:
                run.place = place
                run.warn(f"'{sign}' has no result for these numbers")
                return None
        if type(a) is str and type(b) is str and sign == "+":
            run.budget.fits(len(a) + len(b))
            return a + b
        run.place = place
        return other(run, sign, rules, a, b)

    return apply


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """Anything to the power of nothing is 1, as IEEE 754 says."""
    return DECIMALS.power(base, exponent) if exponent else ONE


OPERATORS: dict[str, Operator] = {
    "+": operator("+", DECIMALS.add, PLUS),
    "-": operator("-", DECIMALS.subtract, MINUS),
    "*": operator("*", DECIMALS.multiply, TIMES),
    "/": operator("/", DECIMALS.divide, DIVIDED),
    "**": operator("**", power, {}),
}


def chain(first: Code, links: Sequence[tuple[Operator, Code, Place]]) -> Code:
    """A flat run of operators from left to right."""
    if len(links) == 1:
        apply, second, place = links[0]
        return lambda scope: apply(scope.run, first(scope), second(scope), place)

    def chained(scope: Scope) -> Value:
        run = scope.run
        value = first(scope)
        for apply, operand, place in links:
            value = apply(run, value, operand(scope), place)
        return value

    return chained


def negative(inner: Code, place: Place) -> Code:
    """Minus in front of a number or duration."""

    def negated(scope: Scope) -> Value:
        value = inner(scope)
        if type(value) is Decimal:
            return DECIMALS.minus(value)
        scope.run.place = place
        if type(value) is timedelta:
            return other(scope.run, "-", MINUS, timedelta(0), value)
        if type(value) is YearsMonths:
            return YearsMonths(-value.months)
        scope.run.warn(f"'-' cannot turn {kind_of(value)} round")
        return None

    return negated
