"""Wrong data gives null and a sentence without values, never an exception."""

import pytest

from feel import Remark, compile_expression, compile_tests
from tests.feel.asking import complaints

SENTENCES = {
    "missing": "Nothing is named 'missing' here",
    "missing.entry": "Nothing is named 'missing' here",
    "c.nothing": "The context has no entry 'nothing'",
    "{a: 1}.nothing": "The context has no entry 'nothing'",
    '"secret" * 2': "'*' cannot work on string and number",
    '1 < "secret"': "'<' cannot compare number with string",
    '"secret" = 1': "'=' cannot compare string with number",
    "1 / 0": "'/' has no result for these numbers",
    "(10**9) ** (10**9)": "'**' has no result for these numbers",
    '-"secret"': "'-' cannot turn string round",
    "x(1)": "Only a function can be called, not number; FEEL writes f(x) and not x.f()",
    "x(a: 1)": "Only a function can be called, not number; FEEL writes f(x) and not x.f()",
    "[1][2]": "The list has no item at this position",
    'abs("secret")': "abs() does not take (string)",
    "abs(m: 1)": "abs() does not take these parameters",
    "abs()": "abs() does not take ()",
    'date("9999-99-99")': "date() has no result for these values",
    "date(2025, 13, 1)": "date() has no result for these values",
    "not(1)": "not() needs true or false",
    "x.year": "number has no property 'year'",
    "for i in null return i": "A loop needs a list or a range, not null",
    "some i in null satisfies i": "A loop needs a list or a range, not null",
    'for i in 1.."secret" return i': "A loop from .. to needs two whole numbers or two dates",
    '[1.."secret"]': "A range needs two ends of one kind that has an order",
    "(function(a) a)(1, 2)": "The function takes 1 arguments, not 2",
    "1 instance of Unheard": "Nothing is known of this type",
    "(function(a) a)(b: 2)": "The function has other parameters",
    '(function(a: number) a)("secret")': "The function does not take string here",
    "sum([])": "Only a list of numbers that is not empty can be summed up",
    "max([])": "Only a list of values of one kind that has an order has a smallest and a largest",
    'matches("a", "(")': "This regular expression cannot be used",
    '@"999999999-12-31" + @"P1Y"': "'+' has no result for these values of date and years and months duration",
    '@"10:00:00Z" - @"10:00:00"': "'-' has no result for these values of time and time",
}


@pytest.mark.parametrize(("text", "sentence"), SENTENCES.items())
def test_wrong_data_is_null_with_a_sentence(text, sentence):
    warnings = complaints(text, x=5, c={"a": 1})

    assert sentence in warnings
    assert not any("secret" in warning for warning in warnings)


def test_an_if_says_when_it_got_no_boolean():
    warnings: list[Remark] = []

    assert compile_expression("if 1 then 1 else 2").evaluate({}, warnings=warnings) == 2
    assert warnings == [Remark("'if' needs true or false, not number", 1, 4)]


def test_a_sentence_is_given_once_and_their_number_is_bounded():
    text = "[" + ", ".join(f"m{index}" for index in range(60)) + "][100]"

    assert len(complaints(text)) == 50
    assert complaints("(for i in 1..9 return missing)[20]") == [
        "Nothing is named 'missing' here",
        "The list has no item at this position",
    ]


def test_now_is_unknown_when_the_host_does_not_say():
    warnings: list[Remark] = []

    assert compile_expression("[now(), today()]").evaluate({}, warnings=warnings) == [None, None]
    assert [str(remark) for remark in warnings] == [
        "now() is not known here (line 1, column 2)",
        "today() is not known here (line 1, column 9)",
    ]


def test_a_filter_says_when_it_got_neither_a_boolean_nor_a_number():
    warnings: list[Remark] = []

    assert compile_expression('[1, 2]["a"]').evaluate({}, warnings=warnings) == []
    assert warnings == [Remark("A filter needs true, false or a number, not string", 1, 7)]


PLACES = {
    "missing": (1, 1),
    "= missing": (1, 3),
    "1 +\n  missing": (2, 3),
    "missing.entry": (1, 1),
    "[1,\n 2 * true]": (2, 4),
    '-"a"': (1, 1),
    "1 < true": (1, 3),
    "x between true and 9": (1, 3),
    "true = x": (1, 6),
    "x != true": (1, 3),
    "x in (true, 9)": (1, 7),
    "x in true": (1, 6),
    "x in >= true": (1, 6),
    "x in (= true)": (1, 7),
    "{a: 1}.b": (1, 8),
    "[1][2]": (1, 4),
    "[1][x]": (1, 4),
    "x.year": (1, 3),
    "x(1)": (1, 2),
    "{f: function(n) n, r: f(1, 2)}.r": (1, 24),
    "{f: function(n) n, r: f(m: 1)}.r": (1, 24),
    "abs(true)": (1, 1),
    "abs(k: true)": (1, 1),
    "1 + modulo(x, 0)": (1, 5),
    "[1..true]": (1, 3),
    "(< null)": (1, 2),
    "if x then 1 else 2": (1, 4),
    "for i in null return i": (1, 10),
    "for i in 1..true return i": (1, 10),
}


@pytest.mark.parametrize(("text", "place"), PLACES.items())
def test_a_warning_says_where(text, place):
    warnings: list[Remark] = []

    compile_expression(text).evaluate({"x": 5}, warnings=warnings)

    assert (warnings[0].line, warnings[0].column) == place


def test_a_cell_says_where_too():
    warnings: list[Remark] = []

    assert compile_tests("7,\n  < true").match(5, {}, warnings=warnings) is False

    assert [str(remark) for remark in warnings] == ["'<' cannot compare number with boolean (line 2, column 3)"]
