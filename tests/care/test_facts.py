"""What decisions see of a client: computed from stays, in one SELECT, and equal to the cohort's expected LACE parts."""

from datetime import date, timedelta

import pytest

from care import GIVEN_NAMES, CareFacts, expected_lace, first_facts, sample_feed, timed_messages
from care.facts import age_at, facts_of
from care.model import CareSettings, Client
from care.notices import read_envelope, read_notice
from care.registers import Said, Stamp
from care.stays import Stay, fold
from engine import Case
from tests.care.fakes import FakeCases, desk_of
from tests.care.messages import DAY, HOUR, ZONE, local, message, notice
from tests.support.statements import counted

SETTINGS = CareSettings()
T = local(2025, 6, 10, 14)
STAMP = Stamp(T, T, 0, "x")
CLIENT = Client("c", "1", "SYNTH", {"birth_date": Said(STAMP, "1965-06-11")}, 1, T)


def stay(name, event, began, ended=None, patient_class="I", **more):
    made = fold(
        Stay(name, "c", name), notice(event, began, encounter=name, patient_class=patient_class, admitted=began, **more)
    )
    if ended is None:
        return made
    left = notice("A03", ended, encounter=name, patient_class=patient_class, admitted=began, discharged=ended)
    return fold(made, left)


def facts(*stays, now=T, client=CLIENT):
    return facts_of(client, stays, now, SETTINGS)


def test_without_stays_counts_are_zero_and_the_rest_is_unknown():
    assert facts() == {
        "age": 59,
        "deceased": False,
        "programme": None,
        "payor_type": None,
        "adm_6m": 0,
        "adm_12m": 0,
        "ed_6m": 0,
        "encounter_id": None,
        "admitted_at": None,
        "discharged_at": None,
        "los_days": None,
        "acute": None,
        "urgent": None,
        "destination": None,
        "days_since_discharge": None,
        "readmission": False,
    }


def test_the_stay_that_ended_last_is_the_index():
    found = facts(stay("E1", "A01", T - 5 * DAY, T - 2 * DAY, kind="E"))

    assert found["encounter_id"] == "E1"
    assert (found["los_days"], found["acute"], found["urgent"]) == (3, True, True)
    assert (found["admitted_at"], found["discharged_at"]) == (T - 5 * DAY, T - 2 * DAY)
    assert (found["days_since_discharge"], found["adm_12m"]) == (2, 0)


def test_after_30_days_there_is_no_index_and_the_stay_counts_as_an_admission():
    found = facts(stay("E1", "A01", T - 35 * DAY, T - 31 * DAY))

    assert found["encounter_id"] is None
    assert (found["adm_6m"], found["adm_12m"], found["los_days"]) == (1, 1, None)


def test_earlier_admissions_count_before_the_index():
    found = facts(
        stay("E1", "A01", T - DAY),
        stay("E2", "A01", T - 8 * DAY, T - 7 * DAY),
        stay("E3", "A01", T - 200 * DAY, T - 199 * DAY),
        stay("E4", "A01", T - 400 * DAY, T - 399 * DAY),
    )

    assert (found["adm_6m"], found["adm_12m"]) == (1, 2)
    assert (found["readmission"], found["days_since_discharge"]) == (True, 7)


def test_emergency_visits_count_unless_they_belong_to_a_stay_and_later_ones_count_too():
    index = stay("E1", "A01", T - 5 * DAY, T - 2 * DAY)
    visits = [
        stay("V1", "A04", T - 5 * DAY - 2 * HOUR, patient_class="E"),
        stay("V2", "A04", T - 4 * DAY, patient_class="E"),
        stay("V3", "A04", T - 90 * DAY, patient_class="E"),
        stay("V4", "A04", T - 190 * DAY, patient_class="E"),
    ]

    assert facts(index, *visits)["ed_6m"] == 1
    assert facts(index, *visits, stay("V5", "A04", T - HOUR, patient_class="E"))["ed_6m"] == 2


def test_cancelled_stays_count_nothing():
    cancelled = fold(stay("E1", "A01", T - 5 * DAY), notice("A11", T - 4 * DAY, encounter="E1"))

    assert facts(cancelled)["adm_12m"] == 0
    assert facts(cancelled)["encounter_id"] is None


@pytest.mark.parametrize(("day", "age"), [(date(2025, 6, 10), 59), (date(2025, 6, 11), 60), (date(2025, 6, 12), 60)])
def test_age_is_in_whole_years(day, age):
    assert age_at(date(1965, 6, 11), day) == age
    assert age_at(None, day) is None


def test_all_84_discharges_of_the_cohort_have_the_expected_lace_parts():
    stays, rows = {}, {row.encounter_id: row for row in expected_lace()}
    checked = 0
    for at, found in timed_messages(sample_feed()):
        said = read_notice(found, read_envelope(found, ZONE), ZONE, "SYNTH")
        if said.visit is None:
            continue
        held = stays.setdefault(said.mrn, {})
        name = said.visit.encounter_id
        held[name] = fold(held.get(name, Stay(name, said.mrn, name)), said)
        if said.event == "A03" and name in rows:
            row, seen = rows[name], facts_of(CLIENT, tuple(held.values()), at, SETTINGS)
            assert (seen["los_days"], seen["acute"], seen["ed_6m"], seen["adm_12m"]) == (
                row.los_days,
                row.acute,
                row.ed_6m,
                row.adm_12m,
            )
            checked += 1

    assert (checked, len(rows)) == (84, 84)


def test_the_facts_of_a_case_are_one_select_also_after_a_merge(database, keyring):
    desk = desk_of(FakeCases(), keyring)
    texts = [
        message("A01", T - 3 * DAY, mrn="2", admitted=T - 3 * DAY),
        message("A03", T, mrn="2", admitted=T - 3 * DAY, discharged=T, disposition="01"),
        message("A28", T, mrn="1", encounter=""),
    ]
    received = [database.write(lambda tx, text=text: desk.receive(tx, text, T)) for text in texts]
    database.write(lambda tx: desk.receive(tx, message("A40", T, mrn="1", merged="2", encounter=""), T))
    case = Case(0, "k", "p", "r", 1, b"", b"", {}, received[0].client_id, None)
    port = CareFacts(keyring, lambda: T + DAY)

    with counted(database) as seen:
        found = database.read(lambda tx: port.read(tx, case))

    assert len(seen) == 1
    assert (found["encounter_id"], found["los_days"], found["destination"]) == ("E1", 3, "home")
    assert (found["days_since_discharge"], found["age"]) == (1, 60)


def test_a_case_whose_subject_is_not_in_the_register_has_no_facts(database, keyring):
    case = Case(0, "k", "p", "r", 1, b"", b"", {}, "nobody", None)

    assert database.read(lambda tx: CareFacts(keyring, lambda: T).read(tx, case)) == {}
    assert timedelta(days=183) < timedelta(days=365)


def test_every_name_that_a_case_has_from_outside_is_listed() -> None:
    found = facts_of(CLIENT, (), T, SETTINGS)

    assert found.keys() <= GIVEN_NAMES
    assert first_facts(CLIENT, T).keys() <= GIVEN_NAMES
