"""Answers as columns and as JSON: whatever a form sends, a column gets a value of its kind or none."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.entry import code, day, flag, instant, rows, said, texts, whole, words
from care.packed import packed

T = datetime(2025, 6, 10, 18, tzinfo=UTC)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text() | st.dates()
    | st.decimals(allow_nan=False, allow_infinity=False) | st.datetimes(timezones=st.just(UTC)) | st.timedeltas(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(ANYTHING)
def test_whatever_was_answered_becomes_json_that_reads_back_as_it_is(value):
    made = packed(value)

    assert json.loads(json.dumps(made)) == made


@given(ANYTHING)
def test_a_column_gets_its_own_kind_or_nothing(value):
    assert code(value) is None or 0 < len(code(value)) <= 40
    assert flag(value) in {None, True, False}
    assert whole(value) is None or abs(whole(value)) < 2**31
    assert day(value) is None or type(day(value)) is date
    assert instant(value) is None or instant(value).tzinfo is not None
    assert isinstance(words(value), str)
    assert all(isinstance(item, dict) for item in rows(value))
    assert all(isinstance(item, str) for item in texts(value))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3),
        (Decimal("3.0"), 3),
        (2.0, 2),
        (2.5, None),
        (True, None),
        ("3", None),
        (2**31, None),
        (-(2**31), None),
        (float("inf"), None),
    ],
)
def test_whole_numbers(value, expected):
    assert whole(value) == expected


def test_instants_are_told_in_utc_and_other_times_as_text():
    eastern = T.astimezone(timezone(timedelta(hours=-4)))

    assert packed({"at": eastern, "on": date(2025, 1, 2), "clock": time(9, 30), "n": Decimal("1.5"), "big": 2**60}) == {
        "at": "2025-06-10T18:00:00Z",
        "on": "2025-01-02",
        "clock": "09:30:00",
        "n": 1.5,
        "big": str(2**60),
    }
    assert packed(("a", {1: None})) == ["a", {"1": None}]


def test_days_and_instants():
    assert day("2025-01-02") == day(date(2025, 1, 2)) == day(datetime(2025, 1, 2, 5, tzinfo=UTC)) == date(2025, 1, 2)
    assert day("soon") is None
    assert instant(datetime(2025, 1, 2)) is None  # a time without a zone is what is asked about
    assert code("x" * 41) is None
    assert rows("text") == texts("text") == []


def test_only_what_was_said_is_kept():
    assert said({"a": "", "b": None, "c": [], "d": False, "e": 0, "f": "x"}, "a", "b", "c", "d", "e", "f", "g") == {
        "d": False,
        "e": 0,
        "f": "x",
    }
