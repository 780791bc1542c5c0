"""Writes decision tables with typed columns, and reads them, for the tests of their analysis."""

from typing import NamedTuple
from xml.sax.saxutils import escape

from feel import compile_expression
from tests.engine.decisions.writing import decision, read


class Column(NamedTuple):
    text: str
    kind: str = ""
    allowed: str = ""
    label: str = ""


class Out(NamedTuple):
    name: str = "out"
    kind: str = ""
    allowed: str = ""
    default: str = ""


PLAIN = (Out(),)


def tabled(policy, columns, rows, outputs=PLAIN, types=""):
    """The only table of a file."""
    return decided(policy, columns, rows, outputs, types).logic


def decided(policy, columns, rows, outputs=PLAIN, types=""):
    """A decision by a table: ``rows`` are cells, inputs first, that bars may part; ``types`` item definitions as XML."""
    parts = [_input(number, column) for number, column in enumerate(columns, 1)]
    parts += [_output(number, output) for number, output in enumerate(outputs, 1)]
    for number, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row.split("|")] if isinstance(row, str) else row
        kinds = ["inputEntry"] * len(columns) + ["outputEntry"] * len(outputs)
        entries = (f"<{kind}>{_text(cell)}</{kind}>" for kind, cell in zip(kinds, cells, strict=True))
        parts.append(f'<rule id="r{number}">{"".join(entries)}</rule>')
    element = decision("t", f'<decisionTable id="table" hitPolicy="{policy}">{"".join(parts)}</decisionTable>')
    (only,) = read(types, element).values()
    return only


def _text(text):
    return f"<text>{escape(text)}</text>"


def _input(number, column):
    label = f' label="{column.label}"' if column.label else ""
    values = f"<inputValues>{_text(column.allowed)}</inputValues>" if column.allowed else ""
    return (
        f'<input id="i{number}"{label}><inputExpression typeRef="{column.kind}">{_text(column.text)}</inputExpression>'
        f"{values}</input>"
    )


def _output(number, output):
    values = f"<outputValues>{_text(output.allowed)}</outputValues>" if output.allowed else ""
    default = f"<defaultOutputEntry>{_text(output.default)}</defaultOutputEntry>" if output.default else ""
    return f'<output id="o{number}" name="{output.name}" typeRef="{output.kind}">{values}{default}</output>'


def valued(pairs):
    """An example as values."""
    return {label: compile_expression(text).evaluate({}) for label, text in pairs}


def matching(table, values):
    """The numbers of the rules that match these values, asked one by one."""
    found = []
    for rule in table.rules:
        inputs = [values.get(column.label) for column in table.inputs]
        if all(test is None or test.match(value, values) for test, value in zip(rule.tests, inputs, strict=True)):
            found.append(rule.number)
    return found
