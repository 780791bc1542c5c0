"""Reads a decision table: its hit policy, columns and rules."""

from __future__ import annotations

from dataclasses import replace

from lxml.etree import _Element

from engine.decisions.definitions import Types, listed_values
from engine.decisions.items import ItemType
from engine.decisions.reader import Reader, children, first_child, id_of, plain_text, text_of
from engine.decisions.tables import Aggregation, DecisionTable, HitPolicy, Input, Output, Rule
from engine.decisions.words import Words, spoken
from feel import Value

MANY = (HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER)
RANKED = (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)


def read_table(reader: Reader, types: Types, table: _Element, words: Words, name: str) -> DecisionTable | None:
    """The compiled table; None when it has problems, which the reader keeps."""
    before = len(reader.problems)
    policy = _hit_policy(reader, table)
    aggregation = _aggregation(reader, table, policy)
    inputs = [_input(reader, types, element, words) for element in children(table, "input")]
    outputs = _outputs(reader, types, table, words, name)
    kind = types.type_of(table)
    if len(outputs) == 1 and policy not in MANY:
        outputs = [replace(output, values=output.values or _values_of(kind)) for output in outputs]
    if not outputs:
        reader.problem(table, "The table needs an output column")
    if aggregation is not None and len(outputs) > 1:
        reader.problem(table, "A table that sums up its outputs can have one output column only")
    if policy in RANKED and not any(output.values for output in outputs):
        reader.problem(table, f"The hit policy {policy} needs an output column with its values in order")
    rules = [
        _rule(reader, element, words, number, (len(inputs), len(outputs)))
        for number, element in enumerate(children(table, "rule"), 1)
    ]
    columns = [column for column in inputs if column is not None]
    if len(reader.problems) > before or policy is None:
        return None
    return DecisionTable(
        id=id_of(table),
        name=name,
        hit_policy=policy,
        aggregation=aggregation,
        inputs=tuple(columns),
        outputs=tuple(outputs),
        rules=tuple(rules),
        annotations=tuple(spoken(element.get("name")) for element in children(table, "annotation")),
        type=kind,
    )


def _hit_policy(reader: Reader, table: _Element) -> HitPolicy | None:
    written = table.get("hitPolicy") or HitPolicy.UNIQUE
    try:
        return HitPolicy(written)
    except ValueError:
        reader.problem(table, f"The hit policy '{written}' is not known")
        return None


def _aggregation(reader: Reader, table: _Element, policy: HitPolicy | None) -> Aggregation | None:
    written = table.get("aggregation")
    if not written or policy is not HitPolicy.COLLECT:
        return None
    try:
        return Aggregation(written)
    except ValueError:
        reader.problem(table, f"The aggregation '{written}' is not known")
        return None


def _input(reader: Reader, types: Types, element: _Element, words: Words) -> Input | None:
    inner = first_child(element, "inputExpression")
    if inner is None:
        reader.problem(element, "The input column needs an expression")
        return None
    expression = reader.expression(inner, words, "The input column needs an expression")
    if expression is None:
        return None
    values = first_child(element, "inputValues")
    return Input(
        id=element.get("id") or "",
        label=element.get("label") or expression.text,
        kind=inner.get("typeRef") or "",
        expression=expression,
        type=types.type_of(inner),
        allowed=None if values is None else reader.tests(values, words),
    )


def _outputs(reader: Reader, types: Types, table: _Element, words: Words, fallback: str) -> list[Output]:
    elements = list(children(table, "output"))
    outputs: list[Output] = []
    seen: set[str] = set()
    for element in elements:
        name = spoken(element.get("name"))
        if not name and len(elements) > 1:
            reader.problem(element, "Each of several output columns needs a name")
        if name and name in seen:
            reader.problem(element, f"Two output columns are named '{name}'")
        seen.add(name)
        outputs.append(_output(reader, types, element, words, name or fallback))
    return outputs


def _output(reader: Reader, types: Types, element: _Element, words: Words, name: str) -> Output:
    default, listed = first_child(element, "defaultOutputEntry"), first_child(element, "outputValues")
    kind = types.type_of(element)
    values = listed_values(text_of(listed))
    allowed = None if listed is None else reader.tests(listed, words)
    return Output(
        id=element.get("id") or "",
        name=name,
        kind=element.get("typeRef") or "",
        values=values or _values_of(kind),
        default=None if default is None else reader.expression(default, words),
        type=kind,
        allowed=allowed,
    )


def _values_of(kind: ItemType) -> tuple[Value, ...]:
    """The values that the column's type lists, or one of the types it is made from."""
    here: ItemType | None = kind
    while here is not None and not here.values:
        here = here.base
    return () if here is None else here.values


def _rule(reader: Reader, element: _Element, words: Words, number: int, columns: tuple[int, int]) -> Rule:
    inputs, outputs = columns
    entries = list(children(element, "inputEntry"))
    results = list(children(element, "outputEntry"))
    if len(entries) != inputs:
        reader.problem(
            element, f"The rule has {len(entries)} input cells, but the table {inputs} input columns", number
        )
    if len(results) != outputs:
        reader.problem(
            element, f"The rule has {len(results)} output cells, but the table {outputs} output columns", number
        )
    return Rule(
        id=element.get("id") or "",
        number=number,
        tests=tuple(reader.tests(entry, words, number) for entry in entries),
        outputs=tuple(reader.expression(entry, words, "", number) for entry in results),
        note=" ".join(filter(None, (text_of(note) for note in children(element, "annotationEntry"))))
        or plain_text(first_child(element, "description")),
    )
