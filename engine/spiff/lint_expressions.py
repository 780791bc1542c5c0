"""Lint of everything a designer writes in words: conditions, timers, scripts, parameters, due dates. Each is compiled here once."""

from collections.abc import Iterator
from datetime import UTC, datetime

from engine.errors import EngineError
from engine.spiff.elements import NINEFOLD, bpmn
from engine.spiff.timing import cycle, due_instant, is_bare
from engine.xml import Root
from feel import FeelError, FeelSyntaxError, compile_expression

_ATTRIBUTES = ("due", "dueBusinessDays", "dueFrom", "parameters", "correlation", "prefill")
_TEXTS = ("conditionExpression", "script", "loopCardinality", "completionCondition", "loopCondition")
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
Finding = tuple[Root | None, str, str]


def expressions(root: Root) -> Iterator[Finding]:
    """One finding per text that is neither FEEL nor, where time is meant, ISO 8601."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for name in _ATTRIBUTES:
            text = element.get(f"{{{NINEFOLD}}}{name}")
            if text is not None and not (name.startswith("due") and is_bare(text)):
                yield from _feel(element, text)
        if element.tag in {bpmn(tag) for tag in _TEXTS}:
            yield from _feel(element, element.text or "")
        elif element.tag in {bpmn("timeDate"), bpmn("timeDuration"), bpmn("timeCycle")}:
            yield from _timer(element, (element.text or "").strip())


def _feel(element: Root, text: str) -> Iterator[Finding]:
    try:
        compile_expression(text)
    except FeelSyntaxError as error:
        yield element, "feel", f"Line {error.line}, column {error.column}: {error}"
    except FeelError as error:
        yield element, "feel", str(error)


def _timer(element: Root, text: str) -> Iterator[Finding]:
    if not is_bare(text):
        yield from _feel(element, text)
        return
    try:
        if element.tag == bpmn("timeCycle"):
            cycle(text, lambda: None, _SOME_DAY, _utc)
        else:
            due_instant(text, lambda: None, _SOME_DAY, _utc)
    except EngineError as error:
        yield element, "timer", str(error)


def _utc(naive: datetime) -> datetime:
    return naive.replace(tzinfo=UTC)
