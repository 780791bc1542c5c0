"""Lint of our own elements: input and output mappings, on activities that have them, each with a source and a target."""

import re
from collections.abc import Iterator

from engine.spiff.elements import NINEFOLD, bpmn
from engine.spiff.lint_graph import Graph, is_event_subprocess
from engine.spiff.lint_rules import Finding
from engine.spiff.normalise import ACTIVITIES
from engine.xml import Root

_PREFIX = f"{{{NINEFOLD}}}"
_TARGET = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_PARENTS = {"ioMapping": bpmn("extensionElements"), "input": f"{_PREFIX}ioMapping", "output": f"{_PREFIX}ioMapping"}


def mappings(graph: Graph) -> Iterator[Finding]:
    for element in graph.root.iter(f"{_PREFIX}*"):
        name, parent = element.tag.removeprefix(_PREFIX), element.getparent()
        if name not in _PARENTS:
            sentence = f"Expected one of the elements {', '.join(_PARENTS)}; nothing reads this one"
            yield Finding(element, "extension-unknown", sentence)
        elif parent is None or parent.tag != _PARENTS[name]:
            around = _PARENTS[name].rpartition("}")[2]
            yield Finding(element, "extension-unknown", f"Expected '{name}' inside {around}; nothing reads it here")
        elif name == "ioMapping":
            yield from _placed(element, parent.getparent())
        else:
            yield from _one(element)


def _placed(mapping: Root, activity: Root | None) -> Iterator[Finding]:
    if activity is None or activity.tag not in ACTIVITIES or is_event_subprocess(activity):
        sentence = "Expected mappings only on a task, a subprocess or a call activity; delete them here"
        yield Finding(mapping, "mapping", sentence)
    elif len(mapping.getparent().findall(mapping.tag)) > 1:
        yield Finding(mapping, "mapping", "Expected one ioMapping on an activity; put all into it")


def _one(item: Root) -> Iterator[Finding]:
    name = item.tag.removeprefix(_PREFIX)
    if not (item.get("source") or "").strip():
        yield Finding(item, "mapping", f"Expected a source in FEEL on this {name}")
    if not _TARGET.fullmatch(item.get("target") or ""):
        sentence = f"Expected a target on this {name}: a name, or a place in a context such as order.id"
        yield Finding(item, "mapping", sentence)
    strange = sorted(set(item.attrib) - {"source", "target", "id"})
    if strange:
        yield Finding(item, "mapping", f"Expected source and target alone; nothing reads '{strange[0][-40:]}'")
