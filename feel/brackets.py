"""What begins with a bracket: parentheses, lists, contexts and ranges."""

from __future__ import annotations

from typing import NamedTuple

from feel.budget import Budget
from feel.compare import comparable
from feel.cursor import Cursor, Node, constant
from feel.errors import syntax_error
from feel.remark import Place
from feel.scope import Code, Run, Scope
from feel.tokens import unquote
from feel.values import Range, Value

COMPARISONS = ("<=", ">=", "<", ">", "=", "!=")
NOWHERE = constant(None).code


class Bounds(NamedTuple):
    """Whether the ends belong to a range."""

    start_included: bool
    end_included: bool
    sign: str = ""


def bracketed(cursor: Cursor) -> Node:
    """``(a)``, ``(1..5]`` or ``(>= 5)``."""
    cursor.expect("(")
    if cursor.word in COMPARISONS:
        node = one_sided(cursor)
        cursor.expect(")")
        return node
    inner = cursor.expression()
    if cursor.word == "..":
        return span(cursor, inner, start_included=False)
    cursor.expect(")")
    return inner


def listed(cursor: Cursor) -> Node:
    """``[1, 2]`` or ``[1..5)``."""
    cursor.expect("[")
    if cursor.accept("]"):
        return Node(lambda _scope: [])
    first = cursor.expression()
    if cursor.word == "..":
        return span(cursor, first, start_included=True)
    codes = [first.code]
    while cursor.accept(","):
        codes.append(cursor.expression().code)
    if not cursor.accept("]"):
        raise cursor.unexpected("',' or ']'")
    return Node(lambda scope: [code(scope) for code in codes])


def open_range(cursor: Cursor) -> Node:
    """``]1..5[``."""
    cursor.expect("]")
    cursor.descend()
    low = cursor.ranked(None)
    cursor.depth -= 1
    return span(cursor, low, start_included=False)


def one_sided(cursor: Cursor) -> Node:
    """``>= 5`` as a range without an end."""
    place = cursor.place
    sign = cursor.accept(*COMPARISONS)
    end = cursor.ranked(None)
    if sign in ("=", "!="):
        included = sign == "="
        return _range(end, end, Bounds(included, included, sign), place)
    if sign in ("<", "<="):
        return _range(None, end, Bounds(False, sign == "<="), place)
    return _range(end, None, Bounds(sign == ">=", False), place)


def span(cursor: Cursor, low: Node, *, start_included: bool) -> Node:
    """The rest of a range, from its two dots."""
    place = cursor.place
    cursor.expect("..")
    cursor.descend()
    cursor.ranges += 1
    high = cursor.ranked(None)
    cursor.ranges -= 1
    cursor.depth -= 1
    closing = cursor.accept("]", ")", "[")
    if not closing:
        raise cursor.unexpected("']' or ')' at the end of the range")
    return _range(low, high, Bounds(start_included, closing == "]"), place)


def _range(low: Node | None, high: Node | None, bounds: Bounds, place: Place) -> Node:
    """A range between two nodes; None for a side that is open. An end that turns out null makes the range null, lest a
    missing name widen it.
    """
    ends = [node for node in (low, high) if node is not None]
    start_code, end_code = NOWHERE if low is None else low.code, NOWHERE if high is None else high.code

    def span_of(scope: Scope) -> Value:
        start, end = start_code(scope), end_code(scope)
        first = end if low is None else start
        if not comparable(first, first if high is None or low is None else end):
            scope.run.place = place
            scope.run.warn("A range needs two ends of one kind that has an order")
            return None
        return Range(start, end, *bounds)

    if all(node.constant is not None for node in ends):
        value = span_of(Scope({}, None, Run({}, None, Budget(), None)))
        if value is not None:
            return constant(value)
    return Node(span_of, is_range=True)


def context(cursor: Cursor) -> Node:
    """``{a: 1, b: a + 1}``; an entry sees those before it."""
    cursor.expect("{")
    pairs: list[tuple[str, Code]] = []
    with cursor.local() as known:

        def entry() -> None:
            start = cursor.token.start
            key = unquote(cursor.advance().text) if cursor.token.kind == "string" else cursor.key()
            if any(key == name for name, _ in pairs):
                raise syntax_error(f"The context has two entries named '{key}'", cursor.source, start)
            cursor.expect(":")
            pairs.append((key, cursor.expression().code))
            known.add(key)
            cursor.learn(key)

        cursor.listed("}", entry)

    def make(scope: Scope) -> Value:
        names: dict[str, Value] = {}
        inner = Scope(names, scope, scope.run)
        for key, code in pairs:
            names[key] = code(inner)
        return names

    return Node(make)
