"""FEEL that reads no variable has its value at deployment already: what is wrong with it is told then."""

from datetime import UTC, datetime

from feel import Budget, FeelError, Value, compile_expression

STEPS = 1000  # a time or a number that is written down needs a handful
SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def is_constant(text: str) -> bool:
    """True for an expression without variables; one that is no FEEL is none, another rule tells it."""
    try:
        return not compile_expression(text).names
    except FeelError:
        return False


def value_of(text: str) -> Value:
    """The value of a constant on some day; null when it takes too long."""
    try:
        return compile_expression(text).evaluate({}, now=SOME_DAY, budget=Budget(STEPS, size=STEPS))
    except FeelError:
        return None
