"""What a table answers when these rules matched: the seven hit policies and the four aggregations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from engine.decisions.frame import Frame
from engine.decisions.tables import Aggregation, DecisionTable, HitPolicy, Output
from feel import Value, compile_expression

MANY = (HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER)
AGGREGATES = {
    Aggregation.SUM: compile_expression("sum(values)"),
    Aggregation.MIN: compile_expression("min(values)"),
    Aggregation.MAX: compile_expression("max(values)"),
    Aggregation.COUNT: compile_expression("count(values)"),
}
SAME = compile_expression("every hit in hits satisfies hit = hits[1]")


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matched and what it gives; rule 0 stands for the default outputs."""

    rule: int
    outputs: Mapping[str, Value]
    id: str = ""


Settled: TypeAlias = tuple[Value, Sequence[Hit]]


def settle(table: DecisionTable, hits: Sequence[Hit], frame: Frame) -> Settled:
    """The table's value and the hits that made it. A broken promise (UNIQUE, ANY) gives null, all hits and a warning."""
    if table.hit_policy in MANY:
        ordered = by_priority(table, hits, frame) if table.hit_policy is HitPolicy.OUTPUT_ORDER else hits
        values: list[Value] = [answer(table, hit) for hit in ordered]
        if table.aggregation is None:
            return values, ordered
        return frame.inner({"values": values}).inherent(AGGREGATES[table.aggregation], table.id), ordered
    if not hits:
        return None, ()
    return SINGLE[table.hit_policy](table, hits, frame)


def answer(table: DecisionTable, hit: Hit) -> Value:
    """What one hit gives: the value itself, or a context when the table has several outputs."""
    if len(table.outputs) == 1:
        return hit.outputs[table.outputs[0].name]
    return dict(hit.outputs)


def by_priority(table: DecisionTable, hits: Sequence[Hit], frame: Frame) -> list[Hit]:
    """Most important outputs first, in the order the columns list their values; rule order among equals."""

    def rank(hit: Hit) -> list[int]:
        return [_place(output, hit.outputs[output.name]) for output in table.outputs]

    frame.world.budget.charge(sum(len(output.values) for output in table.outputs) * len(hits) >> 4)
    return sorted(hits, key=rank)


def _place(output: Output, value: Value) -> int:
    for place, allowed in enumerate(output.values):
        if type(allowed) is type(value) and allowed == value:
            return place
    return len(output.values)


def _unique(table: DecisionTable, hits: Sequence[Hit], frame: Frame) -> Settled:
    if len(hits) == 1:
        return answer(table, hits[0]), hits
    frame.world.note(f"Decision '{table.name}' allows one matching rule, but rules {_numbers(hits)} match", table.id)
    return None, hits


def _first(table: DecisionTable, hits: Sequence[Hit], _frame: Frame) -> Settled:
    return answer(table, hits[0]), hits[:1]


def _any(table: DecisionTable, hits: Sequence[Hit], frame: Frame) -> Settled:
    rows: list[Value] = [dict(hit.outputs) for hit in hits]
    if frame.inner({"hits": rows}).inherent(SAME, table.id) is True:
        return answer(table, hits[0]), hits
    frame.world.note(f"Decision '{table.name}' needs equal outputs, but rules {_numbers(hits)} differ", table.id)
    return None, hits


def _priority(table: DecisionTable, hits: Sequence[Hit], frame: Frame) -> Settled:
    winner = by_priority(table, hits, frame)[0]
    return answer(table, winner), (winner,)


def _numbers(hits: Sequence[Hit]) -> str:
    return ", ".join(str(hit.rule) for hit in hits)


SINGLE: Mapping[HitPolicy, Callable[[DecisionTable, Sequence[Hit], Frame], Settled]] = {
    HitPolicy.UNIQUE: _unique,
    HitPolicy.FIRST: _first,
    HitPolicy.ANY: _any,
    HitPolicy.PRIORITY: _priority,
}
