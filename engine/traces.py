"""What a step tells of its decisions and of what its expressions warned: frozen values, the seen ones sealed in history."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Value = Any  # case data is open by nature
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Required:
    """A decision of a requirement graph that was made on the way; `rules` are the numbers of those that made its value."""

    decision: str
    rules: tuple[int, ...]
    output: Value


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that a step evaluated: what it saw, which rules of which release hit, what each of them gave, what it warned of."""

    process: str
    element: str
    decision: str
    rules: tuple[int, ...]
    inputs: Values
    output: Value
    outputs: tuple[Values, ...] = ()
    required: tuple[Required, ...] = ()
    warnings: tuple[str, ...] = ()
    release: str = ""


@dataclass(frozen=True, slots=True)
class Warned:
    """Why something of a step became null: a sentence with names and kinds only, at an element where that is known."""

    element: str
    message: str
