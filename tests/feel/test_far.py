"""Dates beyond the years that Python's own can hold, 24:00:00, and the seam between both."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feel import FarDate, YearsMonths, parse_temporal, to_json, to_text
from tests.feel.asking import ask, same

D = Decimal
VALUES = {
    'string(date("-2021-01-01"))': "-2021-01-01",
    'string(date("0000-02-29"))': "0000-02-29",
    'string(date("999999999-12-31"))': "999999999-12-31",
    "string(date(-999999999, 1, 1))": "-999999999-01-01",
    "date(1000000000, 1, 1)": None,
    "date(10001, 2, 29)": None,
    'date("01000-01-01")': None,
    'date("-0000-01-01")': None,
    'date("9999999999-01-01")': None,
    'string(date and time("-99999-12-31T11:22:33.5+02:00"))': "-99999-12-31T11:22:33.5+02:00",
    'string(date and time("99999-12-31T11:22:33@Europe/Paris"))': "99999-12-31T11:22:33@Europe/Paris",
    'string(@"9999-12-31" + @"P1D")': "10000-01-01",
    '@"10000-01-01" - @"P1D"': date(9999, 12, 31),
    'string(@"0001-01-01" - @"P1D")': "0000-12-31",
    'string(@"9999-12-31" + @"P2M")': "10000-02-29",
    'string(@"9999-12-31T23:59:59Z" + @"PT1S")': "10000-01-01T00:00:00Z",
    'string(@"9999-12-31T23:00:00@Europe/Paris" + @"PT2H")': "10000-01-01T01:00:00@Europe/Paris",
    '@"10000-01-01T00:00:00" - @"PT1S"': datetime(9999, 12, 31, 23, 59, 59),
    'string(@"9999-12-31T23:00:00" + @"P1M")': "10000-01-31T23:00:00",
    '@"10000-01-01" - @"9999-12-31"': timedelta(1),
    '@"10000-01-01T12:00:00Z" - @"9999-12-31"': timedelta(1.5),
    '@"999999999-01-01" - @"-999999999-01-01"': None,
    '@"999999999-12-31" + @"P1D"': None,
    '@"10000-01-01T00:00:00+14:00" = @"9999-12-31T10:00:00Z"': True,
    '@"9999-12-31T10:00:00Z" = @"10000-01-01T00:00:00+14:00"': True,
    '@"10000-01-01T00:00:00.5" = @"10000-01-01T00:00:00"': True,
    '@"10000-01-01" = @"9999-01-01"': False,
    '@"10000-01-01" = @"10000-01-01T00:00:00"': None,
    '@"9999-01-01" < @"10000-01-01"': True,
    '@"10000-01-01" <= @"9999-01-01"': False,
    '@"10000-01-01T00:00:00" > @"9999-01-01T00:00:00"': True,
    '@"10000-01-01T00:00:00" > @"9999-01-01T00:00:00Z"': None,
    '@"10000-01-01" in [@"9999-01-01"..@"10001-01-01"]': True,
    'sort([@"10000-01-01", @"2020-01-01", @"-0001-02-01"])[2]': date(2020, 1, 1),
    'count(distinct values([@"10000-01-01", @"10000-01-01", @"10000-01-01T00:00:00", @"10000-01-01T00:00:00"]))': D(2),
    'years and months duration(@"-0001-01-01", @"10000-01-01")': YearsMonths(120_012),
    '@"-0001-03-02".year': D(-1),
    '@"10000-01-01T10:11:12.5Z".second': D("12.5"),
    '@"10000-01-01T10:11:12Z".hour': D(10),
    '@"10000-01-01T10:11:12+01:00".time offset': timedelta(hours=1),
    '@"10000-01-01T10:11:12@Europe/Paris".timezone': "Europe/Paris",
    '@"10000-01-01".value': D(253_402_300_800),
    '@"10000-01-01".weekday': D(6),
    'day of week(@"10000-01-01")': "Saturday",
    'day of year(@"10000-12-31")': D(366),
    'week of year(@"10000-01-01T00:00:00")': D(52),
    'month of year(@"-0001-03-01")': "March",
    'last day of month(@"10000-02-01")': D(29),
    'string(date(@"10000-01-01T10:00:00Z"))': "10000-01-01",
    'time(@"10000-01-01T10:00:00Z")': time(10, tzinfo=UTC),
    'time(@"10000-01-01")': time(0, tzinfo=UTC),
    'string(date and time(@"10000-01-01", @"10:00:00Z"))': "10000-01-01T10:00:00Z",
    'string(date and time(@"10000-01-01"))': "10000-01-01T00:00:00",
    'string(date and time(@"10000-01-01T01:00:00"))': "10000-01-01T01:00:00",
    '@"10000-01-01" instance of date': True,
    'string(for d in @"9999-12-31"..@"10000-01-01" return d)': "[9999-12-31, 10000-01-01]",
    'string(for d in @"0001-01-01"..@"0000-12-31" return d)': "[0001-01-01, 0000-12-31]",
    'string(for d in @"10000-01-02"..@"9999-12-31" return d)': "[10000-01-02, 10000-01-01, 9999-12-31]",
    'for d in @"2025-01-01"..@"2025-01-01T00:00:00" return d': None,
    '@"10000-01-01T00:00:00" instance of date and time': True,
    'is(@"10000-01-01T00:00:00Z", @"10000-01-01T01:00:00+01:00")': False,
    'date and time("2017-12-31T24:00:00")': datetime(2018, 1, 1),
    'string(date and time("9999-12-31T24:00:00Z"))': "10000-01-01T00:00:00Z",
    'date and time("999999999-12-31T24:00:00Z")': None,
    'time("24:00:00")': time(0),
    'time("24:00:00.0Z")': time(0, tzinfo=UTC),
    'time("24:00:01")': None,
    'time("24:01:00")': None,
    'time("24:00:00.1")': None,
    '@"1945-04-02T01:30:00@Europe/Paris" + @"PT1H"': datetime(1945, 4, 2, 3, 30, tzinfo=ZoneInfo("Europe/Paris")),
}


@pytest.mark.parametrize(("text", "wanted"), VALUES.items())
def test_a_far_date_gives(text, wanted):
    assert same(ask(text), wanted)


def test_a_far_date_goes_in_and_out():
    far = ask('@"10000-01-01"')

    assert same(ask("x", x=far), far)
    assert ask("x.year", x=ask('@"10000-01-01T00:00:00"')) == 10_000
    assert to_json(far) == "10000-01-01"
    assert {far: 1}[ask('@"9999-12-31" + @"P1D"')] == 1
    assert isinstance(far, FarDate)


NEAR = st.dates(date(2000, 1, 1), date(2399, 12, 31))
ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=-5))])


@settings(max_examples=200, deadline=None)
@given(NEAR, st.integers(-2_000_000, 2_000_000), st.integers(-1_000_000, 1_000_000))
def test_a_far_date_moves_as_the_same_day_400_years_later_does(day, cycles, days):
    far = ask(f"date({day.year + 400 * cycles}, {day.month}, {day.day})")
    moved = day + timedelta(days) if abs(days) < 500_000 else day

    if moved != day:
        assert to_text(ask("far + by", far=far, by=timedelta(days)))[-6:] == moved.isoformat()[4:]
        assert ask("far + by - far", far=far, by=timedelta(days)) == timedelta(days)
    assert ask("far.weekday", far=far) == day.isoweekday()
    assert same(parse_temporal(to_text(far)), far)


@settings(max_examples=200, deadline=None)
@given(st.datetimes(timezones=ZONES), st.integers(-3_000_000, 3_000_000).map(timedelta))
def test_a_moment_goes_far_and_comes_back(moment, by):
    assert ask("(at + by) - by", at=moment, by=by) == moment
    assert ask("(at + by) - at = by", at=moment, by=by) is True
    assert ask("at < at + by", at=moment, by=by) is (by > timedelta(0))
