"""Several expressions under the same names: what they read of the host is taken over once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from feel.budget import Budget
from feel.compiled import Expression, Tests
from feel.remark import Remark
from feel.scope import Run, Scope
from feel.values import Value


class Evaluation:
    """Names, time and budget that expressions share. ``known`` are FEEL values, found before those of the context and
    never copied; what is read of the context is added to them. ``remarks`` are the warnings so far.
    """

    __slots__ = ("_scope", "remarks")

    def __init__(
        self, known: dict[str, Value], context: Mapping[str, object], now: datetime | None, budget: Budget
    ) -> None:
        self.remarks: list[Remark] = []
        self._scope = Scope(known, None, Run(context, now, budget, self.remarks))

    def value(self, expression: Expression) -> Value:
        """The value of an expression here. Raises BudgetExceeded only."""
        return expression.value_in(self._scope)

    def passes(self, tests: Tests, value: Value) -> bool:
        """Whether a FEEL value passes the tests of a cell here; what cannot be decided does not pass."""
        return tests.passes_in(self._scope, value)
