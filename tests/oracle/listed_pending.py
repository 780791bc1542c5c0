"""Differences that are faults of ours, until they are mended."""

from __future__ import annotations

import re

from tests.oracle.charging import Difference
from tests.oracle.differences import called, kind, listed, nothing, refused


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
    "timer text after @",
    '@"10:30"',
    pending=True,
    ours="what BPMN timers may say",
    theirs="null",
    clause="10.3.4.1: as date(), time() and duration() read it",
)
def _(d: Difference) -> bool:
    return bool(re.fullmatch(r'@"(T?\d\d:\d\d(:\d\d)?|-?P\d+W|[\d-]+T\d\d:\d\d)"', d.text)) and d.theirs == {
        "value": None
    }


@listed(
    "an offset with a fraction",
    'time(10, 30, 0, duration("PT0.5S"))',
    pending=True,
    ours="keeps the fraction, which its text leaves out",
    theirs="cuts it",
    clause="10.3.2.3.5: offsets are of hours, minutes and seconds",
)
def _(d: Difference) -> bool:
    return called(d) == "time" and "00:00" in str(d.ours) + str(d.theirs) and "time" in str(d.ours)


@listed(
    "z in lower case",
    '@"10:30:00z"',
    pending=True,
    ours="a syntax error",
    theirs="UTC",
    clause='Table 82 of DMN 1.5 itself writes `@"23:00:50z"`',
)
def _(d: Difference) -> bool:
    return 'z"' in d.text and (d.ours == {"fault": "syntax"} or d.ours == {"value": None})


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
    "times of a region",
    '@"08:30:00@Europe/Paris" = @"10:30:00+02:00"',
    pending=True,
    ours="taken as if at UTC",
    theirs="taken as on 1970-01-01",
    clause="10.3.2.3.5: a time of a region has no offset, so it has no place beside one that has",
)
def _(d: Difference) -> bool:
    return any("time" in str(part) and "@" in str(part) for part in d.parts) and isinstance(d.ours.get("value"), bool)


@listed(
    "years before 1 and after 9999",
    "date(0, 3, 4)",
    pending=True,
    ours="null",
    theirs="a date",
    clause="10.3.2.3.4 allows years to 999,999,999; ours are Python's",
)
def _(d: Difference) -> bool:
    return nothing(d) and bool(re.search(r"'[^']*'?: '(-\d{6}|\+\d{6}|0000)-", str(d.theirs)))


@listed(
    "negative years in text",
    'date("-2025-06-10")',
    pending=True,
    ours="null",
    theirs="raises an exception",
    clause="10.3.2.3.4 allows them; neither has them",
)
def _(d: Difference) -> bool:
    return '"-2025' in d.text and refused(d.theirs)


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
