"""What is kept of a case while the shipped models run: the chart says what happened, and an addendum changes it by new rows."""

import json
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from care import duties_of, may_share
from care.entry import Told
from care.kept import plans as kept_plans
from care.plan import Standing
from care.store.record_tables import TABLES
from care.store.tables import contacts
from database import ConstraintBroken
from engine import Fact
from tests.care.messages import DAY, HOUR
from tests.support.clinic import BEGIN, PLAN, SERVICE, Clinic


def numbers(clinic):
    return [(str(version.number), version.status, version.change) for version in clinic.plan_file.versions]


def texts_of(plan, section="problems", name="text"):
    return [item[name] for item in plan.sections[section]]


# -- the plan of care


def test_a_plan_is_a_draft_until_it_is_approved_authorised_and_final(clinic: Clinic):
    clinic.enrol()
    clinic.assess()
    assert clinic.plan_file.current is None

    clinic.answer("draft_plan", **PLAN)
    draft = clinic.plan_file.current
    assert (str(draft.number), draft.status, draft.change, draft.final_at) == ("1.0", "draft", "first", None)

    clinic.answer("approve_plan_client", decision="approved")
    clinic.answer("approve_plan_provider", decision="approved_with_changes", comment="Fewer visits.")
    assert clinic.plan_file.current.status == "draft"
    clinic.authorise()

    plan = clinic.plan_file.current
    assert (plan.status, plan.changes) == ("final", {})
    assert [(item.party, item.decision, item.comment) for item in plan.approvals] == [
        ("client", "approved", ""), ("provider", "approved_with_changes", "Fewer visits."),
    ]  # fmt: skip
    assert plan.approvals[1].by == "paula-provider"
    assert plan.plan.head["client_motivation"] == "Her garden"
    (goal,) = plan.plan.sections["goals"]
    assert (goal["id"], goal["of"], goal["term"], goal["baseline"], goal["target"]) == (
        "g1",
        "p1",
        "short",
        "10",
        "100",
    )
    assert (goal["achievable"], goal["relevant"]) == ("She walked 50 last year", "To reach the garden")
    assert [(duty["who"], duty["text"]) for duty in duties_of(plan.plan)] == [
        ("cm", "Calls every Friday"), ("provider", "Nurse visits"), ("client", "Weighs daily"),
    ]  # fmt: skip


def test_a_returned_draft_is_written_again_under_its_number(clinic: Clinic):
    clinic.enrol()
    clinic.assess()
    clinic.answer("draft_plan", **PLAN)
    clinic.answer("approve_plan_client", decision="returned", comment="Too much.")
    clinic.answer("approve_plan_provider", decision="approved")
    clinic.plan(summary="Less of it")
    clinic.authorise()

    (version,) = clinic.plan_file.versions
    assert [(item.revision, item.plan.head["summary"]) for item in version.revisions] == [
        (1, "Home with help"),
        (2, "Less of it"),
    ]
    assert [(item.revision, item.party, item.decision) for item in version.approvals] == [
        (1, "client", "returned"), (1, "provider", "approved"), (2, "client", "approved"), (2, "provider", "approved"),
    ]  # fmt: skip
    assert clinic.plan_file.shown(version, 1).head["summary"] == "Home with help"


def test_loops_number_the_plan_as_the_model_does(clinic: Clinic):
    clinic.follow()
    clinic.review(
        "on_track",
        goal_progress=[{"goal": "walk alone", "progress": "behind", "value": "20"}, {"goal": "Fly", "progress": "met"}],
    )
    assert numbers(clinic) == [("1.0", "final", "first")]
    (goal,) = clinic.plan_file.shown(clinic.plan_file.current).sections["goals"]
    assert (goal["progress"], goal["value"]) == ("behind", "20")

    clinic.review("minor_change", outcome_reason="A daily call is added.")
    assert clinic.plan_file.current.plan.sections["interventions"][-1]["action"] == "A daily call is added."
    clinic.arrange()
    assert clinic.facts()["plan_version"] == "1.1"

    clinic.review("complete_change", outcome_reason="A new treatment.")
    assert [item["action"] for item in clinic.known("draft_plan")["interventions"]] == [
        "Nurse visits",
        "A daily call is added.",
    ]
    clinic.plan(
        problems=[{"text": "Weak after the long stay", "domain": "function", "priority": 2}], change_kind="complete"
    )
    clinic.authorise()

    first, minor, complete = clinic.plan_file.versions
    assert numbers(clinic) == [
        ("1.0", "superseded", "first"),
        ("1.1", "superseded", "minor"),
        ("2.0", "final", "complete"),
    ]
    assert clinic.facts()["plan_version"] == "2.0"
    assert (minor.reason, minor.loop, complete.loop) == ("A daily call is added.", "minor_change", "complete_change")
    assert [item["action"] for item in minor.changes["interventions"]["added"]] == ["A daily call is added."]
    assert complete.changes["problems"]["changed"] == [
        {
            "id": "p1",
            "fields": {
                "priority": {"from": 1, "to": 2}, "status": {"from": "open", "to": None},
                "text": {"from": "Weak after the stay", "to": "Weak after the long stay"},
            },
        }
    ]  # fmt: skip
    assert complete.changes["interventions"]["removed"] == ["i2"]
    assert texts_of(first.plan) == ["Weak after the stay"]
    assert clinic.plan_file.shown(first).sections["goals"][0]["progress"] == "behind"


def test_a_changed_status_goes_through_assessing_to_the_next_whole_number(clinic: Clinic):
    clinic.follow()
    clinic.review("status_change", outcome_reason="The daughter moved away.")
    clinic.assess()
    clinic.plan(change_kind="complete")
    assert numbers(clinic)[-1] == ("2.0", "draft", "complete")
    clinic.authorise()

    assert numbers(clinic) == [("1.0", "superseded", "first"), ("2.0", "final", "complete")]


def test_an_addendum_corrects_a_version_and_leaves_the_first_writing_readable(clinic: Clinic):
    draft = clinic.follow()
    clinic.review("complete_change")
    clinic.plan(summary="Another plan", change_kind="complete")
    clinic.authorise()

    clinic.amend(draft, "Wrong goal.", goals=[{**PLAN["goals"][0], "target": "50"}])
    clinic.amend(draft, "And the words.", summary="Home, with help")

    first, current = clinic.plan_file.versions
    assert [(str(item.number), item.status) for item in (first, current)] == [("1.0", "superseded"), ("2.0", "final")]
    assert [(item.revision, item.reason, item.is_addendum, item.by) for item in first.revisions] == [
        (1, "", False, "nora-case-manager"),
        (2, "Wrong goal.", True, "olivia-on-call"),
        (3, "And the words.", True, "olivia-on-call"),
    ]
    assert [item.plan.sections["goals"][0]["target"] for item in first.revisions] == ["100", "50", "50"]
    assert first.plan.head["summary"] == "Home, with help"
    assert first.plan.sections["goals"][0]["id"] == "g1"
    assert current.plan.head["summary"] == "Another plan"
    assert current.changes["head"]["summary"] == {"from": "Home, with help", "to": "Another plan"}

    clinic.arrange()
    clinic.review("minor_change", outcome_reason="One more call.")
    assert numbers(clinic)[-1] == ("2.1", "final", "minor")
    assert clinic.plan_file.current.plan.head["summary"] == "Another plan"


def test_an_addendum_to_a_draft_that_was_returned_does_not_come_before_the_one_written_after_it(clinic: Clinic):
    clinic.enrol()
    clinic.assess()
    returned = clinic.answer("draft_plan", **PLAN)
    clinic.answer("approve_plan_client", decision="returned", comment="Too much.")
    clinic.answer("approve_plan_provider", decision="approved")
    clinic.plan(summary="Less of it")

    clinic.amend(
        returned,
        "For the record.",
        summary="Much more",
        problems=[*PLAN["problems"], {"text": "Lonely", "domain": "social", "priority": 2}],
    )

    (version,) = clinic.plan_file.versions
    assert version.plan.head["summary"] == "Less of it"
    assert [(item.revision, item.plan.head["summary"], item.is_addendum) for item in version.revisions] == [
        (1, "Home with help", False), (2, "Less of it", False), (3, "Much more", True),
    ]  # fmt: skip
    assert [item.revision for item in version.approvals] == [1, 1, 2, 2]

    clinic.authorise()
    clinic.arrange()
    clinic.review("complete_change")
    clinic.plan(
        problems=[*PLAN["problems"], {"text": "No lift", "domain": "housing", "priority": 2}], change_kind="complete"
    )
    ids = [item["id"] for item in clinic.plan_file.versions[-1].plan.sections["problems"]]
    assert ids == ["p1", "p3"], "p2 went to the problem of the addendum"


def test_an_addendum_to_a_review_replaces_what_it_said_of_goals(clinic: Clinic):
    clinic.follow()
    review = clinic.review("on_track", goal_progress=[{"goal": "Walk alone", "progress": "met", "value": "100"}])

    clinic.amend(review, "It was another client.", goal_progress=[{"goal": "Walk alone", "progress": "behind"}])
    (goal,) = clinic.plan_file.shown(clinic.plan_file.current).sections["goals"]
    assert goal["progress"] == "behind"
    assert "value" not in goal

    clinic.amend(review, "Nothing was said of it.", goal_progress=[])
    assert "progress" not in clinic.plan_file.shown(clinic.plan_file.current).sections["goals"][0]


def test_an_addendum_to_an_approval_changes_its_comment(clinic: Clinic):
    clinic.enrol()
    clinic.assess()
    clinic.answer("draft_plan", **PLAN)
    task_id = clinic.answer("approve_plan_provider", decision="approved_with_changes", comment="Fewer visits.")

    clinic.amend(task_id, "I meant more.", comment="More visits.")

    (approval,) = clinic.plan_file.current.approvals
    assert (approval.party, approval.decision, approval.comment, approval.revision) == (
        "provider",
        "approved_with_changes",
        "More visits.",
        1,
    )


def test_the_plain_columns_of_a_plan_tell_measures_what_they_need(clinic: Clinic):
    clinic.follow()
    clinic.review("on_track", goal_progress=[{"goal": "Walk alone", "progress": "met"}])

    items, progress, events = (TABLES[name] for name in ("plan_items", "plan_progress", "plan_events"))
    found = clinic.read(lambda tx: tx.rows(sa.select(items).order_by(items.c.n)))
    assert [(row.kind, row.item, row.change, row.of_item, row.code, row.status, row.service_class) for row in found] == [
        ("problem", "p1", "added", None, "function", "open", None),
        ("goal", "g1", "added", "p1", "short", None, None),
        ("intervention", "i1", "added", "g1", "provider", "planned", "home_health"),
        ("duty", "d1", "added", None, "cm", None, None),
    ]  # fmt: skip
    assert found[1].due_on == date(2025, 8, 1)
    assert [(row.item, row.progress) for row in clinic.read(lambda tx: tx.rows(sa.select(progress)))] == [("g1", "met")]
    kinds = clinic.read(
        lambda tx: tx.rows(sa.select(events.c.kind, events.c.outcome).order_by(events.c.step, events.c.n))
    )
    assert [tuple(row) for row in kinds] == [
        ("approval", "approved"), ("approval", "approved"), ("final", None), ("review", "on_track"), ("loop", "on_track"),
    ]  # fmt: skip


def test_a_case_of_an_earlier_release_goes_on_from_the_number_that_the_model_knows():
    facts = {"plan_version": Fact("3.2", BEGIN, "phase_note"), "loop_to": Fact("complete_change", BEGIN, "phase_note")}
    told = Told(
        case_id="c", client_id="p", step=9, at=BEGIN, noted_at=BEGIN, actor_id="a", form="plan_of_care", known=facts
    )

    version = next(iter(kept_plans.take(told, Standing())))

    assert (version.plain["major"], version.plain["minor"], version.plain["change"]) == (4, 0, "complete")


# -- consents


def test_a_withdrawn_consent_ends_all_shares(clinic: Clinic):
    clinic.enrol(
        scopes=["enrol", "share_payor", "sud_part2"], part2_recipient="Dr. Q", part2_purpose="Treatment", part2_expires="2025-12-31",
        valid_until="2026-06-01",
    )  # fmt: skip
    given = clinic.consents
    assert [(share.scope, share.active, share.until, share.recipient) for share in given.shares] == [
        ("enrol", True, date(2026, 6, 1), None), ("share_payor", True, date(2026, 6, 1), None), ("sud_part2", True, date(2025, 12, 31), "Dr. Q"),
    ]  # fmt: skip
    assert given.consents[0].scopes == ("enrol", "share_payor", "sud_part2")
    assert clinic.chart(may_share, "sud_part2", date(2025, 12, 31))
    assert not clinic.chart(may_share, "sud_part2", date(2026, 1, 1))

    clinic.tell("consent_withdrawn")

    ended = clinic.consents
    assert "withdrawn" in [item.result for item in ended.consents]
    assert {share.scope: share.ended_at for share in ended.shares} == dict.fromkeys(
        ("enrol", "share_payor", "sud_part2"), clinic.clock.now()
    )
    assert not any(share.active for share in ended.shares)
    assert not clinic.chart(may_share, "enrol", date(2025, 6, 3))


def test_a_refused_consent_shares_nothing_and_an_addendum_corrects_it(clinic: Clinic):
    task_id = clinic.enrol(result="refused", refusal_reason="Wants no calls.")
    assert clinic.consents.shares == ()

    clinic.amend(task_id, "She had to think of it.", refusal_reason="Wants to think.")

    first, *rest = clinic.consents.consents
    said = {item.standing: item.said["refusal_reason"] for item in (first, *rest) if item.result == "refused"}
    assert said == {False: "Wants no calls.", True: "Wants to think."}


# -- referrals and authorisations


def test_a_declined_referral_is_closed_by_the_next_one_of_its_service(clinic: Clinic):
    clinic.enrol()
    clinic.assess()
    clinic.plan()
    clinic.authorise()
    sent = clinic.answer("arrange_service", intervention="Nurse visits", provider="First Care")
    clinic.pass_time(6 * DAY)
    declined = clinic.answer("accept_referral", status="declined", reason="No nurse free.")
    clinic.arrange()

    first, second = clinic.referrals
    assert (first.provider, first.status, first.chased) == ("First Care", "declined", 1)
    assert [item.what for item in first.history] == ["sent", "chased", "declined"]
    assert first.closed_at == second.sent_at
    assert (second.provider, second.status, [item.what for item in second.history]) == (
        "Care at Home",
        "started",
        ["sent", "accepted", "started"],
    )
    (service,) = clinic.plan_file.shown(clinic.plan_file.current).sections["interventions"]
    assert (service["referral"], service["provider"]) == ("started", "Care at Home")

    clinic.amend(sent, "Misspelt.", provider="First Care Inc.")
    clinic.amend(declined, "It was the weekend.", reason="No nurse at the weekend.")

    first, second = clinic.referrals
    assert (first.provider, first.status, len(first.history)) == ("First Care Inc.", "declined", 3)
    assert first.history[-1].reason == "No nurse at the weekend."
    assert second.provider == "Care at Home"


def test_two_services_have_a_thread_each(clinic: Clinic):
    clinic.enrol()
    clinic.assess()
    other = {**SERVICE, "action": "Therapy", "service_class": "therapy"}
    clinic.plan(interventions=[SERVICE, other])
    for provider in ("Nurses", "Therapists"):
        clinic.answer("request_auth", service_class="home_health", provider=provider, units=5)
    for number in ("A-1", "A-2"):
        clinic.answer("decide_auth", decision="approved", number=number)
    for provider in ("Nurses", "Therapists"):
        clinic.answer("arrange_service", provider=provider)

    assert {(item.provider, item.number) for item in clinic.authorisations} in (
        {("Nurses", "A-1"), ("Therapists", "A-2")},
        {("Nurses", "A-2"), ("Therapists", "A-1")},
    )
    assert sorted((item.provider, item.status) for item in clinic.referrals) == [
        ("Nurses", "sent"),
        ("Therapists", "sent"),
    ]


def test_a_denial_is_talked_over_appealed_and_overturned(clinic: Clinic):
    clinic.enrol()
    clinic.assess()
    clinic.plan()
    asked_at = clinic.clock.now() + HOUR
    clinic.answer(
        "request_auth",
        service_class="home_health",
        urgency="standard",
        in_network=True,
        provider="Care at Home",
        units=12,
    )
    (pending,) = clinic.authorisations
    assert (pending.status, pending.requested_at, pending.due_at, pending.reviewer) == (
        "pending",
        asked_at,
        asked_at + 7 * DAY,
        "payor_reviewer",
    )
    clinic.pass_time(7 * DAY)
    clinic.answer("decide_auth", decision="denied", denial_reason="not_necessary", note="Not needed.")
    clinic.answer("peer_to_peer", result="upheld")
    assert clinic.authorisations[0].status == "denied"
    appeal = clinic.answer("file_appeal", level="expedited", result="overturned", grounds="She fell.")

    (found,) = clinic.authorisations
    assert (found.status, found.overturned, found.on_time, found.denial_reason, found.units) == (
        "approved",
        True,
        False,
        "not_necessary",
        12,
    )
    assert [(item.what, item.result) for item in found.history] == [
        ("requested", None), ("chased", None), ("decided", "denied"), ("talked", "upheld"), ("appealed", "overturned"),
    ]  # fmt: skip

    clinic.amend(appeal, "Only in part.", result="partly")
    assert clinic.authorisations[0].status == "partial"


def test_what_is_open_is_withdrawn_when_the_case_ends(clinic: Clinic):
    clinic.enrol()
    clinic.assess()
    clinic.plan()
    clinic.answer("request_auth", service_class="home_health")
    clinic.tell("coverage_ended")

    (found,) = clinic.authorisations
    assert (found.status, found.history[-1].what) == ("withdrawn", "withdrawn")
    assert clinic.consents.consents[0].result == "ended"


def test_an_addendum_keeps_the_deadline_of_a_request(clinic: Clinic):
    clinic.enrol()
    clinic.assess()
    clinic.plan()
    task_id = clinic.answer("request_auth", service_class="home_health", units=5)
    before = clinic.authorisations[0]

    clinic.amend(task_id, "Six visits.", units=6)

    (after,) = clinic.authorisations
    assert (before.units, after.units) == (5, 6)
    assert replace(after, units=5, history=before.history) == before


# -- risks, notes, contacts, surroundings


def test_every_stratification_is_kept_with_row_category_and_override(clinic: Clinic):
    clinic.enrol()
    clinic.assess()

    review, table = clinic.risks
    assert (table.source, table.category, table.rule, table.overridden) == (
        "table",
        table.advised,
        table.rules[0],
        False,
    )
    assert "conditions_n" in table.scores
    assert (review.source, review.category, review.advised) == ("review", "moderate", table.category)
    assert (review.overridden, review.reason, review.rules) == (True, "Knows her well.", table.rules)
    assert review.scores.keys() >= {"lace", "hospital_score"}


def test_each_phase_leaves_a_note_with_what_came_of_it(clinic: Clinic):
    clinic.follow()
    clinic.review("complete_change", outcome_reason="A new treatment.")

    found = {note.phase: note.outcome for note in reversed(clinic.notes)}
    assert list(found) == ["screening", "assessing", "stratifying", "planning", "implementing", "following_up"]
    assert found["planning"] == {"plan_version": "1.0"}
    assert found["following_up"] == {"loop_to": "complete_change", "loop_reason": "A new treatment."}


def test_contacts_follow_an_addendum(clinic: Clinic):
    clinic.follow()
    review = clinic.review("on_track", symptoms="Short of breath.")
    (before,) = clinic.contacts
    assert (before.purpose, before.two_way, before.text, before.element) == (
        "follow_up",
        True,
        "Short of breath.",
        "contact_and_review",
    )

    clinic.amend(review, "It was a letter.", channel="letter", symptoms="None.")

    after, first = clinic.contacts
    assert (first.standing, first.text) == (False, "Short of breath.")
    assert (after.two_way, after.text, after.reason, after.at, after.amends) == (
        False,
        "None.",
        "It was a letter.",
        before.at,
        before.step,
    )
    assert after.noted_at > after.at


def test_the_clients_surroundings_are_what_was_said_last(clinic: Clinic):
    clinic.enrol()
    person = {"name": "Eva", "relation": "daughter", "role": ["caregiver"], "may_share": True}
    task_id = clinic.answer(
        "core_assessment",
        support_persons=[person],
        providers=[{"name": "Dr. B"}],
        payor="Plan B",
        member_id="M2",
        valid_to="2026-01-31",
    )

    profile = clinic.profile
    assert profile["support"].said["persons"] == [person]
    assert profile["team"].said["providers"] == [{"name": "Dr. B"}]
    assert {name: profile["cover"].said[name] for name in ("payor", "member_id", "valid_to")} == {
        "payor": "Plan B",
        "member_id": "M2",
        "valid_to": "2026-01-31",
    }
    assert profile["language"].said == {"language": "es", "interpreter": True}

    clinic.amend(task_id, "No provider.", providers=[])
    assert clinic.profile["team"].said["providers"] == []
    assert clinic.profile["support"].said["persons"] == [person]


# -- the rows


def test_rows_that_are_kept_cannot_be_changed_and_name_nobody(clinic: Clinic):
    clinic.follow()
    clinic.review("minor_change", outcome_reason="Zyxwvut calls daily.", symptoms="Zyxwvut")
    tables = {**TABLES, "contacts": contacts}

    for name, table in tables.items():
        rows = clinic.read(lambda tx, table=table: tx.rows(sa.select(table)))
        assert rows or name == "plan_progress", name
        shown = json.dumps([[str(value) for value in row] for row in rows])
        for secret in (
            "Zyxwvut",
            "Care at Home",
            "A-77",
            "Her garden",
            "Example",
            "Ada",
            "share_providers",
            "Knows her well",
        ):
            assert secret not in shown, (name, secret)
        for statement in (sa.update(table).values(client_id="x"), sa.delete(table)):
            if rows:
                with pytest.raises(ConstraintBroken):
                    clinic.write(lambda tx, statement=statement: tx.run(statement))
