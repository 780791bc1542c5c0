"""Calls of processes: one that would call itself on every way is refused, since no case of it could end."""

from collections.abc import Iterator, Mapping

from engine.spiff.elements import bpmn
from engine.xml import Root


def endless_calls(roots: Mapping[str, Root]) -> Iterator[tuple[str, Root]]:
    """(model key, process) of every process that calls itself on each of its ways, so that none of its cases could ever end."""
    drawn = {
        process.get("id", ""): (key, process) for key, root in roots.items() for process in root.iter(bpmn("process"))
    }
    callers: dict[str, list[str]] = {}
    for name, (_, process) in drawn.items():
        for node in process.iter(bpmn("callActivity")):
            callers.setdefault(node.get("calledElement", ""), []).append(name)
    ending: set[str] = set()
    rest = list(drawn)
    while rest:
        name = rest.pop()
        if name not in ending and _ends(drawn[name][1], ending, drawn):
            ending.add(name)
            rest += callers.get(name, [])
    for name, (key, process) in drawn.items():
        if name not in ending and name in _reached(process, drawn):
            yield key, process


def _ends(scope: Root, ending: set[str], drawn: Mapping[str, object]) -> bool:
    """Whether a way leads from the start of a scope to an end without a call of a process that cannot end."""
    leaving: dict[str, list[str]] = {}
    for flow in scope.findall(bpmn("sequenceFlow")):
        leaving.setdefault(flow.get("sourceRef", ""), []).append(flow.get("targetRef", ""))
    for event in scope.findall(bpmn("boundaryEvent")):
        leaving.setdefault(f"around {event.get('attachedToRef')}", []).append(event.get("id", ""))
    for event in scope.findall(bpmn("subProcess")):
        if event.get("triggeredByEvent") == "true" and _ends(event, ending, drawn):
            return True
    links = {_link(event): event.get("id", "") for event in scope.findall(bpmn("intermediateCatchEvent"))}
    nodes = {node.get("id", ""): node for node in scope}
    seen: set[str] = set()
    rest = [start.get("id", "") for start in scope.findall(bpmn("startEvent"))]
    while rest:
        name = rest.pop()
        node = nodes.get(name)
        if name in seen or node is None:
            continue
        seen.add(name)
        link = links.get(_link(node)) if node.tag == bpmn("intermediateThrowEvent") and _link(node) else None
        after = [*leaving.get(name, []), *([link] if link else [])]
        passes = _passes(node, ending, drawn)
        if passes and not after:
            return True
        rest += [*leaving.get(f"around {name}", []), *(after if passes else [])]
    return False


def _passes(node: Root, ending: set[str], drawn: Mapping[str, object]) -> bool:
    if node.tag == bpmn("callActivity"):
        return node.get("calledElement", "") in ending or node.get("calledElement") not in drawn
    return node.tag != bpmn("subProcess") or _ends(node, ending, drawn)


def _link(event: Root) -> str | None:
    definition = event.find(bpmn("linkEventDefinition"))
    return None if definition is None else definition.get("name")


def _reached(process: Root, drawn: Mapping[str, tuple[str, Root]]) -> set[str]:
    """Every process that one calls, and those that they call."""
    reached: set[str] = set()
    rest = [process]
    while rest:
        for node in rest.pop().iter(bpmn("callActivity")):
            name = node.get("calledElement", "")
            if name in drawn and name not in reached:
                reached.add(name)
                rest.append(drawn[name][1])
    return reached
