"""Rules about the ways of a token: what it can never reach, where it can never go on, and circles without end."""

from collections.abc import Iterator

from engine.spiff.elements import bpmn
from engine.spiff.lint_expressions import feel_texts
from engine.spiff.lint_graph import (
    CONTAINERS,
    Graph,
    circles,
    entries,
    is_event_subprocess,
    links,
    reach,
)
from engine.spiff.lint_rules import Finding
from engine.spiff.normalise import ACTIVITIES, NODES
from engine.xml import local_name

MOST_IN_PROCESS, MOST_IN_FILE, MOST_EVENT_PARTS = 250, 3000, 100
MOST_TEXTS, MOST_SIGNS, MOST_FLOWS = 3000, 100_000, 1000
_HOSTS = ACTIVITIES | {bpmn("transaction"), bpmn("adHocSubProcess")}
_PASSED = {"exclusiveGateway", "inclusiveGateway", "intermediateThrowEvent"}
_AUTOMATIC = {"scriptTask", "serviceTask", "sendTask", "businessRuleTask"}


def sizes(graph: Graph) -> Iterator[Finding]:
    """The library reads a process by recursion, one call per element on the way, and would stop in the middle of a long one."""
    if len(graph.nodes) > MOST_IN_FILE:
        yield Finding(
            graph.root, "too-many", f"Expected at most {MOST_IN_FILE} elements in a file; divide it into several"
        )
    events = sum(1 for _ in graph.of("eventBasedGateway")), sum(map(is_event_subprocess, graph.nodes.values()))
    if max(events) > MOST_EVENT_PARTS:
        sentence = f"Expected at most {MOST_EVENT_PARTS} event-based gateways and event subprocesses in a file"
        yield Finding(graph.root, "too-many", f"{sentence}; divide it into several")
    texts = [len(text) for text in feel_texts(graph.root)]
    if len(texts) > MOST_TEXTS or sum(texts) > MOST_SIGNS:
        sentence = f"Expected at most {MOST_TEXTS} expressions of {MOST_SIGNS} characters together in a file"
        yield Finding(graph.root, "too-many", f"{sentence}; divide it into several")
    for container in graph.root.iter(*CONTAINERS):
        if sum(child.tag in NODES for child in container) > MOST_IN_PROCESS:
            sentence = (
                f"Expected at most {MOST_IN_PROCESS} elements in one process; move a part into a process of its own"
            )
            yield Finding(container, "too-many", sentence)
        if sum(child.tag == bpmn("sequenceFlow") for child in container) > MOST_FLOWS:
            sentence = f"Expected at most {MOST_FLOWS} flows in one process; move a part into a process of its own"
            yield Finding(container, "too-many", sentence)


def ends(graph: Graph) -> Iterator[Finding]:
    """Tokens that stand still for ever, and flows where none may be."""
    for node in graph.nodes.values():
        kind = NODES[node.tag]
        if kind == "startEvent" and graph.into(node):
            yield Finding(
                graph.into(node)[0],
                "start-entered",
                "Expected no flow into a start event; lead it to the element behind the start",
            )
        if kind == "boundaryEvent" and graph.into(node):
            yield Finding(
                graph.into(node)[0],
                "boundary-entered",
                "Expected no flow into a boundary event; it begins when its event comes",
            )
        if kind == "endEvent" and graph.out(node):
            yield Finding(
                graph.out(node)[0],
                "end-left",
                "Expected no flow out of an end event; use a throw event, or end elsewhere",
            )
        host = graph.nodes.get(node.get("attachedToRef", ""))
        if kind == "boundaryEvent" and (host is None or host.tag not in _HOSTS or is_event_subprocess(host)):
            yield Finding(
                node,
                "boundary-loose",
                "Expected a boundary event on a task, a subprocess or a call activity; attach it again",
            )
        if kind.endswith("Event") and kind not in {"startEvent", "endEvent"} and len(graph.out(node)) > 1:
            yield Finding(node, "event-split", "Expected one flow out of an event; put a parallel gateway behind it")
        if kind != "endEvent" and not graph.out(node) and not links(node) and not is_event_subprocess(node):
            yield Finding(
                node, "dead-end", "Expected a way out; a token would stay here for ever. Draw a flow to an end event"
            )
        if is_event_subprocess(node) and (graph.into(node) or graph.out(node)):
            yield Finding(
                node,
                "event-subprocess-flow",
                "Expected no flow into or out of an event subprocess; its start begins it",
            )


def misplaced(graph: Graph) -> Iterator[Finding]:
    """What stands where nothing reads it."""
    for element in graph.root.iter():
        name = local_name(element)
        parent = element.getparent()
        if parent is None or not element.tag.startswith(bpmn("")):
            continue
        if name.endswith("LoopCharacteristics") and parent.tag not in _HOSTS:
            yield Finding(element, "misplaced", "Expected a loop only on a task, a subprocess or a call activity")
        if name.endswith("EventDefinition") and not parent.tag.endswith("Event") and parent is not graph.root:
            yield Finding(element, "misplaced", "Expected an event definition only inside an event")
        if element.tag in NODES and parent.tag not in CONTAINERS:
            yield Finding(element, "misplaced", "Expected this element inside a process or subprocess; move it there")


def unreached(graph: Graph) -> Iterator[Finding]:
    """Only where an unreachable part begins; all behind it is mended with it."""
    starts = [child.get("id") for process in graph.root.iter(bpmn("process")) for child in entries(graph, process)]
    seen: set[str] = set()
    reach(starts, graph.ways, seen)
    rest = [name for name in graph.nodes if name not in seen]
    for name in [*(name for name in rest if not graph.entering.get(name)), *rest]:
        node = graph.nodes[name]
        if name in seen or (node.tag == bpmn("boundaryEvent") and node.get("attachedToRef") in graph.nodes):
            continue
        sentence = "Expected a way to this element; lead a flow to it from the start, or delete it"
        yield Finding(node, "unreachable", sentence)
        reach([name], graph.ways, seen)


def endless(graph: Graph) -> Iterator[Finding]:
    """Circles that nothing stops: of gateways alone, where the conditions see the same each time round, and those without a way out."""
    kinds = {name: NODES[node.tag] for name, node in graph.nodes.items()}
    passed = {
        name: [each for each in graph.ways[name] if kinds[each] in _PASSED]
        for name in graph.nodes
        if kinds[name] in _PASSED
    }
    told: set[str] = set()
    for circle in circles(passed):
        told.update(circle)
        sentence = "Expected a task or an event in this loop; as drawn it goes round for ever in one moment"
        yield Finding(graph.nodes[circle[0]], "loop-endless", sentence)
    for circle in circles(graph.ways):
        inside = set(circle)
        if inside & told or any(each not in inside for name in circle for each in graph.ways[name]):
            continue
        if all(kinds[name] in _PASSED | _AUTOMATIC for name in circle):
            sentence = "Expected a way out of this loop, or a user task or an event in it; it would never stop"
            yield Finding(graph.nodes[circle[0]], "loop-endless", sentence)
        else:
            sentence = "Expected a way from this loop to an end event; a case could never be complete. Draw a gateway that leaves it"
            yield Finding(graph.nodes[circle[0]], "no-end", sentence)
