"""Evaluates a decision and all it requires. Null inputs match no comparison and no range; nothing here raises but the
budget of expressions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.decisions.hits import Hit, settle
from engine.decisions.model import Decision, DecisionTable, HitPolicy, Input, Outcome, Rule, Step
from feel import Budget, Expression, Remark, Value, YearsMonths, parse_temporal

TEMPORAL_KINDS: Mapping[str, tuple[type, ...]] = {
    "date": (date,),
    "dateTime": (datetime,),
    "date and time": (datetime,),
    "duration": (timedelta, YearsMonths),
    "dayTimeDuration": (timedelta,),
    "days and time duration": (timedelta,),
    "yearMonthDuration": (YearsMonths,),
    "years and months duration": (YearsMonths,),
}


@dataclass(slots=True)
class Evaluation:
    """The names known so far, and what was spent and noted."""

    names: dict[str, object]
    now: datetime | None
    budget: Budget
    warnings: list[str]
    remarks: list[Remark]
    done: dict[str, Outcome]
    steps: list[Step]

    def value(self, expression: Expression | None) -> Value:
        """The value of an expression under these names; null for none."""
        if expression is None:
            return None
        return expression.evaluate(self.names, now=self.now, budget=self.budget, warnings=self.remarks)


def evaluate(
    decision: Decision, context: Mapping[str, object], now: datetime | None = None, budget: Budget | None = None
) -> Outcome:
    """The outcome of a decision under these names; required decisions are made first and hide equal names of the context.
    Raises feel.BudgetExceeded.
    """
    evaluation = Evaluation(dict(context), now, Budget() if budget is None else budget, [], [], {}, [])
    made = _decide(decision, evaluation)
    return Outcome(
        value=made.value,
        outputs=made.outputs,
        matched=made.matched,
        steps=tuple(evaluation.steps),
        warnings=(*evaluation.warnings, *map(str, evaluation.remarks)),
    )


def _decide(decision: Decision, evaluation: Evaluation) -> Outcome:
    """The outcome without steps and warnings, made once per evaluation."""
    if decision.id in evaluation.done:
        return evaluation.done[decision.id]
    for required in decision.requires:
        value = _decide(required, evaluation).value
        evaluation.names[required.result] = value
        evaluation.names[required.id] = value
    if isinstance(decision, DecisionTable):
        made = _decide_by_rules(decision, evaluation)
    else:
        made = Outcome(evaluation.value(decision.expression), (), (), (), ())
    evaluation.done[decision.id] = made
    evaluation.steps.append(Step(decision.id, decision.name, made.value, made.matched))
    return made


def _decide_by_rules(table: DecisionTable, evaluation: Evaluation) -> Outcome:
    values = [_typed(column, evaluation.value(column.expression)) for column in table.inputs]
    hits: list[Hit] = []
    for rule in table.rules:
        if _matches(rule, values, evaluation):
            hits.append(Hit(rule.number, _outputs(table, rule.outputs, evaluation)))
            if table.hit_policy is HitPolicy.FIRST:
                break
    if not hits and any(output.default is not None for output in table.outputs):
        hits.append(Hit(0, _outputs(table, [output.default for output in table.outputs], evaluation)))
    value, used = settle(table, hits, evaluation.warnings)
    numbers = tuple(hit.rule for hit in used if hit.rule)
    return Outcome(value, tuple(hit.outputs for hit in used), numbers, (), ())


def _outputs(
    table: DecisionTable, expressions: list[Expression | None] | tuple[Expression | None, ...], evaluation: Evaluation
) -> dict[str, Value]:
    pairs = zip(table.outputs, expressions, strict=True)
    return {output.name: evaluation.value(expression) for output, expression in pairs}


def _matches(rule: Rule, values: list[Value], evaluation: Evaluation) -> bool:
    for test, value in zip(rule.tests, values, strict=True):
        if test is not None and not test.match(
            value, evaluation.names, now=evaluation.now, budget=evaluation.budget, warnings=evaluation.remarks
        ):
            return False
    return True


def _typed(column: Input, value: Value) -> Value:
    """ISO text as the date or duration the column declares: host data is JSON, which has no dates."""
    kinds = TEMPORAL_KINDS.get(column.kind)
    if kinds is None or type(value) is not str:
        return value
    moment = parse_temporal(value)
    return moment if type(moment) in kinds else value
