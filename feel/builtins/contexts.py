"""Functions about contexts."""

from __future__ import annotations

from collections.abc import Sequence

from feel.builtins.signature import built_in
from feel.scope import Run
from feel.values import Value


@built_in("get value", "m: context, key: string")
def get_value(_run: Run, context: dict[str, Value], key: str) -> Value:
    """The entry of that name."""
    return context.get(key)


@built_in("get value", "context: context, keys: list")
def get_inner_value(_run: Run, context: dict[str, Value], keys: list[Value]) -> Value:
    """The entry at the end of a path of names."""
    found: Value = context
    for key in keys:
        if type(found) is not dict or type(key) is not str:
            return None
        found = found.get(key)
    return found if keys else None


@built_in("get entries", "m: context")
def get_entries(run: Run, context: dict[str, Value]) -> Value:
    """A list of contexts with ``key`` and ``value``."""
    run.budget.fits(2 * len(context))
    run.budget.charge(len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@built_in("context put", "context: context, key: string, value: any")
def context_put(run: Run, context: dict[str, Value], key: str, value: Value) -> Value:
    """The context with that entry set."""
    run.budget.charge(1 + (len(context) >> 2))
    return {**context, key: value}


@built_in("context put", "context: context, keys: list, value: any")
def context_put_inner(run: Run, context: dict[str, Value], keys: list[Value], value: Value) -> Value:
    """The context with the entry at the end of a path of names set."""
    names = [key for key in keys if type(key) is str]
    return _put(run, context, names, value) if names and len(names) == len(keys) else None


def _put(run: Run, context: dict[str, Value], keys: Sequence[str], value: Value) -> Value:
    first, *rest = keys
    run.budget.charge(1 + (len(context) >> 2))
    if not rest:
        return {**context, first: value}
    inner = context.get(first, {})
    changed = _put(run, inner, rest, value) if type(inner) is dict else None
    return None if changed is None else {**context, first: changed}


@built_in("context merge", "contexts: list")
def context_merge(run: Run, contexts: list[Value]) -> Value:
    """All entries of all contexts; later ones win."""
    merged: dict[str, Value] = {}
    for context in contexts:
        if type(context) is not dict:
            return None
        run.budget.fits(len(context) + len(merged))
        run.budget.charge(len(context) >> 2)
        merged.update(context)
    return merged


@built_in("context", "entries: list")
def context_of(run: Run, entries: list[Value]) -> Value:
    """A context of entries with ``key`` and ``value``; null when a key comes twice."""
    made: dict[str, Value] = {}
    run.budget.charge(len(entries))
    for entry in entries:
        if type(entry) is not dict or "value" not in entry:
            return None
        key = entry.get("key")
        if type(key) is not str or key in made:
            return None
        made[key] = entry["value"]
    return made
