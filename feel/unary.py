"""Unary tests: what stands in a decision table's cell, and behind ``in``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from feel.brackets import span
from feel.compare import equal, order, within
from feel.cursor import QUESTION, Cursor, Node
from feel.logic import negated
from feel.meaning import ANYTHING, asked, joined, opposite
from feel.remark import Place
from feel.scope import Code, Scope
from feel.values import Range, Value

Test: TypeAlias = Callable[[Scope, Value], bool | None]
"""Whether a value passes; null when that cannot be said."""
ORDERS = ("<=", ">=", "<", ">")


def cell(cursor: Cursor) -> Test:
    """All tests of a cell: alternatives between commas, ``-`` for anything, ``not(…)`` for the opposite."""
    if cursor.word == "-" and cursor.peek().kind == "end":
        cursor.advance()
    if cursor.token.kind == "end":
        cursor.meanings.append(ANYTHING)
        return anything
    if cursor.word == "not" and cursor.peek().text == "(":
        before = cursor.at
        cursor.at += 2
        inner = any_of(cursor.listed(")", lambda: single(cursor)))
        if cursor.token.kind == "end":
            cursor.meanings = [opposite(joined("or", cursor.meanings))]
            return lambda scope, value: negated(inner(scope, value))
        cursor.at, cursor.meanings = before, []
    tests = [single(cursor)]
    while cursor.accept(","):
        tests.append(single(cursor))
    return any_of(tests)


def anything(_scope: Scope, _value: Value) -> bool:
    """Any value passes."""
    return True


def any_of(tests: Sequence[Test]) -> Test:
    """Passed when one of them is."""
    if len(tests) == 1:
        return tests[0]

    def passes(scope: Scope, value: Value) -> bool | None:
        unknown = False
        for test in tests:
            passed = test(scope, value)
            if passed is True:
                return True
            unknown = unknown or passed is None
        return None if unknown else False

    return passes


def single(cursor: Cursor) -> Test:
    """One test: a comparison with the value, a range, a list, a value, or an expression about ``?``."""
    cursor.size += 1
    place = cursor.place
    if cursor.word in ORDERS:
        sign = cursor.accept(*ORDERS)
        return ordered(sign, noted(cursor, cursor.ranked(None), sign).code, place)
    if cursor.word in ("=", "!="):
        sign = cursor.accept("=", "!=")
        return same(sign, noted(cursor, cursor.ranked(None), sign).code, place)
    questions = cursor.questions
    with cursor.local(QUESTION):
        node = cursor.expression()
    if cursor.questions > questions:
        cursor.meanings.append(node.meaning)
        return about(node.code)
    return matching(noted(cursor, node), place)


def noted(cursor: Cursor, node: Node, sign: str = "") -> Node:
    """The node, after its meaning as a test was kept."""
    cursor.meanings.append(asked(sign, node.constant))
    return node


def choices(cursor: Cursor) -> Test:
    """What follows ``in``: one test, or several in brackets."""
    if cursor.word in (*ORDERS, "=", "!="):
        return single(cursor)
    place = cursor.place
    if cursor.word != "(":
        return matching(noted(cursor, cursor.ranked(None)), place)
    cursor.advance()
    place = cursor.place
    if cursor.word in (*ORDERS, "=", "!="):
        return any_of(cursor.listed(")", lambda: single(cursor)))
    first = cursor.expression()
    if cursor.word == "..":
        return matching(noted(cursor, cursor.ranked(span(cursor, first, start_included=False))), place)
    if cursor.word == ",":
        cursor.advance()
        return any_of([matching(noted(cursor, first), place), *cursor.listed(")", lambda: single(cursor))])
    cursor.expect(")")
    return matching(noted(cursor, cursor.ranked(first)), place)


def membership(left: Code, test: Test) -> Code:
    """The code of ``left in …``."""
    return lambda scope: test(scope, left(scope))


def ordered(sign: str, bound: Code, place: Place) -> Test:
    """``< 5``."""

    def passes(scope: Scope, value: Value) -> bool | None:
        limit = bound(scope)
        scope.run.place = place
        return order(scope.run, sign, value, limit)

    return passes


def same(sign: str, wanted: Code, place: Place) -> Test:
    """``= 5`` and ``!= 5``."""

    def passes(scope: Scope, value: Value) -> bool | None:
        other = wanted(scope)
        scope.run.place = place
        found = equal(scope.run, value, other)
        return found if sign == "=" else negated(found)

    return passes


def about(code: Code) -> Test:
    """An expression about ``?`` must be true."""

    def passes(scope: Scope, value: Value) -> bool | None:
        result = code(Scope({QUESTION: value}, scope, scope.run))
        return result if type(result) is bool else None

    return passes


def matching(node: Node, place: Place) -> Test:
    """A value to equal, a range to lie in, a list to be in, or a condition of its own."""
    code = node.code
    if node.constant is not None and type(node.constant[0]) in (str, bool):
        wanted = node.constant[0]

        def is_wanted(scope: Scope, value: Value) -> bool | None:
            if type(value) is type(wanted):
                return value == wanted
            scope.run.place = place
            return equal(scope.run, value, wanted)

        return is_wanted
    test = _inside if node.is_range else fits

    def passes(scope: Scope, value: Value) -> bool | None:
        found = code(scope)
        scope.run.place = place
        return test(scope, value, found)

    return passes


def _inside(scope: Scope, value: Value, span: Value) -> bool | None:
    """Unknown when the range could not be made, so that ``not`` does not turn it into a yes."""
    return fits(scope, value, span) if type(span) is Range else None


def _is_or_lies_in(scope: Scope, value: Value, item: Value) -> bool | None:
    """Whether the value equals an item of a list, or lies in it; values of different kinds are no reason to warn here."""
    if type(item) is Range and type(value) is not Range:
        return within(scope.run, value, item) if value is not None else None
    return equal(scope.run, value, item) if type(item) is type(value) else False


def fits(scope: Scope, value: Value, wanted: Value) -> bool | None:
    """Whether the value is, lies in, or is one of what is wanted."""
    run = scope.run
    if type(wanted) is Range:
        return within(run, value, wanted) if type(value) is not Range else equal(run, value, wanted)
    if type(wanted) is list:
        run.budget.charge(1 + len(wanted))
        if type(value) is list and equal(run, value, wanted) is True:
            return True
        return True in [_is_or_lies_in(scope, value, item) for item in wanted]
    if type(wanted) is bool and type(value) is not bool:
        return wanted
    return equal(run, value, wanted)
