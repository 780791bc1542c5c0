"""Answer sets: files that say, per task id, what a person answers and how long it takes; draws come from the seed.

FEEL in them (`when`, and values that begin with `=`) sees the case facts, what the task was given, `n` (which case of the run it is,
from 1) and `times` (how often this task was answered in the case before). The form of a file is in docs/operations/answers.md.
"""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from feel import FeelError, compile_expression, parse_temporal


class AnswersRefused(Exception):
    """An answer set is missing or wrong; the message names file and task."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer a task; `after` counts from its opening."""

    after: timedelta
    weight: float = 1.0
    when: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Post:
    """A message that a case gets once, `after` its start, if `when` holds for its `n`."""

    name: str
    after: timedelta
    when: str | None
    payload: Mapping[str, Any]

    def fits(self, n: int, now: datetime) -> bool:
        return _holds(self.when, {"n": n}, now)


@dataclass(frozen=True, slots=True)
class AnswerSet:
    """`referrals`: every client of the register is referred before the first message."""

    name: str
    referrals: bool
    default: Answer
    tasks: Mapping[str, tuple[Answer, ...]]
    messages: tuple[Post, ...] = ()

    def asks(self, task: str) -> bool:
        """Whether the answer to a task depends on its case."""
        return any(item.when is not None for item in self.tasks.get(task, ()))

    def draw(self, task: str, context: Mapping[str, Any], now: datetime, dice: random.Random) -> Answer:
        """The answer to a task, drawn among those that fit."""
        fitting = [item for item in self.tasks.get(task, (self.default,)) if _holds(item.when, context, now)]
        return dice.choices(fitting, [item.weight for item in fitting])[0] if fitting else self.default


def resolve(values: Any, context: Mapping[str, Any], now: datetime) -> Any:
    """Values with every text that begins with `=` evaluated; instants and dates as ISO text."""
    if isinstance(values, str) and values.startswith("="):
        return _json(compile_expression(values).evaluate(context, now=now))
    if isinstance(values, Mapping):
        return {key: resolve(value, context, now) for key, value in values.items()}
    return [resolve(value, context, now) for value in values] if isinstance(values, list) else values


def _json(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value


def _holds(when: str | None, context: Mapping[str, Any], now: datetime) -> bool:
    return when is None or compile_expression(when).evaluate(context, now=now) is True


def load_answers(name: str) -> AnswerSet:
    """A shipped set by name, or a file. Raises AnswersRefused with the place of the first fault."""
    shipped = files("trial").joinpath("answers", f"{name}.json")
    try:
        source = shipped.read_text("utf-8") if shipped.is_file() else Path(name).read_text("utf-8")
        stored = json.loads(source)
    except OSError:
        raise AnswersRefused(f"Expected an answer set or a file, but '{name}' is neither") from None
    except ValueError:
        raise AnswersRefused(f"{name}: expected JSON") from None
    try:
        return _read(name, stored)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise AnswersRefused(f"{name}: expected an answer set ({type(error).__name__})") from error


def _read(name: str, stored: Mapping[str, Any]) -> AnswerSet:
    default = _answer(name, "default", stored.get("default", {}), timedelta(hours=4))
    tasks = {
        task: tuple(
            _answer(name, task, item, default.after) for item in (given if isinstance(given, list) else [given])
        )
        for task, given in stored.get("tasks", {}).items()
    }
    posts: Sequence[Mapping[str, Any]] = stored.get("messages", [])
    messages = tuple(
        Post(post["name"], _span(name, post["name"], post["after"]), post.get("when"), post.get("payload", {}))
        for post in posts
    )
    return AnswerSet(name, bool(stored.get("referrals", False)), default, tasks, messages)


def _answer(name: str, task: str, stored: Mapping[str, Any], default: timedelta) -> Answer:
    when = stored.get("when")
    try:
        if when is not None:
            compile_expression(when)
    except FeelError as error:
        raise AnswersRefused(f"{name}: task '{task}': {error}") from error
    after = _span(name, task, stored["after"]) if "after" in stored else default
    return Answer(after, float(stored.get("weight", 1)), when, stored.get("values", {}))


def _span(name: str, task: str, text: str) -> timedelta:
    span = parse_temporal(text)
    if not isinstance(span, timedelta) or span < timedelta(0):
        raise AnswersRefused(f"{name}: task '{task}': expected an ISO duration such as PT4H")
    return span
