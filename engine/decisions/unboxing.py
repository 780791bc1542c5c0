"""Evaluates boxed expressions. What FEEL can say of itself (conditions, filters, iterations, calls) is left to FEEL, so that
both behave alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from engine.decisions.boxes import (
    Box,
    Conditional,
    ContextBox,
    Filter,
    FunctionBox,
    Invocation,
    Iterator,
    ListBox,
    Literal,
    Loop,
    Parameter,
    Relation,
    Unusable,
    names_read,
)
from engine.decisions.frame import Frame, Run, fitted
from engine.decisions.items import ANY, ItemType
from engine.decisions.rows import decide_table
from engine.decisions.tables import DecisionTable
from feel import Function, Value, compile_expression, kind_of

Call: TypeAlias = Callable[[Run, Sequence[Value]], Value]
"""A FEEL function that takes its arguments in order."""
BODY, ITEMS = "the body", "the items"
CALL = compile_expression("the body()")
FILTER = compile_expression("the items[the body(item)]")
LOOPS = {
    Loop.FOR: compile_expression("for item in the items return the body(item)"),
    Loop.SOME: compile_expression("some item in the items satisfies the body(item)"),
    Loop.EVERY: compile_expression("every item in the items satisfies the body(item)"),
}
FOR_WITH_PARTIAL = compile_expression("for item in the items return the body(item, partial)")


def unbox(box: Box | None, frame: Frame) -> Value:
    """The value of a box here, as its own type; null for none."""
    if box is None:
        return None
    value = VALUES[type(box)](box, frame)
    return value if box.type is ANY else frame.typed(value, box.type, box.id)


def _literal(box: Literal, frame: Frame) -> Value:
    return frame.value(box.expression, box.id)


def _context(box: ContextBox, frame: Frame) -> Value:
    inner = frame.inner({})
    entries: dict[str, Value] = {}
    for entry in box.entries:
        value = unbox(entry.box, inner)
        if entry.type is not ANY:
            value = frame.typed(value, entry.type, box.id, f"The entry '{entry.name}'")
        if not entry.name:
            return value
        entries[entry.name] = inner.known[entry.name] = value
    return entries


def _invocation(box: Invocation, frame: Frame) -> Value:
    function = unbox(box.function, frame)
    given: dict[str, Value] = {}
    for parameter, bound in box.bindings:
        value = unbox(bound, frame)
        given[parameter.name] = frame.typed(value, parameter.type, box.id, f"The parameter '{parameter.name}'")
    if not isinstance(function, Function):
        frame.world.note("Only a function can be invoked", box.id)
        return None
    called = function.call_named

    def call(run: Run, _arguments: Sequence[Value]) -> Value:
        return called(run, given)

    return Frame({BODY: Function("", (), call, call)}, {}, frame.world).inherent(CALL, box.id)


def _function(box: FunctionBox, frame: Frame) -> Value:
    return function_of(box.parameters, box.body, box.result, frame.inner)


def function_of(
    parameters: Sequence[Parameter], body: Box | None, result: ItemType, place: Callable[[Mapping[str, Value]], Frame]
) -> Function:
    """The FEEL function that evaluates a box; ``place`` gives the frame for its arguments. Arguments that do not conform
    to their types give null, as does a wrong number of them.
    """
    names = tuple(parameter.name for parameter in parameters)
    types = [parameter.type for parameter in parameters]

    def call(run: Run, arguments: Sequence[Value]) -> Value:
        values = fitted(run, types, arguments)
        if values is None:
            return None
        frame = place(dict(zip(names, values, strict=True)))
        frame.world.enter()
        value = unbox(body, frame)
        frame.world.leave()
        return frame.typed(value, result, "" if body is None else body.id, "The result of the function")

    return named(names, call)


def named(names: tuple[str, ...], call: Call) -> Function:
    """A FEEL function that takes its arguments in order or by name."""

    def call_named(run: Run, arguments: Mapping[str, Value]) -> Value:
        if set(arguments) != set(names):
            run.warn("The function has other parameters")
            return None
        return call(run, [arguments[name] for name in names])

    return Function("", names, call, call_named)


def _relation(box: Relation, frame: Frame) -> Value:
    rows: list[Value] = []
    for cells in box.rows:
        row: dict[str, Value] = {}
        for column, cell in zip(box.columns, cells, strict=False):
            row[column.name] = frame.typed(unbox(cell, frame), column.type, box.id, f"The column '{column.name}'")
        rows.append(row)
    return rows


def _list(box: ListBox, frame: Frame) -> Value:
    return [unbox(item, frame) for item in box.items]


def _conditional(box: Conditional, frame: Frame) -> Value:
    """Null takes the else, as in FEEL; what is no boolean decides nothing."""
    test = unbox(box.test, frame)
    if test is None or type(test) is bool:
        return unbox(box.yes if test else box.no, frame)
    frame.world.note(f"The condition must be true or false, not {kind_of(test)}", box.id)
    return None


def _filter(box: Filter, frame: Frame) -> Value:
    def call(_run: Run, arguments: Sequence[Value]) -> Value:
        item = arguments[0]
        entries = item if isinstance(item, dict) else {}
        return unbox(box.match, frame.inner({"item": item, **entries}))

    names = {ITEMS: unbox(box.items, frame), BODY: Function("", ("item",), call, call)}
    return Frame(names, {}, frame.world).inherent(FILTER, box.id)


def _iterator(box: Iterator, frame: Frame) -> Value:
    partial = box.loop is Loop.FOR and "partial" in names_read(box.body)
    parameters = (box.variable, "partial") if partial else (box.variable,)
    names: dict[str, Value] = {ITEMS: unbox(box.items, frame), BODY: _body(frame, parameters, box.body)}
    return Frame(names, {}, frame.world).inherent(FOR_WITH_PARTIAL if partial else LOOPS[box.loop], box.id)


def _body(frame: Frame, parameters: tuple[str, ...], box: Box) -> Function:
    """A piece of a boxed expression for FEEL to call."""

    def call(_run: Run, arguments: Sequence[Value]) -> Value:
        return unbox(box, frame.inner(dict(zip(parameters, arguments, strict=True))))

    return Function("", parameters, call, call)


def _unusable(box: Unusable, frame: Frame) -> Value:
    frame.world.note(box.reason, box.id)
    return None


VALUES: Mapping[type, Callable[..., Value]] = {
    Literal: _literal,
    DecisionTable: decide_table,
    ContextBox: _context,
    Invocation: _invocation,
    FunctionBox: _function,
    Relation: _relation,
    ListBox: _list,
    Conditional: _conditional,
    Filter: _filter,
    Iterator: _iterator,
    Unusable: _unusable,
}
