"""Cells that do not fit their column: constants of another kind than declared, or outside the allowed values."""

from __future__ import annotations

from collections.abc import Iterator

from engine.decisions.analysis.domains import OTHER, ZONED, domain, kinds_of
from engine.decisions.analysis.finding import TableFinding
from engine.decisions.analysis.wording import literal, numbered
from engine.decisions.analysis.work import Work
from engine.decisions.items import ANY, Misfit, conform, revive
from engine.decisions.tables import DecisionTable, Output
from feel import Budget, Meaning, Value, constants, coordinates


def misfits(table: DecisionTable, work: Work) -> Iterator[TableFinding]:
    """Input cells, output cells and input expressions that cannot be meant."""
    for number, column in enumerate(table.inputs):
        if column.expression.constant is not None:
            message = f"The column '{column.label}' always has the same value: its expression reads no name"
            yield TableFinding(table.id, "table-constant", message, column=number + 1)
        if kinds_of(column.type):
            yield from _wrong_inputs(table, number, work)
        elif column.allowed is None:
            yield from _mixed(table, number, work)
        yield from _not_allowed(table, number, work)
    for number, output in enumerate(table.outputs):
        yield from _wrong_outputs(table, number, output, work)


def _wrong_inputs(table: DecisionTable, number: int, work: Work) -> Iterator[TableFinding]:
    column = table.inputs[number]
    declared = kinds_of(column.type)
    for row, spoken in _spoken(table, number, work):
        wrong = sorted({kind for kind in spoken if kind not in declared and kind != "null"})
        if wrong:
            message = (
                f"Row {row} compares '{column.label}', declared as {_any_of(declared)}, with {_a(wrong[0])}: "
                "that never holds"
            )
            yield TableFinding(table.id, "table-type", message, (row,), number + 1)


def _not_allowed(table: DecisionTable, number: int, work: Work) -> Iterator[TableFinding]:
    """Values that a cell waits for in vain."""
    column = table.inputs[number]
    possible = domain(column, ()).possible
    for rule in table.rules:
        tests = rule.tests[number]
        work.take(1)
        if tests is None or tests.meaning is None:
            continue
        for value in _wanted(tests.meaning):
            work.take(1)
            kind = coordinates(value)[0]
            if kind in possible.lines and not possible.contains(value):
                message = (
                    f"Row {rule.number} compares '{column.label}' with {literal(value)}, which is none of the values "
                    "that the column allows: that never holds"
                )
                yield TableFinding(table.id, "table-type", message, (rule.number,), number + 1)
                break


def _wanted(meaning: Meaning) -> Iterator[Value]:
    """The values that a cell accepts by naming them."""
    if meaning.sign == "or":
        for part in meaning.parts:
            yield from _wanted(part)
    elif meaning.sign == "=":
        yield meaning.wanted


def _mixed(table: DecisionTable, number: int, work: Work) -> Iterator[TableFinding]:
    """In a column without a type, the rows that speak of another kind than most do."""
    rows: dict[str, list[int]] = {}
    for row, spoken in _spoken(table, number, work):
        for kind in {_plain(kind) for kind in spoken} - {"null"}:
            rows.setdefault(kind, []).append(row)
    if len(rows) < 2:
        return
    usual = max(rows, key=lambda kind: len(rows[kind]))
    for kind, numbers in rows.items():
        if kind != usual:
            verb = "compares" if len(numbers) == 1 else "compare"
            message = (
                f"{numbered(numbers, 'row').capitalize()} {verb} '{table.inputs[number].label}' with {_a(kind)}, the others "
                f"with {_a(usual)}: declare the column's type"
            )
            yield TableFinding(table.id, "table-mixed", message, tuple(numbers), number + 1)


def _spoken(table: DecisionTable, number: int, work: Work) -> Iterator[tuple[int, set[str]]]:
    """Rule numbers and the kinds of the constants in their cells."""
    for rule in table.rules:
        tests = rule.tests[number]
        work.take(1)
        if tests is not None and tests.meaning is not None:
            work.take(len(tests.text) // 4)
            yield rule.number, {coordinates(value)[0] for value in constants(tests.meaning)}


def _wrong_outputs(table: DecisionTable, number: int, output: Output, work: Work) -> Iterator[TableFinding]:
    """Constants that become null because they do not conform to the column's type or allowed values."""
    declared = kinds_of(output.type)
    for rule in table.rules:
        cell = rule.outputs[number]
        work.take(1)
        if cell is None or cell.constant is None or cell.constant[0] is None:
            continue
        value = cell.constant[0]
        kind = coordinates(value)[0]
        conforming = value if output.type is ANY else conform(revive(value, output.type), output.type, Budget())
        if not isinstance(conforming, Misfit):
            if output.allowed is None or output.allowed.match(conforming, {}):
                continue
            reason = f"{literal(value)} for '{output.name}', which is none of the column's values"
        elif kind not in declared:
            reason = f"{_a(kind)} for '{output.name}', declared as {_any_of(declared)}"
        else:
            reason = f"{literal(value)} for '{output.name}', which the type '{output.type.name}' does not allow"
        place = len(table.inputs) + number + 1
        yield TableFinding(table.id, "table-type", f"Row {rule.number} gives {reason}", (rule.number,), place)


def _plain(kind: str) -> str:
    return kind.removesuffix(ZONED)


def _any_of(kinds: frozenset[str]) -> str:
    """The kinds of a type as words."""
    return " or ".join(sorted({_a(kind) for kind in kinds - {OTHER} or kinds}))


def _a(kind: str) -> str:
    """The kind with its article."""
    name = {"string": "text", "other": "list or context"}.get(_plain(kind), _plain(kind))
    return name if name == "text" else f"a {name}"
