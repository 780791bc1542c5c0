"""Reads the shipped models for structural tests: elements, flows, shapes, edges and labels by plain lxml."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from lxml import etree

from bpmn import models_folder
from bpmn.drawing.shapes import Box

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"
NINEFOLD = "{https://ninefold.example/schema/bpmn/1.0}"
CONTAINERS = {"subProcess"}
Line = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Model:
    key: str
    root: Any
    shapes: dict[str, Box]
    edges: dict[str, Line]
    labels: dict[str, Box]
    nodes: dict[str, Any]
    flows: list[Any]
    scopes: dict[str, frozenset[str]]

    def all(self, *tags: str) -> Iterator[Any]:
        yield from self.root.iter(*(BPMN + tag for tag in tags))

    def leaving(self, node: Any) -> list[Any]:
        return [f for f in self.flows if f.get("sourceRef") == node.get("id")]

    def entering(self, node: Any) -> list[Any]:
        return [f for f in self.flows if f.get("targetRef") == node.get("id")]


def tag(element: Any) -> str:
    return str(etree.QName(element).localname)


def _is_node(name: str) -> bool:
    return name.endswith(("Task", "Gateway", "Event")) or name in {"callActivity", "subProcess"}


@cache
def models() -> dict[str, Model]:
    return {path.stem: _read(path.stem, path.read_bytes()) for path in sorted(models_folder().glob("*.bpmn"))}


def _read(key: str, source: bytes) -> Model:
    root = etree.fromstring(source)
    shapes, edges, labels = {}, {}, {}
    for shape in root.iter(DI + "BPMNShape"):
        shapes[shape.get("bpmnElement")] = _box(shape.find(DC + "Bounds"))
    for edge in root.iter(DI + "BPMNEdge"):
        edges[edge.get("bpmnElement")] = [(float(w.get("x")), float(w.get("y"))) for w in edge.findall(DD + "waypoint")]
    for label in root.iter(DI + "BPMNLabel"):
        labels[label.getparent().get("bpmnElement")] = _box(label.find(DC + "Bounds"))
    nodes = {e.get("id"): e for e in root.iter() if isinstance(e.tag, str) and _is_node(tag(e))}
    flows = list(root.iter(BPMN + "sequenceFlow"))
    scopes = {name: frozenset(a.get("id") for a in node.iterancestors()) for name, node in nodes.items()}
    return Model(key, root, shapes, edges, labels, nodes, flows, scopes)


def _box(bounds: Any) -> Box:
    return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))
