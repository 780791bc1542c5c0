"""ADT messages end to end on a real database: clients, stays, cases, candidates. The engine is a stand-in here."""

import pytest
import sqlalchemy as sa

from care import MessageRejected, client_numbers, find_client, list_adt_messages, list_candidates, register_client
from care.model import Demographics
from care.store.tables import adt_messages, clients, stays
from tests.care.fakes import FakeCases, desk_of
from tests.care.messages import DAY, HOUR, local, message

T = local(2025, 6, 10, 14)
# The rules are the same on both databases, whose difference test_register, test_records, test_cohort and
# test_adt_with_engine look at: here one is enough.
pytestmark = pytest.mark.parametrize("address", ["sqlite"], indirect=True)


@pytest.fixture
def cases():
    return FakeCases()


@pytest.fixture
def desk(cases, keyring):
    return desk_of(cases, keyring)


@pytest.fixture
def send(database, desk):
    """Sends a message that arrives when it happens, or at `now`."""

    def go(event, at, *, now=None, **more):
        text = message(event, at, **more)
        return database.write(lambda tx: desk.receive(tx, text, now or at))

    return go


def admit(send, at=T - 3 * DAY, encounter="E1", **more):
    return send("A01", at, encounter=encounter, admitted=at, **more)


def leave(send, at=T, encounter="E1", admitted=T - 3 * DAY, **more):
    return send("A03", at, encounter=encounter, admitted=admitted, discharged=at, **more)


def count(database, table):
    return database.read(lambda tx: tx.one(sa.select(sa.func.count()).select_from(table)))[0]


def stay_rows(database):
    return database.read(lambda tx: tx.rows(sa.select(stays).order_by(stays.c.began_at)))


def test_an_admission_of_an_unknown_client_registers_them_and_starts_a_case(send, cases, database, keyring):
    received = admit(send, kind="E")

    (started,) = cases.started
    client = database.read(lambda tx: find_client(tx, keyring, "SYNTH", "1000"))
    assert client.demographics.name == "Toby Okuneva"
    assert (started.subject_id, started.process) == (client.id, "case_lifecycle")
    assert started.values == {
        "encounter_id": "E1",
        "admitted_at": T - 3 * DAY,
        "class": "I",
        "urgent": True,
        "readmission": False,
        "days_since_discharge": None,
    }
    assert (started.facts["source_type"], started.facts["setting"]) == ("admission_review", "acute")
    assert (started.facts["given_name"], started.facts["family_name"]) == ("Toby", "Okuneva")
    assert (received.started, received.outcome, received.case_ids) == (started.case_id, "applied", (started.case_id,))
    assert started.case_id[:3] == f"{int(started.case_id[:3], 16):03x}"
    assert len(started.case_id) == 35


def test_the_discharge_is_told_to_the_open_case_with_what_decisions_need(send, cases):
    admit(send, kind="E")

    leave(send, disposition="01")

    (told,) = cases.told
    assert (told.name, told.key) == ("adt_discharge_unplanned", "E1")
    assert told.payload == {
        "encounter_id": "E1",
        "discharged_at": T,
        "late": False,
        "against_advice": False,
        "los_days": 3,
        "acute": True,
        "destination": "home",
    }


def test_a_discharge_awaited_for_its_encounter_is_told_as_planned(send, cases):
    admit(send)
    cases.waits += [("adt_discharge", "E1"), ("adt_discharge", "E9")]

    leave(send)

    assert cases.names() == ["adt_discharge"]


def test_a_discharge_awaited_for_another_encounter_is_unplanned(send, cases):
    admit(send)
    cases.waits += [("adt_discharge", "E9")]

    leave(send)

    assert cases.names() == ["adt_discharge_unplanned"]


def test_the_same_message_again_has_no_effect(send, cases, database):
    admit(send, control_id="A")
    again = admit(send, control_id="A")

    assert again.outcome == "duplicate"
    assert len(cases.started) == 1
    assert count(database, adt_messages) == 1


def test_another_body_under_a_used_control_id_is_rejected_and_not_kept(send, database):
    admit(send, control_id="A")

    with pytest.raises(MessageRejected) as caught:
        leave(send, control_id="A")

    assert caught.value.control_id == "A"
    assert caught.value.acknowledgement == "AE"
    assert stay_rows(database)[0].state == "open"


def test_the_same_control_id_of_another_sender_is_another_message(send):
    admit(send, control_id="A")

    assert leave(send, control_id="A", sender="OTHER").outcome == "applied"


def test_bad_order_and_duplicates_make_one_stay_and_one_outreach(send, cases, database):
    admit(send, at=T - 90 * DAY, encounter="E0")
    first = leave(send, control_id="B")
    admit(send)
    again = leave(send, control_id="B")

    assert [first.outcome, again.outcome] == ["applied", "duplicate"]
    assert cases.names().count("adt_discharge_unplanned") == 1
    assert [row.state for row in stay_rows(database)] == ["open", "discharged"]


def test_a_discharge_that_comes_before_its_admission_makes_a_candidate_and_then_a_case_with_one_outreach(
    send, cases, database
):
    early = leave(send)
    assert early.candidate_id is not None

    admit(send)
    admit(send, control_id="again")
    leave(send, control_id="again2")

    assert len(cases.started) == 1
    assert cases.names() == ["adt_discharge_unplanned"]
    (candidate,) = database.read(lambda tx: list_candidates(tx, status="accepted", before=T + DAY, limit=10))
    assert candidate.id == early.candidate_id


def test_a_readmission_disarms_the_pending_outreach_first(send, cases):
    admit(send)
    leave(send)
    cases.told.clear()

    admit(send, at=T + 7 * DAY, encounter="E2")

    disarmed, told = cases.told
    assert (disarmed.name, disarmed.key, disarmed.payload) == (
        "outreach_disarmed",
        "E1",
        {"encounter_id": "E1", "reason": "readmission"},
    )
    assert (told.name, told.payload["readmission"], told.payload["days_since_discharge"]) == ("readmission", True, 7)


def test_an_awaited_admission_is_told_as_such(send, cases):
    admit(send)
    leave(send)
    cases.waits += [("adt_admit", None)]

    admit(send, at=T + 60 * DAY, encounter="E2")

    assert cases.names()[-1] == "adt_admit"
    assert cases.told[-1].payload["readmission"] is False


def test_only_who_awaits_a_message_gets_it(send, cases):
    admit(send)
    cases.waits.clear()

    received = leave(send)

    assert cases.told == []
    assert received.sent == ()


def test_a_discharge_nobody_awaited_may_be_told_later(send, cases):
    admit(send)
    waits = list(cases.waits)
    cases.waits.clear()
    leave(send)
    cases.waits[:] = waits

    leave(send, control_id="again")

    assert cases.names() == ["adt_discharge_unplanned"]


def test_a_cancelled_discharge_disarms_and_the_next_one_arms_again(send, cases):
    admit(send)
    leave(send)
    send("A13", T + 3 * HOUR)
    leave(send, at=T + DAY)

    assert cases.names() == [
        "adt_discharge_unplanned",
        "outreach_disarmed",
        "adt_cancelled",
        "adt_discharge_unplanned",
    ]
    assert cases.told[1].payload["reason"] == "cancelled"
    assert cases.told[2].payload == {"encounter_id": "E1", "what": "discharge"}


def test_a_corrected_discharge_time_arms_again(send, cases, database):
    admit(send)
    leave(send)
    send("A08", T + HOUR, discharged=T - HOUR)

    assert cases.names()[1:] == ["outreach_disarmed", "adt_cancelled", "adt_discharge_unplanned"]
    assert cases.told[-1].payload["discharged_at"] == T - HOUR
    assert stay_rows(database)[0].deadline == T - HOUR + 2 * DAY


def test_a_cancelled_admission_is_told(send, cases, database):
    admit(send)
    send("A11", T)

    assert cases.told[-1].payload == {"encounter_id": "E1", "what": "admit"}
    assert stay_rows(database)[0].state == "void"


def test_a_late_notice_is_marked(send, cases):
    admit(send)
    leave(send, now=T + 3 * DAY)

    assert cases.told[-1].payload["late"] is True


def test_a_notice_older_than_30_days_only_ends_the_stay(send, cases, database):
    admit(send)
    leave(send, now=T + 31 * DAY)

    assert [told.payload["what"] for told in cases.told] == ["stay_over"]
    assert stay_rows(database)[0].state == "discharged"


def test_a_death_reaches_the_case_once_and_before_all_else(send, cases, database, keyring):
    admit(send)
    leave(send)
    cases.told.clear()
    for _ in range(2):
        send("A08", T + DAY, encounter="", died="Y", died_at=T + HOUR)

    assert cases.names() == ["client_deceased"]
    assert cases.told[0].payload == {"died_at": T + HOUR}
    assert database.read(lambda tx: find_client(tx, keyring, "SYNTH", "1000")).deceased_at == T + HOUR


def test_a_death_in_hospital_takes_the_death_path_without_an_outreach(send, cases):
    admit(send)
    leave(send, disposition="20")

    assert cases.names() == ["client_deceased"]
    assert cases.told[0].payload == {"died_at": T}


def test_expired_codes_can_differ_per_sender(database, cases, keyring):
    desk = desk_of(cases, keyring, expired_by_sender={"TEST": frozenset({"EXP"})})
    for text in (message("A01", T - DAY), message("A03", T, disposition="20"), message("A08", T, disposition="EXP")):
        database.write(lambda tx, text=text: desk.receive(tx, text, T))

    assert cases.names() == ["adt_discharge_unplanned", "client_deceased"]


def test_a_dead_client_never_starts_a_case_and_a_death_is_never_undone(send, cases, database, keyring):
    send("A31", T, encounter="", died="Y", died_at=T)
    send("A31", T + HOUR, encounter="", died="N")
    admit(send, at=T + DAY)

    assert cases.started == []
    assert database.read(lambda tx: find_client(tx, keyring, "SYNTH", "1000")).deceased_at == T


def test_an_emergency_visit_alone_makes_one_candidate(send, cases, database):
    first = send("A04", T, patient_class="E", admitted=T)
    second = send("A03", T + HOUR, patient_class="E", admitted=T, discharged=T + HOUR)
    third = send("A04", T + DAY, patient_class="E", admitted=T + DAY, encounter="E2")

    assert first.candidate_id is not None
    assert (second.candidate_id, third.candidate_id) == (None, None)
    assert cases.started == []
    (candidate,) = database.read(lambda tx: list_candidates(tx, status="open", before=T + DAY, limit=10))
    assert (candidate.reason, candidate.client_id) == ("ed_visit", first.client_id)


def test_an_emergency_visit_is_told_to_an_open_case_when_it_ends(send, cases):
    admit(send, at=T - 40 * DAY)
    leave(send, at=T - 39 * DAY, admitted=T - 40 * DAY)
    cases.told.clear()
    send("A04", T, patient_class="E", admitted=T, encounter="E2")
    send("A03", T + HOUR, patient_class="E", admitted=T, discharged=T + HOUR, encounter="E2")
    send("A03", T + HOUR, patient_class="E", admitted=T, discharged=T + HOUR, encounter="E2")

    (told,) = cases.told
    assert told.name == "ed_visit"
    assert told.payload == {"encounter_id": "E2", "visited_at": T, "discharged_at": T + HOUR}


def test_a_client_whose_case_is_closed_starts_anew(send, cases):
    admit(send)
    leave(send)
    cases.open.clear()

    admit(send, control_id="again")
    assert len(cases.started) == 1

    admit(send, at=T + 90 * DAY, encounter="E2")
    assert len(cases.started) == 2


def test_a_stay_that_becomes_outpatient_asks_for_a_look(send, cases):
    admit(send)
    send("A07", T, patient_class="O")

    assert cases.told[0].payload == {"source": "adt", "what": "inpatient_to_outpatient", "encounter_id": "E1"}


def test_an_update_refreshes_demographics_and_an_older_one_does_not(send, database, keyring):
    send("A28", T, encounter="")
    send("A31", T + DAY, encounter="", name="Okuneva^Tobias")
    send("A08", T + HOUR, encounter="", name="Okuneva^T")

    client = database.read(lambda tx: find_client(tx, keyring, "SYNTH", "1000"))
    assert client.demographics.given == "Tobias"


def test_events_without_a_rule_are_kept(send, database):
    received = send("A60", T)

    assert received.outcome == "filed"
    (kept,) = database.read(lambda tx: list_adt_messages(tx, before=T + DAY, limit=10))
    assert (kept.event, kept.outcome, kept.client_id) == ("A60", "filed", None)
    assert count(database, clients) == 0


def test_a_merge_joins_two_clients_and_old_numbers_still_correlate(send, cases, database, keyring):
    admit(send, mrn="1000")
    admit(send, mrn="2000", encounter="E2", name="Okuneva^Tobias")
    received = send("A40", T, mrn="1000", merged="2000", encounter="")

    assert cases.names() == ["new_information"]
    assert cases.told[0].payload == {"source": "adt", "what": "merge", "cases": [cases.started[1].case_id]}
    assert received.outcome == "applied"
    survivor = database.read(lambda tx: find_client(tx, keyring, "SYNTH", "2000"))
    numbers = database.read(lambda tx: client_numbers(tx, keyring, survivor.id))
    assert {number for _, number in numbers} == {"1000", "2000"}
    assert {row.client_id for row in stay_rows(database)} == {survivor.id}

    leave(send, mrn="2000", encounter="E2")
    assert cases.told[-1].case_id == cases.started[0].case_id


def test_a_case_of_the_retired_client_still_gets_the_news(send, cases):
    send("A28", T - 9 * DAY, mrn="1000", encounter="")
    admit(send, mrn="2000")
    send("A40", T - DAY, mrn="1000", merged="2000", encounter="")

    leave(send, mrn="1000")

    assert cases.names() == ["adt_discharge_unplanned"]


@pytest.mark.parametrize("known", ["none", "survivor", "retired"])
def test_a_merge_of_numbers_that_are_not_all_known_makes_them_one_client(send, database, keyring, known):
    if known != "none":
        send("A28", T, mrn={"survivor": "1000", "retired": "2000"}[known], encounter="")

    send("A40", T, mrn="1000", merged="2000", encounter="")

    one, other = (database.read(lambda tx, n=n: find_client(tx, keyring, "SYNTH", n)) for n in ("1000", "2000"))
    assert one == other
    assert one is not None


def test_a_merge_can_retire_several_numbers(send, database, keyring):
    for mrn in ("1", "2", "3"):
        send("A28", T, mrn=mrn, encounter="")

    send("A40", T, mrn="1", merged="2^^^SYNTH^MR\rMRG|3", encounter="")

    assert len({database.read(lambda tx, n=n: find_client(tx, keyring, "SYNTH", n)).id for n in ("1", "2", "3")}) == 1


def test_numbers_of_two_authorities_are_two_clients(send, database):
    send("A28", T, authority="EAST", encounter="")
    send("A28", T, authority="WEST", encounter="")

    assert count(database, clients) == 2


def test_a_registered_client_is_found_by_the_first_message(send, database, keyring, cases):
    known = database.write(
        lambda tx: register_client(
            tx, keyring, client_id="c" * 32, authority="SYNTH", mrn="1000", demographics=Demographics("X", "Y"), at=T
        )
    )

    assert admit(send).client_id == known.id
    assert cases.started[0].subject_id == known.id


def test_nothing_that_names_a_client_stands_in_plain(send, database):
    admit(send)
    leave(send, reason="233604007")

    for table in (clients, stays, adt_messages):
        for row in database.read(lambda tx, table=table: tx.rows(sa.select(table))):
            plain = " ".join(repr(value) for value in row)
            assert not any(text in plain for text in ("Okuneva", "1965", "Main St", "233604007", "'1000'", "'E1'"))


def test_an_update_is_at_most_nine_statements_and_one_commit(database, desk, cases):
    from tests.support.statements import counted

    database.write(lambda tx: desk.receive(tx, message("A01", T - DAY), T))
    text = message("A08", T, kind="E")

    with counted(database) as seen:
        database.write(lambda tx: desk.receive(tx, text, T))

    assert len(seen) <= 9
    assert seen.commits == 1
