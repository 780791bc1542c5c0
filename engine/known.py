"""What is known when a task is answered: its form shows, its rules read and its answers are checked against the same values."""

from typing import Any

from engine.errors import FormRefused
from engine.model import Facts, Values
from engine.values import dumps


def known_values(facts: Facts, outside: Values, given: Values) -> dict[str, Any]:
    """Case facts, under what the houses above know now, under what the model gave the task."""
    stored = {name: fact.value for name, fact in facts.items()}
    return {**stored, **{name: value for name, value in outside.items() if value is not None}, **given}


def require_storable(values: dict[str, Any]) -> None:
    """Text that no encoding holds and numbers without end are refused by the field they stand in."""
    refused = [name for name, value in values.items() if not _storable({name: value})]
    if refused:
        raise FormRefused([(f"#/{name}", "Expected a value that can be stored.") for name in refused])


def _storable(value: dict[str, Any]) -> bool:
    try:
        dumps(value)
    except TypeError:
        return False
    return True
