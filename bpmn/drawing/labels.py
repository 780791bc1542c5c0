"""Finds a free place for the name of every event, gateway and branch: off shapes, off lines, off other names."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise, takewhile

from bpmn.drawing.edges import Line
from bpmn.drawing.shapes import Box, Flow, Node

LINE_HEIGHT = 14
WIDE = {"m": 9.2, "w": 8.0, "M": 9.2, "W": 10.4}
SHORT = 12
UPRIGHT = 18
NARROW = "iljtfr.,:;'|!()[] "


def text_width(text: str) -> float:
    """Width in pixels of a text in Arial 11, on the generous side."""
    return sum(WIDE.get(c, 3.6 if c in NARROW else 7.4 if c.isupper() else 6.2) for c in text)


def wrap(text: str, width: float) -> list[str]:
    """Lines of words no wider than the given width where words allow."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def size(text: str, width: float) -> tuple[float, float]:
    """Width and height of the wrapped text."""
    lines = wrap(text, width)
    return round(max(text_width(line) for line in lines) + 6), len(lines) * LINE_HEIGHT


class Page:
    """What is taken already, and how bad a place for a new name would be."""

    def __init__(self, nodes: Iterable[Node], lines: Iterable[Line]) -> None:
        self.solids = [n.box for n in nodes if n.kind != "container"]
        self.frames = [n.box for n in nodes if n.kind == "container"]
        self.segments = [Box(min(a[0], b[0]) - 2, min(a[1], b[1]) - 2, abs(a[0] - b[0]) + 4, abs(a[1] - b[1]) + 4)
                         for line in lines for a, b in pairwise(line)]  # fmt: skip
        self.names: list[Box] = [Box(f.x, f.y, f.width, 24) for f in self.frames]

    def harm(self, box: Box) -> float:
        """Zero for a clean place."""
        over = sum(box.overlap(s.grown(2)) for s in self.solids) * 20 + sum(box.overlap(n) for n in self.names) * 20
        over += sum(40 + box.overlap(s) for s in self.segments if box.overlap(s)) * 3
        return over + sum(500 for f in self.frames if 0 < box.overlap(f) < box.width * box.height)

    def put(self, choices: Iterable[tuple[float, Box]]) -> Box:
        """The cheapest of the offered places, which is then taken."""
        _, _, best = min((price + self.harm(box), n, box) for n, (price, box) in enumerate(choices))
        self.names.append(best)
        return best


def for_node(node: Node) -> Iterable[tuple[float, Box]]:
    """Places around an event or gateway, best first."""
    x, y = node.box.middle
    half = node.box.height / 2
    for extra, width in ((0, 110), (6, 90), (8, 150)):
        w, h = size(node.name, width)
        below, above = Box(x - w / 2, y + half + 4, w, h), Box(x - w / 2, y - half - h - 4, w, h)
        yield extra + (0 if node.kind != "gateway" else 3), below
        yield extra + (2 if node.kind != "gateway" else 0), above
        for shift in (half + 4, 12, half + 24):
            yield extra + 10, Box(x + shift, y + half, w, h)
            yield extra + 10, Box(x + shift, y - half - h, w, h)
            yield extra + 12, Box(x - shift - w, y + half, w, h)
            yield extra + 12, Box(x - shift - w, y - half - h, w, h)
        for far in (18, 34):
            yield extra + 20 + far, Box(x - w / 2, y + half + 4 + far, w, h)
            yield extra + 20 + far, Box(x - w / 2, y - half - h - 4 - far, w, h)
            yield extra + 20 + far, Box(x + half + 4, y + half - 10 + far, w, h)
            yield extra + 20 + far, Box(x - half - 4 - w, y + half - 10 + far, w, h)
        yield extra + 25, Box(x + half + 6, y - h / 2, w, h)
        yield extra + 25, Box(x - half - 6 - w, y - h / 2, w, h)


def own_part(line: Line, siblings: Iterable[Line]) -> tuple[Line, bool]:
    """The rest of an edge from where it leaves the line it shares with other edges of its source, and whether it shared one."""
    steps, shared = _steps(line), 0
    for other in siblings:
        pairs = zip(steps, _steps(other), strict=False)
        shared = max(shared, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs)) - 1)
    if shared < SHORT:
        return line, False
    start = steps[shared]
    for number, (a, b) in enumerate(pairwise(line)):
        if min(a[0], b[0]) <= start[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= start[1] <= max(a[1], b[1]):
            rest = [start, *line[number + 1 :]]
            too_short = len(rest) > 2 and abs(rest[0][0] - rest[1][0]) + abs(rest[0][1] - rest[1][1]) < SHORT
            return (rest[1:] if too_short else rest), True
    return line, False


def _steps(line: Line) -> Line:
    """Every pixel of the edge."""
    found: Line = [line[0]]
    for a, b in pairwise(line):
        count = max(round(abs(a[0] - b[0]) + abs(a[1] - b[1])), 1)
        found += [
            (round(a[0] + (b[0] - a[0]) * n / count), round(a[1] + (b[1] - a[1]) * n / count))
            for n in range(1, count + 1)
        ]
    return found


def for_flow(flow: Flow, line: Line, *, branched: bool) -> Iterable[tuple[float, Box]]:
    """Places along an edge, near its source first; an edge that left a common line prefers its level pieces."""
    travelled = 0.0
    for a, b in pairwise(line):
        length = abs(a[0] - b[0]) + abs(a[1] - b[1])
        upright = UPRIGHT if branched and a[0] == b[0] else 0
        for width in (90, 130, 64):
            w, h = size(flow.name, width)
            for share in (0.0, 0.25, 0.5, 0.75):
                yield from _beside(a, b, share, w, h, 0.12 * (travelled + share * length) + upright)
        travelled += length


def _beside(
    a: tuple[float, float], b: tuple[float, float], share: float, w: float, h: float, price: float
) -> Iterable[tuple[float, Box]]:
    if a[1] == b[1]:
        way = 1 if b[0] > a[0] else -1
        free = max(abs(b[0] - a[0]) - w - 8, 0)
        start = a[0] + way * (4 + share * free)
        x = start if way > 0 else start - w
        yield price, Box(x, a[1] - h - 4, w, h)
        yield price + 3, Box(x, a[1] + 5, w, h)
    else:
        way = 1 if b[1] > a[1] else -1
        free = max(abs(b[1] - a[1]) - h - 6, 0)
        start = a[1] + way * (3 + share * free)
        y = start if way > 0 else start - h
        yield price, Box(a[0] + 6, y, w, h)
        yield price + 1, Box(a[0] - 6 - w, y, w, h)
