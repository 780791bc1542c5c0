"""The diagrams are drawn for reading: everything has a place, nothing overlaps, no line runs through a shape."""

import json
from itertools import pairwise

import pytest

from bpmn import models_folder
from bpmn.drawing.draw import draw
from bpmn.drawing.shapes import Box, DrawingError
from tests.bpmn.reading import Line, Model, models, tag

GRIDS = models_folder() / "drawing"
each_model = pytest.mark.parametrize("model", list(models().values()), ids=lambda model: model.key)


def segments(line: Line) -> list[Box]:
    return [Box(min(a[0], b[0]), min(a[1], b[1]), abs(a[0] - b[0]), abs(a[1] - b[1])) for a, b in pairwise(line)]


def crosses(segment: Box, shape: Box) -> bool:
    inner = shape.grown(-1)
    return segment.x < inner.right and inner.x < segment.right and segment.y < inner.bottom and inner.y < segment.bottom


def thick(segment: Box) -> Box:
    return segment.grown(0.5)


def host(model: Model, node: str) -> str | None:
    found: str | None = model.nodes[node].get("attachedToRef")
    return found


def around(model: Model, node: str) -> frozenset[str]:
    return model.scopes[node]


def belong(model: Model, one: str, other: str) -> bool:
    """A shape and its container or host, or what a host contains and its boundary events."""
    inside = {other, *model.scopes[other]}
    return one in inside or host(model, one) in inside


@each_model
def test_every_node_has_a_shape_and_every_flow_an_edge(model: Model) -> None:
    assert set(model.shapes) == set(model.nodes)
    assert set(model.edges) == {flow.get("id") for flow in model.flows}


@each_model
def test_no_two_shapes_overlap(model: Model) -> None:
    names = sorted(model.shapes)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            if not belong(model, one, other) and not belong(model, other, one):
                assert model.shapes[one].overlap(model.shapes[other]) == 0, (one, other)


@each_model
def test_a_container_holds_its_content_with_room(model: Model) -> None:
    for node, box in model.shapes.items():
        parent = model.nodes[node].getparent().get("id")
        if parent in model.shapes and host(model, node) is None:
            frame = model.shapes[parent]
            assert frame.x + 10 <= box.x, node
            assert frame.y + 10 <= box.y, node
            assert box.right + 10 <= frame.right, node
            assert box.bottom + 10 <= frame.bottom, node


@each_model
def test_no_edge_runs_through_a_shape_that_is_not_its_own(model: Model) -> None:
    for flow in model.flows:
        ends = {flow.get("sourceRef"), flow.get("targetRef")}
        allowed = ends | around(model, flow.get("sourceRef"))
        for node, box in model.shapes.items():
            if node in allowed:
                continue
            if host(model, flow.get("sourceRef")) == node:
                continue
            hit = [s for s in segments(model.edges[flow.get("id")]) if crosses(thick(s), box)]
            assert not hit, (flow.get("id"), node)


@each_model
def test_edges_are_orthogonal_and_touch_their_shapes(model: Model) -> None:
    for flow in model.flows:
        line = model.edges[flow.get("id")]
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(line)), flow.get("id")
        for point, end in ((line[0], "sourceRef"), (line[-1], "targetRef")):
            box = model.shapes[flow.get(end)]
            on_x = point[0] in (box.x, box.right) and box.y <= point[1] <= box.bottom
            on_y = point[1] in (box.y, box.bottom) and box.x <= point[0] <= box.right
            assert on_x or on_y, flow.get("id")


@each_model
def test_edges_share_a_line_only_with_kin(model: Model) -> None:
    pieces = [(flow, s) for flow in model.flows for s in segments(model.edges[flow.get("id")])]
    for i, (one, a) in enumerate(pieces):
        for other, b in pieces[i + 1 :]:
            if one.get("sourceRef") == other.get("sourceRef") or one.get("targetRef") == other.get("targetRef"):
                continue
            along_x = a.height == b.height == 0 and a.y == b.y and min(a.right, b.right) - max(a.x, b.x) > 1
            along_y = a.width == b.width == 0 and a.x == b.x and min(a.bottom, b.bottom) - max(a.y, b.y) > 1
            assert not along_x, (one.get("id"), other.get("id"))
            assert not along_y, (one.get("id"), other.get("id"))


@each_model
def test_names_lie_on_no_shape_and_on_no_other_name(model: Model) -> None:
    names = sorted(model.labels)
    for i, one in enumerate(names):
        for node, box in model.shapes.items():
            if tag(model.nodes[node]) != "subProcess":
                assert model.labels[one].overlap(box) == 0, (one, node)
        for other in names[i + 1 :]:
            assert model.labels[one].overlap(model.labels[other]) == 0, (one, other)


@each_model
def test_the_main_way_reads_from_left_to_right(model: Model) -> None:
    forward = [line for line in model.edges.values() if line[-1][0] > line[0][0]]

    assert len(forward) >= 0.7 * len(model.edges)


@each_model
def test_drawing_again_gives_the_same_bytes(model: Model) -> None:
    source = (models_folder() / f"{model.key}.bpmn").read_bytes()
    grid = json.loads((GRIDS / f"{model.key}.grid.json").read_text("utf-8"))

    assert draw(source, grid) == source


def test_a_shape_without_a_cell_and_a_cell_without_a_shape_are_refused() -> None:
    source = (models_folder() / "ev_complaint.bpmn").read_bytes()
    grid = json.loads((GRIDS / "ev_complaint.grid.json").read_text("utf-8"))

    with pytest.raises(DrawingError, match="grid cell for 'start'"):
        draw(source, {**grid, "cells": {k: v for k, v in grid["cells"].items() if k != "start"}})
    with pytest.raises(DrawingError, match="nobody"):
        draw(source, {**grid, "cells": {**grid["cells"], "nobody": [9, 9]}})
