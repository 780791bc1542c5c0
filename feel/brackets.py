"""What begins with a bracket: parentheses, lists, contexts and ranges."""

from __future__ import annotations

from feel.compare import comparable
from feel.cursor import Cursor, Node, constant
from feel.errors import syntax_error
from feel.scope import Code, Scope
from feel.tokens import unquote
from feel.values import Range, Value

COMPARISONS = ("<=", ">=", "<", ">", "=")


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
    sign = cursor.accept(*COMPARISONS)
    end = cursor.ranked(None)
    if sign == "=":
        return _range(end, end, start_included=True, end_included=True)
    nothing = constant(None)
    if sign in ("<", "<="):
        return _range(nothing, end, start_included=False, end_included=sign == "<=")
    return _range(end, nothing, start_included=sign == ">=", end_included=False)


def span(cursor: Cursor, low: Node, *, start_included: bool) -> Node:
    """The rest of a range, from its two dots."""
    cursor.expect("..")
    cursor.descend()
    cursor.ranges += 1
    high = cursor.ranked(None)
    cursor.ranges -= 1
    cursor.depth -= 1
    closing = cursor.accept("]", ")", "[")
    if not closing:
        raise cursor.unexpected("']' or ')' at the end of the range")
    return _range(low, high, start_included=start_included, end_included=closing == "]")


def _range(low: Node, high: Node, *, start_included: bool, end_included: bool) -> Node:
    def make(start: Value, end: Value) -> Range:
        return Range(start, end, start_included, end_included)

    if low.constant is not None and high.constant is not None and _fit(low.constant[0], high.constant[0]):
        return constant(make(low.constant[0], high.constant[0]))
    start_code, end_code = low.code, high.code
    one_sided_range = _is_null(low) or _is_null(high)

    def span_of(scope: Scope) -> Value:
        start, end = start_code(scope), end_code(scope)
        missing = start is None and end is None if one_sided_range else start is None or end is None
        if missing or not _fit(start, end):
            scope.run.warn("A range needs two ends of one kind that has an order")
            return None
        return make(start, end)

    return Node(span_of)


def _is_null(node: Node) -> bool:
    return node.constant is not None and node.constant[0] is None


def _fit(start: Value, end: Value) -> bool:
    if start is None or end is None:
        present = end if start is None else start
        return present is not None and comparable(present, present)
    return comparable(start, end)


def context(cursor: Cursor) -> Node:
    """``{a: 1, b: a + 1}``; an entry sees those before it."""
    cursor.expect("{")
    pairs: list[tuple[str, Code]] = []
    with cursor.local() as known:

        def entry() -> None:
            start = cursor.token.start
            key = _key(cursor)
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


def _key(cursor: Cursor) -> str:
    token = cursor.token
    if token.kind == "string":
        cursor.advance()
        return unquote(token.text)
    if token.kind == "quoted":
        cursor.advance()
        return token.text[1:-1].strip()
    start, end = token.start, token.start
    while cursor.token.kind in ("name", "number") or cursor.word in ("+", "-", "*", "/", "'", "’", "."):
        end = cursor.advance().end
    if end == start or token.kind != "name":
        raise cursor.unexpected("the name of an entry")
    return " ".join(cursor.source[start:end].split())
