"""Differences that are faults of ours, until they are mended."""

from __future__ import annotations

from tests.oracle.charging import Difference
from tests.oracle.differences import called, kind, listed, nothing


@listed(
    "the power of nothing",
    "0 ** 0",
    pending=True,
    ours="null",
    theirs="1",
    clause="10.3.2.9, Table 54, with IEEE 754-2008, 9.2.1: 1 for any base",
)
def _(d: Difference) -> bool:
    return "** " in d.template and d.ours == {"value": None} and d.theirs == {"value": 1}


@listed(
    "z in lower case",
    '@"10:30:00z"',
    pending=True,
    ours="a syntax error",
    theirs="UTC",
    clause='Table 82 of DMN 1.5 itself writes `@"23:00:50z"`',
)
def _(d: Difference) -> bool:
    return 'z"' in d.text and d.ours in ({"fault": "syntax"}, {"value": None})


@listed(
    "a separator that is none",
    'number("1.5", " ", ",")',
    pending=True,
    ours="a number",
    theirs="null",
    clause="10.3.4.1, number: the decimal separator is the one given",
)
def _(d: Difference) -> bool:
    return (
        called(d) == "number"
        and "." in d.text
        and kind(d.ours.get("value")) == "number"
        and d.theirs == {"value": None}
    )


@listed(
    "true inside a list of tests",
    "[true]",
    value="b",
    unary=True,
    pending=True,
    ours="passes",
    theirs="does not pass: b is not true",
    clause="10.3.2.13.1, Table 55: an item of the list equals the value",
)
def _(d: Difference) -> bool:
    items = d.parts[-1] if d.parts else None
    return (
        isinstance(items, list)
        and any(isinstance(item, bool) for item in items)
        and isinstance(d.ours.get("value"), bool)
    )


@listed(
    "a scale that is no whole number",
    "round up(5.5, 1.5)",
    pending=True,
    ours="null",
    theirs="10 to the power of 1.5",
    clause="10.3.4.5: scale is an integer",
)
def _(d: Difference) -> bool:
    return (
        called(d).startswith(("round", "floor", "ceiling", "decimal"))
        and nothing(d)
        and d.parts[-1] != int(d.parts[-1])
    )


@listed(
    "the sum of durations",
    'sum(duration("P1D"), duration("P2D"))',
    pending=True,
    ours="their sum",
    theirs="null",
    clause="an extension of ours: 10.3.4.4 sums numbers",
)
def _(d: Difference) -> bool:
    return called(d) == "sum" and d.theirs == {"value": None} and "duration" in kind(d.ours.get("value"))


@listed(
    "an offset with a fraction",
    'time(10, 30, 0, duration("PT0.5S"))',
    pending=True,
    ours="keeps the fraction, which its text leaves out",
    theirs="cuts it",
    clause="10.3.2.3.5: offsets are of hours, minutes and seconds",
)
def _(d: Difference) -> bool:
    return called(d) == "time" and "00:00" in str(d.ours) and kind(d.ours.get("value")) == "time"


@listed(
    "equality of a region's time",
    '@"10:30:00@Europe/Paris" = @"10:30:00Z"',
    pending=True,
    ours="true",
    theirs="false",
    clause="10.3.2.3.5: a time of a region has no offset",
)
def _(d: Difference) -> bool:
    regions = any(kind(part) == "time" and "@" in str(part) for part in d.parts)
    return regions and isinstance(d.ours.get("value"), bool)
