"""Whatever looks at all of a large list or text pays for it in steps, so that the steps alone bound the work.

What compares two texts or asks for a length is left out: that is one call of the machine's, a few microseconds at most.
"""

from __future__ import annotations

import pytest

from feel import Budget, compile_expression

ITEMS, CHARACTERS = 2_000, 160_000
SHARE = 64
"""Items or characters that one step may buy."""
PLENTY = 10**9
NAMES = {
    "l": list(range(ITEMS)), "m": list(range(ITEMS)), "ll": [[number] for number in range(ITEMS)],
    "d": {str(number): number for number in range(ITEMS)}, "e": {str(number): number for number in range(ITEMS)},
    "s": [str(number) for number in range(ITEMS)], "x": " " * CHARACTERS, "y": "a" * CHARACTERS,
    "z": "a" * (CHARACTERS - 1) + "b",
}  # fmt: skip
OF_LISTS = (
    "l = m", "l != m", "sum(l)", "min(l)", "max(l)", "mean(l)", "list contains(l, -1)", "index of(l, 1)", "reverse(l)", "append(l, 1)",
    "concatenate(l, m)", "sublist(l, 2)", "insert before(l, 1, 1)", "remove(l, 1)", "list replace(l, 1, 1)", "distinct values(l)",
    "duplicate values(l)", "union(l, m)", "flatten(ll)", "sort(l)", "sort(l, function(a, b) a < b)", "mode(l)", "median(l)", "stddev(l)",
    "product(l)", "all(l)", "any(l)", "l[item = 1]", "ll.a", "d = e", "d != e", "get entries(d)", 'context put(d, "1", 2)',
    "context merge([d, e])", "context(get entries(d))", "is(l, m)", "is(d, e)", "l in [m]", "l instance of list<number>", "string(l)",
    "partition(l, 100)", 'string join(s, ",")', "for q in l return q", "[l, m] = [m, l]", "-1 in l", "every q in l satisfies q >= 0",
    "some q in l satisfies q < 0", "(function(p: list<number>) 1)(l)", "list replace(l, function(a, b) a > b, 1)",
)  # fmt: skip
OF_TEXTS = (
    "trim(x)", "is blank(x)", 'contains(y, "b")', "substring(y, 3)", 'substring before(z, "b")', 'substring after(y, "a")', "lower case(y)",
    "upper case(y)", 'matches(y, "b")', 'replace(y, "b", "c")', 'split(y, "b")', 'y + ""', "number(y)", "string(y)", "string join([y])",
    'extract(y, "b")',
)  # fmt: skip


def steps(text: str, times: int) -> int:
    """What so many evaluations in one cost; the data is taken over once for all of them."""
    budget = Budget(steps=PLENTY, seconds=PLENTY, size=PLENTY)
    compile_expression(f"for i in 1..{times} return {text}", NAMES).evaluate(NAMES, budget=budget)
    return PLENTY - budget.steps


@pytest.mark.parametrize(
    ("text", "size"), [*((text, ITEMS) for text in OF_LISTS), *((text, CHARACTERS) for text in OF_TEXTS)]
)
def test_looking_at_all_of_it_is_paid_for(text, size):
    each = steps(text, 3) - steps(text, 2)

    assert each >= size / SHARE
