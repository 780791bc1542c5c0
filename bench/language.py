"""A gateway's condition and a cell's unary test: our FEEL, Python text in the library's own environment, feelin in Node."""

from pathlib import Path

from SpiffWorkflow.bpmn.script_engine import TaskDataEnvironment

from bench.contenders import COLUMNS, ROUNDS, Question, compare
from bench.figures import Table
from feel import compile_expression, compile_tests

DATA = {"follow_up": {"outcome": "minor_change", "note": "x" * 200}, "risk": 4, "other": list(range(20))}
CONDITIONS = (
    ("condition: a number", "risk >= 3", "risk >= 3"),
    (
        "condition: path and number",
        'follow_up.outcome = "minor_change" and risk >= 3',
        "follow_up['outcome'] == 'minor_change' and risk >= 3",
    ),
    (
        "condition: list and sum",
        "count(other) > 10 and some each in other satisfies each = 7",
        "len(other) > 10 and any(each == 7 for each in other)",
    ),
)
TESTS = (
    ("test: a number", "< 5", "? < 5", 4),
    ("test: a range or another", "[1..3], 7", "1 <= ? <= 3 or ? == 7", 7),
    ("test: text", '"low", "high"', "? in ('low', 'high')", "high"),
)
TIMES = 4_000


def measure(_: Path) -> Table:
    stock = TaskDataEnvironment()
    questions = [
        Question(
            name,
            lambda text=text: compile_expression(text).evaluate(DATA),  # type: ignore[misc]
            lambda python=python: stock.evaluate(python, DATA),  # type: ignore[misc]
            {"way": "expression", "text": text, "context": DATA},
            True,
            TIMES,
        )
        for name, text, python in CONDITIONS
    ]
    for name, text, python, value in TESTS:
        written = python.replace("?", "dmninputexpr")
        questions.append(
            Question(
                name,
                lambda text=text, value=value: compile_tests(text).match(value, DATA),  # type: ignore[misc]
                lambda written=written, value=value: stock.evaluate(written, DATA, {"dmninputexpr": value}),  # type: ignore[misc]
                {"way": "test", "text": text, "value": value, "context": DATA},
                True,
                TIMES,
            )
        )
    note = f"processor time, median of {ROUNDS} rounds in turns; look-up of the compiled text included, feelin reads it each time as it does in use"
    return Table("conditions and unary tests", COLUMNS, tuple(compare(questions)), note)
