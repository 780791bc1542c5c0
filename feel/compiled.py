"""Text compiled once and evaluated many times, under a budget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from feel.budget import Budget
from feel.errors import BudgetExceeded
from feel.kinds import TypeTest, type_test
from feel.meaning import Meaning, joined
from feel.parse import NO_TYPES, cursor_for, expression, whole_text
from feel.remark import Remark
from feel.scope import Code, Run, Scope
from feel.unary import Test, cell
from feel.values import Value, check_result, from_host

SHORT, LONG = 64, 500
KEPT_SHORT, KEPT, KEPT_LONG = 4_096, 512, 32
"""Characters, and how many texts up to them are kept: a compiled one takes some 400 times its own room."""
NONE: frozenset[tuple[str, TypeTest]] = frozenset()
TOO_DEEP = "Expected a simple expression, but it is nested too deep"


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression. ``names`` are the variables it reads that it does not define itself; names inside filters, which may
    be entries of the item, are left out. ``constant`` holds the value when it is the same whatever the names are.
    """

    text: str
    names: frozenset[str]
    size: int
    code: Code
    constant: tuple[Value] | None = None

    def evaluate(
        self,
        context: Mapping[str, object],
        *,
        now: datetime | None = None,
        budget: Budget | None = None,
        warnings: list[Remark] | None = None,
    ) -> Value:
        """The value under these names. Wrong data gives null and an entry in ``warnings``; raises BudgetExceeded only."""
        return self.value_in(Scope({}, None, Run(context, now, Budget() if budget is None else budget, warnings)))

    def value_in(self, scope: Scope) -> Value:
        """The value in a scope that several expressions may share. Raises BudgetExceeded only."""
        budget = scope.run.budget
        budget.charge(self.size)
        try:
            value = self.code(scope)
            if type(value) is list or type(value) is dict:
                check_result(value, budget)
        except RecursionError:
            raise BudgetExceeded(TOO_DEEP) from None
        return value


@dataclass(frozen=True, slots=True)
class Tests:
    """The unary tests of one cell. ``meaning`` is None when they ask for more than constants can say."""

    text: str
    names: frozenset[str]
    size: int
    test: Test
    meaning: Meaning | None = None

    __test__ = False

    def match(
        self,
        value: object,
        context: Mapping[str, object],
        *,
        now: datetime | None = None,
        budget: Budget | None = None,
        warnings: list[Remark] | None = None,
    ) -> bool:
        """Whether the value passes; what cannot be decided does not pass."""
        run = Run(context, now, Budget() if budget is None else budget, warnings)
        return self.passes_in(Scope({}, None, run), from_host(value, run.budget))

    def passes_in(self, scope: Scope, value: Value) -> bool:
        """Whether a FEEL value passes in a scope that several tests may share."""
        scope.run.budget.charge(self.size)
        try:
            return self.test(scope, value) is True
        except RecursionError:
            raise BudgetExceeded(TOO_DEEP) from None


def compile_expression(text: str, names: Iterable[str] = (), types: Mapping[str, TypeTest] = NO_TYPES) -> Expression:
    """The expression of a text, with or without ``=`` in front. ``names`` are known variables, needed only for those
    that hold signs or keywords; ``types`` the tests behind the names of types that the host defines. Raises
    FeelSyntaxError and BudgetExceeded.
    """
    read = _short_expression if len(text) <= SHORT else _expression if len(text) <= LONG else _long_expression
    return read(text, frozenset(names), frozenset(types.items()) if types else NONE)


def compile_tests(text: str, names: Iterable[str] = (), types: Mapping[str, TypeTest] = NO_TYPES) -> Tests:
    """The unary tests of a cell; an empty cell and ``-`` accept anything."""
    read = _short_tests if len(text) <= SHORT else _tests if len(text) <= LONG else _long_tests
    return read(text, frozenset(names), frozenset(types.items()) if types else NONE)


def compile_type(text: str, types: Mapping[str, TypeTest] = NO_TYPES) -> TypeTest:
    """The test of a type such as ``list<number>``; a type nobody knows is never met, null is of no type but Null. Raises
    FeelSyntaxError and BudgetExceeded.
    """
    cursor = cursor_for(text, frozenset(types), types)
    test = type_test(cursor)
    whole_text(cursor)
    return test


def _read_expression(text: str, names: frozenset[str], types: frozenset[tuple[str, TypeTest]]) -> Expression:
    source = text.replace("=", " ", 1) if text.lstrip().startswith("=") else text
    cursor = cursor_for(source, names, dict(types))
    try:
        node = expression(cursor)
    except RecursionError:
        raise BudgetExceeded(TOO_DEEP) from None
    whole_text(cursor)
    return Expression(text, frozenset(cursor.free), cursor.size, node.code, node.constant)


def _read_tests(text: str, names: frozenset[str], types: frozenset[tuple[str, TypeTest]]) -> Tests:
    cursor = cursor_for(text, names, dict(types))
    try:
        test = cell(cursor)
    except RecursionError:
        raise BudgetExceeded(TOO_DEEP) from None
    whole_text(cursor)
    return Tests(text, frozenset(cursor.free), cursor.size, test, joined("or", cursor.meanings))


_short_expression = lru_cache(KEPT_SHORT)(_read_expression)
_expression = lru_cache(KEPT)(_read_expression)
_long_expression = lru_cache(KEPT_LONG)(_read_expression)
_short_tests = lru_cache(KEPT_SHORT)(_read_tests)
_tests = lru_cache(KEPT)(_read_tests)
_long_tests = lru_cache(KEPT_LONG)(_read_tests)
