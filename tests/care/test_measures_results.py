"""Measures of what came of it, each on facts written by hand; and what holds of the whole catalogue."""

import pytest

from care import CATALOGUE, MeasureUnknown, Period, PeriodRefused, definition, month, month_of, months_up_to
from care.measures.period import months_in
from tests.care.ledger import DAY, Ledger
from tests.care.messages import ZONE, local

T = local(2026, 3, 10, 14)
SINCE = local(2025, 12, 1)
NAMED = [
    "outreach_48h_reached",
    "outreach_48h_attempted",
    "tcm_contact_2bd",
    "tcm_billable",
    "trc_notice",
    "trc_info",
    "trc_engage",
    "trc_meds",
    "readmit_30d",
    "ed_per_1000",
    "avoidable_days",
    "enrolment_rate",
    "unreachable_rate",
    "screen_time",
    "assess_60d",
    "contact_on_time",
    "reassess_on_time",
    "plan_final_days",
    "plan_changes",
    "auth_on_time",
    "denial_rate",
    "overturn_rate",
    "referral_closed",
    "issue_closed",
    "goals_met",
    "domain_change",
    "phq_response",
    "phq_remission",
    "caseload_weight",
    "very_high_share",
    "late_tasks",
    "interventions_day",
    "satisfaction",
    "roi",
    "ed_follow_up",
    "mh_follow_up",
]


@pytest.fixture
def ledger(database, keyring):
    return Ledger(database, keyring)


def closed(ledger, **answers):
    case = ledger.enrolled(SINCE, ended=T)
    if answers:
        ledger.form(case, "rate_outcomes", T - DAY, **answers)
    return case


def test_goals_count_those_of_the_last_plan_that_their_last_review_calls_met(ledger):
    case = closed(ledger)
    ledger.plan(case, SINCE, (1, 0), "first", "g1", "g2", "g3")
    ledger.plan(case, SINCE + DAY, (2, 0), "complete", "g1", "g2", "g4")
    for goal, said in (("g1", "behind"), ("g1", "met"), ("g2", "met"), ("g2", "dropped"), ("g3", "met")):
        ledger.progress(case, SINCE + 2 * DAY, goal, said)
    closed(ledger)
    still = ledger.enrolled(SINCE)
    ledger.plan(still, SINCE, (1, 0), "first", "g1")

    found = ledger.measure("goals_met")

    assert (found.value, found.numerator, found.denominator) == (33.3, 1, 3)
    assert found.parts == {"dropped": 33.3, "met": 33.3, "not_reviewed": 33.3}


def test_change_by_domain_is_the_mean_of_the_last_ratings_of_closed_cases(ledger):
    first = closed(ledger, **{"clinical.rating": -2})
    ledger.form(first, "rate_outcomes", T - DAY / 2, **{"clinical.rating": 1, "experience.rating": 2})
    closed(ledger, **{"clinical.rating": 0})
    closed(ledger)
    refused = ledger.case(SINCE, ended=T)
    ledger.form(refused, "rate_outcomes", T - DAY, **{"clinical.rating": 2})

    found = ledger.measure("domain_change")

    assert (found.value, found.numerator, found.denominator, found.excluded) == (1, 3, 3, 1)
    assert found.parts == {"clinical": 0.5, "experience": 2}


@pytest.mark.parametrize(
    ("scores", "response", "remission"),
    [
        (((0, 20), (30, 10)), 1, 0),
        (((0, 20), (30, 11)), 0, 0),
        (((0, 10), (30, 4)), 1, 1),
        (((0, 10), (30, 4), (60, 12)), 0, 0),
    ],
)
def test_the_last_depression_score_of_4_to_26_weeks_counts(ledger, scores, response, remission):
    case = ledger.enrolled(SINCE)
    start = T - scores[-1][0] * DAY
    for days, score in scores:
        ledger.form(case, "phq9", start + days * DAY, phq9_total=score)
    for others in (((0, 9), (30, 2)), ((0, 20), (20, 2)), ((0, 20), (190, 2)), ((0, 20),)):
        other = ledger.enrolled(SINCE)
        for days, score in others:
            ledger.form(other, "phq9", T + (days - others[-1][0]) * DAY, phq9_total=score)

    assert ledger.counts("phq_response")[1:3] == (response, 1)
    assert ledger.counts("phq_remission")[1:3] == (remission, 1)


def test_a_score_that_was_amended_counts_as_amended(ledger):
    case = ledger.enrolled(SINCE)
    ledger.form(case, "phq9", T - 40 * DAY, phq9_total=20)
    task = ledger.form(case, "phq9", T, phq9_total=3)
    ledger.amended(case, "phq9", T + DAY, task, phq9_total=13)

    assert ledger.counts("phq_response") == (0, 0, 1, 0)


def test_satisfaction_is_the_mean_with_the_share_of_good_ones_and_of_returns(ledger):
    for overall in (5, 4, 3):
        ledger.task(closed(ledger), "survey", T - DAY, T, answers={"overall": overall})
    ledger.task(closed(ledger), "survey", T - DAY, T, status="cancelled")
    ledger.task(closed(ledger), "survey", T - DAY)

    found = ledger.measure("satisfaction")

    assert (found.value, found.numerator, found.denominator) == (4, 12, 3)
    assert found.parts == {"share_4_or_5": 66.67, "returned": 75}
    assert ledger.measure("satisfaction", "2026-01").parts == {"share_4_or_5": 0, "returned": 0}


def test_return_on_investment_needs_both_amounts(ledger):
    closed(ledger, programme_cost=1000, savings=1500)
    closed(ledger, programme_cost=500.5, savings=0)
    closed(ledger, programme_cost=100)
    closed(ledger)

    found = ledger.measure("roi")

    assert (found.numerator, found.denominator, found.excluded) == (-0.5, 1500.5, 2)
    assert found.value == 0


# -- the whole catalogue


def test_every_measure_of_the_care_process_is_there_and_says_what_it_is_or_what_is_missing():
    assert sorted(item.id for item in CATALOGUE) == sorted(NAMED)
    for item in CATALOGUE:
        words = (item.name, item.unit, item.numerator, item.denominator, item.window)
        assert all(words), item.id
        assert (item.query is None) == bool(item.missing)
        assert bool(item.source) == (item.query is not None)
        assert not {"HEDIS", "NCQA", "CPT", "99495", "99496"} & set(" ".join((*words, item.source)).split())


def test_over_nothing_every_measure_is_zero_and_has_nothing_behind_it(ledger):
    for item in CATALOGUE:
        if item.query is not None:
            found = ledger.measure(item.id)
            assert (found.value, found.numerator, found.denominator, found.excluded) == (0, 0, 0, 0), item.id
            assert found.behind == ()


def test_a_measure_without_facts_has_no_figures(ledger):
    period = month("2026-03", ZONE)

    assert ledger.database.read(lambda tx: ledger.measures.one_of(tx, definition("mh_follow_up"), (period,))) == ()


def test_a_trend_is_the_same_as_each_month_by_itself(ledger):
    case = ledger.enrolled(SINCE)
    for at in (local(2026, 1, 31, 12), local(2026, 3, 10)):
        ledger.stay(case, at - 3 * DAY, at)
        ledger.contact(case, at + DAY / 2)
    months = months_up_to(month("2026-03", ZONE), 3, ZONE)

    together = ledger.database.read(lambda tx: ledger.measures.all_of(tx, months))

    for points in together:
        for point in points:
            alone = ledger.measure(point.definition.id, point.period.label)
            assert (alone.value, alone.behind) == (point.value, point.behind)
    reached = next(points for points in together if points[0].definition.id == "outreach_48h_reached")
    assert [point.denominator for point in reached] == [1, 0, 1]


def test_months_are_those_of_the_zone_across_the_change_of_clocks():
    march = month("2026-03", ZONE)

    assert (march.since, march.until) == (local(2026, 3, 1), local(2026, 4, 1))
    assert march.until - march.since == 31 * DAY - DAY / 24
    assert month_of(local(2026, 3, 31, 23), ZONE) == march
    assert [item.label for item in months_up_to(month("2026-02", ZONE), 3, ZONE)] == ["2025-12", "2026-01", "2026-02"]
    assert months_in(march, ZONE) == (march,)
    run = Period("run", local(2026, 1, 15), local(2026, 3, 2))
    assert [item.label for item in months_in(run, ZONE)] == ["2026-01", "2026-02", "2026-03"]


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-00", "26-01", "2026-01-01", "", "٢٠٢٦-01", "1900-01"])
def test_what_is_no_month_is_refused(text):
    with pytest.raises(PeriodRefused):
        month(text, ZONE)


def test_an_unknown_measure_is_refused():
    with pytest.raises(MeasureUnknown):
        definition("no_such")
