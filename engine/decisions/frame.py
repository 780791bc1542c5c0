"""Where boxed expressions find their names while they run, and what is spent and noted on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from engine.decisions.items import ItemType, Misfit, conform
from engine.decisions.model import Notice, Step, TableStep
from feel import Budget, BudgetExceeded, Evaluation, Expression, Remark, Tests, Value

MOST_NOTICES = 200
MOST_STEPS = 2000
"""Steps and tables kept of one evaluation: functions may use a table again and again."""
MOST_CALLS = 40
"""Levels of business knowledge models, decision services and boxed functions calling each other."""


class World:
    """One evaluation of one decision with all it needs: its time, budget, warnings and trace."""

    def __init__(self, now: datetime | None, budget: Budget) -> None:
        self.now = now
        self.budget = budget
        self.notices: list[Notice] = []
        self.steps: list[Step] = []
        self.tables: list[TableStep] = []
        self.kept = 0
        self.calls = 0

    def note(self, message: str, element: str, rule: int | None = None) -> None:
        """Keep a warning of ours."""
        self._keep(Notice(message, element, rule))

    def remark(self, remarks: list[Remark], element: str, rule: int | None) -> None:
        """Keep what FEEL remarked on the text of an element."""
        for one in remarks:
            self._keep(Notice(one.message, element, rule, one.line, one.column))

    def _keep(self, notice: Notice) -> None:
        if len(self.notices) < MOST_NOTICES and notice not in self.notices:
            self.notices.append(notice)

    def keep_table(self, step: TableStep) -> None:
        """Keep what a table did."""
        self.kept += 1
        if self.kept < MOST_STEPS:
            self.tables.append(step)

    def enter(self) -> None:
        """Go one call deeper; whoever does comes back by ``leave``."""
        self.budget.charge(1)
        self.calls += 1
        if self.calls > MOST_CALLS:
            raise BudgetExceeded("Expected functions that end, but they call each other too often")

    def leave(self) -> None:
        """Come back from a call."""
        self.calls -= 1


class Frame:
    """The names at one place. ``known`` are FEEL values; ``host`` is asked for what is not known, once for each name."""

    __slots__ = ("_evaluation", "host", "known", "world")

    def __init__(self, known: dict[str, Value], host: Mapping[str, object], world: World) -> None:
        self.known = known
        self.host = host
        self.world = world
        self._evaluation = Evaluation(known, host, world.now, world.budget)

    def inner(self, names: Mapping[str, Value]) -> Frame:
        """The place inside, with more names."""
        self.world.budget.charge(1 + (len(self.known) >> 4))
        return Frame({**self.known, **names}, self.host, self.world)

    def value(self, expression: Expression | None, element: str, rule: int | None = None) -> Value:
        """The value of an expression here; null for none."""
        if expression is None:
            return None
        value = self._evaluation.value(expression)
        if self._evaluation.remarks:
            self._note(element, rule)
        return value

    def inherent(self, expression: Expression, element: str) -> Value:
        """The value of an expression that is ours and not the file's: its warnings have no place in a text."""
        value = self._evaluation.value(expression)
        for remark in self._evaluation.remarks:
            self.world.note(remark.message, element)
        self._evaluation.remarks.clear()
        return value

    def passes(self, tests: Tests, value: Value, element: str, rule: int | None = None) -> bool:
        """Whether a value passes the tests of a cell here."""
        passed = self._evaluation.passes(tests, value)
        if self._evaluation.remarks:
            self._note(element, rule)
        return passed

    def _note(self, element: str, rule: int | None) -> None:
        remarks = self._evaluation.remarks
        self.world.remark(remarks, element, rule)
        remarks.clear()

    def typed(self, value: Value, wanted: ItemType, element: str, what: str = "The value") -> Value:
        """The value as the wanted type, null with a warning when it does not conform."""
        found = conform(value, wanted, self.world.budget)
        if isinstance(found, Misfit):
            self.world.note(f"{what} does not conform to the type '{wanted.name}'", element)
            return None
        return found


class Run(Protocol):
    """What FEEL hands to the functions it calls."""

    budget: Budget

    def warn(self, text: str) -> None:
        """Note why something became null."""


def fitted(run: Run, types: Sequence[ItemType], arguments: Sequence[Value]) -> list[Value] | None:
    """The arguments of a call as the types of the parameters; None with a warning when they do not conform."""
    if len(arguments) != len(types):
        run.warn(f"The function takes {len(types)} arguments, not {len(arguments)}")
        return None
    found: list[Value] = []
    for value, kind in zip(arguments, types, strict=True):
        one = conform(value, kind, run.budget)
        if isinstance(one, Misfit):
            run.warn(f"An argument does not conform to the type '{kind.name}'")
            return None
        found.append(one)
    return found
