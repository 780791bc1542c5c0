"""The shipped models run as care-process.md tells: phases, loops, endings, the 48-hour clock. Real engine runner, no database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.bpmn.driver import START, Drive

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
STAY: dict[str, Any] = {
    "admitted_at": "2025-07-01T10:00:00Z",
    "urgent": True,
    "readmission": False,
    "days_since_discharge": None,
}
LEFT: dict[str, Any] = {"los_days": 4, "acute": True, "against_advice": False, "late": False, "destination": "home"}
CALLED: dict[str, Any] = {"reached": "client", "result": None}
READY: dict[str, Any] = {"destination": "home", "override_reason": "no blocker counts here"}


def screened(**values: Any) -> Drive:
    drive = Drive().start().complete("register_referral", {"source_type": "pcp"})
    return drive.complete("screen_client", {"decision": "eligible", "level": "standard", **values}, ed_6m=0, charlson=1)


def assessed(category: str = "moderate") -> Drive:
    drive = screened().complete("obtain_consent", {"result": "given"}).complete("core_assessment")
    for form in drive.open:
        drive.complete(form)
    return drive.complete("review_risk", {"category": category})


def planned(drive: Drive) -> Drive:
    drive.complete("draft_plan", {"interventions": []}).complete("approve_plan_client", {"decision": "approved"})
    return drive.complete("approve_plan_provider", {"decision": "approved"})


def following(category: str = "moderate") -> Drive:
    return planned(assessed(category)).complete("educate")


def reviewed(drive: Drive, outcome: str, **values: Any) -> Drive:
    if "contact_and_review" not in drive.open:
        drive.send("client_contact")
    return drive.complete("contact_and_review", {"followup_outcome": outcome, "adherence": "full", **values})


def in_hospital(drive: Drive, encounter: str = "E1") -> Drive:
    assert drive.send("adt_admit", encounter_id=encounter, **STAY)
    return drive


def prepared(drive: Drive) -> Drive:
    drive.complete("discharge_plan", READY)
    for task in ("reconcile_medicines", "teach_back", "dme_transport"):
        drive.complete(task)
    return drive.complete("episode_summary")


def discharged(drive: Drive, at: datetime, encounter: str = "E1", name: str = "adt_discharge") -> Drive:
    drive.now = at
    assert drive.send(name, encounter, encounter_id=encounter, discharged_at=at.isoformat(), **LEFT)
    return drive


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


TUESDAY = local("2025-07-08T14:00:00-04:00")


def after_discharge(at: datetime = TUESDAY, category: str = "low") -> Drive:
    return discharged(prepared(in_hospital(following(category))), at)


def clocks(drive: Drive) -> list[Any]:
    return [t for a in drive.history for t in a.timers_set if t.element == "outreach_48h"]


def due(drive: Drive, element: str) -> datetime:
    return next(t.due_at for t in drive.timers.values() if t.element == element)


def test_a_case_goes_through_all_nine_phases_and_ends_with_goals_met() -> None:
    drive = after_discharge()
    drive.move(DAY)
    drive.complete("outreach_call", CALLED).complete("book_tcm_visit").complete("report_feedback")
    reviewed(drive, "goals_met").complete("rate_outcomes", {"needs_met": True}).complete("release_report")
    drive.complete("closure_review").complete("sign_off", {"decision": "ok"}).complete("survey")

    stages = [stage for advance in drive.history for _, stage in advance.stages]
    assert drive.completed
    assert drive.case.outcome == "goals_met"
    assert set(stages) == {"screening", "assessing", "stratifying", "planning", "implementing", "following_up", "transitioning", "post_transition", "evaluating"}  # fmt: skip
    assert all(drive.fact(f"note_{stage}_at") for stage in stages)


def test_not_eligible_and_duplicate_cases_end_with_a_letter_and_no_task() -> None:
    for reason, ending in (("no_benefit", "not_eligible"), ("duplicate_case", "duplicate_case")):
        drive = screened(decision="not_eligible", reason=reason)

        assert drive.completed
        assert drive.case.outcome == ending
        assert [c.parameters["template"] for a in drive.history for c in a.calls if c.operation == "send_letter"] == [
            ending
        ]


def test_missing_data_brings_the_screening_back() -> None:
    assert screened(decision="need_data").open == ["screen_client"]


def test_a_refusal_ends_the_case_without_outreach() -> None:
    drive = screened().complete("obtain_consent", {"result": "refused"})

    assert drive.completed
    assert drive.case.outcome == "declined"
    assert not clocks(drive)


def test_three_failed_attempts_a_letter_and_thirty_days_make_a_client_unreachable() -> None:
    drive = screened().complete("obtain_consent", {"result": "undecided"})
    for _ in range(3):
        drive.move(DAY)
        drive.complete("log_contact", {"result": "no_answer"})

    assert drive.open == []
    drive.move(31 * DAY)
    assert drive.completed
    assert drive.case.outcome == "unable_to_reach"
    assert len([c for a in drive.history for c in a.calls if c.operation == "record_contact"]) == 3


def test_a_client_who_is_reached_is_asked_again() -> None:
    drive = screened().complete("obtain_consent", {"result": "undecided"})
    drive.move(HOUR)
    drive.complete("log_contact", {"result": "reached"})

    assert drive.open == ["obtain_consent"]


def test_stratifying_may_come_first_and_comes_again_after_assessing() -> None:
    drive = (
        Drive()
        .start(stratify_first=True)
        .complete("register_referral")
        .complete("screen_client", {"decision": "eligible"})
    )
    drive.complete("obtain_consent", {"result": "given"}).complete("review_risk", {"category": "high"})
    assert drive.open == ["core_assessment"]
    drive.complete("core_assessment")
    for form in drive.open:
        drive.complete(form)

    assert drive.open == ["review_risk"]


def test_very_high_risk_needs_a_second_look() -> None:
    drive = assessed("very_high")
    assert drive.open == ["second_look_very_high"]
    drive.complete("second_look_very_high", {"category": "high"})

    assert drive.case.grade == "high"


def test_the_last_question_of_the_phq9_opens_the_crisis_protocol_while_the_other_forms_stay() -> None:
    drive = screened().complete("obtain_consent", {"result": "given"}).complete("core_assessment")
    drive.complete("phq2_9", {"q1": 3, "q2": 2}, phq2_total=5).complete("phq9", {"q9": 2}, phq9_total=12, phq_item9=2)

    assert {"crisis_protocol", "social_needs", "record_review"} <= set(drive.open)
    drive.complete("crisis_protocol", {"safe_now": True, "next_contact": "2025-06-03T13:00:00Z"})
    assert drive.fact("crisis_open") is False


def test_a_crisis_goes_up_by_the_clock_and_may_come_twice() -> None:
    drive = following()
    drive.send("crisis")
    drive.move(timedelta(minutes=31))
    drive.send("crisis")

    told = [c.parameters["to"] for a in drive.history for c in a.calls if c.operation == "notify"]
    assert told == ["supervisor", "on_call"]
    assert drive.open == ["crisis_protocol", "crisis_protocol"]


def test_a_returned_plan_is_drafted_again() -> None:
    drive = (
        assessed()
        .complete("draft_plan", {"interventions": []})
        .complete("approve_plan_client", {"decision": "returned"})
    )
    drive.complete("approve_plan_provider", {"decision": "approved"})
    assert drive.open == ["draft_plan"]
    planned(drive)

    assert drive.fact("plan_version") == "1.0"


def test_the_plan_of_a_junior_is_checked_first() -> None:
    drive = assessed().complete("draft_plan", {"interventions": []}, drafted_by_junior=True)
    assert drive.open == ["check_plan"]
    drive.complete("check_plan", {"decision": "return"})
    assert drive.open == ["draft_plan"]
    drive.complete("draft_plan", {"interventions": []}).complete("check_plan", {"decision": "ok"})

    assert drive.open == ["approve_plan_client", "approve_plan_provider"]


def authorising(*classes: str) -> Drive:
    services = [{"kind": "service", "service_class": one} for one in classes]
    drive = assessed().complete("draft_plan", {"interventions": services})
    return drive.complete("approve_plan_client", {"decision": "approved"}).complete(
        "approve_plan_provider", {"decision": "approved"}
    )


def test_a_service_that_needs_no_permission_is_not_asked_for() -> None:
    drive = authorising("education")

    assert drive.open == ["arrange_service", "educate"]


def test_a_denial_goes_to_a_talk_an_appeal_and_another_service() -> None:
    drive = authorising("home_health").complete(
        "request_auth", {"service_class": "home_health", "urgency": "standard", "in_network": True}
    )
    assert due(drive, "auth_overdue") == START + 7 * DAY
    drive.complete("decide_auth", {"decision": "denied", "denial_reason": "not_necessary"})
    drive.complete("peer_to_peer", {"result": "upheld"}).complete("file_appeal", {"result": "upheld"})
    drive.complete("find_alternative")

    assert drive.open == ["arrange_service", "educate"]


def test_a_late_decision_chases_the_payor_and_still_counts() -> None:
    drive = authorising("imaging").complete(
        "request_auth", {"service_class": "imaging", "urgency": "expedited", "in_network": True}
    )

    assert drive.move(73 * HOUR) == ["auth_overdue"]
    drive.complete("decide_auth", {"decision": "more_info"}).complete(
        "request_auth", {"service_class": "imaging", "urgency": "expedited", "in_network": True}
    )
    drive.complete("decide_auth", {"decision": "partial"})
    assert drive.open == ["arrange_service", "educate"]


def test_a_declined_referral_asks_another_provider() -> None:
    drive = authorising("education").complete("arrange_service").complete("accept_referral", {"status": "declined"})
    assert "arrange_service" in drive.open
    drive.complete("arrange_service").complete("accept_referral", {"status": "accepted"}).complete(
        "confirm_started"
    ).complete("educate")

    assert drive.case.stage == "following_up"


def test_the_start_of_a_service_is_confirmed_in_the_business_days_of_the_timer_policy() -> None:
    drive = authorising("education").complete("arrange_service").complete("accept_referral", {"status": "accepted"})

    (task,) = (task for task in drive.tasks.values() if task.element == "confirm_started")
    assert task.due_at == drive.runner.calendar.after(START, 10)


@pytest.mark.parametrize(("risk", "days"), [("very_high", 7), ("high", 14), ("moderate", 30), ("low", 90)])
def test_the_next_contact_follows_table_d4(risk: str, days: int) -> None:
    drive = assessed(risk)
    if risk == "very_high":
        drive.complete("second_look_very_high", {"category": risk})
    planned(drive).complete("educate")
    if risk == "very_high":
        drive.complete("hold_conference")

    assert due(drive, "next_contact") == START + days * DAY


def test_on_track_waits_again_and_keeps_the_plan() -> None:
    drive = following()
    for _ in range(3):
        drive.move(30 * DAY)
        reviewed(drive, "on_track")

    assert drive.fact("plan_version") == "1.0"
    assert [s for a in drive.history for s in a.stages].count(("following_up", "following_up")) == 3


def test_a_minor_change_arranges_one_service_and_asks_nobody_for_approval() -> None:
    drive = reviewed(following(), "minor_change", outcome_reason="daily call added")
    assert drive.open == ["arrange_service", "educate"]
    drive.complete("arrange_service").complete("accept_referral", {"status": "accepted"}).complete(
        "confirm_started"
    ).complete("educate")

    assert drive.fact("plan_version") == "1.1"


def test_a_complete_change_plans_anew() -> None:
    drive = reviewed(following(), "complete_change", outcome_reason="new treatment")
    planned(drive)

    assert drive.fact("plan_version") == "2.0"


def test_the_third_complete_change_without_progress_asks_for_a_complex_review() -> None:
    drive = following()
    for _ in range(3):
        planned(
            reviewed(drive, "complete_change", outcome_reason="x", goal_progress=[{"progress": "behind"}])
        ).complete("educate")

    asked = [c for a in drive.history for c in a.calls if c.parameters.get("about") == "complex_review"]
    assert len(asked) == 1
    assert drive.case.stage == "following_up"


def test_a_status_change_assesses_again() -> None:
    assert reviewed(following(), "status_change", outcome_reason="caregiver lost").open == ["core_assessment"]


def test_a_yearly_reassessment_waits_for_the_next_gateway() -> None:
    drive = following()
    drive.send("reassessment_due")
    assert drive.open == []
    reviewed(drive, "on_track")

    assert drive.open == ["core_assessment"]


def test_trouble_with_medicines_is_reviewed_before_the_outcome_counts() -> None:
    drive = reviewed(following(), "on_track", adherence="partial")
    assert drive.open == ["medicine_review"]
    drive.complete("medicine_review")

    assert drive.awaits("client_contact")


def test_a_measurement_is_handled_and_watched_or_followed_by_a_contact() -> None:
    drive = following()
    drive.send("indicator_alert")
    drive.complete("handle_alert", {"action": "watch"})
    assert drive.awaits("indicator_alert")
    drive.send("indicator_alert")
    drive.complete("handle_alert", {"action": "call"})

    assert drive.open == ["contact_and_review"]


def test_the_first_call_is_due_a_day_after_the_discharge_and_the_deadline_a_day_later() -> None:
    drive = after_discharge()

    assert due(drive, "outreach_48h") == TUESDAY + DAY
    assert due(drive, "outreach_reminder") == TUESDAY + 36 * HOUR
    assert due(drive, "outreach_overdue") == TUESDAY + 48 * HOUR
    assert drive.fact("lace") == 8
    assert len(clocks(drive)) == 1


@pytest.mark.parametrize(
    ("left", "call", "deadline"),
    [
        ("2025-05-23T17:00:00-04:00", "2025-05-24T17:00:00-04:00", "2025-05-25T17:00:00-04:00"),
        ("2025-03-08T20:00:00-05:00", "2025-03-10T08:00:00-04:00", "2025-03-10T21:00:00-04:00"),
        ("2025-06-10T21:00:00-04:00", "2025-06-12T08:00:00-04:00", "2025-06-12T21:00:00-04:00"),
        ("2025-06-10T05:00:00-04:00", "2025-06-11T08:00:00-04:00", "2025-06-12T05:00:00-04:00"),
    ],
)
def test_calls_keep_to_calling_hours_over_weekends_and_clock_changes(left: str, call: str, deadline: str) -> None:
    drive = after_discharge(local(left))

    assert due(drive, "outreach_48h") == local(call)
    assert due(drive, "outreach_overdue") == local(deadline)


def test_failed_calls_follow_table_d6_until_the_letter() -> None:
    drive = after_discharge()
    calls = []
    for _ in range(5):
        due_at = min(t.due_at for t in drive.timers.values() if t.element in {"outreach_48h", "next_attempt"})
        drive.move(due_at)
        calls.append(due_at)
        drive.complete("outreach_call", {"reached": "nobody", "result": "no_answer"})

    assert calls[:3] == [local("2025-07-09T14:00:00-04:00"), local("2025-07-10T08:00:00-04:00"), local("2025-07-10T12:00:00-04:00")]  # fmt: skip
    assert [c.parameters["to"] for a in drive.history for c in a.calls if c.operation == "notify"] == [
        "case_manager",
        "pcp",
        "supervisor",
    ]
    assert due(drive, "unreachable") == TUESDAY + 30 * DAY
    assert len(clocks(drive)) == 1
    drive.move(31 * DAY)
    assert drive.case.outcome == "client_unreachable"
    assert drive.open == ["closure_review"]


def test_a_call_back_on_day_nine_opens_the_call_form() -> None:
    drive = after_discharge()
    for _ in range(4):
        drive.move(min(t.due_at for t in drive.timers.values() if t.element in {"outreach_48h", "next_attempt"}))
        drive.complete("outreach_call", {"reached": "nobody", "result": "no_answer"})
    drive.send("client_contact")

    assert drive.open == ["outreach_call"]


def test_an_outreach_that_is_late_tells_the_supervisor_once_and_opens_no_second_task() -> None:
    drive = after_discharge()
    drive.move(49 * HOUR)

    assert drive.open == ["outreach_call"]
    assert [c.parameters["to"] for a in drive.history for c in a.calls if c.operation == "notify"] == [
        "case_manager",
        "supervisor",
    ]


def test_a_late_notice_opens_the_task_at_once() -> None:
    drive = prepared(in_hospital(following()))
    left = drive.now - 3 * DAY
    drive.send("adt_discharge", "E1", encounter_id="E1", discharged_at=left.isoformat(), **LEFT)
    drive.move(timedelta(0))

    assert drive.open == ["outreach_call"]


def test_an_open_issue_leads_to_planning_and_a_resolved_one_back_to_following_up() -> None:
    for status, stage in (("open", "planning"), ("resolved", "following_up")):
        drive = after_discharge()
        drive.move(DAY)
        drive.complete("outreach_call", {**CALLED, "issues": [{"text": "x", "urgency": "urgent", "owner": "y"}] * 2})
        assert drive.open == ["resolve_issue", "resolve_issue"]
        assert {t.due_at for t in drive.tasks.values()} == {drive.now + 4 * HOUR}
        drive.complete("resolve_issue", {"status": "resolved"}).complete("resolve_issue", {"status": status})
        drive.complete("book_tcm_visit").complete("report_feedback")

        assert drive.case.stage == stage


def test_open_issues_raise_the_minor_version_of_the_plan() -> None:
    drive = after_discharge()
    drive.move(DAY)
    drive.complete("outreach_call", {**CALLED, "issues": [{"text": "x", "urgency": "soon", "owner": "y"}]})
    drive.complete("resolve_issue", {"status": "open"}).complete("book_tcm_visit").complete("report_feedback")
    planned(drive)

    assert drive.fact("plan_version") == "1.1"


def test_a_readmission_disarms_the_outreach_and_the_next_discharge_arms_one_more() -> None:
    drive = after_discharge()
    drive.send("outreach_disarmed", "E1", encounter_id="E1", reason="readmission")
    assert drive.awaits("adt_admit")
    assert not drive.timers
    in_hospital(drive, "E2")
    assert "discharge_plan" in drive.open
    discharged(prepared(drive), TUESDAY + 9 * DAY, "E2")

    assert len(clocks(drive)) == 2
    assert drive.fact("last_discharge_encounter") == "E2"


def test_a_readmission_within_thirty_days_is_reviewed_in_transitioning() -> None:
    drive = following()
    drive.send("adt_admit", encounter_id="E2", **{**STAY, "readmission": True, "days_since_discharge": 7})

    assert "readmission_review" in drive.open


def test_a_cancelled_discharge_goes_back_to_the_stay_without_new_tasks_whatever_the_order() -> None:
    orders = [["outreach_disarmed", "adt_cancelled"], ["adt_cancelled", "outreach_disarmed"]]
    for names in orders:
        drive = after_discharge()
        for name in names:
            drive.send(name, "E1", encounter_id="E1", reason="cancelled", what="discharge")
        assert drive.case.stage == "transitioning"
        assert drive.open == []
        assert drive.awaits("adt_discharge", "E1")
        discharged(drive, TUESDAY + DAY)

        assert len(clocks(drive)) == 2
        assert len(drive.timers) == 3


def test_a_cancelled_admission_goes_back_to_following_up() -> None:
    drive = in_hospital(following())
    drive.send("adt_cancelled", "E1", encounter_id="E1", what="admit")

    assert drive.open == []
    assert drive.case.stage == "following_up"


def test_blockers_keep_the_discharge_plan_open_until_they_are_solved_or_the_client_has_left() -> None:
    drive = in_hospital(following()).complete("discharge_plan", {"destination": "home"}, destination="home")
    assert "barriers" in drive.open
    drive.complete("barriers", {"avoidable": True}).complete("avoidable_day")
    assert "discharge_plan" in drive.open
    discharged(drive, TUESDAY, name="adt_discharge_unplanned")
    drive.complete("discharge_plan", {"destination": "home"})

    assert "barriers" not in drive.open


def test_a_facility_accepts_the_handover() -> None:
    drive = in_hospital(following()).complete("discharge_plan", {"override_reason": "x"}, destination="snf")
    for task in ("reconcile_medicines", "teach_back", "dme_transport", "episode_summary"):
        drive.complete(task)

    assert drive.open == ["accept_handover"]


def test_a_discharge_while_planning_tasks_are_open_arms_one_outreach_and_no_second_one_later() -> None:
    drive = in_hospital(following())
    assert not drive.awaits("adt_discharge")
    discharged(drive, TUESDAY, name="adt_discharge_unplanned")
    assert due(drive, "outreach_48h") == TUESDAY + DAY
    prepared(drive)
    assert drive.case.stage == "post_transition"
    drive.complete("book_tcm_visit").complete("report_feedback")

    assert drive.case.stage == "following_up"
    assert len(clocks(drive)) == 1
    drive.move(DAY)
    drive.complete("outreach_call", CALLED)
    assert drive.open == []


def test_a_discharge_in_any_phase_arms_one_outreach() -> None:
    drive = Drive().start()
    discharged(drive, TUESDAY, name="adt_discharge_unplanned")
    assert drive.move(DAY) == ["outreach_48h"]

    assert drive.open == ["outreach_call", "register_referral"]
    drive.complete("outreach_call", {**CALLED, "issues": [{"text": "x", "urgency": "routine", "owner": "y"}]})
    drive.complete("resolve_issue", {"status": "open"})
    assert drive.fact("open_issues_n") == 1


def test_an_admission_while_the_case_is_busy_leads_to_transitioning_at_the_next_gateway() -> None:
    drive = assessed()
    assert not drive.awaits("adt_admit")
    drive.send("readmission", encounter_id="E7", **{**STAY, "readmission": True})
    drive.complete("readmission_review")
    planned(drive).complete("educate")

    assert drive.case.stage == "transitioning"
    assert drive.fact("level_of_care_pending") is False
    assert "discharge_plan" in drive.open
    prepared(drive)
    assert drive.awaits("adt_discharge", "E7")


def test_a_stay_that_is_over_before_the_case_could_look_is_not_planned_any_more() -> None:
    drive = assessed()
    drive.send("readmission", encounter_id="E7", **STAY)
    discharged(drive, TUESDAY, "E7", name="adt_discharge_unplanned")
    planned(drive).complete("educate")

    assert drive.case.stage == "post_transition"
    assert drive.open == ["book_tcm_visit"]
    assert len(clocks(drive)) == 1


def test_an_unanswered_letter_of_an_event_outreach_ends_the_case() -> None:
    drive = discharged(following("low"), TUESDAY, name="adt_discharge_unplanned")
    for _ in range(5):
        drive.move(min(t.due_at for t in drive.timers.values() if t.element in {"outreach_48h", "next_attempt"}))
        drive.complete("outreach_call", {"reached": "nobody", "result": "no_answer"})
    drive.move(40 * DAY)

    assert drive.case.outcome == "client_unreachable"
    assert drive.open == ["closure_review"]


def test_an_emergency_visit_gets_a_follow_up_in_seven_days_and_no_outreach() -> None:
    drive = following()
    drive.send("ed_visit", encounter_id="V1", visited_at="2025-06-02T10:00:00Z", discharged_at="2025-06-02T12:00:00Z")

    assert drive.open == ["ed_follow_up"]
    assert next(iter(drive.tasks.values())).due_at == drive.now + 7 * DAY
    assert not clocks(drive)


def test_a_grave_complaint_is_told_to_compliance() -> None:
    drive = following()
    drive.send("complaint")
    drive.complete("complaint", {"severity": "high"})

    assert [c.parameters["to"] for a in drive.history for c in a.calls if c.operation == "notify"] == ["compliance"]


def test_significant_news_leads_to_a_reassessment() -> None:
    drive = following()
    drive.send("new_information", significant=True)
    drive.complete("record_review")
    reviewed(drive, "on_track")

    assert drive.open == ["core_assessment"]


def test_a_death_closes_the_case_at_once_and_opens_nothing() -> None:
    drive = after_discharge()
    drive.send("complaint")
    drive.send("client_deceased", died_at="2025-07-09T02:00:00Z")

    assert drive.completed
    assert drive.case.outcome == "client_deceased"
    assert drive.history[-1].opened == ()
    assert drive.history[-1].timers_set == ()
    assert len(drive.history[-1].timers_cleared) == 3
    assert not [c for c in drive.history[-1].calls if c.operation == "send_letter"]


def test_a_case_is_closed_within_the_business_days_of_the_timer_policy() -> None:
    drive = reviewed(following(), "goals_met").complete("rate_outcomes", {"needs_met": True}).complete("release_report")

    (task,) = drive.tasks.values()
    assert (task.element, task.due_at) == ("closure_review", drive.runner.calendar.after(drive.now, 10))


def test_a_death_while_the_case_is_closing_takes_the_survey_back() -> None:
    drive = reviewed(following(), "goals_met").complete("rate_outcomes", {"needs_met": True}).complete("release_report")
    drive.complete("closure_review").complete("sign_off", {"decision": "return"}).complete("closure_review")
    drive.complete("sign_off", {"decision": "ok"})
    assert drive.open == ["survey"]
    drive.send("client_deceased", died_at="2025-07-09T02:00:00Z")

    assert drive.completed
    assert drive.case.outcome == "client_deceased"


def test_a_survey_nobody_answers_does_not_hold_the_case_open() -> None:
    drive = (
        reviewed(following(), "no_further_benefit")
        .complete("rate_outcomes", {"needs_met": True})
        .complete("release_report")
    )
    drive.complete("closure_review").complete("sign_off", {"decision": "ok"})
    drive.move(15 * DAY)

    assert drive.completed
    assert drive.case.outcome == "no_further_benefit"


@pytest.mark.parametrize(
    ("message", "ending"),
    [
        ("consent_withdrawn", "consent_withdrawn"),
        ("coverage_ended", "coverage_ended"),
        ("transferred_out", "transferred_out"),
        ("court_order", "court_order"),
        ("case_close", "administrative_close"),
    ],
)
def test_a_message_ends_the_case_from_anywhere_and_stops_outreach_and_events(message: str, ending: str) -> None:
    drive = discharged(following(), TUESDAY, name="adt_discharge_unplanned")
    drive.send("crisis")
    drive.send(message)
    assert drive.open == ["closure_review"]
    assert not drive.timers
    drive.complete("closure_review").complete("sign_off", {"decision": "ok"})

    assert drive.completed
    assert drive.case.outcome == ending


def test_unmet_needs_go_back_to_planning_or_assessing() -> None:
    for recommendation, task in (("continue", "draft_plan"), ("reassess", "core_assessment")):
        drive = reviewed(following(), "goals_met")
        drive.complete("rate_outcomes", {"needs_met": False, "recommendation": recommendation})

        assert drive.open == [task]


def test_no_expression_of_a_whole_run_reads_a_name_wrongly() -> None:
    drive = after_discharge()
    drive.move(DAY)
    drive.complete("outreach_call", CALLED).complete("book_tcm_visit").complete("report_feedback")
    wrong = {
        w
        for a in drive.history
        for w in a.warnings
        if not w.message.startswith(("Nothing is named", "The context has no", "Only a list of numbers"))
    }

    assert wrong == set()


def test_a_move_without_a_stay_is_prepared_and_waits_for_no_discharge() -> None:
    drive = after_discharge()
    drive.move(DAY)
    drive.complete("outreach_call", CALLED).complete("book_tcm_visit").complete("report_feedback")
    prepared(reviewed(drive, "level_of_care_change", outcome_reason="moves to a nursing home"))

    assert drive.case.stage == "post_transition"
    assert len(clocks(drive)) == 1


def test_an_admission_during_a_review_leads_to_transitioning_without_another_wait() -> None:
    drive = following()
    drive.move(30 * DAY)
    drive.send("readmission", encounter_id="E8", **STAY)
    reviewed(drive, "on_track")

    assert "discharge_plan" in drive.open
    assert ("following_up", "following_up") not in [s for a in drive.history for s in a.stages]


def test_an_alternative_that_was_not_found_plans_again() -> None:
    drive = authorising("dme").complete(
        "request_auth", {"service_class": "dme", "urgency": "standard", "in_network": True}
    )
    drive.complete("decide_auth", {"decision": "denied", "denial_reason": "not_covered"})
    drive.complete("find_alternative", {"provider": "none", "barrier": "nobody offers it"})

    assert drive.open == ["draft_plan"]
