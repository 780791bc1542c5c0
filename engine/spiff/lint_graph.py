"""One index of a model for all rules: nodes, flows and ways by id, built in one walk, so that no rule scans the file for each element."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.spiff.elements import bpmn
from engine.spiff.normalise import NODES
from engine.xml import Root

CONTAINERS = {bpmn("process"), bpmn("subProcess"), bpmn("transaction"), bpmn("adHocSubProcess")}
WAITING_TASKS = {"userTask", "manualTask", "task", "receiveTask"}
CHOICES = {"exclusiveGateway", "eventBasedGateway"}


@dataclass(slots=True)
class Graph:
    """`flows` are those with both ends; `leaving` and `entering` list them by node id, in document order."""

    root: Root
    nodes: dict[str, Root] = field(default_factory=dict)
    flows: list[Root] = field(default_factory=list)
    open_flows: list[Root] = field(default_factory=list)
    leaving: Mapping[str, list[Root]] = field(default_factory=lambda: defaultdict(list))
    entering: Mapping[str, list[Root]] = field(default_factory=lambda: defaultdict(list))
    boundaries: Mapping[str, list[Root]] = field(default_factory=lambda: defaultdict(list))
    ways: dict[str, list[str]] = field(default_factory=dict)

    def of(self, *tags: str) -> Iterator[Root]:
        """Flow nodes of these kinds, in document order."""
        return (node for node in self.nodes.values() if NODES[node.tag] in tags)

    def out(self, node: Root) -> list[Root]:
        return self.leaving.get(node.get("id"), [])

    def into(self, node: Root) -> list[Root]:
        return self.entering.get(node.get("id"), [])


def graph_of(root: Root) -> Graph:
    """The index. Where an id is there twice the first one counts; that it is there twice is another rule."""
    graph = Graph(root)
    drawn = []
    for element in root.iter():
        if element.tag in NODES and element.get("id"):
            graph.nodes.setdefault(element.get("id"), element)
        elif element.tag == bpmn("sequenceFlow"):
            drawn.append(element)
    for flow in drawn:
        source, target = flow.get("sourceRef"), flow.get("targetRef")
        if source not in graph.nodes or target not in graph.nodes:
            graph.open_flows.append(flow)
            continue
        graph.flows.append(flow)
        graph.leaving[source].append(flow)
        graph.entering[target].append(flow)
    for node in graph.nodes.values():
        if node.tag == bpmn("boundaryEvent"):
            graph.boundaries[node.get("attachedToRef", "")].append(node)
    graph.ways = _ways(graph)
    return graph


def _ways(graph: Graph) -> dict[str, list[str]]:
    """Where a token can go next: flows, boundary events, from a link to its other end, into a subprocess."""
    ways = {name: [flow.get("targetRef") for flow in graph.leaving.get(name, ())] for name in graph.nodes}
    catches: dict[tuple[str | None, str | None], str] = {}
    for node in graph.of("intermediateCatchEvent"):
        for name in links(node):
            catches[node.getparent().get("id"), name] = node.get("id")
    for name, node in graph.nodes.items():
        ways[name] += [event.get("id") for event in graph.boundaries.get(name, ())]
        if NODES[node.tag] == "intermediateThrowEvent":
            ends = (catches.get((node.getparent().get("id"), link)) for link in links(node))
            ways[name] += [end for end in ends if end is not None]
        if node.tag in CONTAINERS:
            ways[name] += [child.get("id") for child in entries(graph, node)]
    return ways


def links(node: Root) -> list[str | None]:
    return [definition.get("name") for definition in node.findall(bpmn("linkEventDefinition"))]


def entries(graph: Graph, container: Root) -> list[Root]:
    """Where tokens of a process or subprocess begin. Without a start event, which another rule refuses, at all that nothing leads to."""
    children = [child for child in container if child.tag in NODES and child.get("id")]
    events = [child for child in children if is_event_subprocess(child)]
    starts = [child for child in children if child.tag == bpmn("startEvent")]
    return events + (starts or [child for child in children if not graph.into(child)])


def is_event_subprocess(node: Root) -> bool:
    return bool(node.tag == bpmn("subProcess") and node.get("triggeredByEvent") == "true")


def definitions(event: Root) -> list[str]:
    """Kinds of the event definitions of an event, such as `timer` and `message`."""
    tags = (child.tag.rpartition("}")[2] for child in event if isinstance(child.tag, str))
    return [tag.removesuffix("EventDefinition") for tag in tags if tag.endswith("EventDefinition")]


def reach(starts: Iterable[str], ways: Mapping[str, list[str]], seen: set[str]) -> None:
    """Adds to `seen` all that can be reached from the starts."""
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(ways.get(name, ()))


def circles(ways: Mapping[str, list[str]]) -> list[list[str]]:
    """Strongly connected parts with a way back to themselves (Tarjan without recursion), each in order of discovery."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    found, stack, held = [], [], set()
    for first in ways:
        if first in order:
            continue
        order[first] = low[first] = len(order)
        work = [(first, iter(ways[first]))]
        stack.append(first)
        held.add(first)
        while work:
            name, rest = work[-1]
            for following in rest:
                if following not in order:
                    order[following] = low[following] = len(order)
                    stack.append(following)
                    held.add(following)
                    work.append((following, iter(ways[following])))
                    break
                if following in held:
                    low[name] = min(low[name], order[following])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == order[name]:
                    part = _part(stack, name)
                    held.difference_update(part)
                    if len(part) > 1 or name in ways[name]:
                        found.append(part)
    return found


def _part(stack: list[str], first: str) -> list[str]:
    part = [stack.pop()]
    while part[-1] != first:
        part.append(stack.pop())
    return part[::-1]
