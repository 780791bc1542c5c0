"""Runs the rows of a decision test: each is evaluated by the engine as a case would, then compared part by part."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import DecisionError, decide, parse_decisions
from feel import BudgetExceeded, Value, to_json
from trial.modeltests import drawn
from trial.modeltests.compare import is_same
from trial.modeltests.form import DecisionTest, Expected, FileRefused, Row
from trial.modeltests.report import FileReport, Finding, NeverHit
from trial.modeltests.typed import InputRefused, typed_inputs


@dataclass(frozen=True, slots=True)
class Step:
    """One decision on the way: its value, the numbers of the rules that made it, and table and number of all rules used."""

    decision: str
    value: Value
    matched: tuple[int, ...]
    used: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one row: the steps end with the decision that was asked; ``noted`` is why something became null."""

    value: Value
    matched: tuple[int, ...]
    steps: tuple[Step, ...]
    noted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tested:
    """How the decision under test is made, the rules of it and of all it requires, and what its file says about inputs."""

    make: Callable[[Mapping[str, object], datetime | None], Made]
    rules: tuple[drawn.Rule, ...]
    decisions: tuple[str, ...]
    types: Mapping[str, str]
    words: frozenset[str]


def run_decision(
    file: str, test: DecisionTest, model: str, source: bytes, beside: Iterable[tuple[str, bytes]] = ()
) -> FileReport:
    """The report of all rows; ``beside`` are the other models it may import, by name. Raises FileRefused when the model cannot be read or has no such decision."""
    tested = _tested(test, model, source, beside)
    visits = Counter(dict.fromkeys((*tested.decisions, *(rule.element for rule in tested.rules)), 0))
    findings: list[Finding] = []
    failed = 0
    for number, row in enumerate(test.rows, 1):
        found = list(_row(number, row, tested, visits))
        failed += bool(found)
        findings += found
    never = tuple(NeverHit(rule.owner, rule.number, rule.element) for rule in tested.rules if not visits[rule.element])
    return FileReport(file, model, len(test.rows) - failed, failed, dict(visits), tuple(findings), never)


def _tested(test: DecisionTest, model: str, source: bytes, beside: Iterable[tuple[str, bytes]] = ()) -> Tested:
    root = drawn.read_file(model, source)
    try:
        decisions = {one.id: one for one in parse_decisions(root, model, drawn.imported(root, beside))}
    except DecisionError as error:
        first = error.problems[0]
        raise FileRefused(f"{model}: {error}; the first at '{first.element}': {first.message}") from None
    key = drawn.chosen(root, test.decision, model)
    parts = drawn.graph(root, key)
    chosen = decisions[key]

    def make(given: Mapping[str, object], now: datetime | None) -> Made:
        outcome = decide(chosen, given, now=now)
        steps = tuple(
            Step(
                step.decision,
                step.value,
                step.matched,
                tuple((table.table, number) for table in step.tables for number in table.matched),
            )
            for step in outcome.steps
        )
        noted = tuple(dict.fromkeys(str(warning) for warning in outcome.warnings))
        return Made(outcome.value, outcome.matched, steps, noted)

    types, words = drawn.declared_types(root, parts), drawn.words(root)
    return Tested(make, drawn.rules_of(parts), drawn.decisions_of(parts), types, words)


def _row(number: int, row: Row, tested: Tested, visits: Counter[str]) -> Iterator[Finding]:
    try:
        given = typed_inputs(row.inputs, tested.types, tested.words)
        made = tested.make(given, row.now)
    except (InputRefused, BudgetExceeded) as error:
        yield Finding(number, row.name, "row", None, None, str(error))
        return
    elements = {(rule.table, rule.number): rule.element for rule in tested.rules}
    for step in made.steps:
        visits[step.decision] += 1
        visits.update(elements[used] for used in step.used if used in elements)
    for what, expected, came in _differences(row, made):
        yield Finding(number, row.name, what, expected, came, "; ".join(made.noted))


def _differences(row: Row, made: Made) -> Iterator[tuple[str, object, object]]:
    yield from _compared("", row.expected, made.value, made.matched)
    if row.nothing_hit:
        if made.matched:
            yield "rules", [], list(made.matched)
        if not row.expected.says_outputs and made.value not in (None, []):
            yield "outputs", None, to_json(made.value)
    steps = {step.decision: step for step in made.steps}
    for key, expected in row.steps.items():
        if key in steps:
            yield from _compared(f"steps.{key}.", expected, steps[key].value, steps[key].matched)
        else:
            yield f"steps.{key}", "a decision that is made on the way", None


def _compared(
    place: str, expected: Expected, value: Value, matched: tuple[int, ...]
) -> Iterator[tuple[str, object, object]]:
    if expected.says_outputs and not is_same(expected.outputs, value):
        yield f"{place}outputs", expected.outputs, to_json(value)
    if expected.rules is not None and expected.rules != matched:
        yield f"{place}rules", list(expected.rules), list(matched)
