"""``instance of`` and the types of function parameters: reads a type, answers whether a value is of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias

from feel.cursor import Cursor
from feel.far import FarDate, FarMoment
from feel.remark import Place
from feel.scope import Code, Scope
from feel.values import Function, Range, Value, YearsMonths, check_result

TypeTest: TypeAlias = Callable[[Value], bool]
TYPES: Mapping[str, frozenset[type]] = {
    "number": frozenset({Decimal}),
    "string": frozenset({str}),
    "boolean": frozenset({bool}),
    "date": frozenset({date, FarDate}),
    "time": frozenset({time}),
    "date and time": frozenset({datetime, FarMoment}),
    "dateTime": frozenset({datetime, FarMoment}),
    "days and time duration": frozenset({timedelta}),
    "dayTimeDuration": frozenset({timedelta}),
    "years and months duration": frozenset({YearsMonths}),
    "yearMonthDuration": frozenset({YearsMonths}),
    "duration": frozenset({timedelta, YearsMonths}),
    "list": frozenset({list}),
    "context": frozenset({dict}),
    "range": frozenset({Range}),
    "function": frozenset({Function}),
    "Null": frozenset({type(None)}),
}
LONG_TYPES = tuple(name.split() for name in sorted(TYPES, key=len, reverse=True) if " " in name)


def type_test(cursor: Cursor) -> TypeTest:
    """The test of the type that stands here, the cursor's own types included; a type nobody knows is never met."""
    cursor.descend()
    test = _type_here(cursor)
    cursor.depth -= 1
    return test


def _type_here(cursor: Cursor) -> TypeTest:
    for words in LONG_TYPES:
        if all(cursor.peek(index).text == word for index, word in enumerate(words)):
            cursor.at += len(words)
            return _plain(" ".join(words))
    word = cursor.word
    if word in ("list", "range", "context", "function") and cursor.peek().text == "<":
        cursor.at += 2
        return PARAMETRISED[word](cursor)
    if word == "Any":
        cursor.advance()
        return lambda value: value is not None
    name = cursor.name()
    while cursor.word == "." and f"{name}.{cursor.peek().text}" in cursor.types:
        cursor.advance()
        name = f"{name}.{cursor.advance().text}"
    return cursor.types.get(name) or _plain(name)


def conformed(value: Value, test: TypeTest) -> Value:
    """The value as one of that type: a list of one opened, a single value made a list, a date its midnight at UTC where that
    helps; null where nothing does.
    """
    if value is None or test(value):
        return value
    if type(value) is list:
        return value[0] if len(value) == 1 and test(value[0]) else None
    if test([value]):
        return [value]
    if type(value) is date and test(datetime.combine(value, time(), UTC)):
        return datetime.combine(value, time(), UTC)
    return None


def instance_of(inner: Code, test: TypeTest, place: Place) -> Code:
    """The code of ``inner instance of`` that type; what lists and contexts hold is charged, since a test may look at it."""

    def is_instance(scope: Scope) -> Value:
        value = inner(scope)
        if test is unknown:
            scope.run.place = place
            scope.run.warn("Nothing is known of this type")
            return None
        if type(value) is list or type(value) is dict:
            check_result(value, scope.run.budget)
        return test(value)

    return is_instance


def _plain(name: str) -> TypeTest:
    kinds = TYPES.get(name)
    return unknown if kinds is None else lambda value: type(value) in kinds


def unknown(_value: Value) -> bool:
    """Of a type that nobody knows is nothing; whether a value is of it has no answer."""
    return False


def _list_of(cursor: Cursor) -> TypeTest:
    item = type_test(cursor)
    cursor.expect(">")
    return lambda value: type(value) is list and all(one is None or item(one) for one in value)


def _range_of(cursor: Cursor) -> TypeTest:
    end = type_test(cursor)
    cursor.expect(">")
    return lambda value: type(value) is Range and all(bound is None or end(bound) for bound in (value.start, value.end))


def _context_of(cursor: Cursor) -> TypeTest:
    def entry() -> tuple[str, TypeTest]:
        key = cursor.name()
        cursor.expect(":")
        return key, type_test(cursor)

    entries = cursor.listed(">", entry)

    def fits(value: Value) -> bool:
        if type(value) is not dict:
            return False
        return all(key in value and (value[key] is None or test(value[key])) for key, test in entries)

    return fits


def _function_of(cursor: Cursor) -> TypeTest:
    parameters = cursor.listed(">", lambda: type_test(cursor))
    cursor.expect("->")
    type_test(cursor)
    return lambda value: type(value) is Function and len(value.parameters) == len(parameters)


PARAMETRISED: dict[str, Callable[[Cursor], TypeTest]] = {
    "list": _list_of,
    "range": _range_of,
    "context": _context_of,
    "function": _function_of,
}
