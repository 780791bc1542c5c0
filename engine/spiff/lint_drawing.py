"""Rules about the diagram: what has no place on it cannot be seen by those who work with it."""

from collections import Counter
from collections.abc import Iterator

from engine.spiff.elements import bpmn
from engine.spiff.lint_graph import Graph
from engine.spiff.lint_rules import Finding

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_DD = "{http://www.omg.org/spec/DD/20100524/DI}"


def drawing(graph: Graph) -> Iterator[Finding]:
    """Every element has one shape with a place, every flow one edge with its way."""
    shapes = list(graph.root.iter(f"{_DI}BPMNShape"))
    edges = list(graph.root.iter(f"{_DI}BPMNEdge"))
    if graph.nodes and not shapes and not edges:
        process = next(graph.root.iter(bpmn("process")), graph.root)
        yield Finding(process, "not-drawn", "This model has no diagram; open it in a modeler and lay it out")
        return
    placed = {shape.get("bpmnElement") for shape in shapes if shape.find(f"{_DC}Bounds") is not None}
    led = {edge.get("bpmnElement") for edge in edges if len(edge.findall(f"{_DD}waypoint")) > 1}
    for name, node in graph.nodes.items():
        if name not in placed:
            yield Finding(node, "not-drawn", "This element has no place on the diagram; lay it out in a modeler")
    for flow in graph.flows:
        if flow.get("id") not in led:
            yield Finding(flow, "not-drawn", "This flow has no way on the diagram; draw it in a modeler")
    for found, kind in ((shapes, "shape"), (edges, "line")):
        counts = Counter(item.get("bpmnElement") for item in found)
        for item in found:
            if counts.pop(item.get("bpmnElement"), 0) > 1:
                place = graph.nodes.get(item.get("bpmnElement", ""), item)
                sentence = f"This element has more than one {kind} on the diagram; delete those beyond the first"
                yield Finding(place, "drawn-twice", sentence)
