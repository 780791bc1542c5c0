"""What a step leaves behind in care: contacts, and the outreach of a stay, so that SQL can compute the report."""

from dataclasses import MISSING, fields, replace
from datetime import UTC

import pytest

from care import CareRecords, OutreachCounts, list_contacts, outreach_counts
from engine import Advance, Case, ClosedTask, OpenTask, Timer
from tests.care.fakes import FakeCases, desk_of
from tests.care.messages import DAY, HOUR, local, message

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
        self.steps = 0
        self.hear("A01", T - 3 * DAY, admitted=T - 3 * DAY)
        self.case_id = self.cases.started[0].case_id
        self.subject = self.cases.started[0].subject_id

    def hear(self, event, at, **more):
        text = message(event, at, **more)
        self.database.write(lambda tx: self.desk.receive(tx, text, at))

    def leave(self, at=T, **more):
        self.hear("A03", at, **{"admitted": T - 3 * DAY, "discharged": at, **more})

    def step(self, at, *, done=None, values=None, **parts):
        self.steps += 1
        case = Case(0, self.case_id, "case_lifecycle", "r", self.steps, b"", b"", {}, self.subject, None)
        advance = replace(
            BLANK,
            kind="TaskCompleted" if done else "TimerFired",
            element=done or "outreach_48h",
            completed_task="k" if done else None,
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
