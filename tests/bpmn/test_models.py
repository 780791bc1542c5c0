"""What every shipped diagram keeps to: ids, labels, tasks, forms, groups, messages of care-process.md, and what the engine asks."""

import re
from collections import Counter
from typing import Any

import pytest

from bpmn import models_folder
from engine.spiff.lint import lint_model
from engine.xml import parse_xml
from tests.bpmn.driver import FORMS, release
from tests.bpmn.reading import NINEFOLD, Model, models, tag

MODELS = list(models().values())
PHASES = {
    "screening": "p1_screening", "assessing": "p2_assessing", "stratifying": "p3_stratifying", "planning": "p4_planning",
    "implementing": "p5_implementing", "following_up": "p6_following_up", "transitioning": "p7_transitioning",
    "post_transition": "p8_post_transition", "evaluating": "p9_evaluating",
}  # fmt: skip
EVENTS = {
    "ed_visit": "ev_ed_visit", "readmission": "ev_readmission", "adt_discharge_unplanned": "ev_discharge_unplanned",
    "crisis": "ev_crisis", "complaint": "ev_complaint", "new_information": "ev_new_information",
    "reassessment_due": "ev_annual_reassessment",
}  # fmt: skip
ENDINGS = {"client_deceased", "consent_withdrawn", "coverage_ended", "transferred_out", "court_order", "case_close"}
TASKS = {  # task: (file, group, form), care-process.md section 4; forms where it names none are ours
    "register_referral": ("p1_screening", "intake", "referral"),
    "screen_client": ("p1_screening", "case_manager", "screening"),
    "confirm_auto_risk": ("p1_screening", "case_manager", "risk_review"),
    "obtain_consent": ("consent", "case_manager", "consent"),
    "core_assessment": ("p2_assessing", "case_manager", "core_assessment"),
    "phq2_9": ("p2_assessing", "case_manager", "phq2"),
    "phq9": ("p2_assessing", "case_manager", "phq9"),
    "gad7": ("p2_assessing", "case_manager", "gad7"),
    "cage_aid": ("p2_assessing", "case_manager", "cage_aid"),
    "social_needs": ("p2_assessing", "case_manager", "social_needs"),
    "mental_health_intake": ("p2_assessing", "social_worker", "mental_health_intake"),
    "caregiver_assessment": ("p2_assessing", "case_manager", "caregiver_assessment"),
    "review_risk": ("p3_stratifying", "case_manager", "risk_review"),
    "second_look_very_high": ("p3_stratifying", "supervisor", "risk_review"),
    "draft_plan": ("p4_planning", "case_manager", "plan_of_care"),
    "check_plan": ("p4_planning", "supervisor", "supervisor_check"),
    "approve_plan_client": ("p4_planning", "client", "plan_approval"),
    "approve_plan_provider": ("p4_planning", "provider", "plan_approval"),
    "request_auth": ("authorization", "case_manager", "auth_request"),
    "decide_auth": ("authorization", "payor_reviewer", "auth_decision"),
    "peer_to_peer": ("authorization", "physician_advisor", "peer_to_peer"),
    "file_appeal": ("authorization", "case_manager", "appeal"),
    "find_alternative": ("authorization", "case_manager", "service"),
    "arrange_service": ("p5_implementing", "case_manager", "service"),
    "accept_referral": ("referral", "provider", "referral_status"),
    "confirm_started": ("p5_implementing", "case_manager", "referral_status"),
    "hold_conference": ("p5_implementing", "case_manager", "case_conference"),
    "educate": ("p5_implementing", "nurse", "teach_back"),
    "contact_and_review": ("p6_following_up", "case_manager", "follow_up"),
    "medicine_review": ("p6_following_up", "pharmacist", "medicine_review"),
    "handle_alert": ("p6_following_up", "nurse", "indicator"),
    "log_contact": ("outreach", "case_manager", "contact_note"),
    "discharge_plan": ("p7_transitioning", "case_manager", "discharge_plan"),
    "barriers": ("p7_transitioning", "case_manager", "barriers"),
    "episode_summary": ("p7_transitioning", "case_manager", "episode_summary"),
    "dme_transport": ("p7_transitioning", "case_manager", "dme_transport"),
    "teach_back": ("p7_transitioning", "nurse", "teach_back"),
    "reconcile_medicines": ("p7_transitioning", "pharmacist", "medicine_review"),
    "accept_handover": ("p7_transitioning", "provider", "handover"),
    "avoidable_day": ("p7_transitioning", "case_manager", "avoidable_day"),
    "outreach_call": ("outreach", "case_manager", "outreach_48h"),
    "resolve_issue": ("p8_post_transition", "case_manager", "issue"),
    "book_tcm_visit": ("p8_post_transition", "case_manager", "service"),
    "report_feedback": ("p8_post_transition", "case_manager", "contact_note"),
    "rate_outcomes": ("p9_evaluating", "case_manager", "outcomes"),
    "release_report": ("p9_evaluating", "quality", "report_release"),
    "closure_review": ("closure", "case_manager", "closure"),
    "sign_off": ("closure", "supervisor", "sign_off"),
    "survey": ("closure", "client", "satisfaction"),
    "crisis_protocol": ("ev_crisis", "case_manager", "crisis_record"),
    "ed_follow_up": ("ev_ed_visit", "case_manager", "contact_note"),
    "readmission_review": ("ev_readmission", "case_manager", "readmission_review"),
    "complaint": ("ev_complaint", "supervisor", "complaint"),
    "gather_for_review": ("complex_review", "case_manager", "record_review"),
    "complex_review_meeting": ("complex_review", "supervisor", "complex_review"),
    "ethics_decision": ("ethics", "compliance", "ethics"),
    "ethics_monitor": ("ethics", "supervisor", "supervisor_check"),
    "mediation_meeting": ("mediation", "supervisor", "mediation"),
    "record_avoidable_day": ("avoidable_day", "case_manager", "avoidable_day"),
    "renew_aid": ("grant_renewal", "social_worker", "grant_renewal"),
    "other_funding": ("grant_renewal", "social_worker", "service"),
    "case_conference_meeting": ("case_conference", "case_manager", "case_conference"),
}
LINKED = {"complex_review", "ethics", "mediation", "avoidable_day", "grant_renewal", "case_conference"}
MAY_ASSESS = {
    "core_assessment",
    "mental_health_intake",
    "review_risk",
    "contact_and_review",
    "discharge_plan",
    "rate_outcomes",
}
MESSAGES = {
    "adt_admit", "adt_discharge", "adt_discharge_unplanned", "adt_cancelled", "outreach_disarmed", "readmission", "ed_visit",
    "client_contact", "indicator_alert", "complaint", "crisis", "new_information", "reassessment_due", *ENDINGS,
}  # fmt: skip
ROWS = {
    "screening_triggers": (11, "COLLECT", None), "screening_eligibility": (9, "FIRST", None), "lace": (19, "COLLECT", "SUM"),
    "lace_band": (3, "UNIQUE", None), "hospital_score": (9, "COLLECT", "SUM"), "risk_category": (14, "RULE ORDER", None),
    "contact_frequency": (9, "FIRST", None), "transition_readiness": (11, "COLLECT", None),
    "outreach_policy": (17, "FIRST", None), "authorisation_need": (12, "FIRST", None), "assessment_set": (18, "COLLECT", None),
    "case_weight": (10, "COLLECT", "SUM"), "tcm_missing": (7, "COLLECT", None), "tcm_code": (4, "FIRST", None),
    "timer_policy": (28, "UNIQUE", None), "calling_hours": (1, "FIRST", None), "change_guard": (2, "FIRST", None),
    "closure_steps": (9, "FIRST", None), "hospital_band": (3, "UNIQUE", None), "lace_comorbidity": (15, "COLLECT", "SUM"),
    "caseload_limit": (4, "FIRST", None),
}  # fmt: skip
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)


def attribute(element: Any, name: str) -> str | None:
    value: str | None = element.get(NINEFOLD + name)
    return value


def task(model: str, element: str) -> Any:
    return models()[model].nodes[element]


@each_model
def test_the_linter_finds_nothing(model: Model) -> None:
    source = (models_folder() / f"{model.key}.bpmn").read_bytes()

    assert lint_model(parse_xml(source), model.key) == ()


def test_all_models_compile_as_one_release() -> None:
    assert {"case_lifecycle", *PHASES.values(), *EVENTS.values(), *LINKED} <= set(release().specs)


@each_model
def test_the_process_has_the_name_of_its_file(model: Model) -> None:
    assert [p.get("id") for p in model.all("process")] == [model.key]


def test_scopes_have_ids_of_their_own_over_all_files() -> None:
    scopes = Counter(e.get("id") for model in MODELS for e in model.all("process", "subProcess"))

    assert [scope for scope, n in scopes.items() if n > 1] == []


@each_model
def test_every_branch_of_a_gateway_has_a_name_and_every_choice_a_default(model: Model) -> None:
    for node in model.all("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"):
        leaving = model.leaving(node)
        if len(leaving) > 1:
            assert all(flow.get("name") for flow in leaving), node.get("id")
        if len(leaving) > 1 and tag(node) in {"exclusiveGateway", "inclusiveGateway"}:
            assert node.get("default") in {flow.get("id") for flow in leaving}, node.get("id")
            assert node.get("name"), node.get("id")


@each_model
def test_a_parallel_gateway_splits_or_joins_but_never_both_and_its_join_gets_one_token_per_flow(model: Model) -> None:
    for node in model.all("parallelGateway"):
        entering, leaving = model.entering(node), model.leaving(node)
        assert min(len(entering), len(leaving)) == 1, node.get("id")
        sources = Counter(flow.get("sourceRef") for flow in entering)
        gateways = [s for s in sources if tag(model.nodes[s]) == "exclusiveGateway"]
        assert all(len(model.leaving(model.nodes[s])) == 1 for s in gateways), node.get("id")


@each_model
def test_every_node_is_on_a_way_from_the_start_to_an_end(model: Model) -> None:
    for node in model.nodes.values():
        kind = tag(node)
        if kind not in {"startEvent", "boundaryEvent"} and node.get("triggeredByEvent") != "true":
            assert model.entering(node), node.get("id")
        if kind != "endEvent" and node.get("triggeredByEvent") != "true":
            assert model.leaving(node), node.get("id")


@each_model
def test_every_user_task_says_purpose_checklist_form_and_group(model: Model) -> None:
    forms = {path.name.split(".")[0] for path in FORMS.glob("*.form.json")}
    for node in model.all("userTask"):
        text = node.findtext("{*}documentation") or ""
        assert text.startswith("Purpose: "), node.get("id")
        assert "\n- " in text or node.get("id") == "survey", node.get("id")
        assert attribute(node, "form") in forms, node.get("id")
        assert attribute(node, "group"), node.get("id")
        assert attribute(node, "due") or attribute(node, "dueBusinessDays"), node.get("id")


@pytest.mark.parametrize("name", TASKS)
def test_the_user_tasks_of_the_care_process_stand_where_it_says(name: str) -> None:
    file, group, form = TASKS[name]
    node = task(file, name)

    assert tag(node) == "userTask"
    assert (attribute(node, "group"), attribute(node, "form")) == (group, form)


def test_no_user_task_is_unknown_to_the_care_process() -> None:
    found = {node.get("id") for model in MODELS for node in model.all("userTask")}

    assert found - set(TASKS) == {"record_review"}


def test_tasks_that_assess_ask_for_the_licence() -> None:
    found = {
        node.get("id") for model in MODELS for node in model.all("userTask") if attribute(node, "mayAssess") == "true"
    }

    assert found == MAY_ASSESS


def test_nine_call_activities_carry_the_phase_keys() -> None:
    calls = {
        attribute(n, "stage"): n.get("calledElement")
        for n in models()["case_lifecycle"].all("callActivity")
        if attribute(n, "stage")
    }

    assert calls == PHASES


@pytest.mark.parametrize("phase", PHASES.values())
def test_every_phase_writes_its_note(phase: str) -> None:
    texts = [attribute(node, "parameters") or "" for node in models()[phase].all("serviceTask")]

    assert any(f"note_{phase[3:]}_at" in text for text in texts)


def test_event_processes_are_top_level_do_not_interrupt_and_stop_when_the_case_ends() -> None:
    model = models()["case_lifecycle"]
    found = {}
    for sub in model.all("subProcess"):
        if sub.get("triggeredByEvent") != "true":
            continue
        start = sub.find("{*}startEvent")
        message = start.find("{*}messageEventDefinition").get("messageRef").removeprefix("message_")
        found[message] = sub.find("{*}callActivity").get("calledElement")
        assert sub.getparent().get("id") == "case_lifecycle"
        assert start.get("isInterrupting") == "false"
        boundary = sub.find("{*}boundaryEvent")
        assert boundary.find("{*}signalEventDefinition").get("signalRef") == "signal_case_ending"
        assert boundary.get("cancelActivity") is None

    assert found == EVENTS


def test_endings_are_interrupting_messages_on_the_wrapper() -> None:
    model = models()["case_lifecycle"]
    found = {
        b.find("{*}messageEventDefinition").get("messageRef").removeprefix("message_")
        for b in model.all("boundaryEvent")
        if b.get("attachedToRef") == "managed_case" and b.find("{*}messageEventDefinition") is not None
    }

    assert found == ENDINGS


def test_the_messages_are_those_of_the_care_process() -> None:
    assert {m.get("name") for model in MODELS for m in model.all("message")} == MESSAGES


def test_one_element_alone_is_the_48_hour_clock() -> None:
    found = [
        (model.key, tag(n), n.get("name"))
        for model in MODELS
        for n in model.nodes.values()
        if n.get("id") == "outreach_48h"
    ]

    assert found == [("outreach", "intermediateCatchEvent", "48 h after discharge: outreach clock")]


@each_model
def test_a_branch_of_a_non_interrupting_boundary_opens_no_user_task(model: Model) -> None:
    for boundary in model.all("boundaryEvent"):
        if boundary.get("cancelActivity") != "false":
            continue
        seen, rest = set(), [boundary]
        while rest:
            node = rest.pop()
            assert tag(node) not in {"userTask", "callActivity", "subProcess"}, boundary.get("id")
            seen.add(node.get("id"))
            rest += [model.nodes[f.get("targetRef")] for f in model.leaving(node) if f.get("targetRef") not in seen]


@each_model
def test_timers_of_the_diagram_take_their_lengths_from_tables(model: Model) -> None:
    for kind in ("timeDate", "timeDuration"):
        for text in model.all(kind):
            assert '"P' not in (text.text or ""), text.getparent().getparent().get("id")


@each_model
def test_conditions_compare_no_numbers_but_zero(model: Model) -> None:
    for condition in model.all("conditionExpression"):
        assert not any(c in "123456789" for c in re.sub(r"[a-z]+_?[0-9]+[a-z]*", "", condition.text)), condition.text


@pytest.mark.parametrize("table", ROWS)
def test_each_table_has_its_rows_and_hit_policy(table: str) -> None:
    rows, policy, aggregation = ROWS[table]
    decision: Any = release().decisions[table]

    assert len(decision.rules) == rows
    assert decision.hit_policy == policy
    assert decision.aggregation == aggregation


def test_every_table_is_listed_here_and_lies_in_a_file_of_its_name_or_of_one_that_requires_it() -> None:
    files = {path.stem for path in models_folder().glob("*.dmn")}
    required = {one.id for table in files for one in release().decisions[table].requires}

    assert files | required == set(ROWS) == set(release().decisions)


def test_the_tables_use_no_race_ethnicity_or_gender() -> None:
    names = {name for table in ROWS for name in release().decisions[table].names}

    assert not names & {"sex", "gender", "race", "ethnicity", "religion"}
