"""HL7 times: precision, offsets, zones, what is no time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.hl7 import parse_day, parse_instant

ZONE = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("20250610140000", (2025, 6, 10, 18)),
        ("202506101400", (2025, 6, 10, 18)),
        ("2025061014", (2025, 6, 10, 18)),
        ("20250610", (2025, 6, 10, 4)),
        ("202506", (2025, 6, 1, 4)),
        ("2025", (2025, 1, 1, 5)),
        ("20250610140000+0200", (2025, 6, 10, 12)),
        ("202506101400-0500", (2025, 6, 10, 19)),
        ("20250610140000.5", (2025, 6, 10, 18, 0, 0, 500000)),
        ("20250610140000.123456789Z"[:-1], (2025, 6, 10, 18, 0, 0, 123456)),
        ("20251102013000", (2025, 11, 2, 5, 30)),
        ("20250309023000", (2025, 3, 9, 7, 30)),
        ("20250610140060", (2025, 6, 10, 18, 0, 59)),
    ],
)
def test_a_time_of_any_precision_becomes_an_instant(text, instant):
    assert parse_instant(text, ZONE) == datetime(*instant, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "202",
        "20251301",
        "20250230",
        "2025061025",
        "20250610140000+9900",
        "00000101",
        "99991231235959-1200",
        "٢٠٢٥",
    ],
)
def test_what_is_no_time_is_none(text):
    assert parse_instant(text, ZONE) is None


@given(st.text(alphabet="0123456789.+-Z ", max_size=26))
@settings(max_examples=150, deadline=None)
def test_any_text_is_a_time_or_none(text):
    found = parse_instant(text, ZONE)

    assert found is None or found.tzinfo is UTC


def test_a_day_is_the_first_eight_digits():
    assert parse_day("19650301") == date(1965, 3, 1)
    assert parse_day("196503010930") == date(1965, 3, 1)
    assert [parse_day(text) for text in ("", "1965", "19651301", "March")] == [None] * 4
