"""Functions that look into lists or cut them."""

from __future__ import annotations

from decimal import Decimal

from feel.builtins.signature import built_in
from feel.compare import equal
from feel.scope import Run
from feel.values import Function, Value, whole


@built_in("list contains", "list: list, element: any")
def list_contains(run: Run, items: list[Value], element: Value) -> Value:
    run.budget.charge(1 + len(items))
    return any(type(item) is type(element) and equal(run, item, element) is True for item in items)


@built_in("is empty", "list: list")
def is_empty(_run: Run, items: list[Value]) -> Value:
    return not items


@built_in("index of", "list: list, match: any")
def index_of(run: Run, items: list[Value], match: Value) -> Value:
    """The positions, from 1, at which the value stands."""
    run.budget.charge(1 + len(items))
    return [
        Decimal(index)
        for index, item in enumerate(items, 1)
        if type(item) is type(match) and equal(run, item, match) is True
    ]


@built_in("sublist", "list: list, start position: number, length: number?")
def sublist(run: Run, items: list[Value], start: Decimal, length: Decimal | None = None) -> Value:
    first = place(items, start)
    count = None if length is None else whole(length)
    if first is None or (length is not None and (count is None or count < 1 or first + count > len(items))):
        return None
    run.budget.fits(len(items))
    return items[first:] if count is None else items[first : first + count]


@built_in("insert before", "list: list, position: number, newItem: any")
def insert_before(run: Run, items: list[Value], position: Decimal, item: Value) -> Value:
    at = place(items, position)
    if at is None:
        return None
    run.budget.fits(len(items))
    return [*items[:at], item, *items[at:]]


@built_in("remove", "list: list, position: number")
def remove(run: Run, items: list[Value], position: Decimal) -> Value:
    at = place(items, position)
    if at is None:
        return None
    run.budget.fits(len(items))
    return [*items[:at], *items[at + 1 :]]


@built_in("list replace", "list: list, position: number, newItem: any")
def replace_at(run: Run, items: list[Value], position: Decimal, item: Value) -> Value:
    at = place(items, position)
    if at is None:
        return None
    run.budget.fits(len(items))
    return [*items[:at], item, *items[at + 1 :]]


@built_in("list replace", "list: list, match: function, newItem: any")
def replace_where(run: Run, items: list[Value], match: Function, new: Value) -> Value:
    """The list with the new item wherever the function of (item, new item) is true."""
    run.budget.fits(len(items))
    made: list[Value] = []
    for item in items:
        decided = match.call(run, [item, new])
        if type(decided) is not bool:
            return None
        made.append(new if decided else item)
    return made


@built_in("partition", "list: list, size: number")
def partition(run: Run, items: list[Value], size: Decimal) -> Value:
    """The list cut into lists of that length; the last may be shorter."""
    length = whole(size)
    if length is None or length < 1:
        return None
    run.budget.charge(1 + len(items))
    return [items[start : start + length] for start in range(0, len(items), length)]


def place(items: list[Value], position: Decimal) -> int | None:
    """The index of a position that counts from 1, or from the end when negative; None outside the list."""
    at = whole(position)
    if at is None or at == 0 or abs(at) > len(items):
        return None
    return at - 1 if at > 0 else len(items) + at
