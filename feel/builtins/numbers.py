"""Functions about numbers."""

from __future__ import annotations

from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from feel.builtins.signature import built_in
from feel.scope import Run
from feel.values import DECIMALS, Value, YearsMonths, whole

ZERO = Decimal(0)
WIDE = Context(prec=7000, Emax=DECIMALS.Emax, Emin=DECIMALS.Emin)
SCALE_LIMITS = (-6111, 6176)


def _rounded(value: Decimal, scale: Decimal, rounding: str) -> Value:
    places = whole(scale.to_integral_value(ROUND_DOWN))
    if places is None or not SCALE_LIMITS[0] <= places <= SCALE_LIMITS[1]:
        return None
    if value.is_zero() or -int(value.as_tuple().exponent) <= places:
        return value
    return DECIMALS.plus(value.quantize(Decimal(1).scaleb(-places), rounding, WIDE))


@built_in("decimal", "n: number, scale: number")
def decimal(_run: Run, n: Decimal, scale: Decimal) -> Value:
    """Rounded half even."""
    return _rounded(n, scale, ROUND_HALF_EVEN)


@built_in("floor", "n: number, scale: number?")
def floor(_run: Run, n: Decimal, scale: Decimal = ZERO) -> Value:
    return _rounded(n, scale, ROUND_FLOOR)


@built_in("ceiling", "n: number, scale: number?")
def ceiling(_run: Run, n: Decimal, scale: Decimal = ZERO) -> Value:
    return _rounded(n, scale, ROUND_CEILING)


@built_in("round up", "n: number, scale: number")
def round_up(_run: Run, n: Decimal, scale: Decimal) -> Value:
    return _rounded(n, scale, ROUND_UP)


@built_in("round down", "n: number, scale: number")
def round_down(_run: Run, n: Decimal, scale: Decimal) -> Value:
    return _rounded(n, scale, ROUND_DOWN)


@built_in("round half up", "n: number, scale: number")
def round_half_up(_run: Run, n: Decimal, scale: Decimal) -> Value:
    return _rounded(n, scale, ROUND_HALF_UP)


@built_in("round half down", "n: number, scale: number")
def round_half_down(_run: Run, n: Decimal, scale: Decimal) -> Value:
    return _rounded(n, scale, ROUND_HALF_DOWN)


@built_in("abs", "n: number")
def absolute(_run: Run, n: Decimal) -> Value:
    return DECIMALS.abs(n)


@built_in("abs", "n: duration")
def absolute_duration(_run: Run, n: timedelta | YearsMonths) -> Value:
    return YearsMonths(abs(n.months)) if type(n) is YearsMonths else abs(n) if type(n) is timedelta else None


@built_in("modulo", "dividend: number, divisor: number")
def modulo(_run: Run, dividend: Decimal, divisor: Decimal) -> Value:
    """What is left of whole turns; has the sign of the divisor."""
    left = DECIMALS.remainder(dividend, divisor)
    return DECIMALS.add(left, divisor) if left and left.is_signed() != divisor.is_signed() else left


@built_in("sqrt", "number: number")
def sqrt(_run: Run, number: Decimal) -> Value:
    return DECIMALS.sqrt(number) if number >= 0 else None


@built_in("log", "number: number")
def log(_run: Run, number: Decimal) -> Value:
    return DECIMALS.ln(number) if number > 0 else None


@built_in("exp", "number: number")
def exp(_run: Run, number: Decimal) -> Value:
    return DECIMALS.exp(number)


@built_in("odd", "number: number")
def odd(_run: Run, number: Decimal) -> Value:
    integer = whole(number)
    return None if integer is None else integer % 2 == 1


@built_in("even", "number: number")
def even(_run: Run, number: Decimal) -> Value:
    integer = whole(number)
    return None if integer is None else integer % 2 == 0
