"""One column of a table cut at every constant: which rows accept the values in between. Reads tests, runs none."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from feel import Cut, Key, Region, Value, coordinates

Rows: TypeAlias = int
"""A set of rows as bits: bit 0 is the first row."""


class Track(NamedTuple):
    """The values of one kind: ``rows`` has one entry before each cut and one after the last, ``at`` one for each key that
    has a cut.
    """

    cuts: list[Cut]
    rows: list[Rows]
    at: Mapping[Key, Rows]


class Axis(NamedTuple):
    """A column: what stands in kinds that have no track is accepted by no row."""

    tracks: Mapping[str, Track]

    def accepting(self, value: Value) -> Rows:
        """The rows whose cell accepts the value."""
        kind, key = coordinates(value)
        track = self.tracks.get(kind)
        if track is None:
            return 0
        rows = track.at.get(key)
        return track.rows[bisect_right(track.cuts, (key, 0))] if rows is None else rows


class Lane(NamedTuple):
    """A column as the index sees it. ``kind`` is the only one that its cells speak of, empty when there are more; values of
    others may cause warnings from the rows that are ``asking``. ``unread`` are the rows that must be tried. Without an axis
    nothing is known of the others either.
    """

    kind: str
    axis: Axis | None
    unread: Rows
    asking: Rows


class RowIndex:
    """The columns of a table, made when the table is first asked; two threads may make the same one."""

    __slots__ = ("lanes",)

    def __init__(self) -> None:
        self.lanes: tuple[Lane, ...] | None = None


def axis_of(regions: Iterable[tuple[Rows, Region]]) -> Axis:
    """The column in which these rows have these regions; a row may be named once only."""
    starts: dict[str, Rows] = {}
    changes: dict[str, dict[Cut, Rows]] = {}
    for rows, region in regions:
        for kind, line in region.lines.items():
            starts[kind] = starts.get(kind, 0) | (rows if line.starts else 0)
            at = changes.setdefault(kind, {})
            for cut in line.cuts:
                at[cut] = at.get(cut, 0) ^ rows
    return Axis({kind: _track(starts[kind], at) for kind, at in changes.items()})


def _track(rows: Rows, changes: Mapping[Cut, Rows]) -> Track:
    cuts = sorted(changes)
    found = [rows]
    at: dict[Key, Rows] = {}
    for key, side in cuts:
        before, rows = rows, rows ^ changes[key, side]
        found.append(rows)
        at.setdefault(key, before if side else rows)
    return Track(cuts, found, at)
