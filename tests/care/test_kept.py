"""From forms to entries and from rows to charts, without a database: what the shipped models seldom do, and what a site might."""

from dataclasses import MISSING, fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from care.chart.authorisations import authorisations_of
from care.chart.consents import active_scopes, shares_of
from care.chart.plans import progress_of, versions_of, with_progress
from care.chart.profiles import profile_of
from care.chart.referrals import referrals_of
from care.chart.risks import risks_of
from care.entry import Kept, Told
from care.kept import authorisations, consents, contacts, notes, plans, profiles, referrals, risks
from care.plan import EMPTY, Standing, plan_to_json, written
from engine import Advance, Call, Decided, Fact, OpenTask

T = datetime(2025, 6, 10, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEEDED = [item.name for item in fields(Advance) if item.default is MISSING and item.default_factory is MISSING]
BLANK = Advance(**{**dict.fromkeys(NEEDED), "facts": {}})


def told(form="", element="", *, within=(), process="", group="", advance=None, known=None, **values):
    return Told(
        case_id="c", client_id="p", step=5, at=T, noted_at=T, actor_id="nora", element=element, form=form, group=group,
        process=process, task_id="k" if form else None, values=values, within=within, known=known or {}, advance=advance,
    )  # fmt: skip


def kept(step, plain, sealed=None, *, n=0, at=None, task=None, amends=None, standing=True, place=None):
    return Kept(
        step, n, at or T + step * HOUR, T, "nora", task, "", amends, plain, sealed or {}, standing, place or step
    )


def opened(form, process="referral", **more):
    given = {
        "id": "o",
        "process": process,
        "element": "e",
        "name": "",
        "form": form,
        "group": "payor_reviewer",
        "due_at": T,
        "priority": 50,
        "may_assess": False,
        "stage": None,
    }
    return OpenTask(**{**given, **more})  # fmt: skip


def only(entries):
    (entry,) = entries
    return entry


# -- referrals


@pytest.mark.parametrize(
    ("element", "kind"),
    [("arrange_service", "service"), ("book_tcm_visit", "visit"), ("find_alternative", "alternative")],
)
def test_a_service_is_sent_where_an_answer_is_awaited_else_booked_or_planned(element, kind):
    sent = replace(BLANK, opened=(opened("referral_status"),))

    def status(**more):
        return only(referrals.take(told("service", element, **more))).plain["status"]

    assert only(referrals.take(told("service", element))).plain["kind"] == kind
    assert status(advance=sent) == "sent"
    assert status(advance=replace(BLANK, opened=(opened("referral_status", "other"),)), booked_at=T) == "booked"
    assert status(booked_at=None, candidates=[]) == "planned"


def test_the_thread_of_a_referral_is_the_service_that_was_wanted():
    sent = only(referrals.take(told("service", within=("phase", "each"), provider="A")))
    answered = only(
        referrals.take(told("referral_status", within=("phase", "each", "call"), process="referral", status="accepted"))
    )
    alone = only(referrals.take(told("referral_status", status="")))

    assert sent.plain["thread"] == answered.plain["thread"] == "each"
    assert (alone.plain["thread"], alone.plain["status"]) == ("c", "unknown")


def test_a_referral_that_a_site_sends_by_itself():
    entry = only(referrals.take(told("referral_out", to="Dr. B", sent=T - HOUR, shared_scopes=["share_providers"])))

    assert (entry.plain["status"], entry.plain["kind"], entry.at) == ("sent", "other", T - HOUR)
    assert entry.sealed == {"provider": "Dr. B", "shared_scopes": ["share_providers"]}


def test_answers_without_a_sending_are_a_loop_too_and_a_completed_one_is_closed():
    rows = [
        kept(1, {"thread": "t", "kind": "service", "status": "chased", "booked_at": None}),
        kept(2, {"thread": "t", "kind": "service", "status": "completed", "booked_at": T}),
        kept(3, {"thread": "t", "kind": "service", "status": "sent", "booked_at": None}, {"provider": 5}),
        kept(4, {"thread": "t", "kind": "service", "status": "declined", "booked_at": None}, standing=False),
    ]

    first, second = referrals_of(rows)

    assert (first.status, first.closed_at, first.chased) == ("completed", T + 2 * HOUR, 1)
    assert (second.status, second.closed_at, second.provider) == ("sent", None, None)
    assert referrals_of(rows[:1])[0].status == "chased"


# -- authorisations


def test_an_authorisation_from_its_forms():
    asked = only(
        authorisations.take(
            told("auth_request", within=("t",), advance=replace(BLANK, opened=(opened("auth_decision"),)), units=3)
        )
    )
    again = only(authorisations.take(told("auth_request", within=("t",), advance=BLANK)))
    talked = only(authorisations.take(told("peer_to_peer", within=("t",), at=T - HOUR, result="overturned")))
    appealed = only(authorisations.take(told("appeal", within=("t",), filed=T, due=date(2025, 7, 1), level="internal")))
    instead = list(authorisations.take(told("service", process="authorization", barrier="None found")))

    assert (asked.plain["due_at"], asked.plain["reviewer"], asked.plain["units"]) == (T, "payor_reviewer", 3)
    assert again.plain["due_at"] is None
    assert (talked.at, talked.plain["result"]) == (T - HOUR, "overturned")
    assert (appealed.plain["due_on"], appealed.plain["level"], appealed.plain["result"]) == (
        date(2025, 7, 1),
        "internal",
        None,
    )
    assert (only(instead).plain["event"], only(instead).sealed) == ("alternative", {"barrier": "None found"})
    assert list(authorisations.take(told("service", process="p5_implementing"))) == []


def test_what_is_chased_and_withdrawn_speaks_for_no_form():
    calls = (
        Call("p", "e", "chase", {"what": "authorisation"}),
        Call("p", "e", "notify", {"withdraw": ["authorisations", "shares"]}),
        Call("p", "e", "notify", {"to": "supervisor"}),
    )
    step = told(advance=replace(BLANK, calls=calls), within=("t",))

    chased, withdrawn = authorisations.take(step)

    assert (chased.plain["event"], chased.plain["thread"], chased.formed) == ("chased", "t", False)
    assert (withdrawn.plain["event"], withdrawn.plain["thread"], withdrawn.formed) == ("withdrawn", "*", False)
    assert only(consents.take(step)).plain["result"] == "ended"
    assert list(referrals.take(step)) == []


NOTHING = dict.fromkeys(
    (
        "service_class",
        "urgency",
        "in_network",
        "units",
        "begins_on",
        "ends_on",
        "due_at",
        "due_on",
        "reviewer",
        "reason",
        "level",
        "result",
    )
)


def authorised(*events):
    rows = [kept(n, {**NOTHING, "thread": "t", "event": event, **more}) for n, (event, more) in enumerate(events, 1)]
    return authorisations_of(rows)[0]


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([("requested", {})], "pending"),
        ([("requested", {}), ("decided", {"result": "more_info"})], "more_info"),
        ([("requested", {}), ("decided", {"result": "more_info"}), ("requested", {})], "pending"),
        ([("decided", {"result": None})], "pending"),
        ([("decided", {"result": "denied"}), ("appealed", {})], "appealing"),
        ([("decided", {"result": "denied"}), ("appealed", {"result": "partly"})], "partial"),
        ([("decided", {"result": "denied"}), ("talked", {"result": "overturned"})], "approved"),
        ([("decided", {"result": "denied"}), ("alternative", {})], "denied"),
        ([("requested", {}), ("withdrawn", {"thread": "*"})], "withdrawn"),
        ([("decided", {"result": "approved"}), ("withdrawn", {"thread": "*"})], "approved"),
    ],
)
def test_the_state_of_an_authorisation(events, status):
    assert authorised(*events).status == status


def test_a_decision_is_in_time_or_not_and_tells_the_span_it_approves():
    found = authorised(
        ("requested", {"due_at": T + 2 * HOUR, "begins_on": date(2025, 7, 1), "units": 9}),
        ("decided", {"result": "partial", "units": 4, "begins_on": date(2025, 8, 1), "ends_on": date(2025, 9, 1)}),
    )
    late = authorised(("requested", {"due_at": T}), ("decided", {"result": "denied", "reason": "not_covered"}))

    assert (found.on_time, found.units, found.units_approved, found.begins_on, found.ends_on) == (
        True,
        9,
        4,
        date(2025, 8, 1),
        date(2025, 9, 1),
    )
    assert (late.on_time, late.denial_reason, late.history[-1].reason) == (False, "not_covered", "not_covered")


# -- consents


def given(step, *scopes, until=None, result="given", **sealed):
    return kept(step, {"result": result, "given_by": "proxy", "until": until}, {"scopes": list(scopes), **sealed})


def test_a_later_consent_takes_the_place_of_the_earlier_one():
    rows = [given(1, "enrol", "text"), given(2, result="undecided"), given(3, "enrol", "email")]

    found = {share.scope: (share.since, share.ended_at, share.active) for share in shares_of(rows, date(2025, 6, 11))}

    assert found == {
        "enrol": (T + HOUR, None, True), "text": (T + HOUR, T + 3 * HOUR, False), "email": (T + 3 * HOUR, None, True),
    }  # fmt: skip


@pytest.mark.parametrize("result", ["refused", "withdrawn", "ended"])
def test_a_refusal_a_withdrawal_and_the_end_of_the_case_end_all_shares(result):
    rows = [given(1, "enrol"), given(2, result=result)]

    assert active_scopes(rows, date(2025, 6, 11)) == frozenset()
    assert shares_of(rows, date(2025, 6, 11))[0].ended_at == T + 2 * HOUR
    assert active_scopes([*rows, given(3, "enrol")], date(2025, 6, 11)) == {"enrol"}


def test_the_last_day_counts_and_the_nearer_of_two_ends_counts_for_part_two():
    rows = [
        given(
            1,
            "enrol",
            "sud_part2",
            until=date(2025, 12, 31),
            part2_expires="2025-07-01",
            part2_recipient="Dr. B",
            part2_purpose="care",
        )
    ]

    assert active_scopes(rows, date(2025, 7, 1)) == {"enrol", "sud_part2"}
    assert active_scopes(rows, date(2025, 7, 2)) == {"enrol"}
    assert active_scopes(rows, date(2026, 1, 1)) == frozenset()
    part2 = shares_of(rows, date(2025, 7, 1))[1]
    assert (part2.recipient, part2.purpose, part2.given_by) == ("Dr. B", "care", "proxy")


def test_part_two_is_kept_only_with_its_scope_and_scopes_only_when_given():
    answers = {"scopes": ["enrol"], "part2_recipient": "Dr. B", "valid_until": "2026-01-01"}

    yes = only(consents.take(told("consent", result="given", **answers)))
    no = only(consents.take(told("consent", result="refused", **answers)))
    odd = only(consents.take(told("consent", result=7)))

    assert (yes.sealed, yes.plain["enrols"], yes.plain["until"]) == ({"scopes": ["enrol"]}, True, date(2026, 1, 1))
    assert (no.sealed, no.plain["enrols"]) == ({}, False)
    assert odd.plain["result"] == "undecided"


# -- risks, notes, contacts, profile


@pytest.mark.parametrize(
    ("element", "source"),
    [("second_look_very_high", "second_look"), ("confirm_auto_risk", "claims"), ("review_risk", "review")],
)
def test_where_a_category_came_from(element, source):
    entry = only(risks.take(told("risk_review", element, category="high", table_category="high", lace=11)))

    assert (entry.plain["source"], entry.plain["overridden"], entry.plain["lace"]) == (source, False, 11)


@pytest.mark.parametrize(
    ("output", "rules", "category"),
    [
        ([{"category": "high", "reason": "lace"}, {"category": "low"}], (4, 14), "high"),
        ({"category": "low"}, (14,), "low"),
        ([], (), None),
        (None, (), None),
    ],
)
def test_the_table_is_kept_whatever_its_hit_policy(output, rules, category):
    step = told(
        advance=replace(
            BLANK,
            decided=(
                Decided("p", "e", "risk_category", rules, {"lace": 12}, output),
                Decided("p", "e", "lace", (), {}, 3),
            ),
        )
    )

    entry = only(risks.take(step))

    assert (entry.plain["category"], entry.plain["rule"], entry.plain["lace"]) == (
        category,
        rules[0] if rules else None,
        12,
    )


def test_a_review_without_a_table_before_it_has_no_row():
    (found,) = risks_of(
        [
            kept(
                1,
                {
                    "source": "review",
                    "category": "high",
                    "advised": None,
                    "rules": None,
                    "lace": None,
                    "hospital_score": None,
                    "overridden": None,
                },
            )
        ]
    )

    assert (found.rule, found.rules, found.advised, found.reasons, found.overridden) == (None, (), None, (), False)


def test_a_phase_that_leaves_nothing_behind_still_leaves_a_note():
    facts = {"note_assessing_at": Fact(T, T, "e"), "risk_category": Fact(None, T, "e")}

    entry = only(notes.take(told(advance=replace(BLANK, facts=facts))))

    assert (entry.plain, entry.sealed) == ({"kind": "phase", "phase": "assessing"}, {})
    assert list(notes.take(told(advance=replace(BLANK, facts=facts), known=facts))) == []
    assert list(notes.take(told())) == []


@pytest.mark.parametrize(
    ("element", "purpose"),
    [
        ("ed_follow_up", "ed_follow_up"),
        ("report_feedback", "feedback"),
        ("log_contact", "enrolment"),
        ("site_call", "note"),
    ],
)
def test_a_contact_note_says_what_it_was_for_by_its_task(element, purpose):
    contact = contacts.take(told("contact_note", element, **{"with": "client", "minutes": 7, "text": " Fine. "}))

    assert (contact.purpose, contact.minutes, contact.text, contact.two_way) == (purpose, 7, "Fine.", True)
    assert contacts.take(told("consent")) is None


def test_a_client_whose_language_nobody_asked_for_has_none():
    assert [entry.plain["kind"] for entry in profiles.take(told("referral"))] == []
    assert [entry.plain for entry in profiles.take(told("referral", interpreter=False))] == [
        {"kind": "language", "interpreter": False}
    ]
    cover = only(profiles.take(told("screening", payor="A", benefit_active=False)))
    assert cover.sealed == {"payor": "A", "benefit_active": False}
    assert only(profiles.take(told("caregiver_assessment", strain=4))).sealed == {"caregiver": {"strain": 4}}


def test_what_was_said_last_of_each_thing_stands():
    rows = [
        kept(1, {"kind": "cover", "interpreter": None}, {"payor": "A", "plan": "Gold"}),
        kept(2, {"kind": "cover", "interpreter": None}, {"payor": "B"}),
        kept(3, {"kind": "cover", "interpreter": None}, {"payor": "C"}, standing=False),
        kept(4, {"kind": "language", "interpreter": True}),
    ]

    found = profile_of(rows)

    assert (found["cover"].said, found["cover"].at) == ({"payor": "B", "plan": "Gold"}, T + 2 * HOUR)
    assert found["language"].said == {"interpreter": True}
    assert (found["team"].said, found["team"].by) == ({}, None)


# -- the plan


def draft(step, major, minor, *texts, amends=None, task=None):
    plan = written(EMPTY, {"problems": [{"text": text} for text in texts]})
    plain = {"major": major, "minor": minor, "revision": 1, "change": "complete", "review_on": None}
    return kept(step, plain, {"plan": plan_to_json(plan), "reason": ""}, amends=amends, task=task)


def event(step, kind, **more):
    return kept(step, {"kind": kind, "party": "client", "outcome": "approved", **more})


def test_a_draft_that_another_one_overtook_is_abandoned():
    rows = [draft(1, 1, 0, "a"), draft(3, 1, 1, "b"), draft(5, 2, 0, "c"), draft(7, 3, 0, "d")]

    found = versions_of(rows, [event(2, "final"), event(6, "final")])

    assert [(str(item.number), item.status) for item in found] == [
        ("1.0", "superseded"),
        ("1.1", "abandoned"),
        ("2.0", "final"),
        ("3.0", "draft"),
    ]
    assert found[1].changes["problems"]["changed"][0]["fields"] == {"text": {"from": "a", "to": "b"}}
    assert found[2].changes["problems"]["changed"][0]["fields"] == {"text": {"from": "a", "to": "c"}}
    assert versions_of([], []) == ()


def test_an_addendum_to_a_row_that_is_not_there_is_left_out():
    assert [str(item.number) for item in versions_of([draft(4, 1, 0, "a", amends=2)], [])] == []


def test_progress_belongs_to_the_version_that_was_in_force():
    rows = [draft(1, 1, 0, "a"), draft(5, 2, 0, "b")]
    goals = {
        "head": {},
        "used": {},
        "problems": [],
        "goals": [{"id": "g1", "text": "Walk"}],
        "interventions": [],
        "duties": [],
    }
    rows = [replace(row, sealed={"plan": goals, "reason": ""}) for row in rows]
    first, second = versions_of(rows, [event(2, "final"), event(6, "final")])
    told_of = progress_of(
        [
            kept(3, {"item": "g1", "progress": "behind"}),
            kept(7, {"item": "g1", "progress": "met"}),
            kept(8, {"item": "g1", "progress": "dropped"}, standing=False),
            kept(9, {"item": None, "progress": "met"}),
        ]
    )

    assert with_progress(first, told_of).sections["goals"][0]["progress"] == "behind"
    assert with_progress(second, told_of).sections["goals"][0]["progress"] == "met"


@pytest.mark.parametrize(
    ("facts", "form_says", "change"),
    [
        ({"loop_to": "minor_change"}, "complete", "minor"), ({"loop_to": "on_track"}, "minor", "minor"), ({}, "complete", "complete"), ({}, 5, "first"),
        ({"loop_to": "minor_change", "loop_reason": "reassess"}, "minor", "complete"), ({"loop_to": "goals_met", "loop_reason": "open_issues"}, "", "minor"),
    ],
)  # fmt: skip
def test_the_loop_says_what_changes_and_the_form_where_no_loop_does(facts, form_says, change):
    known = {name: Fact(value, T, "e") for name, value in facts.items()}

    assert plans.change_of(told("plan_of_care", known=known, change_kind=form_says)) == change


def test_a_minor_change_without_a_plan_changes_nothing_but_is_a_loop():
    step = told(advance=replace(BLANK, facts={"loop_to": Fact("minor_change", T, "e")}))

    assert [entry.plain["kind"] for entry in plans.take(step, Standing())] == ["loop"]


def test_a_plan_that_the_model_calls_final_without_a_number_is_final():
    step = told(advance=replace(BLANK, facts={"plan_final_at": Fact(T, T, "e"), "plan_version": Fact("next", T, "e")}))

    assert only(plans.take(step, Standing())).plain == {"kind": "final", "major": None, "minor": None}


@pytest.mark.parametrize(("form", "answers", "party", "outcome"), [
    ("supervisor_check", {"decision": "ok"}, "supervisor", "approved"), ("supervisor_check", {"decision": "return", "comment": "No."}, "supervisor", "returned"),
    ("plan_approval", {"decision": "approved"}, "client", "approved"), ("plan_approval", {}, "client", "unknown"),
])  # fmt: skip
def test_who_approves(form, answers, party, outcome):
    entry = only(plans.take(told(form, group="client", **answers), Standing()))

    assert (entry.plain["kind"], entry.plain["party"], entry.plain["outcome"]) == ("approval", party, outcome)
