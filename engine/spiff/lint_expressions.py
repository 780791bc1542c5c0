"""Lint of everything a designer writes in words: conditions, timers, scripts, parameters, due dates. Each is compiled here once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from engine.errors import EngineError
from engine.spiff.elements import NINEFOLD, bpmn
from engine.spiff.environment import MOST_INSTANCES
from engine.spiff.lint_constant import SOME_DAY, is_constant, value_of
from engine.spiff.normalise import PYTHON, language_of
from engine.spiff.timing import cycle, due_instant, is_bare
from engine.xml import Root
from feel import FeelError, FeelSyntaxError, compile_expression

_ATTRIBUTES = ("due", "dueBusinessDays", "dueFrom", "parameters", "correlation", "prefill", "collection")
_KEYS = {f"{{{NINEFOLD}}}{name}" for name in _ATTRIBUTES}
_TEXTS = {
    bpmn(tag)
    for tag in (
        *("conditionExpression", "condition", "script"),
        *("loopCardinality", "completionCondition", "loopCondition"),
    )
}
_MAPPED = {f"{{{NINEFOLD}}}{tag}" for tag in ("input", "output")}
_TIMES = {bpmn(tag) for tag in ("timeDate", "timeDuration", "timeCycle")}
_SMALL = {"True": "true", "False": "false", "None": "null"}
_HINTS = {
    "${": "This is the expression language of another product; write FEEL, such as = amount > 100",
    "#{": "This is the expression language of another product; write FEEL, such as = amount > 100",
    "==": "FEEL compares with a single =",
    "&&": "FEEL joins conditions with and",
    "||": "FEEL joins conditions with or",
    "'": "In FEEL a text stands in double quotes",
}
_TIMER_CURE = "; write a time such as PT48H, 2026-06-10T14:00:00Z or FEEL that gives one, not before it begins"
Finding = tuple[Root | None, str, str]


def feel_texts(root: Root) -> Iterator[str]:
    """All that is compiled when the model is checked and deployed."""
    yield from (text for _element, text in expression_texts(root))


def expression_texts(root: Root) -> Iterator[tuple[Root, str]]:
    """Each text that is compiled, with the element that it stands at; a time in ISO 8601 is one too."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        found = [text for key, text in element.attrib.items() if key in _KEYS]
        if element.tag in _MAPPED:
            found.append(element.get("source", ""))
        if element.tag in _TIMES or (element.tag in _TEXTS and not _is_python(element)):
            found.append(element.text or "")
        yield from ((element, text) for text in found)


def expressions(root: Root) -> Iterator[Finding]:
    """One finding per text that is neither FEEL nor, where time is meant, ISO 8601."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for name in _ATTRIBUTES:
            text = element.get(f"{{{NINEFOLD}}}{name}")
            if text is not None and not (name.startswith("due") and is_bare(text)):
                yield from _feel(element, text)
        if element.tag in _TEXTS and not _is_python(element):
            yield from _feel(element, element.text or "")
        if element.tag in _MAPPED and element.get("source"):
            yield from _feel(element, element.get("source", ""))
        if element.tag == bpmn("loopCardinality"):
            yield from _count(element, element.text or "")
        if element.tag in _TIMES:
            yield from _timer(element, (element.text or "").strip())


def _is_python(element: Root) -> bool:
    return element.tag == bpmn("script") and language_of(element.getparent()) == PYTHON


def _feel(element: Root, text: str) -> Iterator[Finding]:
    try:
        names = compile_expression(text).names
    except FeelSyntaxError as error:
        yield element, "feel", f"Line {error.line}, column {error.column}: {error.message}{_hint(text)}"
    except FeelError as error:
        yield element, "feel", str(error)
    else:
        for name in sorted(names & _SMALL.keys()):
            yield element, "feel", f"Expected '{_SMALL[name]}', but '{name}' would be a variable in FEEL"


def _hint(text: str) -> str:
    """What people who come from another language write most often, and what FEEL wants instead."""
    return next((f". {cure}" for sign, cure in _HINTS.items() if sign in text), "")


def _timer(element: Root, text: str) -> Iterator[Finding]:
    if not is_bare(text):
        found = list(_feel(element, text))
        yield from found
        if found or not is_constant(text):
            return
    try:
        if element.tag == bpmn("timeCycle"):
            cycle(text, lambda: value_of(text), SOME_DAY, _utc)
        else:
            due_instant(text, lambda: value_of(text), SOME_DAY, _utc)
    except EngineError as error:
        yield element, "timer", f"{error}{'' if 'such as' in str(error) else _TIMER_CURE}"


def _count(element: Root, text: str) -> Iterator[Finding]:
    """A number of instances that is known already must be one that the runtime takes."""
    if text.strip() and is_constant(text):
        value = value_of(text)
        if not isinstance(value, Decimal) or value != int(value) or not 0 <= value <= MOST_INSTANCES:
            sentence = f"Expected a whole number of instances from 0 to {MOST_INSTANCES}"
            yield element, "loop-count", sentence


def _utc(naive: datetime) -> datetime:
    return naive.replace(tzinfo=UTC)
