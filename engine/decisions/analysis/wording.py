"""Values and sets of values as FEEL text, and rows as words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from engine.decisions.analysis.finding import Values
from engine.decisions.analysis.samples import sample, value_at
from engine.decisions.analysis.sheet import Column, Slot, Slots, bits
from feel import FarDate, FarMoment, Value, YearsMonths, coordinates, to_text

MOST_NAMED = 8
TEMPORAL = frozenset({date, time, datetime, FarDate, FarMoment, timedelta, YearsMonths})


def set_text(column: Column, slots: Slots, among: Slots) -> str:
    """These slots as unary tests; a few that are left out are named instead of many that are in, seen among others."""
    chosen = _runs(column, slots)
    others = _runs(column, among & ~slots)
    alone = [_run_text(column, run) for run in others]
    many = len(chosen) > 1 or any(first.low is None and last.high is None for first, last in chosen)
    if many and alone and all(_is_point(run) for run in others) and len(alone) <= len(chosen):
        return f"not({_some(alone)})"
    return _some([_run_text(column, run) for run in chosen])


def _some(texts: Sequence[str]) -> str:
    more = ["…"] if len(texts) > MOST_NAMED else []
    return ", ".join([*texts[:MOST_NAMED], *more])


def _runs(column: Column, slots: Slots) -> list[tuple[Slot, Slot]]:
    """First and last slot of each stretch of neighbours; what lies between neighbours holds no value."""
    runs: list[tuple[Slot, Slot]] = []
    last = -2
    for number in bits(slots):
        slot = column.slots[number]
        if number == last + 1 and runs[-1][1].kind == slot.kind:
            runs[-1] = (runs[-1][0], slot)
        else:
            runs.append((slot, slot))
        last = number
    return runs


def _is_point(run: tuple[Slot, Slot]) -> bool:
    low, high = run[0].low, run[1].high
    return run[0].kind in ("null", "boolean") or (low is not None and high is not None and low[0] == high[0])


def _holds_one(column: Column, run: tuple[Slot, Slot]) -> bool:
    """Whether there is no other value in it than the first slot's, as between two neighbouring days."""
    first, last = run
    key = coordinates(first.value)[1]
    whole = column.whole and first.kind == "number"
    before = sample(first.kind, first.low, (key, 0), whole=whole)
    return before is None and sample(first.kind, (key, 1), last.high, whole=whole) is None


def _run_text(column: Column, run: tuple[Slot, Slot]) -> str:
    first, last = run
    kind = first.kind
    if kind == "boolean" and (first is not last or first.low is first.high):
        return "true, false"
    if _is_point(run):
        return literal(first.value)
    if first.low is None and last.high is None:
        return f"any {kind}"
    if _holds_one(column, run):
        return literal(first.value)
    low = None if first.low is None else literal(value_at(kind, first.low[0]))
    high = None if last.high is None else literal(value_at(kind, last.high[0]))
    opening = "[" if first.low is not None and first.low[1] == 0 else "("
    closing = "]" if last.high is not None and last.high[1] == 1 else ")"
    if low is not None and high is not None:
        return f"{opening}{low}..{high}{closing}"
    if low is not None:
        return f"{'>=' if opening == '[' else '>'} {low}"
    return f"{'<=' if closing == ']' else '<'} {high}"


def literal(value: Value) -> str:
    """The value as FEEL writes it."""
    if type(value) is str:
        return json.dumps(value, ensure_ascii=False)
    if type(value) in TEMPORAL:
        return f'@"{to_text(value)}"'
    return to_text(value)


def phrase(label: str, tests: str) -> str:
    """A column and its unary tests, as a reader says it."""
    if tests.startswith("not("):
        return f"{label} not in {tests[3:]}"
    if tests[0] in "<>":
        return f"{label} {tests}" if ", " not in tests else f"{label} in ({tests})"
    if ", " in tests:
        return f"{label} in ({tests})"
    return (
        f"{label} in {tests}"
        if tests[0] in "[("
        else f"{label} is {tests}"
        if tests.startswith("any ")
        else f"{label} = {tests}"
    )


def phrases(pairs: Values) -> str:
    """Pairs of a label and unary tests as one phrase."""
    return ", ".join(phrase(label, tests) for label, tests in pairs)


def numbered(rows: Sequence[int], noun: str = "row") -> str:
    """Rule numbers as words."""
    if len(rows) == 1:
        return f"{noun} {rows[0]}"
    shown = [str(row) for row in rows[:MOST_NAMED]]
    if len(rows) > MOST_NAMED:
        return f"{noun}s {', '.join(shown)} and {len(rows) - MOST_NAMED} more"
    return f"{noun}s {', '.join(shown[:-1])} and {shown[-1]}"
