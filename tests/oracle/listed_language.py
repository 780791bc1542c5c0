"""Listed differences of numbers, operators, conditions, lists, filters and unary tests."""

from __future__ import annotations

import re

from tests.oracle.charging import Difference
from tests.oracle.differences import called, kind, kinds, listed, nothing, odd, refused, sign


@listed(
    "numbers with an exponent",
    "1e3",
    ours="the number",
    theirs="reads the digits before the `e`",
    clause="10.3.1.2, rule 37: a numeric literal may have an exponent",
)
def _(d: Difference) -> bool:
    inside = d.template.startswith(("(function(a, b)", "{f: function")) and "1e3" in d.text
    return (inside or bool(re.fullmatch(r"[\d.]+e\d+", d.text))) and kind(d.ours.get("value")) == "number"


@listed(
    "numbers beyond 53 bits",
    "modulo(exp(100), 10)",
    ours="34 digits, null where they do not suffice",
    theirs="floats: 16 digits, or Infinity",
    clause="10.3.2.3.1: decimal128, 34 digits",
)
def _(d: Difference) -> bool:
    spoken = (*d.parts, d.ours.get("value"), *d.names.values())
    large = any(kind(part) == "odd" or (kind(part) == "number" and abs(part) > 2**53) for part in spoken)
    numbers = kind(d.ours.get("value")) in ("number", "null") and kind(d.theirs.get("value")) in ("number", "odd")
    return large and numbers


@listed(
    "no value",
    "(-1) ** 0.5",
    ours="null",
    theirs="NaN or Infinity",
    clause="10.3.2.15, Tables 57 to 60: no result outside the numbers of 10.3.2.3.1; else null",
)
def _(d: Difference) -> bool:
    return odd(d.theirs) and nothing(d)


@listed(
    "a condition that is neither true nor false",
    'if "yes" then 1 else 2',
    ours="the else",
    theirs="takes what is not false and not null for true",
    clause="10.3.2.15, Table 49: b if a is true, and c otherwise",
)
def _(d: Difference) -> bool:
    condition = kind(d.parts[0]) if d.parts else ""
    return d.template.startswith("if $") and condition not in ("boolean", "null")


@listed(
    "some and every over what is no boolean",
    "some x in [1, 2] satisfies x",
    ours="null",
    theirs="takes it for true, null for false",
    clause="10.3.2.15, Table 49: false or …, true and …, with Table 50: otherwise gives null",
)
def _(d: Difference) -> bool:
    return d.template.startswith(("some", "every")) and nothing(d) and kind(d.theirs.get("value")) == "boolean"


@listed(
    "one value as a loop's list",
    "for x in 5 return x",
    ours="a list of one",
    theirs="null",
    clause="10.3.2.9.4: a value becomes a list of one where a list is expected",
)
def _(d: Difference) -> bool:
    return (
        d.template.startswith(("for", "some", "every"))
        and d.theirs == {"value": None}
        and kind(d.parts[0]) not in ("list", "null")
    )


@listed(
    "a filter that is neither boolean nor number",
    "[1, 2][null]",
    ours="an empty list",
    theirs="null",
    clause="10.3.2.15, Table 68: items for which the filter is true",
)
def _(d: Difference) -> bool:
    equal_text = kinds(d)[1:] == ("string",) and kind(d.theirs.get("value")) == "list"
    told = d.theirs == {"value": None} or equal_text
    return d.template.endswith("]") and "[$" in d.template and d.ours == {"value": []} and told


@listed(
    "a range as a filter",
    "[1, 2, 3][(>= 3)]",
    ours="an empty list: a range is not true",
    theirs="the items that lie in it",
    clause="10.3.2.15, Table 68: items for which the filter is true",
)
def _(d: Difference) -> bool:
    return (
        d.template.endswith("]")
        and "[$" in d.template
        and d.ours == {"value": []}
        and bool(re.search(r"\[\(*[\[(\]]", d.text))
    )


@listed(
    "a filter of null",
    "null[item = 1]",
    ours="an empty list",
    theirs="null",
    clause="10.3.2.5 with 10.3.2.9.4; Table 68 is silent about null",
)
def _(d: Difference) -> bool:
    return (
        d.template.endswith("]")
        and kinds(d)[:1] == ("null",)
        and d.ours == {"value": []}
        and d.theirs == {"value": None}
    )


@listed(
    "a list of one and its item",
    "[1] = 1",
    ours="null: the kinds differ",
    theirs="opens lists of one before it compares",
    clause="10.3.2.15, Table 52: both of the same kind; else null",
)
def _(d: Difference) -> bool:
    comparing = (
        sign(d) in ("=", "!=", "in")
        or called(d) in ("is", "distinct values", "union", "list contains")
        or "= $" in d.template
    )
    short = any(_short(part) for part in (*d.parts, d.value))
    return comparing and short and not refused(d.ours)


@listed(
    "a list in itself",
    "[1, null] in [1, null]",
    ours="true: they are equal",
    theirs="false",
    clause="10.3.2.15, Table 55: e1 in e2 is e1 = e2",
)
def _(d: Difference) -> bool:
    return sign(d) == "in" and d.ours == {"value": True} and len(d.parts) == 2 and d.parts[0] == d.parts[1]


def _short(part: object) -> bool:
    return isinstance(part, list) and (len(part) < 2 or any(map(_short, part)))


@listed(
    "a list tested by itself",
    "[1, 2]",
    value=[1, 2],
    unary=True,
    ours="passes: they are equal",
    theirs="looks for the list among its items",
    clause="10.3.2.15, Table 55: e1 in e2 is e1 = e2",
)
def _(d: Difference) -> bool:
    return (
        d.unary
        and isinstance(d.value, list)
        and d.ours == {"value": True}
        and d.theirs == {"value": False}
        and d.value in d.parts
    )


@listed(
    "in, of another kind",
    "5 in null",
    ours="false: it is none of them",
    theirs="null, or the reverse",
    clause="10.3.2.15, Table 55: list contains, or equality with one of them",
)
def _(d: Difference) -> bool:
    told = {str(d.ours.get("value")), str(d.theirs.get("value"))}
    return " in " in d.template and not d.unary and (told == {"None", "False"} or kinds(d)[-1] == "null")


@listed(
    "a test of another kind",
    "< 5",
    value=True,
    unary=True,
    ours="does not pass",
    theirs="passes: JavaScript compares the two",
    clause="10.3.2.15, Table 52: both of the same kind; else null, which does not pass",
)
def _(d: Difference) -> bool:
    return (
        d.unary
        and not d.template.startswith(("not(", "if"))
        and d.ours == {"value": False}
        and d.theirs == {"value": True}
    )


@listed(
    "not() of what cannot be decided",
    "not(3)",
    value="abc",
    unary=True,
    ours="does not pass: not of null is null",
    theirs="passes",
    clause="10.3.2.15, Table 51: negation of anything but true and false is null",
)
def _(d: Difference) -> bool:
    return d.unary and d.template.startswith("not(") and d.ours == {"value": False} and d.theirs == {"value": True}


@listed(
    "a test that throws",
    "> [1..2]",
    value=3,
    unary=True,
    ours="does not pass; the others are asked",
    theirs="raises an exception",
    clause="10.3.2.15: inputs outside of their domain result in null",
)
def _(d: Difference) -> bool:
    asked = d.unary or " in (" in d.template
    return asked and not refused(d.ours) and d.theirs == {"fault": "exception"}


@listed(
    "if as a test",
    "if ? > 2 then true else false",
    value=5,
    unary=True,
    ours="its result is the answer",
    theirs="its result is compared with the value",
    clause="10.3.2.15, Table 55: a boolean expression about `?` decides",
)
def _(d: Difference) -> bool:
    return d.unary and d.template.startswith("if ?") and isinstance(d.ours.get("value"), bool)


@listed(
    "a condition tested against a boolean",
    "1 > 2",
    value=False,
    unary=True,
    ours="passes: false equals false",
    theirs="does not pass",
    clause="10.3.2.15, Table 55: without `?`, e1 in e2 is e1 = e2",
)
def _(d: Difference) -> bool:
    return (
        d.unary
        and d.value is False
        and d.ours == {"value": True}
        and d.theirs == {"value": False}
        and "?" not in d.text
    )


@listed(
    "one of the list's contexts",
    "rows",
    value={"n": 1, "t": "x"},
    unary=True,
    ours="passes: an item equals it",
    theirs="looks for the same object",
    clause="10.3.2.15, Table 53: contexts are equal by keys and entries",
)
def _(d: Difference) -> bool:
    return d.unary and isinstance(d.value, dict) and d.ours == {"value": True} and d.theirs == {"value": False}


@listed(
    "a filter that keeps false or null",
    "[false, true][item = false]",
    ours="the items for which it is true",
    theirs="leaves out what is false or null itself",
    clause="10.3.2.15, Table 68: items for which the filter is true",
)
def _(d: Difference) -> bool:
    kept = d.ours.get("value")
    return d.template.endswith("]") and isinstance(kept, list) and (False in kept or None in kept)


@listed(
    "a position computed from the item",
    "[1, 2][item + 1]",
    ours="the position that the first item gives",
    theirs="an empty list",
    clause="10.3.2.15, Table 68: an integer is a position; it is silent about one that reads `item`",
)
def _(d: Difference) -> bool:
    return (
        re.search(r"\[\$boolean:\w+\]$", d.template) is not None and d.theirs == {"value": []} and not refused(d.ours)
    )


@listed(
    "a list among several tests",
    "6 in ([6, 7], 8)",
    ours="true: it is in the list",
    theirs="false",
    clause="10.3.2.15, Table 55: list contains(e2, e1)",
)
def _(d: Difference) -> bool:
    return (
        " in ($" in d.template and "list" in kinds(d)[1:] and d.ours == {"value": True} and d.theirs == {"value": False}
    )


@listed(
    "one value filtered",
    "5[true]",
    ours="a list of one",
    theirs="the value itself",
    clause="10.3.2.15, Table 68: [e1] if the filter is true",
)
def _(d: Difference) -> bool:
    return d.template.endswith("]") and d.ours == {"value": [d.theirs.get("value")]}


@listed(
    "a property of lists inside a list",
    "[[{a: 1}]].a",
    ours="of the items at every depth",
    theirs="null for the inner list",
    clause="10.3.2.5: `.` with a list on its left is a list of selections",
)
def _(d: Difference) -> bool:
    items = d.parts[0] if d.parts else None
    return "." in d.template and isinstance(items, list) and any(isinstance(item, list) for item in items)


@listed(
    "names in back quotes",
    "{`a b`: 1}.`a b`",
    ours="a name",
    theirs="a syntax error in a context's key",
    clause="an extension of ours, as other FEEL engines have it",
)
def _(d: Difference) -> bool:
    return "`" in d.text and d.theirs == {"fault": "syntax"}


@listed(
    "two entries of one name",
    "{a: 1, a: 2}",
    ours="a syntax error",
    theirs="the last one",
    clause="10.3.2.6: the keys of a context are distinct",
)
def _(d: Difference) -> bool:
    return d.text == "{a: 1, a: 2}"


@listed(
    "a plus sign in front",
    "1 + + 1",
    ours="a syntax error",
    theirs="null or NaN",
    clause="10.3.1.2, rule 24: the grammar knows only the minus in front",
)
def _(d: Difference) -> bool:
    return d.text == "1 + + 1"
