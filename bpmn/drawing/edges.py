"""Routes every flow of a diagram: neighbours first, loops last, hand-made ways where the grid has them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bpmn.drawing.route import (
    DIRECTIONS,
    ENTER,
    LEAVE,
    LEAVE_GATEWAY,
    PITCH,
    Lattice,
    Point,
    border,
    corners,
    find,
    ports,
)
from bpmn.drawing.shapes import ORIGIN, Box, DrawingError, Flow, Node

Line = list[tuple[float, float]]
ROOM = 120  # free space around the outermost shapes where loops may run
MANY = 3  # edges of one gateway that still get sides of their own
TAKEN = 260  # price of a side another edge already uses in the other sense


def route_all(nodes: dict[str, Node], flows: list[Flow], grid: dict[str, Any]) -> dict[str, Line]:
    """Waypoints per flow id."""
    lines: dict[str, Line] = {}
    for scope in sorted({f.scope for f in flows}):
        own = [f for f in flows if f.scope == scope]
        lines |= _route_scope(scope, nodes, own, grid)
    return {f.id: lines[f.id] for f in flows}


def _route_scope(scope: str, nodes: dict[str, Node], flows: list[Flow], grid: dict[str, Any]) -> dict[str, Line]:
    here = [n for n in nodes.values() if n.scope == scope]
    lattice = Lattice(_area(scope, nodes, here), [n.box for n in here])
    fan = Counter(f.source for f in flows)
    lines: dict[str, Line] = {}
    ways = grid.get("ways", {})
    for flow in sorted(flows, key=lambda f: (f.id not in ways, _length(nodes, f), f.id)):
        hint = grid.get("ports", {}).get(flow.id, [None, None])
        starts = _starts(nodes, flow, lattice, hint[0], fan[flow.source])
        goals = _goals(nodes, flow, lattice, hint[1])
        path = _through(lattice, starts, goals, flow, [_lattice_point(w, grid) for w in ways.get(flow.id, [])])
        if path is None:
            raise DrawingError(f"Expected a way for flow {flow.id!r}, but its shapes stand too close")
        points, out, into = path
        lattice.draw(points, (flow.source, flow.target))
        inner = [(float(x * PITCH), float(y * PITCH)) for x, y in points]
        lines[flow.id] = corners(
            [border(nodes[flow.source], out, points[0]), *inner, border(nodes[flow.target], into, points[-1])]
        )
    return lines


def _through(
    lattice: Lattice,
    starts: dict[str, tuple[Point, int]],
    goals: dict[str, tuple[Point, int]],
    flow: Flow,
    ways: list[Point],
) -> tuple[list[Point], str, str] | None:
    """One path over all hand-made points in turn."""
    points: list[Point] = []
    first: str | None = None
    for way in ways:
        part = find(lattice, starts, dict.fromkeys(DIRECTIONS, (way, 0)), (flow.source, flow.target))
        if part is None:
            return None
        points += part[0] if not points else part[0][1:]
        first = first or part[1]
        starts = dict.fromkeys(DIRECTIONS, (way, 0))
    part = find(lattice, starts, goals, (flow.source, flow.target))
    if part is None:
        return None
    return points + (part[0] if not points else part[0][1:]), first or part[1], part[2]


def _starts(
    nodes: dict[str, Node], flow: Flow, lattice: Lattice, hint: str | None, fan: int
) -> dict[str, tuple[Point, int]]:
    node = nodes[flow.source]
    prices = LEAVE_GATEWAY if node.kind == "gateway" and fan > 1 else LEAVE
    if node.kind == "boundary":
        prices = {"bottom": 0, "top": 0, "right": 40, "left": 80}
    found = {}
    for side, point in ports(node, nodes[node.host].box if node.host else None, nodes[flow.target]).items():
        if hint in (None, side):
            used = lattice.ends[point] - ({"out"} if fan > MANY else set())
            found[side] = (point, prices[side] + (TAKEN if used else 0))
    return found


def _goals(nodes: dict[str, Node], flow: Flow, lattice: Lattice, hint: str | None) -> dict[str, tuple[Point, int]]:
    node = nodes[flow.target]
    found = {}
    for side, point in ports(node, None, nodes[flow.source]).items():
        if hint in (None, side):
            found[side] = (point, ENTER[side] + (TAKEN if "out" in lattice.ends[point] else 0))
    return found


def _area(scope: str, nodes: dict[str, Node], here: list[Node]) -> Box:
    if scope in nodes:
        return nodes[scope].box
    left, top = min(n.box.x for n in here) - ROOM, min(n.box.y for n in here) - ROOM
    right, bottom = max(n.box.right for n in here) + ROOM, max(n.box.bottom for n in here) + ROOM
    return Box(left, top, right - left, bottom - top)


def _lattice_point(cell: list[float], grid: dict[str, Any]) -> Point:
    x, y = (ORIGIN[i] + cell[i] * grid["step"][i] for i in (0, 1))
    return round(x / PITCH), round(y / PITCH)


def _length(nodes: dict[str, Node], flow: Flow) -> float:
    (ax, ay), (bx, by) = nodes[flow.source].box.middle, nodes[flow.target].box.middle
    return abs(ax - bx) + abs(ay - by) + (4000 if bx < ax else 0)
