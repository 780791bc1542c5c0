"""Listed differences of built-in functions, but those of dates and times."""

from __future__ import annotations

from tests.oracle.charging import Difference
from tests.oracle.differences import called, kind, kinds, listed, nothing, refused

POSITIONS = ("sublist", "remove", "insert before", "list replace", "substring")
NOT_THERE = (
    "range",
    "trim",
    "is empty",
    "is blank",
    "is defined",
    "partition",
    "duplicate values",
    "extract",
    "last day of month",
)


@listed(
    "functions that feelin has not",
    'range("[1..5]")',
    ours="answered",
    theirs="null",
    clause="10.3.4.1, Table 72 (range); the others are built into other engines too",
)
def _(d: Difference) -> bool:
    return called(d) in NOT_THERE and d.theirs == {"value": None}


@listed(
    "a position outside the list",
    "sublist([1, 2], 5)",
    ours="null",
    theirs="what is left, or the list made longer",
    clause="10.3.4.3 and .4, footnote 1: the position is in [-L..L] and not 0, the length in [1..E]",
)
def _(d: Difference) -> bool:
    return called(d) in POSITIONS and nothing(d) and kind(d.theirs.get("value")) in ("list", "string")


@listed(
    "a position from the end",
    "remove([1, 2, 3], -2)",
    ours="counts from the end",
    theirs="one place off",
    clause="10.3.4.4, Table 75, footnote 1: the position is in [-L..L]",
)
def _(d: Difference) -> bool:
    return (
        called(d) in ("remove", "insert before", "list replace")
        and "-" in d.text
        and kind(d.ours.get("value")) == "list"
    )


@listed(
    "least and greatest of what are no numbers",
    'min("a", "b")',
    ours="any kind that has an order",
    theirs="null",
    clause="10.3.4.4, Table 75, min and max: comparable items",
)
def _(d: Difference) -> bool:
    return called(d) in ("min", "max") and d.theirs == {"value": None} and not refused(d.ours)


@listed(
    "the middle of numbers of several digits",
    "median([10, 9, 100])",
    ours="10",
    theirs="100: sorted as text",
    clause="10.3.4.4, Table 75, median: the middle after sorting",
)
def _(d: Difference) -> bool:
    return called(d) == "median" and kind(d.ours.get("value")) == kind(d.theirs.get("value")) == "number"


@listed(
    "the order of several modes",
    "mode([2, 0.5])",
    ours="ascending",
    theirs="whole numbers first",
    clause="10.3.4.4, Table 75, mode: in ascending order",
)
def _(d: Difference) -> bool:
    a, b = d.ours.get("value"), d.theirs.get("value")
    return called(d) == "mode" and isinstance(a, list) and isinstance(b, list) and a == sorted(b)


@listed(
    "sorted by a function of other parameters",
    "sort([1, 2], function() 1)",
    ours="null",
    theirs="turned round: any answer counts as true",
    clause="10.3.4.9, Table 80: `precedes` is a boolean function of 2 arguments",
)
def _(d: Difference) -> bool:
    return called(d) == "sort" and ("function() 1" in d.text or "function(x) x" in d.text)


@listed(
    "sorted items that have no order",
    "sort([[1, null], 7], function(x, y) x < y)",
    ours="null",
    theirs="raises an exception, or keeps the order",
    clause="10.3.4.9, Table 80: `precedes` is defined on every pair of items",
)
def _(d: Difference) -> bool:
    items = d.parts[0] if d.parts else None
    unordered = isinstance(items, list) and (None in items or len({kind(item) for item in items}) > 1)
    return called(d) == "sort" and (refused(d.theirs) or unordered)


@listed(
    "sort without a function",
    "sort([3, 1, 2])",
    ours="ascending",
    theirs="null",
    clause="an extension of ours: Table 80 asks for `precedes`",
)
def _(d: Difference) -> bool:
    return d.template == "sort($numbers)" and d.theirs == {"value": None}


@listed(
    "list replace by a function that answers no boolean",
    "list replace([1], function(item, newItem) 1, 9)",
    ours="null",
    theirs="takes it for true",
    clause="10.3.4.4, Table 75, list replace: a boolean function",
)
def _(d: Difference) -> bool:
    answers_none = (
        "function(old, new) 1" in d.text or "function(old, new) old < new" in d.text or "function(item" in d.text
    )
    return called(d) == "list replace" and nothing(d) and answers_none


@listed(
    "a delimiter of another kind",
    'string join(["a", "b"], [null])',
    ours="null",
    theirs="as if there were none",
    clause="10.3.4.3, Table 74, string join: the delimiter is a string or null",
)
def _(d: Difference) -> bool:
    return called(d) == "string join" and nothing(d) and kinds(d)[-1] == "list"


@listed(
    "null among the lists",
    "concatenate([1], null)",
    ours="null",
    theirs="an item null",
    clause="10.3.4.4, Table 75: the parameters are lists",
)
def _(d: Difference) -> bool:
    return called(d) in ("concatenate", "union") and nothing(d) and kind(d.theirs.get("value")) == "list"


@listed(
    "one value as a list of lists",
    "union(5, [1])",
    ours="a list of one",
    theirs="takes text apart, or raises",
    clause="10.3.2.9.4: a value becomes a list of one where a list is expected",
)
def _(d: Difference) -> bool:
    return (
        called(d) == "union"
        and any(each not in ("list", "null") for each in kinds(d))
        and kind(d.ours.get("value")) == "list"
    )


@listed(
    "a list as the one item by name",
    "append(list: [1], item: [])",
    ours="the list, or null, is the item",
    theirs="its items are appended, and null is left out",
    clause="10.3.4.4, Table 75, append: any element, null too",
)
def _(d: Difference) -> bool:
    if d.template.startswith("index of(") and "append(list:" in d.text:
        return True  # feelin's items that are left out are holes, which only this function tells from null
    return d.template.startswith("append(list:") and kind(d.parts[1]) in ("list", "null")


@listed(
    "entries made on the way",
    'context put({}, ["a", "b"], 1)',
    ours="the contexts on the way are made",
    theirs="null",
    clause="an extension of ours: Table 81 asks for a context at every key",
)
def _(d: Difference) -> bool:
    return called(d) == "context put" and d.theirs == {"value": None} and kind(d.ours.get("value")) == "context"


@listed(
    "entries put into what is no context",
    'context put({a: 1}, ["a", "b"], 2)',
    ours="null",
    theirs="a context of the value's insides",
    clause="10.3.4.10, Table 81, context put: the first parameter is a context",
)
def _(d: Difference) -> bool:
    return called(d) == "context put" and nothing(d) and kind(d.theirs.get("value")) == "context"


@listed(
    "characters beyond 16 bits from the end",
    'substring("😀x", -2)',
    ours="counts characters",
    theirs="counts UTF-16 units",
    clause="10.3.4.3, Table 74: positions of characters; string length counts code points",
)
def _(d: Difference) -> bool:
    return called(d) == "substring" and "😀" in str(d.parts[0]) and "-" in d.text


@listed(
    "a list of one among the numbers",
    "max([1], 7)",
    ours="null",
    theirs="JavaScript opens it",
    clause="10.3.4.4, Table 75: comparable items, or numbers",
)
def _(d: Difference) -> bool:
    return (
        called(d) in ("min", "max", "sum", "mean", "median", "product", "stddev", "mode")
        and nothing(d)
        and _holds_lists(d)
    )


def _holds_lists(d: Difference) -> bool:
    items = d.parts[0] if len(d.parts) == 1 and isinstance(d.parts[0], list) else d.parts
    return any(isinstance(item, list) and len(item) == 1 for item in items)


@listed(
    "keys that are no text",
    "context([{key: 1, value: 1}])",
    ours="null",
    theirs="the key as text",
    clause="10.3.4.10, Table 81, and 10.3.2.6: keys are strings",
)
def _(d: Difference) -> bool:
    return called(d) == "context" and nothing(d) and kind(d.theirs.get("value")) == "context"


@listed(
    "text of a context's key",
    'string({"a b": 1})',
    ours="without quotes where the name can be read again",
    theirs="with quotes",
    clause="10.3.4.1, Table 72, string: not laid down for contexts",
)
def _(d: Difference) -> bool:
    return called(d) == "string" and kind(d.parts[0]) in ("context", "list") and kind(d.ours.get("value")) == "string"


@listed(
    "text of ranges and functions",
    "string([1..5])",
    ours="`[1..5]`",
    theirs="`<range>`",
    clause="10.3.4.1, Table 72, string: not laid down for ranges; ours is what range() reads",
)
def _(d: Difference) -> bool:
    return called(d) == "string" and kind(d.parts[0]) in ("range", "function")


@listed(
    "text of very small and large numbers",
    "string(0.00000001)",
    ours="digits",
    theirs="with an exponent, 17 digits",
    clause="10.3.4.1, Table 72, string, with 10.3.2.3.1: decimal128",
)
def _(d: Difference) -> bool:
    return called(d) == "string" and kind(d.parts[0]) in ("number", "odd")


@listed(
    "a group that the pattern has not",
    'replace("abc", "b", "[$1]")',
    ours="nothing stands there",
    theirs="the text `$1` stays",
    clause="10.3.4.3, Table 74, replace: `[1=$1][2=$2]` gives `[2=]` for a group without a match",
)
def _(d: Difference) -> bool:
    return (
        called(d) == "replace"
        and "$" in d.text
        and kind(d.ours.get("value")) == kind(d.theirs.get("value")) == "string"
    )


@listed(
    "a pattern that matches nothing at all",
    'split("ab", "")',
    ours="null",
    theirs="cuts between the characters",
    clause="10.3.4.3, footnote 2: where XPath specifies an error, FEEL specifies null",
)
def _(d: Difference) -> bool:
    return called(d) in ("split", "replace") and '""' in d.text


@listed(
    "groups in a delimiter",
    'split("abc", "(b)")',
    ours="the pieces",
    theirs="the groups among the pieces",
    clause="10.3.4.3, Table 74, split: substrings between the delimiters",
)
def _(d: Difference) -> bool:
    return called(d) == "split" and "(" in str(d.parts[1])


@listed(
    "flags of XPath that JavaScript has not",
    'matches("abc", "a b c", "x")',
    ours="answered",
    theirs="raises an exception or null",
    clause="10.3.4.3, footnote 2: XPath 2.0, clause 7.6.1.1: s, m, i, x",
)
def _(d: Difference) -> bool:
    return (
        called(d) in ("matches", "replace")
        and kinds(d)[-1:] == ("string",)
        and (refused(d.theirs) or d.theirs == {"value": None})
    )


@listed(
    "numbers as JavaScript reads them",
    'number("0x10", null, null)',
    ours="null",
    theirs="a number (hexadecimal, empty text, separators that are alike)",
    clause="10.3.4.1, footnote 1: a numeric literal of rule 37, and two separators that differ",
)
def _(d: Difference) -> bool:
    within = d.template.startswith("(function(a, b)") and "number(" in d.text
    return (called(d) == "number" or within) and nothing(d) and kind(d.theirs.get("value")) == "number"


@listed(
    "odd and even of fractions",
    "odd(2.5)",
    ours="null",
    theirs="false",
    clause="10.3.4.5, Table 76: true if odd, false if even; a fraction is neither",
)
def _(d: Difference) -> bool:
    return called(d) in ("odd", "even") and nothing(d) and kind(d.theirs.get("value")) == "boolean"


@listed(
    "a single item for a list of one",
    "abs([-1])",
    ours="the list is opened",
    theirs="null",
    clause="10.3.2.9.4: a list of one becomes its item where an item is expected",
)
def _(d: Difference) -> bool:
    return called(d) in ("abs", "date", "time", "date and time") and "list" in kinds(d) and d.theirs == {"value": None}


@listed(
    "a scale that is no whole number",
    "round up(5.5, 1.5)",
    ours="its whole part counts",
    theirs="10 to the power of 1.5",
    clause="10.3.4.5, footnote 1: in [-6111..6176]; the standard is silent about fractions",
)
def _(d: Difference) -> bool:
    return (
        called(d).startswith(("round", "floor", "ceiling", "decimal"))
        and kind(d.theirs.get("value")) == "number"
        and d.parts[-1] != int(d.parts[-1])
    )


@listed(
    "the sum and the mean of durations",
    'sum(duration("P1D"), duration("P2D"))',
    ours="answered",
    theirs="null",
    clause="an extension of ours: Table 75 takes numbers",
)
def _(d: Difference) -> bool:
    return called(d) in ("sum", "mean") and d.theirs == {"value": None} and "duration" in kind(d.ours.get("value"))
