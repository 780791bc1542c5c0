"""Writes the diagram part of a model from its grid: `python -m bpmn.drawing.draw [name ...]`.

The semantic part of bpmn/<name>.bpmn stays as it is; positions come from bpmn/drawing/<name>.grid.json, whose form
bpmn/drawing/README.md explains. Edges find their own way around shapes; the same input gives the same bytes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from lxml import etree

from bpmn.drawing.edges import Line, route_all
from bpmn.drawing.labels import Page, for_flow, for_node, own_part, size
from bpmn.drawing.shapes import BPMN, ORIGIN, Box, Flow, Node, place, read_flows

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
FOLDER = Path(__file__).parent
Grid = dict[str, Any]
LABEL_WIDTH = 110
OUTSIDE_NAME = {"event", "boundary", "gateway"}


def draw(source: bytes, grid: Grid) -> bytes:
    """The same model with its diagram part written anew."""
    root = etree.fromstring(source, etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True))
    for old in root.findall(f"{{{DI}}}BPMNDiagram"):
        root.remove(old)
    process = next(root.iterchildren(f"{{{BPMN}}}process"))
    nodes, flows = place(process, grid), read_flows(process)
    lines = route_all(nodes, flows, grid)
    root.append(_diagram(str(process.attrib["id"]), nodes, flows, lines, grid))
    etree.indent(root, space="  ")
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written


def _diagram(process: str, nodes: dict[str, Node], flows: list[Flow], lines: dict[str, Line], grid: Grid) -> Any:
    diagram = etree.Element(f"{{{DI}}}BPMNDiagram", id=f"{process}_diagram")
    plane = etree.SubElement(diagram, f"{{{DI}}}BPMNPlane", id=f"{process}_plane", bpmnElement=process)
    page = Page(nodes.values(), lines.values())
    names: dict[str, Box] = {}
    for name, cell in grid.get("labels", {}).items():
        text = next(f.name for f in flows if f.id == name)
        x, y = (ORIGIN[i] + cell[i] * grid["step"][i] for i in (0, 1))
        names[name] = Box(x, y, *size(text, LABEL_WIDTH))
        page.names.append(names[name])
    for flow in sorted((f for f in flows if f.name and f.id not in names), key=lambda f: f.id):
        siblings = [lines[f.id] for f in flows if f.source == flow.source and f is not flow]
        own, branched = own_part(lines[flow.id], siblings)
        names[flow.id] = page.put(for_flow(flow, own, branched=branched))
    for node in nodes.values():
        if node.name and node.kind in OUTSIDE_NAME:
            names[node.id] = page.put(for_node(node))
    for node in nodes.values():
        shape = etree.SubElement(plane, f"{{{DI}}}BPMNShape", id=f"{node.id}_shape", bpmnElement=node.id)
        if node.kind == "container":
            shape.set("isExpanded", "true")
        if node.tag == "exclusiveGateway":
            shape.set("isMarkerVisible", "true")
        _bounds(shape, node.box)
        _name(shape, names.get(node.id))
    for flow in flows:
        edge = etree.SubElement(plane, f"{{{DI}}}BPMNEdge", id=f"{flow.id}_edge", bpmnElement=flow.id)
        for x, y in lines[flow.id]:
            etree.SubElement(edge, f"{{{DD}}}waypoint", x=_number(x), y=_number(y))
        _name(edge, names.get(flow.id))
    return diagram


def _bounds(parent: Any, box: Box) -> None:
    values = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    etree.SubElement(parent, f"{{{DC}}}Bounds", {k: _number(v) for k, v in values.items()})


def _name(parent: Any, box: Box | None) -> None:
    if box is not None:
        _bounds(etree.SubElement(parent, f"{{{DI}}}BPMNLabel"), box)


def _number(value: float) -> str:
    return str(round(value))


def main(names: list[str]) -> None:
    """Redraw the named models, or all that have a grid."""
    for name in names or sorted(p.name.removesuffix(".grid.json") for p in FOLDER.glob("*.grid.json")):
        model = FOLDER.parent / f"{name}.bpmn"
        grid = json.loads((FOLDER / f"{name}.grid.json").read_text("utf-8"))
        model.write_bytes(draw(model.read_bytes(), grid))


if __name__ == "__main__":
    main(sys.argv[1:])
