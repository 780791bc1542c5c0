"""Orthogonal edges on a ten-pixel lattice: never through a shape, few bends, few crossings, own corridors."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from bpmn.drawing.shapes import Box, Node

Point = tuple[int, int]
Ends = tuple[str, str]  # ids of source and target
PITCH = 10
DIRECTIONS = {"right": (1, 0), "left": (-1, 0), "bottom": (0, 1), "top": (0, -1)}
BEND, CROSS, ALONG, NEAR, JOIN, HUG = 60, 90, 3000, 14, 0, 12
LEAVE = {"right": 0, "bottom": 70, "top": 70, "left": 400}
ENTER = {"left": 0, "top": 50, "bottom": 50, "right": 400}
LEAVE_GATEWAY = {"right": 0, "bottom": 5, "top": 5, "left": 400}


class Lattice:
    """What lies where: solid shapes, and the edges drawn so far with their target."""

    def __init__(self, area: Box, solids: Iterable[Box]) -> None:
        self.area = area
        self.blocked: set[Point] = set()
        self.lines: dict[str, dict[Point, set[Ends]]] = {"h": defaultdict(set), "v": defaultdict(set)}
        self.ends: dict[Point, set[str]] = defaultdict(set)
        self.close: set[Point] = set()
        for solid in solids:
            self.blocked.update(_points(solid.grown(PITCH - 1)))
            self.close.update(_points(solid.grown(2 * PITCH - 1)))

    def free(self, point: Point) -> bool:
        """Whether an edge may pass here at all."""
        x, y = point[0] * PITCH, point[1] * PITCH
        inside = self.area.x < x < self.area.right and self.area.y < y < self.area.bottom
        return inside and point not in self.blocked

    def cost(self, point: Point, axis: str, *, turning: bool, ends: Ends) -> int:
        """Price of standing on this point while moving along the axis."""
        same, other = self.lines[axis][point], self.lines["v" if axis == "h" else "h"][point]
        price = HUG if point in self.close else 0
        if same:
            price += JOIN if _kin(same, ends) else ALONG
        if other and not _kin(other, ends):
            price += ALONG if turning else CROSS
        dx, dy = (0, 1) if axis == "h" else (1, 0)
        for side in (-1, 1):
            beside = self.lines[axis].get((point[0] + side * dx, point[1] + side * dy))
            if beside and not _kin(beside, ends):
                price += NEAR
        return price

    def draw(self, path: list[Point], ends: Ends) -> None:
        """Remember an edge."""
        for a, b in pairwise(path):
            axis = "h" if a[1] == b[1] else "v"
            self.lines[axis][a].add(ends)
            self.lines[axis][b].add(ends)
        self.ends[path[0]].add("out")
        self.ends[path[-1]].add("in")


def ports(node: Node, host: Box | None, other: Node) -> dict[str, Point]:
    """The lattice point before each side: at its middle, for a container level with the other end of the edge.

    A boundary event only has the sides away from its host.
    """
    box, (x, y) = node.box, node.box.middle
    if node.kind == "container":
        level = other.box.middle
        x = level[0] if box.x + 40 <= level[0] <= box.right - 40 else x
        y = level[1] if box.y + 40 <= level[1] <= box.bottom - 40 else y
    cx, cy = round(x / PITCH), round(y / PITCH)
    found = {
        "right": (int(-(-(box.right + PITCH) // PITCH)), cy), "left": (int((box.x - PITCH) // PITCH), cy),
        "bottom": (cx, int(-(-(box.bottom + PITCH) // PITCH))), "top": (cx, int((box.y - PITCH) // PITCH)),
    }  # fmt: skip
    if host is None:
        return found
    outer = host.grown(PITCH - 1)
    return {
        s: p
        for s, p in found.items()
        if not (outer.x <= p[0] * PITCH <= outer.right and outer.y <= p[1] * PITCH <= outer.bottom)
    }


def border(node: Node, side: str, point: Point) -> tuple[float, float]:
    """Where an edge that stands at this lattice point touches the shape."""
    box = node.box
    return {
        "right": (box.right, float(point[1] * PITCH)), "left": (box.x, float(point[1] * PITCH)),
        "bottom": (float(point[0] * PITCH), box.bottom), "top": (float(point[0] * PITCH), box.y),
    }[side]  # fmt: skip


def find(
    lattice: Lattice,
    starts: dict[str, tuple[Point, int]],
    goals: dict[str, tuple[Point, int]],
    ends: Ends,
) -> tuple[list[Point], str, str] | None:
    """Cheapest path from one of the start sides to one of the goal sides: (points, start side, goal side)."""
    into = {(p, _opposite(side)): (price, side) for side, (p, price) in goals.items()}
    goal_points = [p for p, _ in goals.values()]
    best: dict[tuple[Point, str], int] = {}
    came: dict[tuple[Point, str], tuple[Point, str] | None] = {}
    heap: list[tuple[int, int, int, Point, str]] = []
    order = 0
    for side, (point, price) in starts.items():
        if lattice.free(point):
            best[point, side] = price
            came[point, side] = None
            heapq.heappush(heap, (price + _distance(point, goal_points), order, price, point, side))
            order += 1
    done: tuple[int, tuple[Point, str], str] | None = None
    while heap:
        estimate, _, spent, point, heading = heapq.heappop(heap)
        if done is not None and estimate >= done[0]:
            break
        if spent > best[point, heading]:
            continue
        for final, (price, side) in into.items():
            if final[0] == point:
                total = spent + price + (0 if final[1] == heading else BEND)
                if done is None or total < done[0]:
                    done = (total, (point, heading), side)
        for way, (dx, dy) in DIRECTIONS.items():
            if way == _opposite(heading):
                continue
            after = (point[0] + dx, point[1] + dy)
            if not lattice.free(after):
                continue
            axis, turning = ("h" if dx else "v"), way != heading
            step = PITCH + (BEND if turning else 0) + lattice.cost(after, axis, turning=False, ends=ends)
            if turning:
                step += lattice.cost(point, axis, turning=True, ends=ends)
            if spent + step < best.get((after, way), 1 << 60):
                best[after, way] = spent + step
                came[after, way] = (point, heading)
                order += 1
                heapq.heappush(heap, (spent + step + _distance(after, goal_points), order, spent + step, after, way))
    if done is None:
        return None
    path, state = [], done[1]
    current: tuple[Point, str] | None = state
    while current is not None:
        path.append(current[0])
        state, current = current, came[current]
    return path[::-1], state[1], done[2]


def corners(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The same line without points in the middle of a straight piece."""
    kept = [points[0]]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        straight = (before[0] == here[0] == after[0]) or (before[1] == here[1] == after[1])
        if not straight:
            kept.append(here)
    return [*kept, points[-1]]


def _kin(drawn: set[Ends], ends: Ends) -> bool:
    """Edges may share a line when they all leave one shape or all enter one."""
    return all(source == ends[0] for source, _ in drawn) or all(target == ends[1] for _, target in drawn)


def _points(box: Box) -> Iterable[Point]:
    for x in range(int(-(-box.x // PITCH)), int(box.right // PITCH) + 1):
        for y in range(int(-(-box.y // PITCH)), int(box.bottom // PITCH) + 1):
            yield x, y


def _opposite(side: str) -> str:
    return {"right": "left", "left": "right", "top": "bottom", "bottom": "top"}[side]


def _distance(point: Point, goals: list[Point]) -> int:
    return min(abs(point[0] - x) + abs(point[1] - y) for x, y in goals) * PITCH
