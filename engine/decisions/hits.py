"""What a table answers when these rules matched: the seven hit policies and the four aggregations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from engine.decisions.model import Aggregation, DecisionTable, HitPolicy
from feel import Remark, Value, compile_expression

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


Settled: TypeAlias = tuple[Value, Sequence[Hit]]


def settle(table: DecisionTable, hits: Sequence[Hit], warnings: list[str]) -> Settled:
    """The table's value and the hits that made it. A broken promise (UNIQUE, ANY) gives null, all hits and a warning."""
    if table.hit_policy in MANY:
        ordered = by_priority(table, hits) if table.hit_policy is HitPolicy.OUTPUT_ORDER else hits
        if table.aggregation is not None:
            return _aggregated(table.aggregation, table, ordered, warnings), ordered
        return [answer(table, hit) for hit in ordered], ordered
    if not hits:
        return None, ()
    return SINGLE[table.hit_policy](table, hits, warnings)


def answer(table: DecisionTable, hit: Hit) -> Value:
    """What one hit gives: the value itself, or a context when the table has several outputs."""
    if len(table.outputs) == 1:
        return hit.outputs[table.outputs[0].name]
    return dict(hit.outputs)


def by_priority(table: DecisionTable, hits: Sequence[Hit]) -> list[Hit]:
    """Most important outputs first, in the order the columns list their values; rule order among equals."""

    def rank(hit: Hit) -> list[int]:
        ranks = []
        for output in table.outputs:
            value = hit.outputs[output.name]
            known = [allowed for allowed in output.values if type(allowed) is type(value) and allowed == value]
            ranks.append(output.values.index(known[0]) if known else len(output.values))
        return ranks

    return sorted(hits, key=rank)


def _unique(table: DecisionTable, hits: Sequence[Hit], warnings: list[str]) -> Settled:
    if len(hits) == 1:
        return answer(table, hits[0]), hits
    warnings.append(f"Decision '{table.id}' allows one matching rule, but rules {_numbers(hits)} match")
    return None, hits


def _first(table: DecisionTable, hits: Sequence[Hit], _warnings: list[str]) -> Settled:
    return answer(table, hits[0]), hits[:1]


def _any(table: DecisionTable, hits: Sequence[Hit], warnings: list[str]) -> Settled:
    if SAME.evaluate({"hits": [dict(hit.outputs) for hit in hits]}) is True:
        return answer(table, hits[0]), hits
    warnings.append(f"Decision '{table.id}' needs equal outputs, but rules {_numbers(hits)} differ")
    return None, hits


def _priority(table: DecisionTable, hits: Sequence[Hit], _warnings: list[str]) -> Settled:
    winner = by_priority(table, hits)[0]
    return answer(table, winner), (winner,)


def _aggregated(how: Aggregation, table: DecisionTable, hits: Sequence[Hit], warnings: list[str]) -> Value:
    remarks: list[Remark] = []
    value = AGGREGATES[how].evaluate({"values": [answer(table, hit) for hit in hits]}, warnings=remarks)
    warnings.extend(remark.message for remark in remarks)
    return value


def _numbers(hits: Sequence[Hit]) -> str:
    return ", ".join(str(hit.rule) for hit in hits)


SINGLE: Mapping[HitPolicy, Callable[[DecisionTable, Sequence[Hit], list[str]], Settled]] = {
    HitPolicy.UNIQUE: _unique,
    HitPolicy.FIRST: _first,
    HitPolicy.ANY: _any,
    HitPolicy.PRIORITY: _priority,
}
