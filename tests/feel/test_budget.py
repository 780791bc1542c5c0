"""No text and no data can hold the process, fill its memory or crash it."""

import tracemalloc
from decimal import Decimal

import pytest

from feel import Budget, BudgetExceeded, FeelError, compile_expression, compile_tests, to_text
from tests.feel.asking import ask

D = Decimal
ENDLESS = (
    "for i in 1..10000, j in 1..10000 return i",
    "every i in 1..1000000 satisfies i > 0",
    "some i in 1..1000000, j in 1..1000000 satisfies i < 0",
    "for i in 1..1000000000000 return i",
    "{f: function(n) f(n + 1), r: f(1)}.r",
    "{f: function(n) [f(n + 1), f(n + 1)], r: f(1)}.r",
    "for i in 1..200 return partial",
    "for i in 1..40 return [partial, partial]",
    "for i in 1..200 return string(partial)",
    '{a: "aaaaaaaaaaaaaaaaaaaa", b: for i in 1..30 return if i = 1 then a else partial[-1] + partial[-1]}',
    "for i in 1..30 return if i = 1 then [1, 2] else concatenate(partial[-1], partial[-1])",
    "for i in 1..1000 return sum(for j in 1..1000 return j)",
    'for i in 1..1000 return replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a", "bbbbbbbbbbbbbbbbbbb")',
    "sort(for i in 1..10000 return i, function(a, b) a > b)",
    "for i in 1..40 return if i = 1 then 1 else [partial[-1]]",
    "for i in 1..40 return if i = 1 then 1 else {a: partial[-1]}",
    "{l: for i in 1..200 return if i = 1 then [1] else [partial[-1]], r: flatten(l)}.r",
    "{l: for i in 1..40 return if i = 1 then [1] else [partial[-1], partial[-1]], r: l[-1] = l[-1]}.r",
)

STEPS, MOST_BYTES = 25_000, 25 * 2**20
"""A quarter of what one evaluation may take, and of what it may fill then."""
WORDS = "ab" * 100_000
ATTACKS = (
    *(
        "for i in 1..10**18 return i",
        'for d in @"-999999999-01-01"..@"999999999-01-01" return d',
        "for i in 1..99999 return {a: i}",
    ),
    *(
        "for i in 1..30000 return string(1e6144)",
        "for i in 1..30000 return 1e6144",
        "for i in 1..99999 return function() i",
    ),
    *("for i in 1..30000 return s", "for i in 1..30000 return substring(s, 2)", "for i in 1..30000 return trim(s)"),
    *(
        "for i in 1..30000 return is blank(s)",
        "for i in 1..30000 return number(s)",
        "for i in 1..30000 return range(r)",
    ),
    *(
        "for i in 1..300 return get entries(c)",
        'for i in 1..900 return context put(c, "x", i)',
        "for i in 1..300 return sort(l)",
    ),
    *('for i in 1..900 return context put(c, ["x", "y"], i)', "for i in 1..300 return context merge([c, c])"),
    *(
        "for i in 1..300 return context(get entries(c))",
        "for i in 1..300 return partition(l, 1)",
        "for i in 1..300 return union(l, l)",
    ),
    *(
        "for i in 1..300 return distinct values(l)",
        "for i in 1..300 return flatten([l, [l]])",
        "for i in 1..300 return l instance of list<number>",
        "for i in 1..300 return c instance of context<x: number>",
        "{f: function(p: list<number>) 1, r: for i in 1..300 return f(l)}.r",
        "for i in 1..3000 return reverse(l)",
    ),
    *("for i in 1..3000 return index of(l, -1)", "sort(l, function(a, b) a < b)", "for i in 1..3000 return mode(l)"),
    *('matches(s, "(a|b)*a(a|b){400}c")', 'replace(s, "a(.*c)?", "x")', 'split(s, "a(.*c)?")', 'extract(s, "a(.*c)?")'),
    'for i in 1..3000 return matches("a", "[a-z]{" + string(i) + "}\\p{L}{40}")',
    'for i in 1..3000 return matches("a", "\\p{L}{1000}" + string(i))',
    "{f: function(s, n) if n = 0 then s else f(s + s, n - 1), r: f(s, 30)}.r",
    "{a: [1, 1, 1, 1, 1, 1], b: [a, a, a, a, a, a], c: [b, b, b, b, b, b], d: [c, c, c, c, c, c], r: flatten([[d, d, d, d, d], [d, d, d, d, d], [d, d, d, d, d], [d, d, d, d, d]])}.r",
)


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_is_stopped_by_steps_and_takes_little_room(text):
    data = {"s": WORDS, "r": "[" + " " * 9_000, "c": {str(key): key for key in range(20_000)}, "l": list(range(20_000))}
    expression = compile_expression(text)

    tracemalloc.start()
    try:
        with pytest.raises(BudgetExceeded, match="too many steps|grew too large"):
            expression.evaluate(data, budget=Budget(steps=STEPS, seconds=60))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < MOST_BYTES


CALM = {
    "10 ** 6144": D("1e6144"),
    "10 ** 6145": None,
    "10 ** -7000": D(0),
    "exp(10 ** 9)": None,
    "exp(-(10 ** 9))": D(0),
    "decimal(1, 10 ** 9)": None,
    "decimal(1, 10 ** 17)": None,
    "round up(1e6144, 6000)": D("1e6144"),
    "floor(1e-6143, 6176)": D("1e-6143"),
    "modulo(1e6144, 1e-6000)": None,
    "1e6144 * 10": None,
    "1e-6143 / 1e6000": D(0),
    "time(1, 1, 1e6144)": None,
    "date(1e6144, 1, 1)": None,
    'substring("a", 1e6144)': "",
    '@"P1D" * 1e6144': None,
    '@"P1Y" * 1e6144': None,
}


@pytest.mark.parametrize(("text", "wanted"), CALM.items())
def test_numbers_out_of_bounds_are_null_or_nothing_at_once(text, wanted):
    assert compile_expression(text).evaluate({}, budget=Budget(steps=100)) == wanted


def test_many_names_that_begin_alike_are_read_in_time():
    names = ",".join(f"a b {index}: a b {index - 1}" for index in range(500))

    compile_expression(f"{{{names}}}")


def test_long_texts_are_kept_too():
    for text in ("1 + 2", " + ".join(["1"] * 30), " + ".join(["1"] * 300)):
        assert compile_expression(text) is compile_expression(text)
        assert compile_tests(text) is compile_tests(text)


@pytest.mark.parametrize("text", ENDLESS)
def test_an_endless_expression_is_stopped(text):
    expression = compile_expression(text)

    with pytest.raises(BudgetExceeded):
        expression.evaluate({})


TOO_MUCH = (
    *("(" * 200, "-" * 5000, "a" * 20_000, "[" * 61 + "1" + "]" * 61, "1 in (" * 200, "for a in 1 return " * 100 + "1"),
    *("if true then " * 100 + "1" + " else 2" * 100, "f(" * 100 + ")" * 100, "{a:" * 70 + "1" + "}" * 70, "x[" * 70),
    *(
        "function(x) " * 100 + "1",
        "some a in 1 satisfies " * 70 + "1",
        "]" * 100,
        "for " + "a in 1, " * 70 + "b in 1 return 1",
        "1" + " = 1" * 100,
    ),
)


@pytest.mark.parametrize("text", TOO_MUCH)
def test_a_text_too_long_or_deep_is_refused(text):
    with pytest.raises(BudgetExceeded):
        compile_expression(text)


LONG_BUT_FLAT = (
    *(
        "1" + " + 1" * 2_400,
        "true" + " and true" * 1_000,
        "c" + ".c" * 2_000,
        "[1]" + "[1]" * 2_000,
    ),
    *(
        "1 in (" * 25 + "1" + ", 1)" * 25,
        "f" + "(1)" * 2_000,
        "2" + "**1" * 2_000,
        "(" * 58 + "1" + ")" * 58,
        "-" * 58 + "1",
    ),
)


@pytest.mark.parametrize("text", LONG_BUT_FLAT)
def test_a_long_flat_text_is_no_danger(text):
    compile_expression(text).evaluate({})


def test_the_deepest_text_allowed_runs_inside_the_stack():
    text = "1"
    for _ in range(19):
        text = f"(if true and [{text}][1] + 1 > 0 then 1 else 2)"

    assert ask(text) == 1


def test_a_stack_that_is_nearly_full_is_no_crash():
    def deep(levels):
        if levels:
            return deep(levels - 1)
        with pytest.raises(BudgetExceeded):
            compile_expression("(" * 50 + "7" + ")" * 50)
        with pytest.raises(BudgetExceeded):
            compile_tests("(" * 50 + "8" + ")" * 50)
        return True

    text = "-(" * 25 + "x" + ")" * 25
    expression, tests = compile_expression(text), compile_tests(text)

    def shallow(levels):
        if levels:
            return shallow(levels - 1)
        with pytest.raises(BudgetExceeded):
            expression.evaluate({"x": 1})
        with pytest.raises(BudgetExceeded):
            tests.match(1, {"x": 1})
        return True

    assert _at_the_edge(deep)
    assert _at_the_edge(shallow)


def _at_the_edge(call):
    """Call with as little stack left as lets the claim be checked."""
    for levels in range(980, 0, -4):
        try:
            return call(levels)
        except RecursionError:
            continue
        except BaseException as error:
            if "RecursionError" not in repr(error) and "maximum recursion" not in str(error):
                raise
    return False


def test_the_clock_is_the_last_belt():
    budget = Budget(steps=10_000_000, seconds=0)

    with pytest.raises(BudgetExceeded):
        compile_expression("every i in 1..1000000 satisfies i > 0").evaluate({}, budget=budget)


def test_one_budget_may_serve_several_evaluations():
    budget = Budget(steps=250)
    expression = compile_expression("sum(for i in 1..20 return i)")

    expression.evaluate({}, budget=budget)

    expression.evaluate({}, budget=budget)
    with pytest.raises(BudgetExceeded):
        expression.evaluate({}, budget=budget)


def test_data_too_large_or_deep_is_refused():
    nested = 1
    for _ in range(40):
        nested = [nested]

    for value in (nested, ["x"] * 300_000, "x" * 300_000, [[1] * 50_000] * 3):
        with pytest.raises(BudgetExceeded):
            ask("data", data=value)


def test_a_text_too_long_to_write_is_refused():
    with pytest.raises(BudgetExceeded):
        to_text(["x" * 100_000] * 3)


def test_the_budget_is_never_swallowed_by_a_cell():
    with pytest.raises(FeelError):
        compile_tests("every i in 1..1000000 satisfies i > 0 and ? = 1").match(1, {})
