"""What is known when a task is answered: its form shows, its rules read and its answers are checked against the same values."""

from typing import Any

from engine.model import Facts, Values


def known_values(facts: Facts, outside: Values, given: Values) -> dict[str, Any]:
    """Case facts, under what the houses above know now, under what the model gave the task."""
    stored = {name: fact.value for name, fact in facts.items()}
    return {**stored, **{name: value for name, value in outside.items() if value is not None}, **given}
