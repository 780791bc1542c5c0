"""Shapes of a diagram: which there are, how large, where the grid puts them. Knows nothing of edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
MARGIN = 10
SIZES = {"gateway": (50, 50), "event": (36, 36), "task": (120, 80)}
ORIGIN = (120, 100)
PADDING = (50, 60, 50, 50)  # container around the middles' boxes: left, top (room for its name), right, bottom


class DrawingError(ValueError):
    """The grid and the diagram do not fit together."""


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def right(self) -> float:
        """Its right border."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower border."""
        return self.y + self.height

    def grown(self, by: float) -> Box:
        """The same box with a margin around it."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def overlap(self, other: Box) -> float:
        """Area shared with another box, 0 when apart or touching."""
        wide = min(self.right, other.right) - max(self.x, other.x)
        high = min(self.bottom, other.bottom) - max(self.y, other.y)
        return wide * high if wide > 0 and high > 0 else 0


@dataclass(frozen=True, slots=True)
class Node:
    id: str
    kind: str  # gateway, event, boundary, task, container
    tag: str
    name: str
    scope: str  # id of the process or sub-process it stands in
    host: str | None
    box: Box


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    name: str
    scope: str
    source: str
    target: str


def local(element: Any) -> str:
    """Tag without namespace."""
    return str(etree.QName(element).localname)


def kind_of(element: Any) -> str | None:
    """The sort of shape an element gets, None for what has no shape."""
    tag = local(element)
    if tag == "boundaryEvent":
        return "boundary"
    if tag == "subProcess":
        return "container"
    if tag.endswith("Gateway"):
        return "gateway"
    if tag.endswith("Event"):
        return "event"
    return "task" if tag in {"task", "callActivity"} or tag.endswith("Task") else None


def read_flows(process: Any) -> list[Flow]:
    """Every sequence flow below a process, in document order."""
    return [
        Flow(f.get("id"), f.get("name") or "", f.getparent().get("id"), f.get("sourceRef"), f.get("targetRef"))
        for f in process.iter(f"{{{BPMN}}}sequenceFlow")
    ]


def place(process: Any, grid: dict[str, Any]) -> dict[str, Node]:
    """Every shape at the place its grid cell names; containers wrap their content, boundary events sit on hosts."""
    nodes: dict[str, Node] = {}
    _place_children(process, grid, nodes)
    for element in process.iter(f"{{{BPMN}}}boundaryEvent"):
        host = nodes[element.get("attachedToRef")]
        nodes[element.get("id")] = _node(element, "boundary", _on_border(element, host.box, grid), host.id)
    unknown = set(grid["cells"]) - set(nodes)
    if unknown:
        raise DrawingError(f"Expected only shapes of the diagram in the grid, but found {sorted(unknown)}")
    return nodes


def _place_children(scope: Any, grid: dict[str, Any], nodes: dict[str, Node]) -> list[Box]:
    boxes: list[Box] = []
    for element in scope:
        kind = kind_of(element) if isinstance(element.tag, str) else None
        if kind is None or kind == "boundary":
            continue
        if kind == "container":
            inner = _place_children(element, grid, nodes)
            box = _around(inner, grid.get("padding", {}).get(element.get("id"), PADDING))
        else:
            box = _at(element, kind, grid)
        nodes[element.get("id")] = _node(element, kind, box, None)
        boxes.append(box)
    return boxes


def _node(element: Any, kind: str, box: Box, host: str | None) -> Node:
    scope = element.getparent().get("id")
    return Node(element.get("id"), kind, local(element), element.get("name") or "", scope, host, box)


def _at(element: Any, kind: str, grid: dict[str, Any]) -> Box:
    cell = grid["cells"].get(element.get("id"))
    if cell is None:
        raise DrawingError(f"Expected a grid cell for {element.get('id')!r}, but there is none")
    width, height = SIZES[kind]
    middle_x = round((ORIGIN[0] + cell[0] * grid["step"][0]) / 10) * 10
    middle_y = round((ORIGIN[1] + cell[1] * grid["step"][1]) / 10) * 10
    return Box(middle_x - width / 2, middle_y - height / 2, width, height)


def _around(boxes: list[Box], padding: tuple[int, int, int, int]) -> Box:
    left, top = min(b.x for b in boxes) - padding[0], min(b.y for b in boxes) - padding[1]
    right, bottom = max(b.right for b in boxes) + padding[2], max(b.bottom for b in boxes) + padding[3]
    left, top = left // 10 * 10, top // 10 * 10
    return Box(left, top, -(-(right - left) // 10) * 10, -(-(bottom - top) // 10) * 10)


def _on_border(element: Any, host: Box, grid: dict[str, Any]) -> Box:
    """On the side of the host, at a share of its length or level with a column or row of the grid."""
    side, along, *unit = grid.get("boundary", {}).get(element.get("id"), ("bottom", 0.5))
    if unit:
        x, y = (ORIGIN[i] + along * grid["step"][i] for i in (0, 1))
    else:
        x, y = host.x + host.width * along, host.y + host.height * along
    x, y = round(x / 10) * 10, round(y / 10) * 10
    middle = {"bottom": (x, host.bottom), "top": (x, host.y), "left": (host.x, y), "right": (host.right, y)}[side]
    return Box(middle[0] - 18, middle[1] - 18, 36, 36)
