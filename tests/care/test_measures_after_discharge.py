"""Measures after a discharge, each on facts written by hand: what counts, what does not, what is left out and why."""

from datetime import date

import pytest

from tests.care.ledger import DAY, HOUR, Ledger, Library
from tests.care.messages import local

T = local(2026, 3, 10, 14)
SINCE = local(2025, 12, 1)


@pytest.fixture
def ledger(database, keyring):
    return Ledger(database, keyring)


def test_reached_within_48_hours_counts_a_two_way_contact_in_time_and_no_later(ledger):
    for after in (HOUR, 48 * HOUR, 48 * HOUR + HOUR / 60):
        case = ledger.enrolled(SINCE)
        ledger.stay(case, T - 4 * DAY, T)
        ledger.contact(case, T + after)

    assert ledger.counts("outreach_48h_reached") == (66.7, 2, 3, 0)


def test_two_calls_that_reach_nobody_are_attempts_one_is_not(ledger):
    for calls in (1, 2):
        case = ledger.enrolled(SINCE)
        ledger.stay(case, T - 4 * DAY, T)
        for n in range(calls):
            ledger.missed(case, T + (n + 1) * 3 * HOUR)
    reached = ledger.enrolled(SINCE)
    ledger.stay(reached, T - 4 * DAY, T)
    ledger.contact(reached, T + HOUR)

    assert ledger.counts("outreach_48h_attempted") == (66.7, 2, 3, 0)
    assert ledger.counts("outreach_48h_reached") == (33.3, 1, 3, 0)


def test_death_readmission_and_withdrawal_within_48_hours_are_left_out(ledger):
    died, back, gone, later = (ledger.enrolled(SINCE) for _ in range(4))
    for case in (died, back, later):
        ledger.stay(case, T - 4 * DAY, T)
    ledger.died(died, T + 40 * HOUR)
    ledger.stay(back, T + 30 * HOUR)
    ledger.died(later, T + 60 * HOUR)
    withdrawn = ledger.enrolled(SINCE, ended=T + 5 * HOUR, outcome="consent_withdrawn")
    ledger.stay(withdrawn, T - 4 * DAY, T)
    assert gone

    assert ledger.counts("outreach_48h_reached") == (0, 0, 1, 3)
    assert ledger.reasons("outreach_48h_reached") == ["death", "readmission", "withdrawal"]


def test_only_inpatient_discharges_of_enrolled_clients_to_the_community_are_asked(ledger):
    ledger.stay(ledger.enrolled(SINCE), T - 4 * DAY, T, disposition="03")
    ledger.stay(ledger.enrolled(SINCE), T - 4 * DAY, T, cls="E")
    ledger.stay(ledger.enrolled(T + DAY), T - 4 * DAY, T)
    ledger.stay(ledger.enrolled(SINCE, ended=T - DAY), T - 4 * DAY, T)
    ledger.stay(ledger.case(SINCE), T - 4 * DAY, T)
    ledger.stay(ledger.enrolled(SINCE), T - 4 * DAY)
    ledger.stay(ledger.enrolled(SINCE), T - 4 * DAY, T, disposition="")

    assert ledger.counts("outreach_48h_reached") == (0, 0, 1, 0)


def test_a_discharge_whose_time_is_not_over_is_left_out_until_it_is_met(ledger):
    case, other = ledger.enrolled(SINCE), ledger.enrolled(SINCE)
    for each in (case, other):
        ledger.stay(each, T - 4 * DAY, T)
    ledger.contact(other, T + HOUR)
    ledger.now = T + 3 * HOUR

    assert ledger.counts("outreach_48h_reached") == (100, 1, 1, 1)
    assert ledger.reasons("outreach_48h_reached") == ["window_open"]


def test_an_amended_contact_counts_as_it_stands(ledger):
    case = ledger.enrolled(SINCE)
    ledger.stay(case, T - 4 * DAY, T)
    first = ledger.contact(case, T + HOUR)
    ledger.contact(case, T + HOUR, two_way=False, party="nobody", amends=first)

    assert ledger.counts("outreach_48h_reached") == (0, 0, 1, 0)


def test_the_month_is_that_of_the_organisation(ledger):
    late = ledger.enrolled(SINCE)
    ledger.stay(late, T, local(2026, 3, 31, 23, 30))  # already April in UTC

    assert ledger.counts("outreach_48h_reached", "2026-03")[2] == 1
    assert ledger.counts("outreach_48h_reached", "2026-04")[2] == 0


def test_the_second_business_day_skips_the_weekend(ledger):
    friday = local(2026, 3, 13, 17)
    for at in (local(2026, 3, 17, 20), local(2026, 3, 18, 8)):
        case = ledger.enrolled(SINCE)
        ledger.stay(case, friday - 3 * DAY, friday)
        ledger.contact(case, at)

    assert ledger.counts("tcm_contact_2bd") == (50, 1, 2, 0)


def test_origin_and_destination_of_the_discharge_plan_decide_about_transitional_care(ledger):
    for answers in ({"origin": "acute", "destination": "home"}, {"origin": "court", "destination": "home"}):
        case = ledger.enrolled(SINCE)
        ledger.stay(case, T - 4 * DAY, T, disposition="")
        ledger.form(case, "discharge_plan", T - DAY, **answers)
    facility = ledger.enrolled(SINCE)
    ledger.stay(facility, T - 4 * DAY, T, disposition="")
    ledger.form(facility, "discharge_plan", T - DAY, destination="snf")

    assert ledger.counts("tcm_contact_2bd") == (0, 0, 1, 0)


def test_transitional_care_is_complete_when_the_shipped_tables_say_so(database, keyring):
    ledger = Ledger(database, keyring, Library.shipped())
    for mdm in ("moderate", None):
        case = ledger.enrolled(SINCE)
        ledger.stay(case, T - 4 * DAY, T)
        ledger.contact(case, T + HOUR)
        ledger.stay(case, T + 5 * DAY, T + 5 * DAY + HOUR, cls="O")
        ledger.form(case, "medicine_review", T + 3 * DAY, reconciled_on="2026-03-13")
        ledger.form(case, "discharge_plan", T - DAY, **({"mdm": mdm} if mdm else {}))
    ledger.stay(ledger.enrolled(SINCE), T - DAY, T)

    assert ledger.counts("tcm_billable") == (33.3, 1, 3, 0)
    ledger.now = T + 10 * DAY
    assert ledger.reasons("tcm_billable") == ["window_open"] * 3


def test_without_the_tables_nothing_is_said_of_transitional_care(ledger):
    ledger.stay(ledger.enrolled(SINCE), T - DAY, T)

    assert ledger.counts("tcm_billable") == (0, 0, 0, 0)


def test_notice_counts_the_receipt_of_the_admission_by_the_end_of_the_second_day(ledger):
    began = T - 6 * DAY
    for received in (began + HOUR, local(2026, 3, 6, 23, 59), local(2026, 3, 7, 0, 1), None):
        case = ledger.enrolled(SINCE)
        ledger.stay(case, began, T)
        if received:
            ledger.told(case, began, received)

    assert ledger.counts("trc_notice") == (50, 2, 4, 0)


def test_information_counts_the_summary_of_the_episode_by_the_end_of_the_second_day_after(ledger):
    for at in (T - DAY, local(2026, 3, 12, 23), local(2026, 3, 13, 1)):
        case = ledger.enrolled(SINCE)
        ledger.stay(case, T - 6 * DAY, T)
        ledger.form(case, "episode_summary", at)

    assert ledger.counts("trc_info") == (66.7, 2, 3, 0)


def test_seen_counts_day_1_to_30_and_not_the_day_of_discharge(ledger):
    for at in (T + HOUR, T + DAY, T + 30 * DAY, T + 31 * DAY):
        case = ledger.enrolled(SINCE)
        ledger.stay(case, T - 6 * DAY, T)
        ledger.stay(case, at, at + HOUR, cls="O")
    video, phone = ledger.enrolled(SINCE), ledger.enrolled(SINCE)
    for case, channel in ((video, "video"), (phone, "phone")):
        ledger.stay(case, T - 6 * DAY, T)
        ledger.contact(case, T + 2 * DAY, channel=channel)

    assert ledger.counts("trc_engage") == (50, 3, 6, 0)


def test_medicines_count_the_stated_day_0_to_30(ledger):
    for day in ("2026-03-09", "2026-03-10", "2026-04-09", "2026-04-10", None):
        case = ledger.enrolled(SINCE)
        ledger.stay(case, T - 6 * DAY, T)
        ledger.form(case, "reconcile_medicines", T + 35 * DAY, **({"reconciled_on": day} if day else {}))

    assert ledger.counts("trc_meds") == (40, 2, 5, 0)


def test_children_hospice_and_december_are_left_out_of_the_four(ledger):
    child, unknown, hospice = (
        ledger.enrolled(SINCE, client=ledger.client(date(2008, 3, 11))),
        ledger.enrolled(SINCE, client=ledger.client(None)),
        ledger.enrolled(SINCE),
    )
    grown = ledger.enrolled(SINCE, client=ledger.client(date(2008, 3, 10)))
    for case in (child, unknown, grown):
        ledger.stay(case, T - 6 * DAY, T)
    ledger.stay(hospice, T - 6 * DAY, T, disposition="50")
    late = ledger.enrolled(local(2025, 10, 1))
    ledger.stay(late, local(2025, 11, 28), local(2025, 12, 2, 12))

    for measure in ("trc_notice", "trc_info", "trc_engage", "trc_meds"):
        assert ledger.counts(measure)[2:] == (1, 3)
        assert ledger.reasons(measure) == ["age_unknown", "hospice", "minor"]
        assert ledger.reasons(measure, "2025-12") == ["late_in_year"]


def test_readmissions_count_day_1_to_30_when_unplanned(ledger):
    for after, kind in ((DAY, "E"), (30 * DAY + HOUR, "U"), (31 * DAY, "E"), (9 * DAY, "L")):
        case = ledger.enrolled(SINCE)
        ledger.stay(case, T - 6 * DAY, T)
        ledger.stay(case, T + after, kind=kind)

    assert ledger.counts("readmit_30d") == (50, 2, 4, 0)


def test_what_the_readmission_review_says_goes_before_the_message(ledger):
    for planned in (True, False):
        case = ledger.enrolled(SINCE)
        ledger.stay(case, T - 6 * DAY, T)
        ledger.stay(case, T + 9 * DAY, kind="L" if not planned else "E")
        task = ledger.form(case, "readmission_review", T + 10 * DAY, planned=not planned)
        ledger.amended(case, "readmission_review", T + 20 * DAY, task, planned=planned)

    assert ledger.counts("readmit_30d") == (50, 1, 2, 0)


def test_transfers_deaths_and_open_windows_are_no_index(ledger):
    moved, dead, young = (ledger.enrolled(SINCE) for _ in range(3))
    ledger.stay(moved, T - 6 * DAY, T)
    ledger.stay(moved, T + 3 * HOUR)
    ledger.stay(dead, T - 6 * DAY, T, disposition="20")
    ledger.died(dead, T)
    ledger.stay(young, T, local(2026, 3, 20))
    ledger.now = local(2026, 4, 15)

    assert ledger.counts("readmit_30d") == (0, 0, 0, 3)
    assert ledger.reasons("readmit_30d") == ["death", "transfer", "window_open"]


def test_emergency_visits_count_by_months_enrolled_and_not_with_a_stay(ledger):
    case = ledger.enrolled(local(2026, 3, 16, 12))
    ledger.stay(case, local(2026, 3, 20), local(2026, 3, 20, 3), cls="E")
    ledger.stay(case, local(2026, 3, 25), local(2026, 3, 25, 3), cls="E")
    ledger.stay(case, local(2026, 3, 25, 6))  # the second visit ended in it
    ledger.stay(case, local(2026, 3, 2), local(2026, 3, 2, 3), cls="E")  # before the consent
    whole = ledger.enrolled(SINCE)
    assert whole

    found = ledger.measure("ed_per_1000")

    assert found.numerator == 1
    assert found.denominator == pytest.approx(1.5, abs=0.01)
    assert found.value == pytest.approx(1000 / 1.5, abs=5)


def test_an_emergency_visit_is_followed_up_by_a_contact_or_its_task_within_seven_days(ledger):
    left = local(2026, 3, 5, 3)
    touched, tasked, late, none, admitted = (ledger.enrolled(SINCE) for _ in range(5))
    for case in (touched, tasked, late, none, admitted):
        ledger.stay(case, left - HOUR, left, cls="E")
    ledger.contact(touched, local(2026, 3, 12, 23), purpose="note")
    ledger.form(tasked, "ed_follow_up", left + DAY)
    ledger.contact(late, local(2026, 3, 13, 1))
    ledger.stay(admitted, left + HOUR)

    assert ledger.counts("ed_follow_up") == (50, 2, 4, 0)
    ledger.now = left + DAY
    assert ledger.reasons("ed_follow_up") == ["window_open"] * 3


def test_avoidable_days_count_by_the_day_over_inpatient_days_of_the_enrolled(ledger):
    case = ledger.enrolled(SINCE)
    ledger.stay(case, local(2026, 2, 26, 10), local(2026, 3, 6, 9))
    ledger.form(
        case, "avoidable_day", local(2026, 3, 5), **{"from": "2026-02-28", "to": "2026-03-02", "reason": "transport"}
    )
    ledger.stay(ledger.case(SINCE), local(2026, 3, 1), local(2026, 3, 9))
    ledger.stay(ledger.enrolled(SINCE), local(2026, 3, 9, 8), local(2026, 3, 9, 20))
    ledger.form(case, "avoidable_day", local(2026, 3, 5), reason="family")
    ledger.form(
        case, "avoidable_day", local(2026, 3, 5), **{"from": "2026-01-05", "to": "2026-01-06", "reason": "family"}
    )

    found = ledger.measure("avoidable_days")

    assert (found.numerator, found.denominator) == (2, 6)
    assert found.value == 33.3
    assert found.parts == {"transport": 33.3}
