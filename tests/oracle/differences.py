"""Every way in which our answers differ from feelin's on purpose, each with an example that must stay a difference.

docs/feelin-differences.md is written from this list (`python -m tests.oracle`). `explains` looks at the innermost difference
(charging.py): a class must say what both sides answer, so that a new fault of ours does not hide behind an old one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.oracle.charging import Difference
from tests.oracle.feelin import Plain, agree

NULL = {"value": None}
LISTED: list[Listed] = []
PENDING: list[Listed] = []
"""Faults of ours, told to whoever mends them; nothing is asserted of these, so that the mending breaks no test."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A class of differences. ``example`` is an expression, or unary tests of ``value`` when ``unary``."""

    name: str
    ours: str
    theirs: str
    clause: str
    example: str
    explains: Callable[[Difference], bool]
    value: object = None
    unary: bool = False


def listed(
    name: str,
    example: str,
    *,
    ours: str,
    theirs: str,
    clause: str,
    value: object = None,
    unary: bool = False,
    pending: bool = False,
) -> Callable[[Callable[[Difference], bool]], Callable[[Difference], bool]]:
    """Enter a class; the function below says which differences belong to it."""

    def enter(explains: Callable[[Difference], bool]) -> Callable[[Difference], bool]:
        (PENDING if pending else LISTED).append(Listed(name, ours, theirs, clause, example, explains, value, unary))
        return explains

    return enter


def explained(difference: Difference) -> Listed | None:
    """The first class that the difference belongs to."""
    return next((one for one in (*LISTED, *PENDING) if one.explains(difference)), None)


def kind(value: Plain) -> str:
    """The kind of a plain value."""
    if isinstance(value, dict):
        return next(iter(value))
    names = {bool: "boolean", str: "string", float: "number", int: "number", list: "list", type(None): "null"}
    return names[type(value)]


def kinds(difference: Difference) -> tuple[str, ...]:
    return tuple(kind(part) for part in difference.parts)


def called(difference: Difference) -> str:
    """The built-in that the construct calls; empty for others."""
    match = re.match(r"([a-z][a-z ]*)\(", difference.template)
    return match[1] if match else ""


def sign(difference: Difference) -> str:
    """The operator between two slots; empty for other constructs."""
    match = re.fullmatch(r"\$\w+ (\S+) \$\w+", difference.template)
    return match[1] if match else ""


def odd(answer: Plain) -> bool:
    """NaN or an infinity, for which FEEL has no value."""
    return kind(answer.get("value")) == "odd"


def refused(answer: Plain) -> bool:
    return "fault" in answer


def nothing(difference: Difference) -> bool:
    """We answer null."""
    return bool(difference.ours == NULL)


def same_but_null(a: Plain, b: Plain) -> bool:
    """Equal, where the first holds null for what the second holds."""
    return a is None or agree(a, b)


# the classes themselves, by topic
from tests.oracle import listed_comparing, listed_functions, listed_language, listed_temporal  # noqa: E402, F401
