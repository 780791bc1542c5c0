"""What one hostile question may end in: a value, or a typed error, inside its budget."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from feel import Budget, Expression, FeelError, Tests, compile_expression, compile_tests, to_json, to_text

NOW = datetime(2025, 6, 10, 14, tzinfo=UTC)
STEPS = 100_000
ENDLESS = 1e12
"""Seconds: the clock stops nothing here, the steps alone must."""


def outcome(text: str, names: Mapping[str, object], value: object = None, *, unary: bool = False) -> str:
    """``value``, or the code of the typed error. Anything else that is raised is a fault of ours."""
    budget, warnings = Budget(steps=STEPS, seconds=ENDLESS), list[str]()
    try:
        asked = compile_tests(text, names) if unary else compile_expression(text, names)
        told = ask(asked, names, value, budget, warnings)
    except FeelError as error:
        return error.code if str(error) else "an error without a word"
    assert budget.steps <= STEPS - (not unary), "nothing was charged"
    assert len(warnings) <= 50
    assert unary or shown(told)
    return "value"


def ask(
    asked: Expression | Tests, names: Mapping[str, object], value: object, budget: Budget, warnings: list[str]
) -> object:
    if isinstance(asked, Tests):
        return asked.match(value, names, now=NOW, budget=budget, warnings=warnings)
    return asked.evaluate(names, now=NOW, budget=budget, warnings=warnings)


def shown(told: object) -> bool:
    """A value that came out can be written, as text and as JSON."""
    if isinstance(told, Decimal):
        assert told.is_finite()
    try:
        return isinstance(to_text(told), str) and (told is None or to_json(told) is not None)  # type: ignore[arg-type]
    except FeelError:
        return True
