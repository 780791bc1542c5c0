"""Where an expression finds its names while it runs. Knows host data, locals and the budget; does not know the grammar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from feel.budget import Budget
from feel.remark import START, Place, Remark
from feel.values import Value, from_host

MAX_WARNINGS = 50


class Run:
    """One evaluation: the host's data, the time it may call now, its budget and the warnings it gives. Whoever may warn sets
    ``place`` first, and only when about to leave the fast path.
    """

    __slots__ = ("budget", "calls", "host", "now", "place", "said", "warnings")

    def __init__(
        self, host: Mapping[str, object], now: datetime | None, budget: Budget, warnings: list[Remark] | None
    ) -> None:
        self.host = host
        self.now = now
        self.budget = budget
        self.warnings = warnings
        self.calls = 0
        self.place: Place = START
        self.said = 0

    def warn(self, text: str) -> None:
        """Note why something became null; never with values, only with names and kinds."""
        self.said += 1
        if self.warnings is not None and len(self.warnings) < MAX_WARNINGS:
            remark = Remark(text, *self.place)
            if remark not in self.warnings:
                self.warnings.append(remark)


class Scope:
    """Names over a parent scope. The outermost level takes host data over on first use."""

    __slots__ = ("names", "parent", "run")

    def __init__(self, names: dict[str, Value], parent: Scope | None, run: Run) -> None:
        self.names = names
        self.parent = parent
        self.run = run


Code: TypeAlias = Callable[[Scope], Value]
"""A compiled piece of text."""


def lookup(scope: Scope, name: str, place: Place) -> Value:
    """The value of a name, from the innermost scope outwards; null with a warning when there is none."""
    found, value = find(scope, name)
    if not found:
        scope.run.place = place
        scope.run.warn(f"Nothing is named '{name}' here")
    return value


def find(scope: Scope, name: str) -> tuple[bool, Value]:
    """Whether the name is known, and its value."""
    while True:
        names = scope.names
        if name in names:
            return True, names[name]
        if scope.parent is None:
            break
        scope = scope.parent
    run = scope.run
    try:
        raw = run.host[name]
    except KeyError:
        return False, None
    value = names[name] = from_host(raw, run.budget)
    return True, value
