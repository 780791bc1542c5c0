"""Measures of stories that were lived through: what a supervisor reads at the end of June 2025."""

from collections.abc import Callable

from care import definition, month
from tests.journeys.story import ZONE, Story


def counts(story: Story, measure: str, period: str = "2025-06") -> tuple[float, float, int]:
    """(numerator, denominator, excluded) of a month."""
    held, wanted = month(period, ZONE), definition(measure)
    (found,) = story.program.database.read(lambda tx: story.program.measures.one_of(tx, wanted, (held,)))
    return found.numerator, found.denominator, found.excluded


def lived(story: Callable[..., Story], feed: str) -> Story:
    told = story()
    told.feed(feed)
    return told.until(2025, 8, 1)


def test_a_discharge_told_three_days_late_is_asked_and_missed_by_the_48_hours(story: Callable[..., Story]):
    told = lived(story, "late_discharge.hl7")

    assert counts(told, "outreach_48h_reached") == (0, 1, 0)
    assert counts(told, "outreach_48h_attempted") == (0, 1, 0)
    assert counts(told, "tcm_contact_2bd") == (1, 1, 0), "from Thursday the second business day is Monday"


def test_back_in_hospital_after_18_hours_the_first_discharge_is_a_transfer_and_its_call_not_missed(
    story: Callable[..., Story],
):
    told = lived(story, "readmission.hl7")

    assert counts(told, "outreach_48h_reached") == (1, 1, 1)
    assert counts(told, "readmit_30d") == (0, 1, 1)
    assert counts(told, "avoidable_days") == (0, 6, 0)


def test_a_death_after_the_discharge_leaves_nothing_to_be_reached(story: Callable[..., Story]):
    told = lived(story, "death_after_discharge.hl7")

    assert counts(told, "outreach_48h_reached") == (0, 0, 1)
    assert counts(told, "contact_on_time", "2025-07") == (0, 0, 0)
    assert counts(told, "caseload_weight") == (0, 0, 0)


def test_of_three_emergency_visits_the_one_without_a_stay_counts_and_is_followed_up(story: Callable[..., Story]):
    told = lived(story, "emergency.hl7")

    assert counts(told, "ed_per_1000") == (1, 1, 0)
    assert counts(told, "ed_follow_up") == (1, 1, 0)


def test_a_cancelled_discharge_is_none(story: Callable[..., Story]):
    told = lived(story, "cancelled_discharge.hl7")

    assert counts(told, "outreach_48h_reached") == (1, 1, 0)
    assert counts(told, "trc_notice") == (1, 1, 0)
