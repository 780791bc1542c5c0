"""The sample cohort: its clients, its feed, moved in time; fed through the desk; feeding again changes nothing."""

import sqlalchemy as sa

from care import (
    MessageRejected,
    deliver,
    deliver_all,
    expected_lace,
    list_adt_messages,
    outreach_counts,
    read_message,
    read_messages,
    register_client,
    sample_clients,
    sample_events,
    sample_feed,
    timed_messages,
    weeks_until,
)
from care.store.tables import adt_messages, candidates, client_aliases, clients, contacts, stays
from engine import StepFailed
from tests.care.fakes import FakeCases, Ids, desk_of
from tests.care.messages import DAY, ZONE, adt, local

NOW = local(2026, 11, 22, 9)
TABLES = (adt_messages, candidates, client_aliases, clients, contacts, stays)


def everything(database):
    """All rows of care, as they lie there."""

    def read(tx):
        return {table.name: sorted(repr(tuple(row)) for row in tx.rows(sa.select(table))) for table in TABLES}

    return database.read(read)


def feed_in_its_own_time(database, desk):
    for at, message in timed_messages(sample_feed()):
        yield message, database.write(lambda tx, message=message, at=at: desk.receive(tx, message, at))


def test_the_feed_has_the_messages_that_its_readme_counts():
    found = list(read_messages(sample_feed()))

    assert not any(isinstance(item, MessageRejected) for item in found)
    events = [item.value("MSH", 9, 2) for item in found]
    assert {event: events.count(event) for event in set(events)} == {"A01": 84, "A03": 142, "A04": 58, "A08": 3}


def test_the_clients_and_the_expected_lace_rows_are_complete():
    assert len(sample_clients()) == 56
    assert len({client.mrn for client in sample_clients()}) == 56
    assert len(expected_lace()) == 84
    assert [row.band for row in expected_lace()].count("high") == 15
    assert len(list(sample_events())) == 962


def test_the_moved_feed_ends_in_the_week_before_now_and_keeps_weekdays_and_hours():
    before, after = timed_messages(sample_feed()), timed_messages(sample_feed(NOW))

    assert NOW - 7 * DAY < after[-1][0] <= NOW
    assert len(before) == len(after) == 287
    weeks = weeks_until(NOW)
    for (old, _), (new, message) in zip(before, after, strict=True):
        walls = [at.astimezone(ZONE).replace(tzinfo=None) for at in (old, new)]
        assert (walls[1] - walls[0]).days == 7 * weeks
        assert message.value("PID", 7) < "2000"


def test_the_moved_feed_differs_in_times_only():
    before, after = (sample_feed(), sample_feed(timed_messages(sample_feed())[-1][0]))

    assert [message.raw for _, message in timed_messages(before)] == [
        message.raw for _, message in timed_messages(after)
    ]


def test_the_moved_events_keep_their_intervals():
    one, other = list(sample_events()), list(sample_events(NOW))

    assert one[0]["mrn"] == other[0]["mrn"]
    assert one[0]["at"] != other[0]["at"]
    assert {event["event"] for event in one} == {event["event"] for event in other}


def test_a_cohort_with_a_case_for_every_client_gets_84_discharges_and_3_deaths(database, keyring):
    cases, ids = FakeCases(), Ids()
    desk = desk_of(cases, keyring)
    for person in sample_clients():
        client = database.write(
            lambda tx, person=person: register_client(
                tx,
                keyring,
                client_id=f"c{ids()[1:]}",
                authority=person.authority,
                mrn=person.mrn,
                demographics=person.demographics,
                at=local(2024, 1, 1),
            )
        )
        cases.open[f"000{client.id}"] = client.id

    received = [item for _, item in feed_in_its_own_time(database, desk)]

    names = cases.names()
    assert len(received) == 287
    assert cases.started == []
    assert names.count("adt_discharge_unplanned") == 84
    assert names.count("client_deceased") == 3
    assert names.count("readmission") == 84
    assert sum(told.payload["readmission"] for told in cases.told if told.name == "readmission") == 5
    assert 55 <= names.count("ed_visit") <= 58
    assert database.read(lambda tx: outreach_counts(tx, NOW)).discharges_alive == 84

    before = everything(database)
    again = [item.outcome for _, item in feed_in_its_own_time(database, desk)]
    assert set(again) == {"duplicate"}
    assert everything(database) == before
    assert cases.names() == names


def test_the_feed_alone_starts_a_case_per_client_who_was_admitted(database, keyring):
    cases = FakeCases()
    desk = desk_of(cases, keyring)

    summary = deliver_all(database, desk, sample_feed(), lambda: NOW)
    again = deliver_all(database, desk, sample_feed(), lambda: NOW)

    assert (summary.messages, summary.accepted, summary.duplicates, summary.rejected) == (287, 287, 0, ())
    assert summary.cases_started == len(cases.started) == 56
    assert summary.cases_touched == 56
    assert summary.candidates > 0
    assert (again.accepted, again.duplicates, again.cases_started, again.cases_touched) == (0, 287, 0, 0)


def test_a_file_with_bad_messages_is_taken_as_far_as_it_goes(database, keyring):
    desk = desk_of(FakeCases(), keyring)
    data = (
        b"junk\r"
        + adt("A01", NOW, control_id="1")
        + adt("A01", NOW, control_id="2").replace(b"PID|", b"ZID|")
        + adt("A03", NOW, control_id="1")
        + adt("A03", NOW, control_id="3")
    )

    summary = deliver_all(database, desk, data, lambda: NOW)

    assert (summary.messages, summary.accepted, summary.duplicates) == (5, 2, 0)
    assert [(item.index, item.control_id) for item in summary.rejected] == [(0, None), (2, "2"), (3, "1")]
    assert [item.reason for item in summary.rejected][1] == "expected segment PID"
    kept = database.read(lambda tx: list_adt_messages(tx, before=NOW + DAY, limit=10))
    assert {item.control_id for item in kept} == {"1", "3"}


def test_each_message_is_acknowledged(database, keyring):
    desk = desk_of(FakeCases(), keyring)
    found = list(read_messages(adt("A01", NOW, control_id="1") + adt("A03", NOW, control_id="1") + b"\x0bjunk\r"))

    answers = [read_message(deliver(database, desk, item, NOW).acknowledgement) for item in found]

    assert [(answer.value("MSA", 1), answer.value("MSA", 2)) for answer in answers] == [
        ("AA", "1"),
        ("AE", "1"),
        ("AR", ""),
    ]


def test_a_case_that_cannot_go_on_refuses_its_message_and_not_the_others(database, keyring):
    class Broken(FakeCases):
        def execute(self, command, tx):
            super().execute(command, tx)
            if command.name == "adt_discharge_unplanned":
                raise StepFailed("outreach_48h", "the expression is wrong")

    cases = Broken()
    cases.open["k"] = "c" * 32
    database.write(
        lambda tx: register_client(
            tx,
            keyring,
            client_id="c" * 32,
            authority="SYNTH",
            mrn="1000",
            demographics=sample_clients()[0].demographics,
            at=NOW,
        )
    )
    data = (
        adt("A01", NOW - DAY, control_id="1")
        + adt("A03", NOW, control_id="2")
        + adt("A04", NOW, mrn="2", control_id="3")
    )

    summary = deliver_all(database, desk_of(cases, keyring), data, lambda: NOW)

    assert (summary.accepted, [item.reason for item in summary.rejected]) == (
        2,
        ["the case could not take it (step-failed)"],
    )
    kept = database.read(lambda tx: list_adt_messages(tx, before=NOW + DAY, limit=10))
    assert {item.control_id for item in kept} == {"1", "3"}


def test_what_cannot_be_read_has_no_time():
    assert timed_messages(b"junk\r") == ()
