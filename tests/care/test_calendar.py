"""The business calendar: holidays by rule, business days, ends of days, clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care import BusinessCalendar, federal_holidays
from tests.care.messages import local

CALENDAR = BusinessCalendar()


def test_the_federal_holidays_of_2025_are_those_published():
    assert federal_holidays(2025) == {
        date(2025, 1, 1),
        date(2025, 1, 20),
        date(2025, 2, 17),
        date(2025, 5, 26),
        date(2025, 6, 19),
        date(2025, 7, 4),
        date(2025, 9, 1),
        date(2025, 10, 13),
        date(2025, 11, 11),
        date(2025, 11, 27),
        date(2025, 12, 25),
    }


def test_weekend_holidays_are_kept_on_the_nearest_weekday():
    assert date(2026, 7, 3) in federal_holidays(2026)
    assert date(2027, 7, 5) in federal_holidays(2027)
    assert date(2021, 12, 31) in federal_holidays(2021)
    assert date(2022, 1, 1) not in federal_holidays(2022)
    assert date(2020, 6, 19) not in federal_holidays(2020)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (local(2025, 6, 10, 14), 2, local(2025, 6, 12, 23, 59)),
        (local(2025, 5, 23, 17), 2, local(2025, 5, 28, 23, 59)),
        (local(2025, 3, 7, 20), 1, local(2025, 3, 10, 23, 59)),
        (local(2025, 6, 14, 9), 0, local(2025, 6, 16, 23, 59)),
        (local(2025, 6, 13, 9), 0, local(2025, 6, 13, 23, 59)),
        (local(2025, 12, 24, 9), 1, local(2025, 12, 26, 23, 59)),
    ],
)
def test_business_days_end_at_the_end_of_the_last_one(start, days, end):
    assert CALENDAR.after(start, days) == end + timedelta(seconds=59)


def test_the_day_of_the_start_is_that_of_the_organisation():
    late_evening = datetime(2025, 6, 11, 3, 0, tzinfo=UTC)

    assert CALENDAR.after(late_evening, 1) == local(2025, 6, 11, 23, 59) + timedelta(seconds=59)


def test_working_days_holidays_and_worked_days_can_be_changed():
    calendar = BusinessCalendar(
        working_days=frozenset({0, 1, 2, 3, 4, 5}),
        holidays=frozenset({date(2025, 6, 14)}),
        worked=frozenset({date(2025, 7, 4)}),
    )

    assert calendar.after(local(2025, 6, 13, 9), 1).astimezone(calendar.zone).date() == date(2025, 6, 16)
    assert calendar.is_business_day(date(2025, 7, 4))
    assert BusinessCalendar(federal_holidays=False).is_business_day(date(2025, 12, 25))
    with pytest.raises(ValueError, match="working day"):
        BusinessCalendar(working_days=frozenset())


def test_wall_clock_times_at_the_clock_changes_are_the_later_instant():
    doubled, gap = datetime(2025, 11, 2, 1, 30), datetime(2025, 3, 9, 2, 30)

    assert CALENDAR.local(doubled) == datetime(2025, 11, 2, 6, 30, tzinfo=UTC)
    assert CALENDAR.local(gap) == datetime(2025, 3, 9, 7, 30, tzinfo=UTC)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 15),
    st.sampled_from(["America/New_York", "Pacific/Auckland", "Asia/Kathmandu"]),
)
@settings(max_examples=80, deadline=None)
def test_more_business_days_end_later_and_on_a_business_day(start, days, zone):
    calendar = BusinessCalendar(ZoneInfo(zone))

    end, following = calendar.after(start, days), calendar.after(start, days + 1)

    assert start <= end < following or days == 0
    assert calendar.is_business_day(calendar.day_of(end))
    assert calendar.day_of(end + timedelta(seconds=1)) > calendar.day_of(end)
