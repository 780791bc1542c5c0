"""The shipped forms are usable, ask what the care process says, and remember what describes the client."""

import json

import pytest

from forms import Form, definitions_folder

FORMS = {
    path.name.removesuffix(".form.json"): Form.parse(path.read_bytes(), path.name)
    for path in sorted(definitions_folder().glob("*.form.json"))
}

# Written by hand from care-process.md §8: the keys that must be asked (required while shown), form by form.
REQUIRED = {
    "referral": "source_type setting received_at family_name given_name birth_date phone reason urgency",
    "screening": "adm_12m ed_6m uncontrolled meds_n afford_meds benefit_active support self_care decision level programme"
    " reason override_reason conditions_n",
    "consent": "result given_by proxy_name capacity rights_explained method scopes part2_recipient part2_purpose"
    " part2_expires signature witness",
    "core_assessment": "afford_meds adm_12m adm_6m ed_6m specialties_n income_strain payor member_id housing lives_alone"
    " home_unsafe bathing dressing toileting transfer continence feeding phone_use shopping cooking housework laundry"
    " travel medicines money emotional cognitive support self_care engagement knows_condition knows_medicines readiness"
    " strengths preferences problems wishes level_of_care intensity risk_confirmed change_reason",
    "phq2": "q1 q2",
    "phq9": "q1 q2 q3 q4 q5 q6 q7 q8 q9",
    "gad7": "q1 q2 q3 q4 q5 q6 q7",
    "cage_aid": "q1 q2 q3 q4",
    "social_needs": "housing_now food_short transport_block utilities unsafe",
    "risk_review": "category override_reason",
    "plan_of_care": "summary client_motivation review_due self_care_actions problems goals interventions change_kind"
    " change_reason",
    "plan_approval": "decision comment understood_options signature",
    "supervisor_check": "decision comment",
    "auth_request": "service_class from to provider in_network urgency clinical_reason",
    "auth_decision": "decision number denial_reason note",
    "peer_to_peer": "at participants result",
    "appeal": "level grounds filed",
    "service": "intervention provider",
    "referral_out": "to reason shared_scopes sent",
    "referral_status": "status at reason",
    "contact_note": "at direction channel with result",
    "follow_up": "status self_care adherence services_ok plan_effective followup_outcome outcome_reason",
    "medicine_review": "reconciled_on",
    "indicator": "kind value at action",
    "grant_renewal": "programme_name ends",
    "discharge_plan": "origin expected destination needs followup_booked followup_at clinically_stable meds_reconciled"
    " dme_ok transport_ok home_safe auth_ok",
    "barriers": "avoidable",
    "teach_back": "topics",
    "dme_transport": "ride",
    "episode_summary": "reason diagnoses course medicines allergies_note instructions responsible_practitioner",
    "handover": "status by at note",
    "outreach_48h": "reached result identity_ok feeling red_flags self_care_comfort has_instructions understands"
    " meds_obtained meds_taking meds_note followup_booked knows_whom_to_call urgent",
    "issue": "text urgency owner status resolution",
    "readmission_review": "related planned preventable",
    "avoidable_day": "from to reason",
    "crisis_record": "signs immediate_danger action called_at safe_now supervisor_told next_contact report",
    "crisis_plan": "warning_signs self_help contacts copy_given",
    "outcomes": "needs_met recommendation",
    "closure": "closure_reason summary letter",
    "sign_off": "decision comment",
    "satisfaction": "overall",
    "record_review": "sources findings",
    "mental_health_intake": "concerns goals strengths suicide_thoughts plan_means self_harm harm_others safety_result",
    "caregiver_assessment": "caregiver strain able",
    "report_release": "report audience from to de_identified approved",
    "complex_review": "reason attendees decisions",
    "case_conference": "reason attendees decisions",
    "ethics": "issue perspectives options decision explained_to monitor_on",
    "mediation": "neutral_setting interests options agreement",
    "complaint": "from text",
    "fraud_report": "subject facts",
}

# What decision tables and other forms read as case facts (care-process.md §6).
FACTS = {
    "screening": "adm_12m ed_6m adm_6m conditions_n meds_n uncontrolled afford_meds los_days risk_claims home_unsafe"
    " self_care lives_alone self_referral regulatory targeted_population benefit_active support programme",
    "core_assessment": "specialties_n conditions_n meds_n conditions meds flag_anxiety flag_substance flag_trauma"
    " caregiver_named benefit_transport support self_care problems",
    "phq9": "phq2_total phq9_total phq_item9",
    "gad7": "gad7_total",
    "social_needs": "social_needs_n",
    "risk_review": "risk_category",
    "plan_of_care": "problems goals interventions plan_review_due",
    "discharge_plan": "origin destination clinically_stable meds_reconciled followup_booked dme_ok transport_ok"
    " caregiver_able home_safe auth_ok receiver_accepted summary_sent mdm",
    "teach_back": "teach_back_ok",
    "closure": "closure_reason",
    "follow_up": "self_care next_contact_at",
}


def walk(components, inside=""):
    for component in components:
        if name := component.get("key") or component.get("path"):
            yield inside + name, component
        below = component.get("path")
        yield from walk(component.get("components", ()), f"{inside}{below}." if below else inside)


def named(key):
    return dict(walk(FORMS[key].definition["components"]))


def test_every_form_of_the_care_process_is_shipped():
    assert set(FORMS) == set(REQUIRED)


@pytest.mark.parametrize("key", FORMS)
def test_a_file_is_named_after_its_form(key):
    assert FORMS[key].key == key
    assert FORMS[key].title
    assert FORMS[key].definition["schemaVersion"] == 19


@pytest.mark.parametrize("key", REQUIRED)
def test_a_form_asks_what_the_care_process_requires(key):
    asked = {
        name
        for name, component in named(key).items()
        if component.get("validate", {}).get("required") and "." not in name
    }

    assert asked == set(REQUIRED[key].split())


@pytest.mark.parametrize("key", FACTS)
def test_a_form_remembers_what_others_read(key):
    assert set(FACTS[key].split()) <= FORMS[key].facts


def test_no_fact_has_the_name_of_a_form():
    """Token data hold the answers under the form's key and would hide the fact from FEEL."""
    assert not {fact for form in FORMS.values() for fact in form.facts} & set(FORMS)


def test_a_field_without_fact_is_not_named_like_one():
    """It would be prefilled with something that means another thing."""
    facts = {fact for form in FORMS.values() for fact in form.facts}
    bare = {
        name
        for key in FORMS
        for name, component in named(key).items()
        if component["type"] != "expression" and "." not in name and "fact" not in component.get("properties", {})
    }

    assert not facts & bare


def test_one_fact_has_one_shape_everywhere():
    shapes = {}
    for key in FORMS:
        for name, component in named(key).items():
            fact = component.get("properties", {}).get("fact")
            if fact and component["type"] not in {"expression", "dynamiclist"}:
                shape = (component["type"], component.get("subtype"), json.dumps(component.get("values")))
                assert shapes.setdefault(fact, shape) == shape, (key, name)


@pytest.mark.parametrize("key", FORMS)
def test_every_component_has_a_label(key):
    assert all(component.get("label") for _, component in walk(FORMS[key].definition["components"]))


@pytest.mark.parametrize("key", FORMS)
def test_an_empty_answer_names_only_required_fields(key):
    known = {"age": 70, "programme": "vocational", "source_type": "employer", "caregiver_named": True}

    pointers = {problem.pointer.removeprefix("#/") for problem in FORMS[key].check({}, known).problems}

    assert {pointer for pointer in pointers if "/" not in pointer} <= set(REQUIRED[key].split())


def example(component):
    """Return an answer that the component takes."""
    kind, rules = component["type"], component.get("validate", {})
    if kind in {"textfield", "textarea"}:
        return "555 0100" if "pattern" in rules else "text"
    if kind == "number":
        return rules.get("min", 1)
    if kind == "datetime":
        return "2025-06-10" if component["subtype"] == "date" else "2025-06-10T14:00:00Z"
    if kind == "checkbox":
        return True
    if kind in {"radio", "select"}:
        return component["values"][0]["value"]
    return [component["values"][0]["value"]]


def filled(components):
    found = {}
    for component in components:
        kind = component["type"]
        if kind == "group" and "path" not in component:
            found |= filled(component["components"])
        elif kind == "group":
            found[component["path"]] = filled(component["components"])
        elif kind == "dynamiclist":
            found[component["path"]] = [filled(component["components"])]
        elif "key" in component and kind != "expression":
            found[component["key"]] = example(component)
    return found


@pytest.mark.parametrize("key", FORMS)
def test_a_fully_answered_form_is_taken_and_prefills_itself(key):
    form = FORMS[key]
    checked = form.check(filled(form.definition["components"]), {"age": 70})
    assert checked.problems == ()

    prefilled = form.prefill(form.shared(checked.values))

    json.dumps(prefilled)
    for name, value in form.shared(form.check(prefilled, {}).values).items():
        assert value == form.shared(checked.values)[name]


@pytest.mark.parametrize("key", FORMS)
def test_json_schema_knows_every_key(key):
    schema = FORMS[key].json_schema()

    assert set(schema["properties"]) == {name for name in named(key) if "." not in name}
    assert set(schema.get("required", ())) <= set(REQUIRED[key].split())
    json.dumps(schema)


def phq9(*answers):
    return FORMS["phq9"].check({f"q{n}": answer for n, answer in enumerate(answers, 1)}, {}).values


@pytest.mark.parametrize(
    ("answers", "total", "severity"),
    [
        ((0,) * 9, 0, "minimal"),
        ((1,) * 5 + (0,) * 4, 5, "mild"),
        ((1,) * 8 + (2,), 10, "moderate"),
        ((2,) * 7 + (1, 0), 15, "moderately_severe"),
        ((3,) * 6 + (2, 0, 0), 20, "severe"),
    ],
)
def test_phq9_is_summed_and_banded(answers, total, severity):
    values = phq9(*answers)

    assert (values["phq9_total"], values["severity"]) == (total, severity)
    assert values["phq2_total"] == answers[0] + answers[1]
    assert values["phq_item9"] == answers[8]


@pytest.mark.parametrize(("answer", "total", "severity"), [(0, 0, "minimal"), (1, 7, "mild"), (2, 14, "moderate")])
def test_gad7_is_summed_and_banded(answer, total, severity):
    values = FORMS["gad7"].check({f"q{n}": answer for n in range(1, 8)}, {}).values

    assert (values["gad7_total"], values["severity"]) == (total, severity)


def test_a_computed_score_cannot_be_forged():
    values = FORMS["phq9"].check({f"q{n}": 0 for n in range(1, 10)} | {"phq9_total": 27, "phq_item9": 3}, {}).values

    assert (values["phq9_total"], values["phq_item9"]) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 0),
        ({"housing_faults": ["none"]}, 0),
        ({"housing_faults": ["mould"]}, 1),
        ({"housing_now": "worried", "food_short": "often", "transport_block": True}, 3),
        ({"utilities": "off", "unsafe": "sometimes"}, 2),
    ],
)
def test_social_needs_count_domains(changes, count):
    none = {
        "housing_now": "steady",
        "food_short": "never",
        "transport_block": False,
        "utilities": "on",
        "unsafe": "never",
    }

    assert FORMS["social_needs"].check(none | changes, {}).values["social_needs_n"] == count


def test_a_list_that_is_not_filled_does_not_unlearn_a_number():
    answers = filled(FORMS["core_assessment"].definition["components"]) | {"conditions": [], "meds": None}

    shared = FORMS["core_assessment"].shared(FORMS["core_assessment"].check(answers, {}).values)

    assert not {"conditions_n", "meds_n"} & shared.keys()
    assert shared["caregiver_named"] is True


SCREENED = {
    "adm_12m": 0,
    "ed_6m": 0,
    "conditions_n": 1,
    "uncontrolled": "unknown",
    "meds_n": 0,
    "afford_meds": True,
    "benefit_active": True,
    "support": "strong",
    "self_care": "independent",
}


def test_a_different_decision_than_the_tables_asks_for_the_reason():
    known = {"screening_eligibility": {"decision": "eligible"}, "screening_triggers": [{"trigger": "a", "points": 1}]}
    answers = SCREENED | {"decision": "not_eligible", "reason": "no_trigger"}

    checked = FORMS["screening"].check(answers, known)

    assert [problem.pointer for problem in checked.problems] == ["#/override_reason"]
    assert FORMS["screening"].check(answers | {"override_reason": "x"}, known).values["triggers"] == ["a"]
    assert FORMS["screening"].check(answers, {}).problems == ()


def test_self_referral_follows_from_the_source():
    answers = SCREENED | {"decision": "need_data"}

    assert FORMS["screening"].shared(FORMS["screening"].check(answers, {}).values).get("self_referral") is None
    assert FORMS["screening"].check(answers, {"source_type": "client_call"}).values["self_referral"] is True
    assert FORMS["screening"].check(answers, {"source_type": "pcp"}).values["self_referral"] is False


@pytest.mark.parametrize("table", [{"category": "high"}, [{"category": "high", "reason": "lace"}]])
def test_a_risk_other_than_the_tables_asks_for_the_reason(table):
    known = {"risk_table": table, "lace": 11}

    checked = FORMS["risk_review"].check({"category": "low"}, known)

    assert [problem.pointer for problem in checked.problems] == ["#/override_reason"]
    assert FORMS["risk_review"].check({"category": "high"}, known).values["table_category"] == "high"
    assert FORMS["risk_review"].check({"category": "high"}, known).values["lace"] == 11


def test_a_refused_consent_asks_for_no_scope():
    answers = {"result": "refused", "given_by": "client", "capacity": "has", "rights_explained": True}
    answers |= {"method": "verbal", "witness": "Ann"}

    assert FORMS["consent"].check(answers, {}).problems == ()
    assert [p.pointer for p in FORMS["consent"].check(answers | {"result": "given"}, {}).problems] == ["#/scopes"]


def test_nobody_reached_is_a_short_call():
    assert FORMS["outreach_48h"].check({"reached": "nobody", "result": "no_answer"}, {}).problems == ()
