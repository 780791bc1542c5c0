"""Reads a decision table: its hit policy, columns and rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml.etree import _Element

from engine.decisions.model import Aggregation, Decision, DecisionTable, HitPolicy, Input, Output, Rule
from engine.decisions.reader import Reader, children, first_child, text_of
from feel import BudgetExceeded, Expression, FeelSyntaxError, Tests, Value, compile_expression

RANKED = (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)


def read_table(
    reader: Reader, decision: _Element, table: _Element, name: str, result: str, requires: tuple[Decision, ...]
) -> DecisionTable | None:
    """The compiled table; None when it has problems, which the reader keeps."""
    before = len(reader.problems)
    policy = _hit_policy(reader, table)
    aggregation = _aggregation(reader, table, policy)
    inputs = [_input(reader, element) for element in children(table, "input")]
    outputs = _outputs(reader, table, name)
    if not outputs:
        reader.problem(table, "The table needs an output column")
    if aggregation is not None and len(outputs) > 1:
        reader.problem(table, "A table that sums up its outputs can have one output column only")
    if policy in RANKED and not any(output.values for output in outputs):
        reader.problem(table, f"The hit policy {policy} needs an output column with its values in order")
    rules = [
        _rule(reader, element, number, len(inputs), len(outputs))
        for number, element in enumerate(children(table, "rule"), 1)
    ]
    columns = [column for column in inputs if column is not None]
    if len(reader.problems) > before or policy is None:
        return None
    return DecisionTable(
        id=decision.get("id") or "",
        name=name,
        result=result,
        requires=requires,
        names=outside_names(_expressions(columns, outputs, rules), requires),
        hit_policy=policy,
        aggregation=aggregation,
        inputs=tuple(columns),
        outputs=tuple(outputs),
        rules=tuple(rules),
    )


def outside_names(compiled: Iterable[Expression | Tests | None], requires: Iterable[Decision]) -> frozenset[str]:
    """The names these expressions and the required decisions read, without those the required decisions answer."""
    names: set[str] = set()
    for one in compiled:
        names |= frozenset() if one is None else one.names
    for decision in requires:
        names -= {decision.result, decision.id}
    for decision in requires:
        names |= decision.names
    return frozenset(names)


def _expressions(
    columns: Iterable[Input], outputs: Iterable[Output], rules: Iterable[Rule]
) -> Iterator[Expression | Tests | None]:
    yield from (column.expression for column in columns)
    yield from (output.default for output in outputs)
    for rule in rules:
        yield from (*rule.tests, *rule.outputs)


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


def _input(reader: Reader, element: _Element) -> Input | None:
    inner = first_child(element, "inputExpression")
    label = element.get("label") or ""
    if inner is None:
        reader.problem(element, "The input column needs an expression")
        return None
    expression = reader.expression(inner, "The input column needs an expression")
    if expression is None:
        return None
    return Input(element.get("id") or "", label or expression.text, inner.get("typeRef") or "", expression)


def _outputs(reader: Reader, table: _Element, fallback: str) -> list[Output]:
    elements = list(children(table, "output"))
    outputs: list[Output] = []
    for element in elements:
        name = (element.get("name") or "").strip()
        if not name and len(elements) > 1:
            reader.problem(element, "Each of several output columns needs a name")
        if name and any(name == other.name for other in outputs):
            reader.problem(element, f"Two output columns are named '{name}'")
        inner = first_child(element, "defaultOutputEntry")
        default = None if inner is None else reader.expression(inner, "")
        kind = element.get("typeRef") or ""
        outputs.append(Output(element.get("id") or "", name or fallback, kind, _values(reader, element), default))
    return outputs


def _values(reader: Reader, element: _Element) -> tuple[Value, ...]:
    inner = first_child(element, "outputValues")
    text = text_of(inner)
    if inner is None or not text:
        return ()
    try:
        values = compile_expression(f"[{text}]", reader.names).evaluate({})
    except (FeelSyntaxError, BudgetExceeded):
        reader.problem(element, "The values of the output column are no list of FEEL values")
        return ()
    return tuple(values) if isinstance(values, list) else ()


def _rule(reader: Reader, element: _Element, number: int, inputs: int, outputs: int) -> Rule:
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
        tests=tuple(reader.tests(entry, number) for entry in entries),
        outputs=tuple(reader.expression(entry, "", number) for entry in results),
        note=" ".join(filter(None, (text_of(note) for note in children(element, "annotationEntry"))))
        or (first_child_text(element, "description")),
    )


def first_child_text(element: _Element, name: str) -> str:
    """The plain text of a child; empty when there is none."""
    child = first_child(element, name)
    return "" if child is None or child.text is None else child.text.strip()
