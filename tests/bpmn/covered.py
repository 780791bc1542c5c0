"""How far the rows of a decision table's test reach: limits from both sides, values that cells name, inputs left out."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from feel import Value, compile_expression
from trial.modeltests.form import DecisionTest

NUMBER = r"(-?\d+(?:\.\d+)?)"
COMPARED = re.compile(rf"(>=|<=|>|<)\s*{NUMBER}")
INTERVAL = re.compile(rf"([\[(]){NUMBER}\.\.{NUMBER}([\])])")
ALONE = re.compile(rf"\s*{NUMBER}\s*")
STRING = re.compile(r'"([^"]*)"')


def not_covered(decision: Any, test: DecisionTest) -> list[str]:
    """What the rows leave out, a line each; ``decision`` is the element of a decision table."""
    missing = []
    for n, column in enumerate(decision.iterfind("{*}decisionTable/{*}input")):
        expression = compile_expression(column.findtext("{*}inputExpression/{*}text").strip())
        seen = [expression.evaluate(dict(row.inputs), now=row.now) for row in test.rows]
        label = column.get("label")
        left_out = (all(row.inputs.get(name) is None for name in expression.names) for row in test.rows)
        if None not in seen and not any(left_out):
            missing.append(f"{label}: no row leaves it out")
        cells = [rule.findall("{*}inputEntry")[n].findtext("{*}text") for rule in decision.iter("{*}rule")]
        for cell in dict.fromkeys(cells):
            missing += [f"{label} {cell}: no row with {wanted}" for wanted in _not_seen(cell, seen)]
    return missing


def _not_seen(cell: str, seen: list[Value]) -> Iterator[str]:
    numbers = [value for value in seen if isinstance(value, Decimal)]
    for limit, below in _limits(cell):
        if limit not in numbers:
            yield f"{limit}"
        near = (limit - 1 <= value < limit for value in numbers) if below else (limit < v <= limit + 1 for v in numbers)
        if not any(near):
            yield f"a value just {'below' if below else 'above'} {limit}"
    alone = ALONE.fullmatch(cell)
    if alone and Decimal(alone[1]) not in numbers:
        yield alone[1]
    if " in ?" not in cell:
        yield from (f'"{text}"' for text in STRING.findall(cell) if text not in seen)
    if cell in {"true", "false"} and (cell == "true") not in [value for value in seen if isinstance(value, bool)]:
        yield cell


def _limits(cell: str) -> Iterator[tuple[Decimal, bool]]:
    """Each limit of a cell, and whether its other side lies below it."""
    for sign, number in COMPARED.findall(cell):
        yield Decimal(number), sign in {">=", "<"}
    for opening, low, high, closing in INTERVAL.findall(cell):
        yield Decimal(low), opening == "["
        yield Decimal(high), closing == ")"
