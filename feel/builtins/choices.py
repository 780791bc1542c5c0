"""Functions about true and false, and about what is there at all."""

from __future__ import annotations

from datetime import datetime, time

from feel.builtins.signature import built_in
from feel.compare import equal
from feel.far import FarMoment
from feel.logic import negated
from feel.scope import Run
from feel.text import to_text
from feel.values import Value


@built_in("not", "negand: any")
def opposite(run: Run, negand: Value) -> Value:
    """True for false, false for true, null for anything else."""
    if negand is not None and type(negand) is not bool:
        run.warn("not() needs true or false")
    return negated(negand)


@built_in("all", "list: list")
def all_true(run: Run, items: list[Value]) -> Value:
    """False when an item is false; null when undecided."""
    run.budget.charge(len(items))
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


@built_in("any", "list: list")
def any_true(run: Run, items: list[Value]) -> Value:
    """True when an item is true; null when undecided."""
    run.budget.charge(len(items))
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None


@built_in("all", "list: any*")
def all_of(run: Run, *items: Value) -> Value:
    return None if items == (None,) else all_true(run, list(items))


@built_in("any", "list: any*")
def any_of(run: Run, *items: Value) -> Value:
    return None if items == (None,) else any_true(run, list(items))


@built_in("is defined", "value: any")
def is_defined(_run: Run, value: Value) -> Value:
    """Whether there is a value."""
    return value is not None


@built_in("get or else", "value: any, default: any")
def get_or_else(_run: Run, value: Value, default: Value) -> Value:
    """The value, or the other where it is null."""
    return default if value is None else value


@built_in("is", "value1: any?, value2: any?")
def same_value(run: Run, value1: Value = None, value2: Value = None) -> Value:
    """Whether both are the same value of the same kind, written with the same zone."""
    if type(value1) is not type(value2):
        return False
    if isinstance(value1, datetime | FarMoment | time):
        return to_text(value1) == to_text(value2)
    return equal(run, value1, value2) is True
