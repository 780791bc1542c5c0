"""What a step leaves behind in care: contacts, and the outreach of a stay, so that SQL can compute the report."""

from dataclasses import MISSING, fields, replace
from datetime import UTC

import pytest
import sqlalchemy as sa

from care import (
    CareRecords,
    ContactUnknown,
    Journal,
    NoteUnknown,
    OutreachCounts,
    Writing,
    list_contacts,
    outreach_counts,
    read_contacts,
    read_notes,
)
from care.store.record_tables import TABLES
from care.store.tables import contacts, stays
from engine import Actor, Advance, Amendment, Case, Changed, ClosedTask, Fact, OpenTask, Task, Timer
from tests.care.fakes import FakeCases, desk_of
from tests.care.messages import DAY, HOUR, local, message
from tests.support.statements import counted

T = local(2025, 6, 10, 14)
CLOCK = Timer("t", "p8_post_transition", "outreach_48h", T + DAY)
CALL = OpenTask("k", "p8_post_transition", "outreach_call", "Call", "outreach_48h", None, None, 50, False, None)
NEEDED = [field.name for field in fields(Advance) if field.default is MISSING and field.default_factory is MISSING]
BLANK = Advance(**{**dict.fromkeys(NEEDED), "facts": {}})
REACHED = {"reached": "client", "channel": "phone"}
NOBODY = {"reached": "nobody", "result": "voicemail", "channel": "phone"}


class Story:
    """One client with an open case and a discharge, and the steps of the case."""

    def __init__(self, database, keyring):
        self.database, self.keyring, self.cases = database, keyring, FakeCases()
        self.desk = desk_of(self.cases, keyring)
        self.steps, self.facts = 0, {}
        self.hear("A01", T - 3 * DAY, admitted=T - 3 * DAY)
        self.case_id = self.cases.started[0].case_id
        self.subject = self.cases.started[0].subject_id

    def hear(self, event, at, **more):
        text = message(event, at, **more)
        self.database.write(lambda tx: self.desk.receive(tx, text, at))

    def leave(self, at=T, **more):
        self.hear("A03", at, **{"admitted": T - 3 * DAY, "discharged": at, **more})

    def step(self, at, *, done=None, values=None, task="k", **parts):
        self.steps += 1
        case = Case(0, self.case_id, "case_lifecycle", "r", self.steps, b"", b"", self.facts, self.subject, None)
        advance = replace(
            BLANK,
            kind="TaskCompleted" if done else "TimerFired",
            element=done or "outreach_48h",
            completed_task=task if done else None,
            delta=values or {},
            **parts,
        )
        self.database.write(lambda tx: CareRecords(self.keyring).apply(tx, case, advance, "maria", at))

    def arm(self, at=T):
        self.step(at, timers_set=(CLOCK,))

    def fire(self, at=T + DAY):
        self.step(at, timers_cleared=(CLOCK,), opened=(CALL,))

    def counts(self, now=T + 10 * DAY):
        return self.database.read(lambda tx: outreach_counts(tx, now))

    def contacts(self):
        return self.database.read(lambda tx: list_contacts(tx, self.case_id))


@pytest.fixture
def story(database, keyring):
    return Story(database, keyring)


def test_nothing_happened_counts_nothing(story):
    assert story.counts() == OutreachCounts(0, 0, 0, 0, 0, 0)


def test_an_outreach_that_reaches_the_client_in_time(story):
    story.leave()
    story.arm()
    assert story.counts(T) == OutreachCounts(1, 1, 0, 0, 0, 0)

    story.fire()
    story.step(T + 25 * HOUR, done="outreach_call", values=REACHED)

    assert story.counts() == OutreachCounts(1, 1, 1, 0, 1, 0)
    (contact,) = story.contacts()
    assert (contact.two_way, contact.party, contact.result) == (True, "client", "reached")
    assert (contact.purpose, contact.actor_id, contact.at) == ("post_discharge", "maria", T + 25 * HOUR)
    assert contact.at.tzinfo is UTC


def test_voicemail_is_no_contact_and_a_contact_after_48_hours_is_late(story):
    story.leave()
    story.arm()
    story.fire()
    story.step(T + 25 * HOUR, done="outreach_call", values=NOBODY, opened=(CALL,))
    assert story.counts(T + 47 * HOUR) == OutreachCounts(1, 1, 1, 0, 0, 0)
    assert story.counts(T + 49 * HOUR) == OutreachCounts(1, 1, 1, 0, 0, 1)

    story.step(T + 50 * HOUR, done="outreach_call", values={"outreach_48h": REACHED})

    assert story.counts() == OutreachCounts(1, 1, 1, 0, 0, 1)
    assert [contact.two_way for contact in story.contacts()] == [True, False]


def test_a_clock_that_fires_at_once_counts_as_set_and_fired(story):
    story.leave()
    story.step(T + 3 * DAY, opened=(CALL,))

    assert story.counts(T + 3 * DAY) == OutreachCounts(1, 1, 1, 0, 0, 1)


def test_a_disarmed_clock_is_cancelled_and_not_late(story):
    story.leave()
    story.arm()
    story.hear("A01", T + 5 * HOUR, admitted=T + 5 * HOUR, encounter="E2")
    story.step(T + 5 * HOUR, timers_cleared=(CLOCK,))

    assert story.counts() == OutreachCounts(1, 1, 0, 1, 0, 0)


def test_an_outreach_disarmed_after_it_fired_has_fired_and_is_not_late(story):
    story.leave()
    story.arm()
    story.fire()
    story.step(T + 30 * HOUR, withdrawn=(ClosedTask("k", "outreach", "outreach_call"),))

    assert story.counts(T + 60 * HOUR) == OutreachCounts(1, 1, 1, 1, 0, 0)


def test_a_cancelled_discharge_and_the_next_one_are_one_clock(story):
    story.leave()
    story.arm()
    story.hear("A13", T + 3 * HOUR)
    story.step(T + 3 * HOUR, timers_cleared=(CLOCK,))
    assert story.counts() == OutreachCounts(0, 1, 0, 1, 0, 0)

    story.leave(T + DAY)
    story.arm(T + DAY)
    story.fire(T + 2 * DAY)

    assert story.counts(T + 2 * DAY) == OutreachCounts(1, 1, 1, 0, 0, 0)


def test_two_stays_have_an_outreach_each(story):
    story.leave()
    story.arm()
    story.hear("A01", T + 7 * DAY, admitted=T + 7 * DAY, encounter="E2")
    story.step(T + 7 * DAY, timers_cleared=(CLOCK,))
    story.leave(T + 9 * DAY, encounter="E2", admitted=T + 7 * DAY)
    story.arm(T + 9 * DAY)
    story.fire(T + 10 * DAY)
    story.step(T + 10 * DAY, done="outreach_call", values=REACHED)

    assert story.counts(T + 20 * DAY) == OutreachCounts(2, 2, 1, 1, 1, 1)


@pytest.mark.parametrize(
    ("done", "values", "two_way", "purpose"),
    [
        ("contact_and_review", {"informant": "client", "channel": "phone"}, True, "follow_up"),
        ("contact_and_review", {"informant": "record", "channel": "record"}, False, "follow_up"),
        ("contact_and_review", {"informant": "client", "channel": "letter"}, False, "follow_up"),
        ("contact_note", {"with": "client", "result": "reached", "direction": "in"}, True, "note"),
        ("contact_note", {"with": "client", "result": "no_answer"}, False, "note"),
        ("contact_note", {"with": "payor", "result": "reached"}, False, "note"),
    ],
)
def test_other_contact_tasks_are_contacts_but_not_outreach(story, done, values, two_way, purpose):
    story.leave()
    story.arm()
    story.step(T + HOUR, done=done, values=values)

    (contact,) = story.contacts()
    assert (contact.two_way, contact.purpose) == (two_way, purpose)
    assert story.counts(T) == OutreachCounts(1, 1, 0, 0, 0, 0)


def test_other_tasks_leave_nothing(story):
    story.step(T, done="core_assessment", values={"reached": "client"})

    assert story.contacts() == ()


def test_the_time_of_a_contact_note_is_that_on_the_form(story):
    story.step(T, done="contact_note", values={"with": "client", "result": "reached", "at": T - HOUR})

    assert story.contacts()[0].at == T - HOUR


# -- addenda and what is logged by hand


def call_task(at, **more):
    given = {
        "id": "k", "case_id": "c", "process": "outreach", "element": "outreach_call", "form": "outreach_48h", "group": None,
        "status": "completed", "assignee": None, "version": 2, "draft_version": 0, "may_assess": False, "closed_at": at, **more,
    }  # fmt: skip
    return Task(**given)


def amended(story, before, after, at, *, called_at):
    story.steps += 1
    case = Case(0, story.case_id, "case_lifecycle", "r", story.steps, b"", b"", {}, story.subject, None)
    addendum = Amendment(call_task(called_at), before, after, "Misheard")
    records = CareRecords(story.keyring)
    story.database.write(lambda tx: records.amend(tx, case, addendum, "nora", at))


def test_an_addendum_that_nobody_was_reached_takes_the_contact_back(story):
    story.leave()
    story.arm()
    story.fire()
    called_at = T + 25 * HOUR
    story.step(called_at, done="outreach_call", values=REACHED)
    assert story.counts().within_48h == 1

    amended(story, REACHED, NOBODY, T + 60 * HOUR, called_at=called_at)

    assert story.counts() == OutreachCounts(1, 1, 1, 0, 0, 1)
    after, before = read_contacts_of(story)
    assert (before.two_way, before.standing, before.amends) == (True, False, None)
    assert (after.two_way, after.standing, after.amends, after.reason) == (False, True, before.step, "Misheard")
    assert (after.at, after.noted_at, after.actor_id) == (called_at, T + 60 * HOUR, "nora")

    amended(story, NOBODY, REACHED, T + 61 * HOUR, called_at=called_at)

    assert story.counts() == OutreachCounts(1, 1, 1, 0, 1, 0)
    assert [contact.standing for contact in read_contacts_of(story)] == [True, False, False]


def test_an_addendum_leaves_what_another_call_reached(story):
    story.leave()
    story.arm()
    story.fire()
    story.step(T + 25 * HOUR, done="outreach_call", values=NOBODY, opened=(CALL,))
    story.step(T + 26 * HOUR, done="outreach_call", values=REACHED, task="k2")
    first_task = read_contacts_of(story)[1]
    assert first_task.two_way is False

    amended(story, NOBODY, {**NOBODY, "result": "no_answer"}, T + 40 * HOUR, called_at=T + 25 * HOUR)

    assert story.counts().within_48h == 1


def test_an_addendum_to_a_call_of_an_earlier_release_finds_it_by_its_instant(story):
    story.leave()
    story.arm()
    story.fire()
    called_at = T + 25 * HOUR
    old = {
        "case_id": story.case_id, "step": 90, "client_id": story.subject, "at": called_at, "direction": "out", "channel": "phone",
        "party": "client", "result": "reached", "two_way": True, "purpose": "post_discharge", "actor_id": "maria",
    }  # fmt: skip
    stay = sa.select(stays.c.id).scalar_subquery()
    story.database.write(lambda tx: tx.run(sa.insert(contacts).values(stay_id=stay), old))
    story.database.write(lambda tx: tx.run(sa.update(stays).values(contacted_at=called_at)))

    story.steps = 95
    amended(story, REACHED, NOBODY, T + 60 * HOUR, called_at=called_at)

    assert [(item.step, item.standing, item.amends) for item in read_contacts_of(story)] == [
        (97, True, 90),
        (90, False, None),
    ]
    assert story.counts().within_48h == 0


def test_an_addendum_to_a_form_that_was_never_kept_is_kept_now(story):
    story.leave()

    amended(story, NOBODY, REACHED, T + 30 * HOUR, called_at=T + 25 * HOUR)

    (contact,) = read_contacts_of(story)
    assert (contact.two_way, contact.amends, contact.at) == (True, None, T + 25 * HOUR)


def read_contacts_of(story):
    return story.database.read(lambda tx: read_contacts(tx, story.keyring, story.case_id))


def test_a_step_that_tells_nothing_costs_no_statement(story):
    story.leave()

    with counted(story.database) as seen:
        story.step(T, done="core_task", values={"reached": "client"})
        story.step(T)

    assert len(seen) == 0


def test_a_step_costs_one_statement_for_each_kind_of_record(story):
    story.leave()
    values = {"followup_outcome": "on_track", "informant": "client", "channel": "phone"}
    facts = {"loop_to": Fact("on_track", T, "phase_note"), "note_following_up_at": Fact(T, T, "phase_note")}

    with counted(story.database) as seen:
        story.step(T, done="contact_and_review", values=values, facts=facts)

    assert sorted(text.split()[2] for text in seen.of("INSERT")) == ["contacts", "notes", "plan_events"]
    assert len(seen) == 3


def test_what_a_person_mends_is_no_loop_no_final_plan_and_no_withdrawal(story):
    mended = {
        "loop_to": "minor_change", "plan_final_at": T, "closure_reason": "consent_withdrawn", "note_planning_at": T, "plan_version": "7.0",
    }  # fmt: skip
    facts = {name: Fact(value, T, "set_values") for name, value in mended.items()}

    with counted(story.database) as seen:
        story.step(T, facts=facts, given=mended)

    assert len(seen) == 0


def test_a_fact_that_is_set_again_at_the_same_instant_is_another_loop(story):
    first = {"loop_to": Fact("on_track", T, "phase_note")}
    story.step(T, facts=first)
    story.facts = first
    story.step(T, facts={"loop_to": Fact("on_track", T, "phase_note")})
    story.step(T, facts=first)

    rows = story.database.read(lambda tx: tx.rows(sa.select(TABLES["plan_events"])))
    assert [row.kind for row in rows] == ["loop", "loop"]


class Steps:
    """An engine that only counts steps."""

    def __init__(self):
        self.version, self.kinds = 500, []

    def execute(self, command, tx):
        self.version += 1
        self.kinds.append(command.kind)
        return Changed(command.case_id, self.version)


def test_a_logged_call_after_discharge_counts_for_the_outreach(story):
    story.leave()
    story.arm()
    engine = Steps()
    journal = Journal(engine, story.keyring)
    values = {"direction": "in", "channel": "phone", "with": "client", "result": "reached", "purpose": "post_discharge"}

    def log(now, /, **more):
        writing = Writing(story.case_id, story.subject, Actor("nora"), now)
        return story.database.write(lambda tx: journal.log_contact(tx, writing, {**values, **more}))

    log(T + HOUR, result="voicemail")
    assert story.counts().within_48h == 0
    spoken = log(T + 3 * HOUR, at=T + 2 * HOUR, text="All well.")
    assert story.counts().within_48h == 1
    assert (spoken.at, spoken.noted_at, spoken.text) == (T + 2 * HOUR, T + 3 * HOUR, "All well.")

    log(T + 4 * HOUR, result="voicemail", amends=spoken.step, reason="Misread.")
    assert story.counts().within_48h == 0
    with pytest.raises(ContactUnknown):
        log(T + 5 * HOUR, amends=spoken.step, reason="Again.")
    assert engine.kinds == ["ContactLogged"] * 3


def test_a_contact_that_a_form_made_is_amended_with_its_task(story):
    story.leave()
    story.step(T + HOUR, done="outreach_call", values=REACHED)
    (contact,) = read_contacts_of(story)
    journal = Journal(Steps(), story.keyring)
    writing = Writing(story.case_id, story.subject, Actor("nora"), T)
    values = {
        **REACHED,
        "purpose": "note",
        "result": "reached",
        "direction": "out",
        "amends": contact.step,
        "reason": "x",
    }

    with pytest.raises(ContactUnknown):
        story.database.write(lambda tx: journal.log_contact(tx, writing, values))


def test_an_addendum_needs_a_note_to_add_to(story):
    journal = Journal(Steps(), story.keyring)
    writing = Writing(story.case_id, story.subject, Actor("nora"), T)

    with pytest.raises(NoteUnknown):
        story.database.write(lambda tx: journal.add_note(tx, writing, {"text": "x", "adds_to": "1-0"}))
    first = story.database.write(lambda tx: journal.add_note(tx, writing, {"text": "x"}))
    second = story.database.write(
        lambda tx: journal.add_note(tx, writing, {"text": "y", "adds_to": first, "part2": True})
    )

    found = story.database.read(lambda tx: read_notes(tx, story.keyring, story.case_id))
    assert [(note.id, note.kind, note.text, note.adds_to, note.part2) for note in found] == [
        (second, "addendum", "y", first, True), (first, "free", "x", None, False),
    ]  # fmt: skip
