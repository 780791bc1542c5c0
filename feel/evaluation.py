"""Several expressions under the same names: what they read of the host is taken over once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from feel.budget import Budget
from feel.compiled import TOO_DEEP, Expression, Tests
from feel.errors import BudgetExceeded
from feel.remark import Remark
from feel.scope import Run, Scope
from feel.values import Value, check_result


class Evaluation:
    """Names, time and budget that expressions share. ``known`` are FEEL values, found before those of the context and
    never copied; what is read of the context is added to them. ``remarks`` are the warnings so far.
    """

    __slots__ = ("_run", "_scope", "remarks")

    def __init__(
        self, known: dict[str, Value], context: Mapping[str, object], now: datetime | None, budget: Budget
    ) -> None:
        self.remarks: list[Remark] = []
        self._run = Run(context, now, budget, self.remarks)
        self._scope = Scope(known, None, self._run)

    def value(self, expression: Expression) -> Value:
        """The value of an expression here. Raises BudgetExceeded only."""
        budget = self._run.budget
        budget.charge(expression.size)
        try:
            value = expression.code(self._scope)
            if type(value) is list or type(value) is dict:
                check_result(value, budget)
        except RecursionError:
            raise BudgetExceeded(TOO_DEEP) from None
        return value

    def passes(self, tests: Tests, value: Value) -> bool:
        """Whether a FEEL value passes the tests of a cell here; what cannot be decided does not pass."""
        self._run.budget.charge(tests.size)
        try:
            return tests.test(self._scope, value) is True
        except RecursionError:
            raise BudgetExceeded(TOO_DEEP) from None
