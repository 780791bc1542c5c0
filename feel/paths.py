"""What stands behind a value: ``.entry``, ``[filter]`` and ``(arguments)``."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from feel.cursor import KEYWORDS, Cursor, Node
from feel.names import Step, arguments, call_step
from feel.properties import property_of
from feel.remark import Place
from feel.scope import Code, Scope
from feel.values import Value, from_host, kind_of, whole

NEVER_FIRST = frozenset((")", ",", "]", "}", "*", "/", "**", "=", "!=", "<", ">", "<=", ">=", ":", "..", ".", "->"))
INFIX_WORDS = KEYWORDS - {"if", "for", "some", "every", "true", "false", "null"}


def postfix(cursor: Cursor, node: Node, place: Place) -> Node:
    """A value and all that follows it directly, kept flat so that a long path costs no recursion."""
    if node.name and cursor.word == ".":
        node = _entries_of(node.name, place, _dotted(cursor))
    steps: list[Step] = []
    while True:
        place = cursor.place
        if cursor.word == "[" and not (cursor.ranges and _closes_a_range(cursor)):
            cursor.advance()
            steps.append(_filter(cursor, place))
        elif cursor.accept("."):
            steps.append(_entry_here(cursor))
        elif cursor.accept("("):
            steps.append(call_step(arguments(cursor), place))
        else:
            break
        cursor.size += 1
    return Node(_walk(node.code, steps)) if steps else node


def _entry_here(cursor: Cursor) -> Step:
    place = cursor.place
    return _entry(_entry_name(cursor), place)


def _dotted(cursor: Cursor) -> list[tuple[str, Place]]:
    names = []
    while cursor.accept("."):
        place = cursor.place
        names.append((_entry_name(cursor), place))
        cursor.size += 1
    return names


def _entries_of(name: str, place: Place, dotted: Sequence[tuple[str, Place]]) -> Node:
    """``name.entry.entry``. Of host data only what is asked for is taken over, not all around it."""
    entries = [entry for entry, _ in dotted]
    steps = [_entry(*entry) for entry in dotted]

    def read(scope: Scope) -> Value:
        level, run = scope, scope.run
        while name not in level.names:
            if level.parent is None:
                if name not in run.host:
                    run.place = place
                    run.warn(f"Nothing is named '{name}' here")
                    return None
                raw, left = _into(run.host[name], entries)
                return _through(scope, from_host(raw, run.budget), steps[left:])
            level = level.parent
        return _through(scope, level.names[name], steps)

    return Node(read)


def _into(raw: object, entries: Sequence[str]) -> tuple[object, int]:
    """Host data as deep as entries lead through plain contexts, and how many of them that took."""
    for index, entry in enumerate(entries):
        if type(raw) is not dict or entry not in raw:
            return ({} if type(raw) is dict else raw), index
        raw = raw[entry]
    return raw, len(entries)


def _through(scope: Scope, value: Value, steps: Sequence[Step]) -> Value:
    for step in steps:
        value = step(scope, value)
    return value


def _walk(code: Code, steps: Sequence[Step]) -> Code:
    if len(steps) == 1:
        only = steps[0]
        return lambda scope: only(scope, code(scope))

    return lambda scope: _through(scope, code(scope), steps)


def _closes_a_range(cursor: Cursor) -> bool:
    """Whether the ``[`` here ends a range such as ``]1..5[``: then nothing that begins a filter follows."""
    following = cursor.peek()
    if following.kind == "end":
        return True
    return following.text in (NEVER_FIRST if following.kind == "sign" else INFIX_WORDS) and following.kind != "string"


def _entry_name(cursor: Cursor) -> str:
    token = cursor.token
    if token.kind == "name" and token.text in KEYWORDS and not cursor.at_phrase():
        return cursor.advance().text
    return cursor.name()


def _entry(name: str, place: Place) -> Step:
    def entry(scope: Scope, value: Value) -> Value:
        if type(value) is dict:
            if name in value:
                return value[name]
            scope.run.place = place
            scope.run.warn(f"The context has no entry '{name}'")
            return None
        if type(value) is list:
            scope.run.budget.charge(1 + len(value))
            return [entry(scope, item) for item in value]
        scope.run.place = place
        return property_of(scope.run, value, name)

    return entry


def _filter(cursor: Cursor, place: Place) -> Step:
    cursor.filters += 1
    cursor.descend()
    before = cursor.size
    with cursor.local("item"):
        key = cursor.expression()
    cost = 1 + cursor.size - before
    cursor.depth -= 1
    cursor.filters -= 1
    cursor.expect("]")
    if key.constant is not None and type(key.constant[0]) is Decimal:
        number = key.constant[0]
        return lambda scope, value: _at(scope, _as_list(value), number, place)
    code = key.code
    return lambda scope, value: _select(scope, _as_list(value), code, cost, place)


def _as_list(value: Value) -> list[Value]:
    if type(value) is list:
        return value
    return [] if value is None else [value]


def _at(scope: Scope, items: list[Value], number: Decimal, place: Place) -> Value:
    """The item at a position, from 1, or from the end when negative."""
    position = whole(number)
    if position is not None and 0 < position <= len(items):
        return items[position - 1]
    if position is not None and -len(items) <= position < 0:
        return items[position]
    scope.run.place = place
    scope.run.warn("The list has no item at this position")
    return None


def _select(scope: Scope, items: list[Value], key: Code, cost: int, place: Place) -> Value:
    """The items for which the filter is true; or the one it points at when it is a number."""
    run = scope.run
    kept: list[Value] = []
    if not items:
        number = key(scope)
        return _at(scope, items, number, place) if type(number) is Decimal else kept
    for index, item in enumerate(items):
        run.budget.charge(cost)
        inner = Scope({"item": item}, scope, run)
        if type(item) is dict:
            inner = Scope(item, inner, run)
        found = key(inner)
        if found is True:
            kept.append(item)
        elif type(found) is Decimal and index == 0:
            return _at(scope, items, found, place)
        elif found is not False and found is not None:
            run.place = place
            run.warn(f"A filter needs true, false or a number, not {kind_of(found)}")
    return kept
