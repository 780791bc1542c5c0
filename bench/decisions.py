"""Unique tables of 20 and 200 rows with equality on two columns: our decisions, the library's DMN engine, feelin row by row."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.specs.model import DecisionTable, Input, InputEntry, Output, OutputEntry, Rule

from bench.contenders import COLUMNS, ROUNDS, Question, compare
from bench.figures import Table
from engine.decisions import evaluate, parse_decisions
from engine.xml import parse_xml
from feel import Budget

SIZES = (20, 200)
COLUMN = 10
"""Different values of the first column; the second has as many as the rows need."""
HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
STEPS = 1_000_000
TIMES = 4_000


def rows(size: int) -> list[tuple[str, int, int]]:
    return [(f"kind {number % COLUMN}", number // COLUMN, number) for number in range(size)]


def places(size: int) -> tuple[tuple[str, int], ...]:
    """The first row, the middle one and the last: what a walk stops at differs."""
    return tuple(
        (name, number) for name, row, number in (("first", 0, 0), ("middle", 1, size // 2), ("last", 2, size - 1))
    )


def ours(size: int) -> Callable[[dict[str, Any]], tuple[object, int]]:
    """Our table; each decision tells its answer and the steps it took."""
    rules = "".join(
        f'<rule id="r{number}"><inputEntry><text>"{kind}"</text></inputEntry><inputEntry><text>{grade}</text></inputEntry>'
        f"<outputEntry><text>{number}</text></outputEntry></rule>"
        for kind, grade, number in rows(size)
    )
    inputs = "".join(
        f'<input id="i{name}"><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in (("kind", "string"), ("grade", "number"))
    )
    table = f'<decisionTable hitPolicy="UNIQUE">{inputs}<output id="o" name="number"/>{rules}</decisionTable>'
    text = f'{HEAD}<decision id="t" name="t"><variable name="t"/>{table}</decision></definitions>'
    (decision,) = parse_decisions(parse_xml(text.encode()), "bench.dmn")

    def decide(context: dict[str, Any]) -> tuple[object, int]:
        budget = Budget(steps=STEPS)
        return evaluate(decision, context, budget=budget).value, STEPS - budget.steps

    return decide


def stock(size: int) -> Callable[[dict[str, Any]], object]:
    """The library's table: cells are Python text, evaluated anew each time."""
    table = DecisionTable("t", "t", "UNIQUE")
    columns = [
        Input(name, name, name, expression, "string") for name, expression in (("kind", "kind"), ("grade", "grade"))
    ]
    output = Output("o", "number", "number", "integer")
    for kind, grade, number in rows(size):
        rule = Rule(f"r{number}")
        for column, text in zip(columns, (repr(kind), str(grade)), strict=True):
            entry = InputEntry(f"{column.id}{number}", column)
            entry.lhs.append(text)
            rule.inputEntries.append(entry)
        out = OutputEntry(f"o{number}", output)
        out.text = str(number)
        rule.outputEntries.append(out)
        table.rules.append(rule)
    engine = DMNEngine(table)
    scripts = PythonScriptEngine(TaskDataEnvironment())

    def decide(context: dict[str, Any]) -> object:
        task = SimpleNamespace(data=context, workflow=SimpleNamespace(script_engine=scripts))
        return engine.result(task)["number"]

    return decide


def measure(_: Path) -> Table:
    questions, steps = [], {}
    for size in SIZES:
        mine, theirs = ours(size), stock(size)
        job = {
            "inputs": ["kind", "grade"],
            "rules": [
                {"tests": [f'"{kind}"', str(grade)], "output": str(number)} for kind, grade, number in rows(size)
            ],
        }
        for name, number in places(size):
            kind, grade, _ = rows(size)[number]
            context = {"kind": kind, "grade": grade, "other": list(range(20))}
            steps[size, name] = mine(context)[1]
            questions.append(
                Question(
                    f"{size} rows, the {name} matches",
                    lambda mine=mine, context=context: mine(context)[0],  # type: ignore[misc]
                    lambda theirs=theirs, context=context: theirs(context),  # type: ignore[misc]
                    {"way": "table", "table": job, "context": context},
                    number,
                    max(60, TIMES // size),
                )
            )
    told = ", ".join(f"{size} rows/{name} {count}" for (size, name), count in steps.items())
    found = compare(questions)
    times = {row[0]: row[1] for row in found}
    slower = sum(float(times[f"200 rows, the {name} matches"]) for name, _ in places(200)) / sum(  # type: ignore[arg-type]
        float(times[f"20 rows, the {name} matches"])  # type: ignore[arg-type]
        for name, _ in places(20)
    )
    note = f"processor time, median of {ROUNDS} rounds in turns; the library stops at the first match. Our steps: {told}. 200 rows cost {slower:.2f} x 20 rows"
    return Table("unique tables, equality on two columns", COLUMNS, tuple(found), note)
