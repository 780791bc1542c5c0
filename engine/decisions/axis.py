"""One column of a table cut at every constant: which rows accept the values in between. Reads tests, runs none."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from feel import Cut, Region, Value, coordinates

Rows: TypeAlias = int
"""A set of rows as bits: bit 0 is the first row."""


class Track(NamedTuple):
    """The values of one kind: ``rows`` has one entry before each cut and one after the last."""

    cuts: list[Cut]
    rows: list[Rows]


class Axis(NamedTuple):
    """A column: what stands in kinds that have no track is accepted by no row."""

    tracks: Mapping[str, Track]

    def accepting(self, value: Value) -> Rows:
        """The rows whose cell accepts the value."""
        kind, key = coordinates(value)
        track = self.tracks.get(kind)
        return 0 if track is None else track.rows[bisect_right(track.cuts, (key, 0))]


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
    for cut in cuts:
        rows ^= changes[cut]
        found.append(rows)
    return Track(cuts, found)
