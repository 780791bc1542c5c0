"""Rules about our own attributes: known by name, on an element that reads them, with a value that fits."""

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import partial

from engine.spiff.elements import NINEFOLD
from engine.spiff.lint_constant import is_constant, value_of
from engine.spiff.lint_graph import Graph
from engine.spiff.lint_rules import Finding
from engine.spiff.timing import is_bare
from engine.xml import Root

_PEOPLE = ("userTask", "manualTask", "task")
_WAITS = ("receiveTask", "intermediateCatchEvent", "boundaryEvent", "startEvent")
PLACES = {
    "form": _PEOPLE,
    "group": _PEOPLE,
    "due": _PEOPLE,
    "dueBusinessDays": _PEOPLE,
    "dueFrom": _PEOPLE,
    "priority": _PEOPLE,
    "mayAssess": _PEOPLE,
    "prefill": _PEOPLE,
    "decision": ("businessRuleTask",),
    "result": ("businessRuleTask", "scriptTask"),
    "fact": ("businessRuleTask",),
    "operation": ("serviceTask", "sendTask"),
    "parameters": ("serviceTask", "sendTask"),
    "answer": ("serviceTask", "sendTask"),
    "correlation": _WAITS,
    "collection": ("multiInstanceLoopCharacteristics",),
    "stage": ("callActivity", "subProcess"),
    "grade": ("process",),
    "outcome": ("process",),
}
_PREFIX = f"{{{NINEFOLD}}}"
_NAME = re.compile(r"[^\W\d]\w*")
_SUGGESTED = 20  # looking for the nearest name is slow
_NAMES = {"answer", "result", "fact", "grade", "outcome", "stage"}


def attributes(graph: Graph) -> Iterator[Finding]:
    suggest = partial(next, iter([True] * _SUGGESTED), False)
    for element in graph.root.iter():
        if not isinstance(element.tag, str):
            continue
        own = {key.removeprefix(_PREFIX): text for key, text in element.attrib.items() if key.startswith(_PREFIX)}
        for name, text in own.items():
            yield from _one(element, name, text, suggest)
        if "due" in own and "dueBusinessDays" in own:
            yield Finding(element, "attribute-value", "Expected either due or dueBusinessDays, but both are given")
        if "dueFrom" in own and "dueBusinessDays" not in own and "due" not in own:
            yield Finding(element, "attribute-value", "Expected due or dueBusinessDays beside dueFrom")


def _one(element: Root, name: str, text: str, suggest: Callable[[], bool]) -> Iterator[Finding]:
    if name not in PLACES:
        near = get_close_matches(name[:40], PLACES, 1) if suggest() else []
        cure = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(sorted(PLACES))}"
        yield Finding(element, "attribute-unknown", f"Expected a known ninefold attribute; {cure}")
        return
    if element.tag.rpartition("}")[2] not in PLACES[name]:
        places = ", ".join(PLACES[name])
        yield Finding(element, "attribute-ignored", f"Nothing reads '{name}' here; it belongs on: {places}")
        return
    wrong = _value(name, text.strip())
    if wrong is not None:
        yield Finding(element, "attribute-value", f"Expected {name} to be {wrong}")


def _value(name: str, text: str) -> str | None:
    """What the value should be, when it is not."""
    if not text:
        return "given; delete the attribute where there is none"
    if name == "priority" and not (text.isascii() and text.isdecimal() and 1 <= int(text[:4]) <= 100):
        return "a whole number from 1 to 100"
    if name == "mayAssess" and text not in {"true", "false"}:
        return "true or false"
    if name in _NAMES and not _NAME.fullmatch(text):
        return "a name of letters, digits and underscores"
    if name == "dueBusinessDays" and not _is_days(text):
        return "a whole number of working days, or FEEL that gives one"
    return None


def _is_days(text: str) -> bool:
    if is_bare(text):
        return False
    if not is_constant(text):
        return True
    found = value_of(text)
    return not isinstance(found, bool) and found is not None and str(found).isdecimal()
