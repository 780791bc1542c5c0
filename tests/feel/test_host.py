"""What comes from the host, what goes back, and that nothing else can be reached."""

from collections import ChainMap
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feel import FeelError, Function, YearsMonths, compile_expression, compile_tests, to_json, to_text
from tests.feel.asking import NOW, ask, same

D = Decimal


class Foreign:
    secret = "secret"


class Odd(tzinfo):
    def utcoffset(self, dt):
        raise AssertionError(dt)


class Sly(str):
    __slots__ = ()


HOST = [
    (None, None),
    (True, True),
    (5, D(5)),
    (0.1, D("0.1")),
    (float("nan"), None),
    (float("inf"), None),
    (D("1.10"), D("1.10")),
    (D("NaN"), None),
    (D("1e99999"), None),
    (10**7000, None),
    ("a", "a"),
    ((1, 2), [D(1), D(2)]),
    ({"a": {"b": 1}, 5: 6}, {"a": {"b": D(1)}}),
    (date(2025, 1, 1), date(2025, 1, 1)),
    (time(1), time(1)),
    (NOW, NOW),
    (timedelta(1), timedelta(1)),
    (YearsMonths(1), YearsMonths(1)),
    (Foreign(), None),
    (Foreign, None),
    (len, None),
    (Sly("a"), None),
    (b"a", None),
    (datetime(2025, 1, 1, tzinfo=Odd()), None),
    (time(1, tzinfo=Odd()), None),
    (time(1, tzinfo=ZoneInfo("Europe/Paris")), time(1, tzinfo=ZoneInfo("Europe/Paris"))),
    ({1, 2}, None),
    (ChainMap(), None),
]


@pytest.mark.parametrize(("value", "wanted"), HOST, ids=[str(index) for index in range(len(HOST))])
def test_host_data_becomes(value, wanted):
    assert same(ask("x", x=value), wanted)
    assert same(ask("c.x", c={"x": value}), wanted)


def test_any_mapping_may_hold_the_names():
    assert compile_expression("a + c.b").evaluate(ChainMap({"a": 1}, {"c": {"b": 2}})) == 3


def test_entries_are_found_through_lists_dates_and_locals():
    rows = [{"a": {"b": 1}}, {"a": {"b": 2}}, {}]

    assert ask("rows.a.b", rows=rows) == [1, 2, None]
    assert ask("c.at.year", c={"at": NOW}) == 2025
    assert ask("c.x.y", c={"x": 1}) is None
    assert ask("c.x.y", c={}) is None
    assert ask("{c: {x: {y: 3}}, r: c.x.y}.r", c={}) == 3
    assert ask("for c in rows return c.a.b", rows=rows)[:2] == [1, 2]
    assert ask("rows[a.b = 2].a.b", rows=rows) == [2]


def test_data_is_copied_not_shared():
    data = {"xs": [1, 2]}

    ask("xs", **data).append(3)

    assert data == {"xs": [1, 2]}


@pytest.mark.parametrize(
    "text",
    [
        "x.__class__",
        "x.__init__.__globals__",
        "{}.keys",
        "abs.call",
        "now().tzinfo",
        '"".join',
        "x.secret",
        "__import__",
        "__builtins__",
        "(function(a) a).body",
        "c.__class__",
    ],
)
def test_no_attribute_of_the_host_is_reached(text):
    assert ask(text, x=Foreign(), c={"a": 1}) is None


def test_json_holds_plain_numbers_and_text():
    value = ask('{n: 1.0, f: 0.5, big: 9007199254740993, t: @"PT1H", at: now(), l: [null, true, "a"], r: [1..2]}')

    assert to_json(value) == {
        "n": 1,
        "f": 0.5,
        "big": 9007199254740992.0,
        "t": "PT1H",
        "at": "2025-06-10T14:00:00Z",
        "l": [None, True, "a"],
        "r": "[1..2]",
    }
    assert type(to_json(D(1))) is int
    assert to_json(D("1e6000")) == "1" + "0" * 6000


def test_text_of_a_string_is_itself():
    assert to_text("a") == "a"
    assert to_text(D("1E+2")) == "100"
    assert to_text(None) == "null"


def test_a_function_can_be_handed_in():
    double = Function(
        "double",
        ("n",),
        lambda _run, arguments: arguments[0] + arguments[0],
        lambda _run, arguments: arguments["n"] + arguments["n"],
    )

    assert ask("double(4)", double=double) == 8
    assert ask("double(n: 4)", double=double) == 8


PIECES = st.sampled_from(
    [
        "1",
        "2.5",
        "-1",
        "1e6000",
        '"a"',
        '"(a+)+$"',
        "true",
        "false",
        "null",
        "x",
        "rows",
        "?",
        "item",
        "partial",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        ",",
        ":",
        ".",
        "..",
        "+",
        "-",
        "*",
        "/",
        "**",
        "=",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "and",
        "or",
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "between",
        "instance",
        "of",
        "function",
        "abs(",
        "sum(",
        "string(",
        "matches(",
        "sort(",
        "flatten(",
        "date(",
        "duration(",
        '@"P1D"',
        '@"9999-12-31"',
        "not(",
        "`q`",
        "//",
        "/*",
        "*/",
        '"',
        "\\",
        "§",
        "\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=25).map(" ".join))
def test_no_text_escapes_the_language(text):
    context = {"x": 5, "rows": [{"a": 1}], "foreign": Foreign()}
    try:
        value = compile_expression(text).evaluate(context, now=NOW, warnings=[])
        to_json(value)
        to_text(value)
        compile_tests(text).match(5, context, now=NOW)
    except FeelError:
        pass


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_no_characters_escape_the_language(text):
    with suppress(FeelError):
        compile_expression(text).evaluate({})


NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9)


@settings(max_examples=100, deadline=None)
@given(NUMBERS, NUMBERS)
def test_numbers_add_compare_and_write_as_decimals_do(a, b):
    assert ask("a + b", a=a, b=b) == a + b
    assert ask("a < b", a=a, b=b) is (a < b)
    assert ask("number(string(a))", a=a) == a


@settings(max_examples=100, deadline=None)
@given(st.datetimes(timezones=st.just(UTC)), st.timedeltas(timedelta(-10_000), timedelta(10_000)))
def test_moving_there_and_back_is_where_it_began(at, by):
    moved = ask("at + by", at=at, by=by)

    assert moved is None or ask("moved - by = at and moved - at = by", moved=moved, at=at, by=by) is True


@settings(max_examples=100, deadline=None)
@given(st.timedeltas() | st.datetimes(datetime(1, 1, 2), timezones=st.just(UTC)) | st.dates() | st.times())
def test_text_of_temporals_reads_back(value):
    from feel import parse_temporal

    assert same(parse_temporal(to_text(value)), value)
