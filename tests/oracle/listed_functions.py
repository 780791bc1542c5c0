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
    clause="10.3.4.1 and 10.3.4.6 (DMN 1.4: range, duplicate values), and those other engines add: trim, is empty, partition, extract …",
)
def _(d: Difference) -> bool:
    return called(d) in NOT_THERE and d.theirs == {"value": None}


@listed(
    "a position outside the list",
    "sublist([1, 2], 5)",
    ours="null",
    theirs="what is left, or the list made longer",
    clause="10.3.4.3 and 10.3.4.4, domain of `start position` and `position`: 1 to the length, or -1 to minus the length",
)
def _(d: Difference) -> bool:
    return called(d) in POSITIONS and nothing(d) and kind(d.theirs.get("value")) in ("list", "string")


@listed(
    "a position from the end",
    "remove([1, 2, 3], -2)",
    ours="counts from the end",
    theirs="one place off",
    clause="10.3.4.4: position -1 is the last item",
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
    clause="10.3.4.4, min and max: a list of comparable items",
)
def _(d: Difference) -> bool:
    return called(d) in ("min", "max") and d.theirs == {"value": None} and not refused(d.ours)


@listed(
    "the middle of numbers of several digits",
    "median([10, 9, 100])",
    ours="10",
    theirs="100: sorted as text",
    clause="10.3.4.4, median: the middle of the sorted numbers",
)
def _(d: Difference) -> bool:
    return called(d) == "median" and kind(d.ours.get("value")) == kind(d.theirs.get("value")) == "number"


@listed(
    "the order of several modes",
    "mode([2, 0.5])",
    ours="ascending",
    theirs="whole numbers first",
    clause="10.3.4.4, mode: sorted in ascending order",
)
def _(d: Difference) -> bool:
    a, b = d.ours.get("value"), d.theirs.get("value")
    return called(d) == "mode" and isinstance(a, list) and isinstance(b, list) and a == sorted(b)


@listed(
    "sorted by a function of other parameters",
    "sort([1, 2], function() 1)",
    ours="in the order given",
    theirs="turned round: any answer counts as true",
    clause="10.3.4.5: `precedes` takes two items and answers true or false",
)
def _(d: Difference) -> bool:
    return called(d) == "sort" and ("function() 1" in d.text or "function(x) x" in d.text)


@listed(
    "sorted items that have no order",
    "sort([[1, null], 7], function(x, y) x < y)",
    ours="in the order given",
    theirs="raises an exception",
    clause="10.3.4.5: `precedes` answers null here, which is not true",
)
def _(d: Difference) -> bool:
    items = d.parts[0] if d.parts else None
    return called(d) == "sort" and (
        refused(d.theirs) or (isinstance(items, list) and len({kind(item) for item in items}) > 1)
    )


@listed(
    "sort without a function",
    "sort([3, 1, 2])",
    ours="ascending",
    theirs="null",
    clause="an extension of ours: 10.3.4.5 asks for `precedes`",
)
def _(d: Difference) -> bool:
    return d.template == "sort($numbers)" and d.theirs == {"value": None}


@listed(
    "list replace by a function that answers no boolean",
    "list replace([1], function(item, newItem) 1, 9)",
    ours="null",
    theirs="takes it for true",
    clause="10.3.4.4, list replace: `match` is a function of two items that answers a boolean",
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
    clause="10.3.4.4, string join: the delimiter is a string or null",
)
def _(d: Difference) -> bool:
    return called(d) == "string join" and nothing(d) and kinds(d)[-1] == "list"


@listed(
    "null among the lists",
    "concatenate([1], null)",
    ours="null",
    theirs="an item null",
    clause="10.3.4.4: the parameters are lists; null is none",
)
def _(d: Difference) -> bool:
    return called(d) in ("concatenate", "union") and nothing(d) and kind(d.theirs.get("value")) == "list"


@listed(
    "one value as a list of lists",
    "union(5, [1])",
    ours="a list of one",
    theirs="takes text apart, or raises",
    clause="10.3.2.9.4: where a list is expected, a value becomes a list of one",
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
    clause="10.3.4.4, append: `item` is one item",
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
    clause="10.3.4.9, context put with keys: nested calls of context put",
)
def _(d: Difference) -> bool:
    return called(d) == "context put" and d.theirs == {"value": None} and kind(d.ours.get("value")) == "context"


@listed(
    "entries put into what is no context",
    'context put({a: 1}, ["a", "b"], 2)',
    ours="null",
    theirs="a context of the value's insides",
    clause="10.3.4.9, context put: the first parameter is a context",
)
def _(d: Difference) -> bool:
    return called(d) == "context put" and nothing(d) and kind(d.theirs.get("value")) == "context"


@listed(
    "characters beyond 16 bits from the end",
    'substring("😀x", -2)',
    ours="counts characters",
    theirs="counts UTF-16 units",
    clause="10.3.4.3, substring: positions of characters",
)
def _(d: Difference) -> bool:
    return called(d) == "substring" and "😀" in str(d.parts[0]) and "-" in d.text


@listed(
    "a list of one among the numbers",
    "max([1], 7)",
    ours="null",
    theirs="JavaScript opens it",
    clause="10.3.4.4: a list of comparable items of one kind",
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
    clause="10.3.4.9, context: keys are strings",
)
def _(d: Difference) -> bool:
    return called(d) == "context" and nothing(d) and kind(d.theirs.get("value")) == "context"


@listed(
    "text of a context's key",
    'string({"a b": 1})',
    ours="without quotes where the name can be read again",
    theirs="with quotes",
    clause="10.3.4.1, string: the text is not laid down for contexts",
)
def _(d: Difference) -> bool:
    return called(d) == "string" and kind(d.parts[0]) in ("context", "list") and kind(d.ours.get("value")) == "string"


@listed(
    "text of ranges and functions",
    "string([1..5])",
    ours="`[1..5]`",
    theirs="`<range>`",
    clause="10.3.4.1, string, and 10.3.4.1, range: its text can be read again",
)
def _(d: Difference) -> bool:
    return called(d) == "string" and kind(d.parts[0]) in ("range", "function")


@listed(
    "text of very small and large numbers",
    "string(0.00000001)",
    ours="digits",
    theirs="with an exponent, 17 digits",
    clause="10.3.4.1, string of a number: decimal128, written out",
)
def _(d: Difference) -> bool:
    return called(d) == "string" and kind(d.parts[0]) in ("number", "odd")


@listed(
    "a group that the pattern has not",
    'replace("abc", "b", "[$1]")',
    ours="nothing stands there",
    theirs="the text `$1` stays",
    clause="10.3.4.3, replace, by XPath fn:replace: a group that is not there is the empty text",
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
    ours="cuts at both ends too",
    theirs="cuts between the characters",
    clause="10.3.4.3: XPath raises an error here",
)
def _(d: Difference) -> bool:
    return called(d) in ("split", "replace") and '""' in d.text


@listed(
    "groups in a delimiter",
    'split("abc", "(b)")',
    ours="the pieces",
    theirs="the groups among the pieces",
    clause="10.3.4.3, split, by XPath fn:tokenize: the pieces alone",
)
def _(d: Difference) -> bool:
    return called(d) == "split" and "(" in str(d.parts[1])


@listed(
    "flags of XPath that JavaScript has not",
    'matches("abc", "a b c", "x")',
    ours="answered",
    theirs="raises an exception or null",
    clause="10.3.4.3, matches and replace: flags s, m, i, x (q from XPath 3)",
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
    clause="10.3.4.1, number: a numeric literal, and two separators that differ",
)
def _(d: Difference) -> bool:
    return called(d) == "number" and nothing(d) and kind(d.theirs.get("value")) == "number"


@listed(
    "odd and even of fractions",
    "odd(2.5)",
    ours="null",
    theirs="false",
    clause="10.3.4.5, odd and even: of whole numbers",
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
