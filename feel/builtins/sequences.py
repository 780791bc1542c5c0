"""Functions that make longer, flatter or sorted lists."""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key

from feel.budget import MAX_DATA_DEPTH
from feel.builtins.signature import built_in
from feel.compare import comparable, sort_key
from feel.errors import BudgetExceeded
from feel.scope import Run
from feel.values import Function, Value

IN_ORDER: Callable[..., list[Value]] = sorted
"""For keys of one kind, as its callers have checked."""


@built_in("append", "list: list, item: any*")
def append(run: Run, items: list[Value], *more: Value) -> Value:
    run.budget.fits(len(items) + len(more))
    return [*items, *more]


@built_in("concatenate", "list: list*")
def concatenate(run: Run, *lists: list[Value]) -> Value:
    run.budget.fits(sum(len(items) for items in lists))
    return [item for items in lists for item in items]


@built_in("reverse", "list: list")
def reverse(run: Run, items: list[Value]) -> Value:
    run.budget.fits(len(items))
    return items[::-1]


@built_in("flatten", "list: list")
def flatten(run: Run, items: list[Value]) -> Value:
    """All items of all inner lists."""
    flat: list[Value] = []
    _flatten(run, items, flat, 0)
    run.budget.fits(len(flat))
    return flat


def _flatten(run: Run, items: list[Value], flat: list[Value], depth: int) -> None:
    if depth > MAX_DATA_DEPTH:
        raise BudgetExceeded("Expected data of moderate depth, but lists and contexts are nested too deep")
    run.budget.charge(1 + len(items))
    for item in items:
        if type(item) is list:
            _flatten(run, item, flat, depth + 1)
        else:
            flat.append(item)


@built_in("sort", "list: list, precedes: function")
def sort(run: Run, items: list[Value], precedes: Function) -> Value:
    """Sorted by a function of two items that says whether the first comes before the second; null when it does not say."""
    run.budget.fits(len(items))

    def comes_first(a: Value, b: Value) -> bool:
        run.budget.charge(1)
        decided = precedes.call(run, [a, b])
        if type(decided) is not bool:
            raise ValueError
        return decided

    def compare(a: Value, b: Value) -> int:
        return -1 if comes_first(a, b) else 1 if comes_first(b, a) else 0

    return sorted(items, key=cmp_to_key(compare))


@built_in("sort", "list: list")
def sort_plainly(run: Run, items: list[Value]) -> Value:
    """Values of one kind, smallest first."""
    run.budget.charge(1 + len(items))
    if not all(comparable(items[0], item) for item in items):
        return None
    return IN_ORDER(items, key=sort_key)
