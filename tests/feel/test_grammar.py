"""What may be written, and what it means."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from feel import FeelSyntaxError, Range, compile_expression, compile_type
from tests.feel.asking import ask, complaints, same

D = Decimal
ROWS = [{"a": 2, "first name": "x"}, {"a": 1, "first name": "y"}]
MEANINGS = {
    "= 1 + 1": D(2),
    "  = 1": D(1),
    "1 - 2 - 3": D(-4),
    "2 * 3 + 4 * 5": D(26),
    "8 / 2 / 2": D(2),
    "1.5e2": D(150),
    ".5": D("0.5"),
    "--1": D(1),
    "-(1)": D(-1),
    "-x": D(-5),
    "// first\n1 /* in\nside */ + 1": D(2),
    '"a" + "b"': "ab",
    '"line\\n\\t\\"\\\\"': 'line\n\t"\\',
    '"\\\'\\r\\b"': "'\r\\b",
    '"\\ud83d\\ude00"': "😀",
    '"\\U01F40E"': "🐎",
    '"\\uD83D"': "\ufffd",
    '"\\U110000"': "\ufffd",
    '"\\q"': "\\q",
    "1 < 2": True,
    "2 <= 1": False,
    '"b" > "a"': True,
    "2 >= 3": False,
    "1 != 2": True,
    "1 = 1 = true": True,
    "x between 1 and 9": True,
    "x between 6 and 9": False,
    "x between null and 9": None,
    "x between 9 and null": False,
    "x in 5": True,
    "x in <6": True,
    "x in (>= 6, < 5)": False,
    "x in !=5": False,
    "x in (=5)": True,
    "x in [4, 5]": True,
    "x in (1..5]": True,
    "x in ]4..6[": True,
    "x in ]4..5[ or false": False,
    "x in (4..5)": False,
    "x in (2 + 3)": True,
    "x in (1 + 1) * 2 + 1": True,
    "x in (1, 2, 5)": True,
    "[4, 5] in [4, 5]": True,
    "x in ([1..3], [4..6])": True,
    "1 in ([[1]])": False,
    "true and true and not(false)": True,
    "false or null": None,
    "false or false": False,
    "true and false": False,
    'if x > 3 then "more" else "less"': "more",
    "1 + if x > 3 then 1 else 2": D(2),
    "for i in 1..2, j in [10, 20] return i * j": [D(10), D(20), D(20), D(40)],
    "for i in 1..4 return if i = 1 then 1 else partial[-1] * i": [D(1), D(2), D(6), D(24)],
    "for i in [1..3] return i": [D(1), D(2), D(3)],
    "for i in (1..4) return i": [D(2), D(3)],
    "for i in 7 return i + 1": [D(8)],
    'count(for d in @"2025-01-30"..@"2025-02-02" return d)': D(4),
    'for d in @"2025-01-02"..@"2025-01-01" return d.day': [D(2), D(1)],
    "some i in [1, 2], j in [2, 3] satisfies i = j": True,
    "every i in [1, 2] satisfies i > 1": False,
    "some i in [null] satisfies i > 1": None,
    "every i in [null, 2] satisfies i > 1": None,
    "{a: 1, b: a + 1}.b": D(2),
    '{"a b": 1}.a b': D(1),
    "{a-b: 1, c: a-b + 1}.c": D(2),
    "{`odd + name`: 2}.`odd + name`": D(2),
    "{if: 3}.if": D(3),
    "rows.a": [D(2), D(1)],
    'rows[first name = "y"].a': [D(1)],
    "rows[1].first name": "x",
    "rows[x - 4].a": D(2),
    "rows[-x]": None,
    "5[1]": D(5),
    "5[item > 3]": [D(5)],
    "null[item > 3]": [],
    "[][x]": None,
    "[{item: 7}][item = 7]": [{"item": D(7)}],
    "[[1, 2], [3]][1][2]": D(2),
    "(function(a, b) a - b)(5, 3)": D(2),
    "(function(a, b) [a, b])(b: 5)": [None, D(5)],
    "{minus: function(a: number, b: number) a - b, r: minus(b: 5, a: 3)}.r": D(-2),
    "{f: function(n) if n <= 1 then 1 else n * f(n - 1), r: f(5)}.r": D(120),
    "{m: {g: function() 4}}.m.g()": D(4),
    "{f: function(a-b) a-b + 1, r: f(a-b: 2)}.r": D(3),
    "{f: function(`a b`) `a b`, r: f(`a b`: 2)}.r": D(2),
    'substring(string: "foobar", start position: 3)': "obar",
    "{abs: function(q) 7, r: abs(-1)}.r": D(7),
    "sort([3, 1, 2], function(p, q) p > q)": [D(3), D(2), D(1)],
    "{f: abs, r: f(-3)}.r": D(3),
    "{list: count, r: list([1])}.r": D(1),
    "{count: 5, r: count + 1}.r": D(6),
    "[1..3]": Range(D(1), D(3), start_included=True, end_included=True),
    "(<= 3)": Range(None, D(3), start_included=False, end_included=True),
    "(> 3)": Range(D(3), None, start_included=False, end_included=False),
    "(= x)": Range(D(5), D(5), start_included=True, end_included=True, sign="="),
    "[x..6)": Range(D(5), D(6), start_included=True, end_included=False),
    "[1..[2, 3][1]]": Range(D(1), D(2), start_included=True, end_included=True),
    "[1..6].end included": True,
    "{a b: 1, c: {a b: 2}, d: a b}.d": D(1),
    "function": None,
    "pferd🐎 = 1": False,
    "date": "d",
}


@pytest.mark.parametrize(("text", "wanted"), MEANINGS.items())
def test_a_text_means(text, wanted):
    context = {"x": 5, "rows": ROWS, "pferd🐎": 2, "date": "d"}

    assert same(compile_expression(text).evaluate(context), wanted)


TYPES = {
    "1 instance of number": True,
    '"a" instance of string': True,
    "true instance of boolean": True,
    "null instance of Null": True,
    "null instance of Any": False,
    "1 instance of Any": True,
    "[1, null] instance of list<number>": True,
    '[1, "a"] instance of list<number>': False,
    "[] instance of list": True,
    "{a: 1, b: 2} instance of context<a: number>": True,
    "{} instance of context<a: number>": False,
    "1 instance of context<a: number>": False,
    "[1..2] instance of range<number>": True,
    '["a".."b"] instance of range<number>': False,
    '@"P1D" instance of days and time duration': True,
    '@"P1Y" instance of years and months duration': True,
    '@"2025-01-01" instance of date': True,
    '@"2025-01-01T00:00:00" instance of date and time': True,
    '@"00:00:00" instance of time and true': True,
    "abs instance of function<number> -> number": True,
    "(function(a, b) 1) instance of function<Any> -> Any": False,
    "1 instance of Unheard": None,
    "null instance of Unheard": None,
    "x instance of number and x > 1": True,
}


@pytest.mark.parametrize(("text", "wanted"), TYPES.items())
def test_instance_of_knows_types(text, wanted):
    assert ask(text, x=5) is wanted


def test_names_with_signs_and_keywords_are_known_when_given():
    names = {"rate of return (x)": 1, "a-b": 10, "a": 3, "b": 1, "date and time": 4, "for sale": True}
    known = list(names)

    def value(text):
        return compile_expression(text, known).evaluate(names)

    assert value("a-b") == 10
    assert value("a - b") == 2
    assert value("rate of return (x) + 1") == 2
    assert value("date and time") == 4
    assert value("for sale") is True
    assert value("{c: for sale}.c") is True


def test_a_name_that_cannot_be_read_as_tokens_is_never_recognised():
    assert compile_expression("a", ['a"b', "x" * 20_000]).evaluate({"a": 1}) == 1


def test_free_names_are_those_the_text_does_not_define():
    names = compile_expression(
        "for i in rows return i * rate + sum(xs[score > limit]) + {a: 1, b: a}.b + (function(q) q + z)(1) + abs(-1)"
    ).names

    assert names == {"rows", "rate", "xs", "z"}


def test_plain_names_side_by_side_are_one_name():
    assert compile_expression("Monthly Salary * 12").names == {"Monthly Salary"}
    assert ask("x instance of string", x="a") is True


def test_an_expression_is_compiled_once():
    assert compile_expression("1 + 41") is compile_expression("1 + 41")


def test_dates_of_constant_text_are_made_while_compiling():
    expression = compile_expression('date("2025-06-10")')

    assert expression.code is not None
    assert expression.evaluate({}) == date(2025, 6, 10)


def test_a_range_with_an_end_that_is_missing_is_null_and_not_wider():
    assert complaints("1 in [low..5]") == [
        "Nothing is named 'low' here",
        "A range needs two ends of one kind that has an order",
    ]


def test_data_may_have_the_name_of_a_function():
    names = {"date": "2025-06-10", "count": [1, 2]}

    assert compile_expression("date(date)", names).evaluate(names) == date(2025, 6, 10)
    assert compile_expression("{sum: 5, r: sum(1, 2) + sum}.r + count(count)", names).evaluate(names) == 10
    assert compile_expression("for max in [1, 2] return max(list: [max, 1])").evaluate({}) == [1, 2]
    assert compile_expression("{abs: function(q) 7, r: abs(-1)}.r").evaluate({}) == 7
    assert compile_expression("date(date)", names).names == {"date"}


TESTS = {
    "tFoo": lambda value: value == "foo",
    "inc.tFoo": lambda value: value == "inc",
    "t two": lambda value: value == 2,
}
NAMED = {
    '"foo" instance of tFoo': True,
    '"bar" instance of tFoo': False,
    '"inc" instance of inc.tFoo': True,
    "2 instance of t two": True,
    '["foo"] instance of list<tFoo>': True,
    '{a: "foo"} instance of context<a: tFoo> and true': True,
    '(function(a: tFoo) a)("bar")': None,
    '(function(a: tFoo) a)("foo")': "foo",
}


@pytest.mark.parametrize(("text", "wanted"), NAMED.items())
def test_types_of_the_host_are_known_by_name(text, wanted):
    assert compile_expression(text, types=TESTS).evaluate({}) == wanted


def test_a_type_alone_can_be_compiled():
    assert compile_type("list<number>")([D(1)]) is True
    assert compile_type("t two", TESTS)(2) is True
    assert compile_type("date and time")(D(1)) is False
    assert compile_type("unheard of")(D(1)) is False
    with pytest.raises(FeelSyntaxError):
        compile_type("list<number> or")


CONVERTED = {
    "(function(a: number) a)([1])": D(1),
    "(function(a: number) a)([1, 2])": None,
    '(function(a: number) a)(["a"])': None,
    "(function(a: list<number>) a)(1)": [D(1)],
    "(function(a: list<number>) a)([1])": [D(1)],
    '(function(a: list<number>) a)("a")': None,
    '(function(a: date and time) a)(@"2025-01-01")': datetime(2025, 1, 1, tzinfo=UTC),
    '(function(a: string) a)(@"2025-01-01")': None,
    "(function(a: number) a)(null)": None,
    "5 in [9, true]": False,
    "5 in [9, [1..5]]": True,
    "5 in [[5], null]": False,
    "null in [[1..5], null]": True,
    "null in [[1..5]]": False,
    "3 in [< 5, > 7]": True,
    "6 in [<= 5, >= 7]": False,
    "< 5": Range(None, D(5), start_included=False, end_included=False),
    "0 ** 0": D(1),
    "2 ** 0": D(1),
}


@pytest.mark.parametrize(("text", "wanted"), CONVERTED.items())
def test_values_are_converted_where_the_standard_says(text, wanted):
    assert same(ask(text), wanted)
