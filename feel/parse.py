"""The grammar of expressions: operators by rank, and the front of everything else. Text in, compiled node out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType

from feel import brackets, control, names, paths, unary
from feel.arithmetic import OPERATORS, chain, negative
from feel.compare import between, comparison
from feel.cursor import KEYWORDS, QUESTION, Cursor, Node, constant
from feel.errors import syntax_error
from feel.kinds import TypeTest, instance_of, type_test
from feel.logic import all_of, any_of
from feel.meaning import asked
from feel.meaning import joined as all_meanings
from feel.temporal import parse_literal
from feel.tokens import unquote
from feel.values import DECIMALS, Value

OR, AND, COMPARE, ADD, MULTIPLY, POWER, SIGN = range(7)
CHAINS = {ADD: ("+", "-"), MULTIPLY: ("*", "/"), POWER: ("**",)}
COMPARISONS = ("=", "!=", "<=", ">=", "<", ">")
ORDERS = frozenset(COMPARISONS[2:])
NO_TYPES: Mapping[str, TypeTest] = MappingProxyType({})
CONSTANTS: dict[str, Value] = {"true": True, "false": False, "null": None}


def expression(cursor: Cursor) -> Node:
    """One expression of any kind; ``< 5`` alone is a range."""
    cursor.descend()
    node = brackets.one_sided(cursor) if cursor.word in ORDERS else ranked(cursor, OR)
    cursor.depth -= 1
    return node


def ranked(cursor: Cursor, rank: int, left: Node | None = None) -> Node:
    """Operators of this rank and above; ``left`` is a first operand that was read already."""
    node = left if left is not None else signed(cursor)
    for level in range(POWER, rank - 1, -1):
        if level == COMPARE:
            node = compared(cursor, node)
        elif level in CHAINS:
            node = chained(cursor, level, node)
        else:
            node = joined(cursor, level, node)
    return node


def joined(cursor: Cursor, rank: int, node: Node) -> Node:
    """``and`` and ``or``, kept flat so that a long chain costs no recursion."""
    word = "or" if rank == OR else "and"
    if cursor.word != word:
        return node
    nodes = [node]
    while cursor.accept(word):
        nodes.append(ranked(cursor, rank + 1))
    cursor.size += len(nodes)
    parts = [part.code for part in nodes]
    meaning = all_meanings(word, [part.meaning for part in nodes])
    return Node(any_of(parts) if rank == OR else all_of(parts), meaning=meaning)


def chained(cursor: Cursor, rank: int, node: Node) -> Node:
    """A chain of arithmetic operators of one rank, kept flat too."""
    links = []
    place = cursor.place
    while sign := cursor.accept(*CHAINS[rank]):
        links.append((OPERATORS[sign], ranked(cursor, rank + 1).code, place))
        place = cursor.place
    if not links:
        return node
    cursor.size += len(links)
    return Node(chain(node.code, links))


def compared(cursor: Cursor, node: Node) -> Node:
    """Comparisons, ``between`` and ``in``. Each stands around the one before, so a row of them counts as nesting."""
    depth = cursor.depth
    while True:
        left, kept, place = node, len(cursor.meanings), cursor.place
        if sign := cursor.accept(*COMPARISONS):
            right = ranked(cursor, ADD)
            cursor.meanings.append(asked(sign, right.constant))
            node = comparison(sign, node, right, place)
        elif cursor.accept("between"):
            low = ranked(cursor, ADD)
            cursor.expect("and")
            high = ranked(cursor, ADD)
            cursor.meanings.append(all_meanings("and", [asked(">=", low.constant), asked("<=", high.constant)]))
            node = Node(between(node.code, low.code, high.code, place))
        elif cursor.accept("in"):
            node = Node(unary.membership(node.code, unary.choices(cursor)))
        else:
            cursor.depth = depth
            return node
        if left.name == QUESTION:
            node = node._replace(meaning=all_meanings("or", cursor.meanings[kept:]))
        del cursor.meanings[kept:]
        cursor.descend()


def signed(cursor: Cursor) -> Node:
    """A minus in front, which binds tighter than any operator; else an operand with its type test."""
    place = cursor.place
    if not cursor.accept("-"):
        node = paths.postfix(cursor, operand(cursor), place)
        if cursor.word == "instance" and cursor.peek().text == "of":
            cursor.at += 2
            place = cursor.place
            node = Node(instance_of(node.code, type_test(cursor), place))
        return node
    cursor.descend()
    inner = signed(cursor)
    cursor.depth -= 1
    if inner.constant is not None and type(inner.constant[0]) is Decimal:
        return constant(DECIMALS.minus(inner.constant[0]))
    return Node(negative(inner.code, place))


def operand(cursor: Cursor) -> Node:
    """What an operator works on."""
    token = cursor.token
    cursor.size += 1
    if token.kind == "number":
        return number(cursor)
    if token.kind == "string":
        cursor.advance()
        return constant(unquote(token.text))
    if cursor.at_phrase():
        return names.reference(cursor)
    opening = OPENINGS.get(cursor.word)
    if opening is not None and (token.text != "function" or cursor.peek().text == "("):
        return opening(cursor)
    if token.kind == "quoted" or (token.kind == "name" and token.text not in KEYWORDS):
        return names.reference(cursor)
    if token.kind == "name" and token.text in CONSTANTS:
        cursor.advance()
        if cursor.word == "(":
            raise syntax_error(
                f"'{token.text}' is a value and no function: leave the brackets away", cursor.source, token.end
            )
        return constant(CONSTANTS[token.text])
    raise cursor.unexpected("a value")


def number(cursor: Cursor) -> Node:
    """A decimal number."""
    token = cursor.advance()
    try:
        return constant(DECIMALS.create_decimal(token.text))
    except ArithmeticError:
        raise syntax_error("This number is too large", cursor.source, token.start) from None


def at_literal(cursor: Cursor) -> Node:
    """``@"2025-06-10"``: a date, time, date and time or duration."""
    cursor.advance()
    token = cursor.token
    if token.kind != "string":
        raise cursor.unexpected("a date, time or duration in double quotes after '@'")
    cursor.advance()
    value = parse_literal(unquote(token.text))
    if value is None:
        raise syntax_error("Expected a date, time or duration after '@'", cursor.source, token.start)
    return constant(value)


def question(cursor: Cursor) -> Node:
    """The value under test."""
    place = cursor.place
    cursor.advance()
    cursor.questions += 1
    return names.variable(QUESTION, place)


OPENINGS: dict[str, Callable[[Cursor], Node]] = {
    "(": brackets.bracketed,
    "[": brackets.listed,
    "]": brackets.open_range,
    "{": brackets.context,
    "@": at_literal,
    "?": question,
    "if": control.condition,
    "for": control.loop,
    "some": control.quantified,
    "every": control.quantified,
    "function": control.function,
}


def cursor_for(source: str, known: frozenset[str], types: Mapping[str, TypeTest] = NO_TYPES) -> Cursor:
    """A cursor at the start of the text, with the grammar tied to it."""
    cursor = Cursor(source, known, types)
    cursor.expression = lambda: expression(cursor)
    cursor.ranked = lambda left: ranked(cursor, ADD, left)
    return cursor


def whole_text(cursor: Cursor) -> None:
    """Refuse anything after the end of what was read."""
    if cursor.token.kind != "end":
        raise cursor.unexpected("the end")
