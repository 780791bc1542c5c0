"""Names in the text: a variable, or a call of a built-in, which is found while reading and not while running."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from feel.budget import Budget
from feel.builtins import FUNCTIONS
from feel.cursor import NAME_SIGNS, Cursor, Node, constant, phrases_of
from feel.remark import Place
from feel.scope import Run, Scope, find, lookup
from feel.values import Function, Value, kind_of

Step: TypeAlias = Callable[[Scope, Value], Value]
"""What happens to a value next."""
Arguments: TypeAlias = "Sequence[Node] | Mapping[str, Node]"
CALLS = phrases_of(FUNCTIONS)
FOLDED = frozenset(("date", "time", "date and time", "duration"))
"""Built-ins whose result is computed while reading when the arguments are constant."""


def variable(name: str, place: Place) -> Node:
    """The code that reads a name; built-ins are values too where nothing else has their name."""
    built_in = FUNCTIONS.get(name)
    if built_in is not None:
        return Node(lambda scope: _found_or(scope, name, built_in))

    def read(scope: Scope) -> Value:
        names = scope.names
        return names[name] if name in names else lookup(scope, name, place)

    return Node(read, name=name)


def _callable(scope: Scope, name: str) -> Value:
    """The function of that name: the nearest one, but no data that happens to be called ``date`` or ``count``."""
    _, value = find(scope, name)
    return value if type(value) is Function else FUNCTIONS[name]


def _found_or(scope: Scope, name: str, built_in: Function) -> Value:
    found, value = find(scope, name)
    return value if found else built_in


def reference(cursor: Cursor) -> Node:
    """A variable, or a built-in with its arguments."""
    place = cursor.place
    name = cursor.call_phrase(CALLS) or cursor.name()
    own = cursor.is_local(name) or name in cursor.given
    if cursor.word == "(" and name in FUNCTIONS and not own:
        cursor.advance()
        return call_built_in(name, arguments(cursor), place)
    if own or name not in FUNCTIONS:
        cursor.read(name)
    if cursor.word == "(" and name in FUNCTIONS:
        return Node(lambda scope: _callable(scope, name))
    return variable(name, place)


def arguments(cursor: Cursor) -> Arguments:
    """What stands in the brackets of a call, after the opening one: by position, or all by name."""
    cursor.descend()
    found: Arguments
    if _named_argument_here(cursor):
        found = dict(cursor.listed(")", lambda: _named_argument(cursor)))
    else:
        found = cursor.listed(")", cursor.expression)
    cursor.depth -= 1
    return found


def _named_argument_here(cursor: Cursor) -> bool:
    if cursor.token.kind not in ("name", "quoted"):
        return False
    ahead = 1
    while cursor.peek(ahead).kind in ("name", "number") or cursor.peek(ahead).text in NAME_SIGNS:
        ahead += 1
    return cursor.peek(ahead).text == ":"


def _named_argument(cursor: Cursor) -> tuple[str, Node]:
    if not _named_argument_here(cursor):
        raise cursor.unexpected("a parameter's name and ':'")
    name = cursor.key()
    cursor.expect(":")
    return name, cursor.expression()


def call_built_in(name: str, given: Arguments, place: Place) -> Node:
    """A call whose function is known already; dates and durations of constant text are made at once."""
    function = FUNCTIONS[name]
    if isinstance(given, Mapping):
        step = call_step(given, place)
        return Node(lambda scope: step(scope, function))
    call, codes = function.call, [node.code for node in given]
    if name in FOLDED and all(node.constant is not None for node in given):
        nowhere = Scope({}, None, Run({}, None, Budget(), None))
        value = call(nowhere.run, [code(nowhere) for code in codes])
        if value is not None:
            return constant(value)
    if len(codes) == 1:
        only = codes[0]

        def call_with_one(scope: Scope) -> Value:
            argument = only(scope)
            scope.run.place = place
            return call(scope.run, (argument,))

        return Node(call_with_one)

    def call_with_many(scope: Scope) -> Value:
        given = [code(scope) for code in codes]
        scope.run.place = place
        return call(scope.run, given)

    return Node(call_with_many)


def call_step(given: Arguments, place: Place) -> Step:
    """A call of whatever value stands before the brackets."""
    if isinstance(given, Mapping):
        named = {name: node.code for name, node in given.items()}

        def call_by_name(scope: Scope, value: Value) -> Value:
            if type(value) is not Function:
                return _no_function(scope, value, place)
            arguments = {name: code(scope) for name, code in named.items()}
            scope.run.place = place
            return value.call_named(scope.run, arguments)

        return call_by_name
    codes = [node.code for node in given]

    def call(scope: Scope, value: Value) -> Value:
        if type(value) is not Function:
            return _no_function(scope, value, place)
        arguments = [code(scope) for code in codes]
        scope.run.place = place
        return value.call(scope.run, arguments)

    return call


def _no_function(scope: Scope, value: Value, place: Place) -> Value:
    scope.run.place = place
    scope.run.warn(f"Only a function can be called, not {kind_of(value)}; FEEL writes f(x) and not x.f()")
    return None
