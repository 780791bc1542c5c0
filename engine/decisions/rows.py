"""Evaluates a decision table: its inputs, the rows that match, and what comes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.decisions.frame import Frame
from engine.decisions.hits import Hit, settle
from engine.decisions.index import candidates
from engine.decisions.items import ANY, revive
from engine.decisions.model import TableStep
from engine.decisions.tables import DecisionTable, HitPolicy, Input, Output, Rule
from feel import Expression, Tests, Value

SHOWN = 60
"""Characters of a label in a warning: it may be a whole expression."""


def decide_table(table: DecisionTable, frame: Frame) -> Value:
    """The value of a table here; the hits are kept for the trace."""
    values = [_input(table, column, frame) for column in table.inputs]
    hits: list[Hit] = []
    if all(_is_allowed(table, column, value, frame) for column, value in zip(table.inputs, values, strict=True)):
        for rule in matching(table, values, frame):
            hits.append(Hit(rule.number, _outputs(table, rule.outputs, frame, rule.number), rule.id))
            if table.hit_policy is HitPolicy.FIRST:
                break
        if not hits and any(output.default is not None for output in table.outputs):
            hits.append(Hit(0, _outputs(table, [output.default for output in table.outputs], frame, None)))
        value, used = settle(table, hits, frame)
    else:
        value, used = None, ()
    by_rule = [hit for hit in used if hit.rule]
    frame.world.keep_table(
        TableStep(
            table=table.id,
            name=table.name,
            inputs=dict(zip(_labels(table), values, strict=True)),
            matched=tuple(hit.rule for hit in by_rule),
            rules=tuple(hit.id for hit in by_rule),
            outputs=tuple(hit.outputs for hit in used),
        )
    )
    return value


def _labels(table: DecisionTable) -> list[str]:
    """The labels of the inputs, with the column's number where one stands twice."""
    labels: list[str] = []
    for number, column in enumerate(table.inputs, 1):
        labels.append(f"{column.label} ({number})" if column.label in labels else column.label)
    return labels


def matching(table: DecisionTable, values: Sequence[Value], frame: Frame) -> Iterator[Rule]:
    """The rules that match these input values, in the order of the table."""
    for rule in candidates(table, values):
        if matches(rule, values, frame, table.id):
            yield rule


def matches(rule: Rule, values: Sequence[Value], frame: Frame, element: str) -> bool:
    """Whether each value passes its test; a test of None passes."""
    for test, value in zip(rule.tests, values, strict=True):
        if test is not None and not frame.passes(test, value, rule.id or element, rule.number):
            return False
    return True


def _input(table: DecisionTable, column: Input, frame: Frame) -> Value:
    element = column.id or table.id
    value = frame.value(column.expression, element)
    if column.type is ANY:
        return value
    return frame.typed(revive(value, column.type), column.type, element, f"The input '{column.label[:SHOWN]}'")


def _is_allowed(table: DecisionTable, column: Input, value: Value, frame: Frame) -> bool:
    """Whether a value is among the allowed ones of its column; nothing given is always allowed."""
    element = column.id or table.id
    if value is None or _passes(column.allowed, value, frame, element):
        return True
    frame.world.note(f"The input '{column.label[:SHOWN]}' is not among its allowed values", element)
    return False


def _passes(allowed: Tests | None, value: Value, frame: Frame, element: str) -> bool:
    """Whether a value is an allowed one, or a list of such."""
    if allowed is None or frame.passes(allowed, value, element):
        return True
    return isinstance(value, list) and all(frame.passes(allowed, one, element) for one in value)


def _outputs(
    table: DecisionTable, cells: Sequence[Expression | None], frame: Frame, rule: int | None
) -> dict[str, Value]:
    return {
        output.name: _output(table, output, cell, frame, rule)
        for output, cell in zip(table.outputs, cells, strict=True)
    }


def _output(table: DecisionTable, output: Output, cell: Expression | None, frame: Frame, rule: int | None) -> Value:
    element = table.rules[rule - 1].id or table.id if rule else output.id or table.id
    value = frame.value(cell, element, rule)
    if output.type is not ANY:
        value = frame.typed(value, output.type, element, f"The output '{output.name}'")
    if value is None or _passes(output.allowed, value, frame, element):
        return value
    frame.world.note(f"The output '{output.name}' is not among its allowed values", element, rule)
    return None
