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


Sides = dict[str, tuple[Point, int]]  # side of a shape -> the lattice point before it and the price of using it
State = tuple[Point, str]  # where, and which way it is heading


class Search:
    """Cheapest path from one of the start sides to one of the goal sides (A*); ties by order of discovery."""

    def __init__(self, lattice: Lattice, starts: Sides, goals: Sides, ends: Ends) -> None:
        self.lattice, self.ends = lattice, ends
        self.into = [(p, _opposite(side), price, side) for side, (p, price) in goals.items()]
        self.best: dict[State, int] = {}
        self.came: dict[State, State | None] = {}
        self.heap: list[tuple[int, int, int, State]] = []
        self.order = 0
        self.done: tuple[int, State, str] | None = None
        for side, (point, price) in starts.items():
            if lattice.free(point):
                self._reach((point, side), price, None)

    def path(self) -> tuple[list[Point], str, str] | None:
        """Points, start side and goal side; None when there is no way."""
        while self.heap:
            estimate, _, spent, state = heapq.heappop(self.heap)
            if self.done is not None and estimate >= self.done[0]:
                break
            if spent == self.best[state]:
                self._arrive(state, spent)
                self._spread(state, spent)
        if self.done is None:
            return None
        points: list[Point] = []
        current: State | None = self.done[1]
        side = ""
        while current is not None:
            points.append(current[0])
            side, current = current[1], self.came[current]
        return points[::-1], side, self.done[2]

    def _reach(self, state: State, spent: int, before: State | None) -> None:
        if spent < self.best.get(state, 1 << 60):
            self.best[state], self.came[state] = spent, before
            self.order += 1
            rest = min(abs(state[0][0] - p[0]) + abs(state[0][1] - p[1]) for p, *_ in self.into) * PITCH
            heapq.heappush(self.heap, (spent + rest, self.order, spent, state))

    def _arrive(self, state: State, spent: int) -> None:
        for point, heading, price, side in self.into:
            total = spent + price + (0 if heading == state[1] else BEND)
            if point == state[0] and (self.done is None or total < self.done[0]):
                self.done = (total, state, side)

    def _spread(self, state: State, spent: int) -> None:
        point, heading = state
        for way, (dx, dy) in DIRECTIONS.items():
            after = (point[0] + dx, point[1] + dy)
            if way == _opposite(heading) or not self.lattice.free(after):
                continue
            axis = "h" if dx else "v"
            step = PITCH + self.lattice.cost(after, axis, turning=False, ends=self.ends)
            if way != heading:
                step += BEND + self.lattice.cost(point, axis, turning=True, ends=self.ends)
            self._reach((after, way), spent + step, state)


def find(lattice: Lattice, starts: Sides, goals: Sides, ends: Ends) -> tuple[list[Point], str, str] | None:
    """The cheapest path between two shapes, or None."""
    return Search(lattice, starts, goals, ends).path()


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
