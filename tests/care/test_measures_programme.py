"""Measures of the programme at work, each on facts written by hand: enrolment, assessment, contacts, plans, authorisations, caseload."""

import pytest

from access import Person, add_people
from tests.care.ledger import DAY, HOUR, Ledger, Library
from tests.care.messages import local

T = local(2026, 3, 10, 14)
SINCE = local(2025, 12, 1)


@pytest.fixture
def ledger(database, keyring):
    return Ledger(database, keyring)


def eligible(ledger, at, **more):
    case = ledger.case(at - HOUR, **more)
    ledger.left(case, "p1_screening", "note_eligible", at)
    return case


def test_enrolment_counts_the_consents_of_those_found_eligible_in_the_month(ledger):
    eligible(ledger, T, enrolled=T + 40 * DAY)
    eligible(ledger, T)
    eligible(ledger, local(2026, 2, 28), enrolled=T)
    refused = ledger.case(T)
    ledger.left(refused, "p1_screening", "note_not_eligible", T)

    assert ledger.counts("enrolment_rate") == (50, 1, 2, 0)


def test_lost_clients_count_by_the_month_of_their_end_over_screenings_and_closed_cases(ledger):
    eligible(ledger, T, ended=T + DAY, outcome="unable_to_reach")
    eligible(ledger, T)
    ledger.enrolled(SINCE, ended=T, outcome="goals_met")
    ledger.enrolled(SINCE, ended=T, outcome="client_unreachable")
    ledger.case(SINCE, ended=T, outcome="declined")
    early = eligible(ledger, SINCE, ended=T, outcome="unable_to_reach")

    found = ledger.measure("unreachable_rate")

    assert (found.numerator, found.denominator) == (3, 4)
    assert {item.case_id: item.over for item in found.behind}[early] == 0


def test_time_to_decision_is_the_median_from_the_stated_receipt(ledger):
    typed_late = ledger.case(T)
    ledger.form(typed_late, "register_referral", T + HOUR, received_at="2026-03-10T12:00:00+00:00")
    ledger.left(typed_late, "p1_screening", "note_eligible", T + 4 * HOUR)
    future = ledger.case(T)
    ledger.form(future, "register_referral", T + HOUR, received_at="2026-03-20T12:00:00+00:00")
    ledger.left(future, "p1_screening", "note_not_eligible", T + 2 * HOUR)
    ledger.case(T)

    found = ledger.measure("screen_time")

    assert (found.value, found.numerator, found.denominator) == (6, 2, 3)  # (10 + 2) / 2


def test_assessed_counts_in_the_month_in_which_the_60_days_end(ledger):
    begin = local(2026, 1, 9)
    done, late, ended, never = (eligible(ledger, begin, **more) for more in ({}, {}, {"ended": begin + DAY}, {}))
    ledger.left(done, "p2_assessing", "phase_note", begin + 60 * DAY)
    ledger.left(late, "p2_assessing", "phase_note", begin + 61 * DAY)
    ledger.left(never, "p3_stratifying", "phase_note", begin + DAY)
    assert ended

    assert ledger.counts("assess_60d") == (33.3, 1, 3, 1)
    assert ledger.counts("assess_60d", "2026-01") == (0, 0, 0, 0)
    ledger.now = local(2026, 3, 2)
    assert ledger.reasons("assess_60d") == ["ended", "window_open", "window_open", "window_open"]


def test_reassessment_is_as_it_stood_at_the_end_of_the_month(ledger):
    for assessed in (local(2025, 4, 2), local(2025, 2, 20), local(2025, 1, 30)):
        case = ledger.enrolled(local(2025, 1, 20))
        ledger.left(case, "p2_assessing", "phase_note", assessed)
        ledger.left(case, "p2_assessing", "phase_note", local(2026, 4, 5))  # after the month
    ledger.enrolled(local(2025, 5, 1))
    ledger.enrolled(local(2025, 1, 20), ended=local(2026, 2, 1))
    ledger.enrolled(local(2025, 1, 20))

    found = ledger.measure("reassess_on_time")

    assert (found.value, found.numerator, found.denominator) == (25, 1, 4)
    assert found.parts == {"grace": 25, "late": 50, "on_time": 25}


def test_months_before_the_end_of_a_long_month_are_whole_months(ledger):
    ledger.now = local(2026, 4, 29, 12)
    case = ledger.enrolled(local(2025, 4, 29, 11))
    ledger.left(case, "p2_assessing", "phase_note", local(2025, 4, 29, 13))

    assert ledger.counts("reassess_on_time", "2026-04") == (100, 1, 1, 0)


def clock(ledger, case, set_at, due, timer="t", cleared=None):
    ledger.row("TimerSet", case, "next_contact", set_at, timer=timer, due_at=due.isoformat())
    if cleared:
        ledger.row("TimerCleared", case, "next_contact", cleared, timer=timer)


def test_contacts_are_on_time_up_to_a_day_after_they_are_due(ledger):
    for done in (T, T + DAY, T + DAY + HOUR, None):
        case = ledger.enrolled(SINCE)
        clock(ledger, case, T - 7 * DAY, T)
        if done:
            ledger.form(case, "contact_and_review", done)

    assert ledger.counts("contact_on_time") == (50, 2, 4, 0)


def test_contacts_that_were_overtaken_or_are_not_due_yet_are_left_out(ledger):
    taken, ended, early, again = (ledger.enrolled(SINCE) for _ in range(4))
    clock(ledger, taken, T - 7 * DAY, T, cleared=T - DAY)
    clock(ledger, early, T - 7 * DAY, T, cleared=T - DAY)
    ledger.form(early, "contact_and_review", T - DAY)
    clock(ledger, again, T - 7 * DAY, T, timer="same")
    clock(ledger, again, T - 6 * DAY, T + 30 * DAY, timer="same")  # rescheduled into April
    over = ledger.enrolled(SINCE, ended=T + HOUR)
    clock(ledger, over, T - 7 * DAY, T)
    assert ended

    assert ledger.counts("contact_on_time") == (100, 1, 1, 2)
    assert ledger.reasons("contact_on_time") == ["ended", "overtaken"]
    ledger.now = T
    young = ledger.enrolled(SINCE)
    clock(ledger, young, T - 7 * DAY, T + HOUR)
    assert "window_open" in ledger.reasons("contact_on_time")


def test_interventions_are_per_person_and_working_day_up_to_now(ledger):
    case = ledger.enrolled(SINCE)
    ledger.now = local(2026, 3, 6, 12)  # the fifth working day
    for day in (2, 3):
        ledger.contact(case, local(2026, 3, day, 10), actor_id="nora")
    ledger.task(case, "arrange_service", local(2026, 3, 2), local(2026, 3, 4), actor="omar")
    ledger.task(case, "core_assessment", local(2026, 3, 2), local(2026, 3, 4), actor="sara")

    found = ledger.measure("interventions_day")

    assert (found.value, found.numerator, found.denominator) == (0.3, 3, 10)


def test_days_to_a_final_plan_need_an_assessment_of_its_own(ledger):
    case = ledger.enrolled(SINCE)
    ledger.left(case, "p2_assessing", "phase_note", T)
    ledger.left(case, "p4_planning", "finish_plan", T + 3 * DAY)
    ledger.left(case, "p4_planning", "finish_plan", T + 9 * DAY)
    other = ledger.enrolled(SINCE)
    ledger.left(other, "p2_assessing", "phase_note", T - 30 * DAY)
    ledger.left(other, "p2_assessing", "phase_note", T)
    ledger.left(other, "p4_planning", "finish_plan", T + 5 * DAY)
    ledger.left(ledger.enrolled(SINCE), "p4_planning", "finish_plan", T)

    assert ledger.counts("plan_final_days") == (4, 2, 2, 2)


def test_changes_of_plans_count_each_version_once_over_cases_enrolled_in_the_month(ledger):
    case = ledger.enrolled(SINCE)
    ledger.plan(case, SINCE, (1, 0), "first")
    ledger.plan(case, T, (1, 1), "minor", revision=1)
    ledger.plan(case, T + DAY, (1, 1), "minor", revision=2)
    ledger.plan(case, T + 2 * DAY, (2, 0), "complete")
    ledger.plan(case, local(2026, 4, 2), (3, 0), "complete")
    ledger.enrolled(local(2026, 3, 31))
    ledger.enrolled(SINCE, ended=local(2026, 3, 1, 1))
    ledger.enrolled(SINCE, ended=local(2026, 2, 20))
    ledger.enrolled(local(2026, 4, 1, 1))

    found = ledger.measure("plan_changes")

    assert (found.numerator, found.denominator, found.value) == (2, 3, 66.7)
    assert found.parts == {"minor": 33.3, "complete": 33.3}


def test_authorisations_count_by_their_decision_and_its_due_time(ledger):
    case = ledger.enrolled(SINCE)
    for decision, closed in (("approved", T), ("denied", T + HOUR), ("partial", T), ("more_info", T)):
        ledger.task(case, "decide_auth", T - DAY, closed, due=T, answers={"decision": decision})
    ledger.task(case, "decide_auth", T - DAY, T, answers={"decision": "approved"})
    ledger.task(case, "decide_auth", T - DAY)

    assert ledger.counts("auth_on_time") == (75, 3, 4, 0)
    found = ledger.measure("denial_rate")
    assert (found.value, found.numerator, found.denominator) == (50, 2, 4)
    assert found.parts == {"denied": 25, "partial": 25}


def test_only_what_is_overturned_wholly_counts_as_overturned(ledger):
    case = ledger.enrolled(SINCE)
    ledger.form(case, "peer_to_peer", T, result="upheld")
    ledger.form(case, "file_appeal", T, result="overturned")
    ledger.form(case, "file_appeal", T, result="partly")
    ledger.form(case, "file_appeal", T)

    found = ledger.measure("overturn_rate")

    assert (found.value, found.numerator, found.denominator) == (33.3, 1, 3)
    assert found.parts == {"overturned": 33.3, "partly": 0}


def referral(ledger, sent, answer=None, status="accepted", confirmed=None, then="started", again=True):
    case = ledger.enrolled(SINCE)
    if answer is None:
        ledger.task(case, "accept_referral", sent)
        return case
    _, step = ledger.task(case, "accept_referral", sent, answer, answers={"status": status})
    if status == "declined" and again:
        ledger.task(case, "arrange_service", answer, opened_in=step)
    elif confirmed:
        ledger.task(case, "confirm_started", answer, confirmed, answers={"status": then}, opened_in=step)
    return case


def test_referrals_are_closed_by_a_confirmed_start_or_another_provider_within_30_days(ledger):
    sent = local(2026, 2, 10)
    referral(ledger, sent, sent + DAY, confirmed=sent + 29 * DAY)
    referral(ledger, sent, sent + DAY, confirmed=sent + 9 * DAY, then="completed")
    referral(ledger, sent, sent + DAY, confirmed=sent + 31 * DAY)
    referral(ledger, sent, sent + DAY, confirmed=sent + 9 * DAY, then="no_show")
    referral(ledger, sent, sent + DAY, status="declined")
    referral(ledger, sent, sent + DAY, status="declined", again=False)
    referral(ledger, sent, sent + DAY)
    referral(ledger, sent)
    ledger.task(ledger.enrolled(SINCE), "accept_referral", sent, sent + DAY, status="cancelled")
    referral(ledger, local(2026, 3, 10), sent)

    found = ledger.measure("referral_closed")

    assert (found.value, found.numerator, found.denominator, found.excluded) == (37.5, 3, 8, 1)
    assert found.parts == {"completed": 12.5, "declined_with_alternative": 12.5, "started": 12.5}
    ledger.now = sent + 20 * DAY
    assert ledger.reasons("referral_closed").count("window_open") == 6  # the start that was confirmed later among them


def test_issues_are_closed_when_settled_by_their_due_time(ledger):
    for closed, status in (
        (T + HOUR, "resolved"),
        (T + HOUR, "accepted"),
        (T + HOUR, "open"),
        (T + 5 * HOUR, "resolved"),
    ):
        ledger.task(ledger.enrolled(SINCE), "resolve_issue", T, closed, due=T + 4 * HOUR, answers={"status": status})
    ledger.task(ledger.enrolled(SINCE), "resolve_issue", T, due=T + 4 * HOUR)
    ledger.task(ledger.enrolled(SINCE), "resolve_issue", T - 30 * DAY, T, answers={"status": "resolved"})
    ledger.task(ledger.enrolled(SINCE), "resolve_issue", T, T + HOUR, due=T + 4 * HOUR, status="cancelled")
    ledger.task(ledger.enrolled(SINCE), "resolve_issue", T, T + HOUR, answers={"status": "resolved"})

    assert ledger.counts("issue_closed") == (50, 3, 6, 1)
    ledger.now = T + 2 * HOUR
    assert ledger.reasons("issue_closed") == ["window_open", "withdrawn"]


def test_the_weight_of_a_caseload_is_reckoned_by_the_shipped_table_at_the_end_of_the_month(database, keyring):
    ledger = Ledger(database, keyring, Library.shipped())
    heavy = ledger.enrolled(SINCE, manager="nora", client=ledger.client(programme="targeted"))
    ledger.row("GradeChanged", heavy, "", SINCE, **{"from": None, "to": "high"})
    ledger.row("GradeChanged", heavy, "", local(2026, 4, 2), **{"from": "high", "to": "low"})
    ledger.row("StageEntered", heavy, "", SINCE, **{"from": None, "to": "transitioning"})
    ledger.left(heavy, "ev_crisis", "open_crisis", T)
    light = ledger.enrolled(SINCE, manager="nora")
    ledger.row("GradeChanged", light, "", SINCE, **{"from": None, "to": "low"})
    ledger.left(light, "ev_crisis", "open_crisis", T)
    ledger.left(light, "ev_crisis", "close_crisis", T + HOUR)
    ledger.form(light, "register_referral", SINCE, interpreter=True)
    other = ledger.enrolled(local(2026, 3, 20))
    ledger.form(other, "screen_client", local(2026, 3, 19), programme="catastrophic")
    ledger.enrolled(SINCE, ended=T)

    found = ledger.measure("caseload_weight")

    # nora: high 4, targeted 2, transitioning 2, crisis 4; low 1, interpreter 1. Nobody: catastrophic 4, first 30 days 1.
    assert (found.numerator, found.denominator) == (19, 120)
    assert found.value == 15.8
    assert found.parts == {"nora": 11.7, "unassigned": 4.2}


def test_the_limit_of_a_caseload_is_that_of_the_person_on_the_ladder(database, keyring):
    ledger = Ledger(database, keyring, Library.shipped())
    people = [
        Person("jonas", "Jonas", frozenset({"case_manager"}), frozenset({"case_manager_jr"})),
        Person("nora", "Nora", frozenset({"case_manager"}), frozenset({"case_manager", "case_manager_jr"})),
        Person("nina", "Nina", frozenset({"clinician"}), frozenset({"nurse"})),
    ]
    database.write(lambda tx: add_people(tx, people))
    for manager in ("jonas", "jonas", "nora"):
        ledger.enrolled(SINCE, manager=manager)

    assert ledger.measure("caseload_weight").denominator == 30 + 60


def test_without_tables_a_caseload_has_no_weight(ledger):
    ledger.enrolled(SINCE, manager="nora")

    assert ledger.counts("caseload_weight") == (0, 0, 0, 0)


def test_very_high_risk_is_a_share_of_those_enrolled_at_the_end_of_the_month(ledger):
    for grade in ("very_high", "low", None):
        case = ledger.enrolled(SINCE)
        if grade:
            ledger.row("GradeChanged", case, "", T, **{"from": None, "to": grade})
    ended = ledger.enrolled(SINCE, ended=T)
    ledger.row("GradeChanged", ended, "", SINCE, **{"from": None, "to": "very_high"})

    assert ledger.counts("very_high_share") == (33.3, 1, 3, 0)
    assert ledger.counts("very_high_share", "2026-02") == (25, 1, 4, 0)


def test_late_tasks_are_those_that_were_open_and_past_due_at_the_end_of_the_month(ledger):
    case, end = ledger.enrolled(SINCE), local(2026, 4, 1)
    ledger.task(case, "a", T, due=T + HOUR)
    ledger.task(case, "b", T, local(2026, 4, 2), due=T + HOUR)
    ledger.task(case, "c", T, T + HOUR, due=T)
    ledger.task(case, "d", T, due=end + HOUR)
    ledger.task(case, "e", end + HOUR, due=end + 2 * HOUR)
    ledger.task(case, "f", T)

    assert ledger.counts("late_tasks") == (2, 2, 4, 0)
