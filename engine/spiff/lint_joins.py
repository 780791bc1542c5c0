"""Parallel joins that wait for two flows of which only one can ever come: both begin at one choice, on different sides of it."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from engine.spiff.elements import bpmn
from engine.spiff.lint_flow import MOST_IN_FILE
from engine.spiff.lint_graph import CHOICES, Graph, entries
from engine.spiff.lint_rules import Finding
from engine.spiff.normalise import NODES

_ROOT = ""
_SENTENCE = (
    "This gateway waits for flows of which only one can come; join the sides of a choice in an exclusive gateway"
)


def alternatives(graph: Graph) -> Iterator[Finding]:
    """By dominators: what every way to a flow must pass. The sides of a choice stand in the walk as elements of their own."""
    joins = [gateway for gateway in graph.of("parallelGateway") if len(graph.into(gateway)) > 1]
    if not joins or len(graph.nodes) > MOST_IN_FILE:
        return
    sides = {_side(name, n): name for name in graph.nodes if _chooses(graph, name) for n, _ in _each(graph, name)}
    above, depth = _dominators(_ways(graph))
    for gateway in joins:
        ends = [_end(graph, flow.get("id"), flow.get("sourceRef")) for flow in graph.into(gateway)]
        known = [end for end in ends if end in above]
        if any(_exclude(graph, sides, *_parting(left, right, above, depth)) for left, right in pairwise(known)):
            yield Finding(gateway, "join-alternatives", _SENTENCE)


def _chooses(graph: Graph, name: str) -> bool:
    return NODES[graph.nodes[name].tag] in CHOICES or bool(_interrupting(graph, name))


def _interrupting(graph: Graph, name: str) -> list[str]:
    events = graph.boundaries.get(name, ())
    return [event.get("id") for event in events if event.get("cancelActivity", "true") == "true"]


def _each(graph: Graph, name: str) -> list[tuple[str, str]]:
    return [(str(flow.get("id")), flow.get("targetRef")) for flow in graph.leaving.get(name, ())]


def _side(name: str, flow: str) -> str:
    return f"{name} {flow}"  # no id has a space


def _end(graph: Graph, flow: str | None, source: str) -> str:
    return _side(source, str(flow)) if _chooses(graph, source) else source


def _exclude(graph: Graph, sides: Mapping[str, str], fork: str, left: str, right: str) -> bool:
    """True when the first steps of two ways out of one element exclude each other."""
    if left == right or fork == _ROOT:
        return False
    interrupting = _interrupting(graph, fork)
    flows = sum(sides.get(step) == fork for step in (left, right))
    events = sum(step in interrupting for step in (left, right))
    return flows + events == 2 and (events > 0 or NODES[graph.nodes[fork].tag] in CHOICES)


def _ways(graph: Graph) -> dict[str, list[str]]:
    ways = {_ROOT: [node.get("id") for each in graph.root.iter(bpmn("process")) for node in entries(graph, each)]}
    for name in graph.nodes:
        ways[name] = list(graph.ways[name])
        if _chooses(graph, name):
            flows = _each(graph, name)
            plain = [target for _, target in flows]
            rest = [each for each in graph.ways[name] if each not in plain]
            ways[name] = [_side(name, flow) for flow, _ in flows] + rest
            ways.update({_side(name, flow): [target] for flow, target in flows})
    return ways


def _dominators(ways: Mapping[str, list[str]]) -> tuple[dict[str, str], dict[str, int]]:
    """The nearest element that every way from the start passes, and how deep each lies below the start (Cooper, Harvey, Kennedy)."""
    order = _backwards(ways)
    number = {name: n for n, name in enumerate(order)}
    before: dict[str, list[str]] = {name: [] for name in order}
    for name in order:
        for following in ways.get(name, ()):
            before[following].append(name)
    above = {_ROOT: _ROOT}
    moved = True
    while moved:
        moved = False
        for name in order[1:]:
            known = [each for each in before[name] if each in above]
            new = known[0]
            for each in known[1:]:
                new = _meet(new, each, above, number)
            moved = moved or above.get(name) != new
            above[name] = new
    depth = {_ROOT: 0}
    for name in order[1:]:
        depth[name] = depth[above[name]] + 1
    return above, depth


def _meet(left: str, right: str, above: Mapping[str, str], number: Mapping[str, int]) -> str:
    while left != right:
        while number[left] > number[right]:
            left = above[left]
        while number[right] > number[left]:
            right = above[right]
    return left


def _backwards(ways: Mapping[str, list[str]]) -> list[str]:
    """Elements so that each stands before all that only it leads to (reverse postorder), without recursion."""
    seen, done = {_ROOT}, []
    work = [(_ROOT, iter(ways[_ROOT]))]
    while work:
        name, rest = work[-1]
        for following in rest:
            if following not in seen:
                seen.add(following)
                work.append((following, iter(ways.get(following, ()))))
                break
        else:
            done.append(name)
            work.pop()
    return done[::-1]


def _parting(left: str, right: str, above: Mapping[str, str], depth: Mapping[str, int]) -> tuple[str, str, str]:
    """Where the ways to two elements part, and the first step of each from there; the element itself where it is that place."""
    first, second = left, right
    while left != right:
        if depth[left] >= depth[right]:
            first, left = left, above[left]
        else:
            second, right = right, above[right]
    return left, first, second
