"""Listed differences of comparisons and ranges."""

from __future__ import annotations

import re

from tests.oracle.charging import Difference
from tests.oracle.differences import called, kind, kinds, listed, nothing, odd, refused, sign

ORDERS = ("<", "<=", ">", ">=")
UNORDERED = ("boolean", "list", "context", "range", "function", "null")
RANGE_FUNCTIONS = ("before", "after", "meets", "met by", "overlaps", "includes")
NOT_THERE = (
    "overlaps before",
    "overlaps after",
    "finishes",
    "finished by",
    "during",
    "starts",
    "started by",
    "coincides",
)


@listed(
    "an order of what has none",
    "true > false",
    ours="null",
    theirs="raises an exception",
    clause="10.3.2.15, Table 54: `<` is defined for numbers, strings, dates, times and durations only",
)
def _(d: Difference) -> bool:
    ordering = sign(d) in ORDERS or " between " in d.template
    return ordering and nothing(d) and refused(d.theirs) and any(each in UNORDERED for each in kinds(d))


@listed(
    "an order of different kinds",
    'date("2025-06-09") > "a"',
    ours="null",
    theirs="true or false, as JavaScript compares the two",
    clause="10.3.2.15, Table 52: both of the same kind; else outside the domain, which gives null",
)
def _(d: Difference) -> bool:
    ordering = sign(d) in ORDERS or " between " in d.template or " in " in d.template or called(d) in RANGE_FUNCTIONS
    return ordering and nothing(d) and (kind(d.theirs.get("value")) == "boolean" or refused(d.theirs)) and _mixed(d)


def _mixed(d: Difference) -> bool:
    found = set()
    for part in d.parts:
        found |= {kind(end) for end in part["range"][:2]} - {"null"} if kind(part) == "range" else {kind(part)}
    return len(found) > 1 or kinds(d)[:1] == ("range",)


@listed(
    "an order of a loop's item that is no number",
    "[true][item > 0]",
    ours="null",
    theirs="as JavaScript compares the two",
    clause="10.3.2.15, Table 52: both of the same kind; else null",
)
def _(d: Difference) -> bool:
    match = re.fullmatch(r"(\w+) [<>]=? [\d.]+", d.text)
    inside = d.template.endswith("[item > 2]") and d.ours == {"value": []}
    return (
        inside or _looped(d) or (match is not None and nothing(d) and type(d.names.get(match[1])) not in (int, float))
    )


def _looped(d: Difference) -> bool:
    """Such an order in a loop whose items are no plain data, so that there are no samples of it."""
    told = d.ours.get("value")
    return (
        d.template.startswith("for ")
        and isinstance(told, list)
        and None in told
        and bool(re.search(r"[xy] [<>]=? [\d.]+", d.text))
    )


@listed(
    "durations less than a second apart",
    'duration("PT0.5S") = duration("PT0S")',
    ours="false",
    theirs="true: whole seconds are compared",
    clause="10.3.2.3.7 and Table 53: the value of a duration is its number of seconds",
)
def _(d: Difference) -> bool:
    return sign(d) in ("=", "!=") and set(kinds(d)) == {"days and time duration"}


@listed(
    "relations with null",
    "before(null, 1)",
    ours="null",
    theirs="true or false, as JavaScript compares null",
    clause="10.3.4: whenever a parameter is outside its domain, the result is null",
)
def _(d: Difference) -> bool:
    return called(d) in RANGE_FUNCTIONS and nothing(d) and "null" in kinds(d)


@listed(
    "an order of different kinds in a filter",
    '[1, date("2025-06-10")][item > 2]',
    ours="null, so the item is left out",
    theirs="as JavaScript compares the two",
    clause="10.3.2.15, Tables 52 and 68: the comparison is null, which is not true",
)
def _(d: Difference) -> bool:
    items = d.parts[0] if d.parts else None
    return ":item]" in d.template and isinstance(items, list) and len({kind(item) for item in items}) > 1


@listed(
    "equality of durations of both kinds",
    'duration("PT1H") = duration("P2Y")',
    ours="null: the kinds differ",
    theirs="false",
    clause="10.3.2.15, Table 52: both of the same datatype; else null",
)
def _(d: Difference) -> bool:
    return (
        sign(d) in ("=", "!=")
        and nothing(d)
        and set(kinds(d)) == {"days and time duration", "years and months duration"}
    )


@listed(
    "between in the wrong order",
    "5 between 10 and 1",
    ours="false",
    theirs="true: the ends are swapped",
    clause="10.3.2.15, Table 55: e1 between e2 and e3 is e1 >= e2 and e1 <= e3",
)
def _(d: Difference) -> bool:
    return "between" in d.template and d.ours == {"value": False} and d.theirs == {"value": True}


@listed(
    "between with an end that is null or of another kind",
    "7 between null and 2",
    ours="false as soon as one side is false",
    theirs="null or an exception",
    clause="10.3.2.15, Table 55, with Table 50: null and false is false",
)
def _(d: Difference) -> bool:
    return "between" in d.template and d.ours == {"value": False} and (d.theirs == {"value": None} or refused(d.theirs))


@listed(
    "a range in the wrong order",
    "3 in [5..1]",
    ours="false: nothing lies in it",
    theirs="true: the ends are swapped",
    clause="10.3.2.15, Table 55: e1 in [e2..e3] is e1 >= e2 and e1 <= e3",
)
def _(d: Difference) -> bool:
    ours, theirs = d.ours.get("value"), d.theirs.get("value")
    asked = " in " in d.template or d.unary or called(d) == "includes"
    return asked and isinstance(ours, bool) and theirs is not ours and _descending(d)


def _descending(d: Difference) -> bool:
    ends = [part["range"][:2] for part in d.parts if kind(part) == "range"]
    return any(
        low is not None and high is not None and kind(low) == kind(high) in ("number", "string") and low > high
        for low, high in ends
    )


@listed(
    "ends that make no range",
    '[1.."a"]',
    ours="null",
    theirs="raises an exception, or leaves the side open when it is null",
    clause="10.3.2.7: endpoints must be of equivalent types",
)
def _(d: Difference) -> bool:
    return ".." in d.template and nothing(d) and (refused(d.theirs) or kind(d.theirs.get("value")) == "range")


@listed(
    "a range of one value",
    "(= 2)",
    ours="the range [2..2]",
    theirs="a function",
    clause="10.3.2.7: a comparison operator and a single endpoint",
)
def _(d: Difference) -> bool:
    return d.text == "(= 2)"


@listed(
    "functions of ranges that feelin has not",
    "during([5..6], [5..10])",
    ours="answered",
    theirs="null",
    clause="10.3.4.7, Table 78: all fourteen are built in",
)
def _(d: Difference) -> bool:
    return called(d) in NOT_THERE and (d.theirs == {"value": None} or refused(d.theirs))


@listed(
    "relations of a range with an open side",
    "overlaps([1..5], (>= 3))",
    ours="the open side is without end",
    theirs="compares with null",
    clause="10.3.4.7, Table 78, with 10.3.2.7: the other endpoint is undefined",
)
def _(d: Difference) -> bool:
    open_side = any(kind(part) == "range" and None in part["range"][:2] for part in d.parts)
    return called(d) in RANGE_FUNCTIONS and open_side and kind(d.theirs.get("value")) == "boolean"


@listed(
    "in a condition",
    "5 in (2 > 1)",
    ours="the condition decides",
    theirs="false: 5 is not true",
    clause="10.3.2.15, Table 55: a boolean expression after `in` decides (there for those with `?`)",
)
def _(d: Difference) -> bool:
    return (
        " in " in d.template
        and "boolean" in (kinds(d) if d.unary else kinds(d)[1:])
        and isinstance(d.ours.get("value"), bool)
    )


@listed(
    "a range in a range without an end",
    "[0..1] in (< 5)",
    ours="null or false: a range is no value of a range",
    theirs="true: it lies inside",
    clause="10.3.2.15, Table 55: `in` compares values with the ends; `includes` is for ranges",
)
def _(d: Difference) -> bool:
    return " in " in d.template and kinds(d)[:1] == ("range",) and d.ours.get("value") in (None, False, True)


@listed(
    "is, of different kinds",
    'is(1, "a")',
    ours="false",
    theirs="null",
    clause="10.3.4.6, Table 77: true if both are the same element of the domain",
)
def _(d: Difference) -> bool:
    return called(d) == "is" and d.ours == {"value": False} and d.theirs == {"value": None}


@listed(
    "types of ranges and functions",
    "[1..2] instance of range<number>",
    ours="answered",
    theirs="a syntax error",
    clause="10.3.2.9: range<T> and functions are types of the lattice",
)
def _(d: Difference) -> bool:
    return "instance of" in d.template and refused(d.theirs)


@listed(
    "null in a typed list",
    '["a", null] instance of list<string>',
    ours="true",
    theirs="false",
    clause="10.3.2.9.2: Null conforms to every type, and list<T> to list<S> where T conforms to S",
)
def _(d: Difference) -> bool:
    inner = d.text.partition("instance of ")[2]
    return inner.startswith(("list<", "context<")) and d.ours == {"value": True} and d.theirs == {"value": False}


@listed(
    "durations without order",
    'duration("P1Y") > duration("P360D")',
    ours="null: the kinds differ",
    theirs="true: it counts milliseconds",
    clause="10.3.2.15, Table 52: both of the same datatype; else null",
)
def _(d: Difference) -> bool:
    return (
        sign(d) in ORDERS
        and nothing(d)
        and not odd(d.theirs)
        and len(set(kinds(d))) == 2
        and all("duration" in each for each in kinds(d))
    )
