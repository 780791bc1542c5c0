"""Listed differences of dates, times and durations."""

from __future__ import annotations

import re

from tests.oracle.charging import Difference
from tests.oracle.differences import called, kind, kinds, listed, nothing, odd, refused, sign

DURATIONS = ("days and time duration", "years and months duration")
INSTANTS = ("date", "time", "date and time")


@listed(
    "durations times and divided by numbers",
    'duration("P1D") * 2',
    ours="answered",
    theirs="null or NaN",
    clause="10.3.2.15, Table 59: multiplication and division of durations",
)
def _(d: Difference) -> bool:
    has = any(each in DURATIONS for each in kinds(d))
    return sign(d) in ("*", "/") and has and (d.theirs == {"value": None} or odd(d.theirs))


@listed(
    "a duration turned round",
    '-duration("P1D")',
    ours="the negative duration",
    theirs="null",
    clause="10.3.2.15, Table 62: -e is e * -1, of durations too",
)
def _(d: Difference) -> bool:
    return d.template.startswith("-$") and kinds(d)[0] in DURATIONS and d.theirs == {"value": None}


@listed(
    "a date moved by hours",
    'date("2025-06-10") + duration("PT36H")',
    ours="the date it falls on",
    theirs="a date and time at UTC",
    clause="10.3.2.15, Table 57: date and days and time duration give a date",
)
def _(d: Difference) -> bool:
    return (
        sign(d) in ("+", "-") and kind(d.ours.get("value")) == "date" and kind(d.theirs.get("value")) == "date and time"
    )


@listed(
    "a time moved by months",
    'time("10:30:00") + duration("P1M")',
    ours="null",
    theirs="the same time",
    clause="10.3.2.15, Table 57: a time takes days and time durations only",
)
def _(d: Difference) -> bool:
    return sign(d) in ("+", "-") and "time" in kinds(d) and "years and months duration" in kinds(d) and nothing(d)


@listed(
    "the distance of one with a zone and one without",
    '@"2025-06-10T10:00:00" - @"2025-06-10T10:00:00Z"',
    ours="null",
    theirs="leaves the zones out",
    clause="10.3.2.15, Table 57: undefined where only one of the values has a timezone",
)
def _(d: Difference) -> bool:
    return sign(d) == "-" and nothing(d) and not refused(d.theirs) and _zoned(d) == {True, False}


@listed(
    "the order of one with a zone and one without",
    '@"2025-06-10T10:00:00" < @"2025-06-10T11:00:00Z"',
    pending=True,
    ours="null",
    theirs="takes the one without for UTC",
    clause="10.3.2.15, Table 54: an input without offset uses the offset of the other",
)
def _(d: Difference) -> bool:
    return not refused(d.theirs) and len(kinds(d)) >= 2 and _zoned(d) == {True, False}


def _zoned(d: Difference) -> set[bool]:
    times = [part[kind(part)] for part in d.parts if kind(part) in ("time", "date and time")]
    return {bool(re.search(r"(Z|[+-]\d\d:\d\d(:\d\d)?|@.+)$", text.partition("T")[2] or text)) for text in times}


@listed(
    "the distance of two zones",
    '@"10:00:00Z" - @"10:00:00+02:00"',
    ours="PT2H",
    theirs="PT0S: the offsets are left out",
    clause="10.3.2.15, Table 57: the difference of the two values in seconds",
)
def _(d: Difference) -> bool:
    return (
        sign(d) == "-"
        and kind(d.ours.get("value")) == kind(d.theirs.get("value")) == DURATIONS[0]
        and True in _zoned(d)
    )


@listed(
    "times less dates",
    '@"10:30:00" - date("2025-06-10")',
    ours="null",
    theirs="a duration since 1970",
    clause="10.3.2.15, Table 57: if values are not of the listed types, the result is null",
)
def _(d: Difference) -> bool:
    return sign(d) == "-" and nothing(d) and len({each for each in kinds(d) if each in INSTANTS}) == 2


@listed(
    "a day in a region's zone",
    '@"2025-03-29T12:00:00@Europe/Paris" + duration("P1D")',
    ours="24 hours later",
    theirs="the same time of the next day",
    clause="10.3.2.15, Table 57: the value in seconds plus the duration in seconds",
)
def _(d: Difference) -> bool:
    moved = kind(d.ours.get("value")) == kind(d.theirs.get("value")) == "date and time"
    return sign(d) in ("+", "-") and moved and "@" in d.ours["value"]["date and time"]


@listed(
    "years and months with days over",
    'years and months duration(date("2025-01-01"), date("2025-02-15"))',
    ours="P1M",
    theirs="P1M14D",
    clause="10.3.4.1, Table 72: `P1Y8M` from 2011-12-22 to 2013-08-24",
)
def _(d: Difference) -> bool:
    durations = kind(d.ours.get("value")) == kind(d.theirs.get("value")) == DURATIONS[1]
    return called(d) == "years and months duration" and durations


@listed(
    "text that is almost a date or time",
    'time("10:30")',
    ours="null",
    theirs="a value (ISO forms that XML Schema has not)",
    clause="10.3.4.1: lexical spaces of XML Schema Part 2",
)
def _(d: Difference) -> bool:
    return (
        called(d) in INSTANTS and kinds(d)[:1] == ("string",) and nothing(d) and kind(d.theirs.get("value")) in INSTANTS
    )


@listed(
    "text after @ that is no date, time or duration",
    '@"tomorrow"',
    ours="a syntax error, when the model is checked",
    theirs="null, or a value where the text is almost one",
    clause="10.3.1.2, rules 65 and 62: such text is no at-literal; a designer should know at once",
)
def _(d: Difference) -> bool:
    almost = re.fullmatch(r'@"(\d{8}|\d{6}|[\d-]+ [\d:]+|[\d-]+T\d\d:\d\d)"', d.text)
    return (
        '@"' in d.text
        and d.ours == {"fault": "syntax"}
        and (bool(almost) or d.theirs == {"value": None} or refused(d.theirs))
    )


@listed(
    "fractions of a second",
    '@"10:30:00.5".second',
    ours="0.5",
    theirs="0",
    clause="10.3.2.15, Table 66: second is a decimal in [0..60)",
)
def _(d: Difference) -> bool:
    ours, theirs = d.ours.get("value"), d.theirs.get("value")
    return (
        d.template.endswith((".second", ".seconds"))
        and kind(ours) == "number"
        and kind(theirs) == "number"
        and int(ours) == theirs
    )


@listed(
    "seconds with a fraction",
    "time(10, 30, 1.5)",
    ours="10:30:01.5",
    theirs="10:30:01",
    clause="10.3.4.1, Table 72, time: second is a number",
)
def _(d: Difference) -> bool:
    return called(d) == "time" and kinds(d)[:3] == ("number", "number", "number") and d.parts[2] != int(d.parts[2])


@listed(
    "a duration of both kinds",
    'duration("P1Y1D")',
    ours="null",
    theirs="a value",
    clause="10.3.4.1, duration string: of days and time, or of years and months",
)
def _(d: Difference) -> bool:
    return bool(re.search(r'"-?P\d+Y\d+D"', d.text)) and (nothing(d) or d.ours == {"fault": "syntax"})


@listed(
    "an offset of the wrong kind",
    'time(10, 30, 0, duration("P0M"))',
    ours="null",
    theirs="a time",
    clause="10.3.4.1, Table 72, time: the offset is a days and time duration or null",
)
def _(d: Difference) -> bool:
    return called(d) == "time" and kinds(d)[-1:] == (DURATIONS[1],) and nothing(d)


@listed(
    "an offset of more than 14 hours",
    'time(10, 30, 0, duration("PT15H"))',
    ours="null",
    theirs="a time",
    clause="10.3.2.15, Table 66: time offset lies in [-PT14H..PT14H]",
)
def _(d: Difference) -> bool:
    return (
        called(d) == "time"
        and kinds(d)[-1:] == (DURATIONS[0],)
        and nothing(d)
        and kind(d.theirs.get("value")) == "time"
    )


@listed(
    "a date and time for the time",
    'date and time(date("2025-06-10"), @"2025-01-01T08:00:00")',
    ours="null",
    theirs="its time",
    clause="10.3.4.1, Table 72, date and time: time is a time",
)
def _(d: Difference) -> bool:
    return d.template.startswith("date and time(") and kinds(d)[1:] == ("date and time",) and nothing(d)


@listed(
    "a date's midnight less a zoned moment",
    '@"2025-06-10T10:00:00+02:00" - date("2025-06-10")',
    ours="midnight at UTC",
    theirs="midnight there",
    clause="10.3.2.15, Table 57: a date counts as its UTC midnight",
)
def _(d: Difference) -> bool:
    return sign(d) == "-" and "date" in kinds(d) and "date and time" in kinds(d)


@listed(
    "days of dates in a loop",
    'for d in @"2025-06-10"..@"2025-06-12" return d',
    ours="three dates",
    theirs="raises an exception",
    clause="10.3.2.14: a loop may run over a range of dates",
)
def _(d: Difference) -> bool:
    return d.template.startswith("for") and refused(d.theirs) and "date" in d.text + "date" * ('@"' in d.text)


@listed(
    "the value of a date",
    'date("2025-06-10").value',
    ours="seconds",
    theirs="an object of the library",
    clause="an extension of ours: Table 65 has no `value`",
)
def _(d: Difference) -> bool:
    return d.template.endswith(".value") and odd(d.theirs)


@listed(
    "after parameters by name",
    '(date and time(date: date("2025-01-01"), time: time("08:00:00"))) - date and time("2025-01-01T00:00:00")',
    ours="answered",
    theirs="null: a parameter's name hides the function of that name from there on",
    clause="10.3.2.15, Table 63: the names of parameters belong to the one call",
)
def _(d: Difference) -> bool:
    return d.text.count("date and time(") > 1 and "date and time(date:" in d.text


@listed(
    "the offset of a time in a region",
    '@"10:30:00@Europe/Paris".time offset',
    ours="null: it depends on the day",
    theirs="that of 1970-01-01",
    clause="10.3.2.15, Table 66: null when the object has no time offset",
)
def _(d: Difference) -> bool:
    return d.template.endswith(".time offset") and nothing(d) and kind(d.parts[0]) == "time" and "@" in str(d.parts[0])


@listed(
    "no offset in text",
    'string(@"10:00:00+00:00")',
    ours="Z",
    theirs="+00:00",
    clause="10.3.4.1, Table 72, string: the canonical form of XML Schema",
)
def _(d: Difference) -> bool:
    return (
        called(d) == "string"
        and str(d.ours.get("value")).endswith("Z")
        and str(d.theirs.get("value")).endswith("+00:00")
    )


@listed(
    "durations scaled inside a function or loop",
    '(function(a, b) a * 2)(@"P1D", 0)',
    ours="answered",
    theirs="null",
    clause="10.3.2.15, Table 59: multiplication and division of durations",
)
def _(d: Difference) -> bool:
    within = d.template.startswith(("(function(a, b)", "{f: function", "for "))
    spoken = f"{d.text} {d.parts} {d.ours}"
    return within and bool(re.search("None|NaN", str(d.theirs))) and bool(re.search(r"duration|@\"-?P", spoken))


@listed(
    "years of five digits and more",
    'date("12025-01-01")',
    ours="a date",
    theirs="null",
    clause="10.3.2.3.5: years from -999,999,999 to 999,999,999",
)
def _(d: Difference) -> bool:
    return bool(re.search(r'"-?[1-9]\d{4,8}-', d.text)) and (d.theirs == {"value": None} or refused(d.theirs))


@listed(
    "text that begins with a minus",
    'date("-2025-06-10")',
    ours="a date before our era, or null",
    theirs="raises an exception",
    clause="10.3.2.3.5: years from -999,999,999 to 999,999,999",
)
def _(d: Difference) -> bool:
    minus = any(isinstance(part, str) and part.startswith("-") for part in d.parts)
    return (called(d) in INSTANTS or d.template.startswith("@")) and minus and refused(d.theirs)


@listed(
    "midnight at the day's end",
    'date and time("2025-06-10T24:00:00")',
    ours="the next day's midnight",
    theirs="null",
    clause="10.3.4.1: 24:00:00 is in the lexical space of XML Schema Part 2",
)
def _(d: Difference) -> bool:
    return "24:00:00" in d.text and (d.theirs == {"value": None} or refused(d.theirs))


@listed(
    "times of a region",
    '@"08:30:00@Europe/Paris" < @"10:30:00+02:00"',
    ours="null, unless both are of one region",
    theirs="taken as on 1970-01-01",
    clause="10.3.2.3.6: zone rules need a date; a time of a region has no place beside another",
)
def _(d: Difference) -> bool:
    regions = any(kind(part) == "time" and "@" in str(part) for part in d.parts)
    return regions and sign(d) in ("=", "!=", "<", "<=", ">", ">=", "-") and nothing(d)


@listed(
    "moments less than a second apart",
    '@"10:30:00.25" = @"10:30:00"',
    ours="compared in whole seconds",
    theirs="compared in milliseconds",
    clause="10.3.2.3.4 and .6: the value of a time and of a date and time counts seconds",
)
def _(d: Difference) -> bool:
    moments = all(kind(part) in ("time", "date and time") for part in d.parts) and re.search(r":\d\d\.\d", str(d.parts))
    comparing = sign(d) in ("=", "!=", "<", "<=", ">", ">=") or called(d) == "is"
    return bool(moments) and comparing and isinstance(d.ours.get("value"), bool)


@listed(
    "T before a time",
    '@"T10:30:00"',
    ours="a time",
    theirs="null",
    clause="10.3.2.3.4 writes `T01:00:00` itself",
)
def _(d: Difference) -> bool:
    return '"T' in d.text and kind(d.ours.get("value")) == "time" and d.theirs == {"value": None}


@listed(
    "text of years before 1 and after 9999",
    "string(date(-2, 3, 10))",
    ours="as XML Schema writes them",
    theirs="with a sign and six digits, as JavaScript does",
    clause="10.3.4.1: the lexical space of XML Schema Part 2",
)
def _(d: Difference) -> bool:
    return called(d) == "string" and bool(re.match(r"[+-]\d{6}-", str(d.theirs.get("value"))))
