"""The register on a real database: register, search through blind columns, change, merge."""

from datetime import date, timedelta

import pytest

from care import (
    ClientKnown,
    ClientUnknown,
    Demographics,
    StaleClient,
    change_client,
    client_numbers,
    clients_by_id,
    correct_death,
    find_client,
    find_clients,
    get_client,
    merge_clients,
    register_client,
    search_clients,
)
from care.queries.facts import client_with_stays
from care.store import stays as stay_store
from database import Conflict
from tests.care.fakes import FakeCases, desk_of
from tests.care.messages import local, message

T = local(2025, 6, 10, 14)
ANA = Demographics(family="Muñoz Peña", given="Ana María", birth_date=date(1966, 5, 20), sex="F", language="Spanish")
BEN = Demographics(family="O'Brien", given="Ben", birth_date=date(1970, 1, 2), sex="M")


@pytest.fixture
def register(database, keyring):
    def go(mrn, demographics, client_id=None, authority="SYNTH"):
        return database.write(
            lambda tx: register_client(
                tx,
                keyring,
                client_id=client_id or mrn.zfill(32),
                authority=authority,
                mrn=mrn,
                demographics=demographics,
                at=T,
            )
        )

    return go


@pytest.fixture
def search(database, keyring):
    def go(query, **more):
        return [client.mrn for client in database.read(lambda tx: search_clients(tx, keyring, query, **more))]

    return go


def test_a_registered_client_is_read_back_whole(register, database, keyring):
    made = register("1", ANA)

    found = database.read(lambda tx: get_client(tx, keyring, made.id))
    assert found == made
    assert found.demographics == ANA
    assert found.demographics.name == "Ana María Muñoz Peña"


def test_a_number_is_given_once_per_authority(register):
    register("1", ANA)

    with pytest.raises(ClientKnown):
        register("1", BEN, client_id="f" * 32)
    register("1", BEN, client_id="f" * 32, authority="WEST")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("munoz", ["1"]),
        ("MUÑOZ ana", ["1"]),
        ("maria, peña", ["1"]),
        ("brien", ["2"]),
        ("o'brien ben", ["2"]),
        ("2", ["2"]),
        ("1966-05-20", ["1"]),
        ("05/20/1966 ana", ["1"]),
        ("1970-01-02 ana", []),
        ("ana ben", []),
        ("mun", []),
        ("1966-13-45", []),
        ("", []),
        ("  ,  ", []),
    ],
)
def test_search_finds_by_words_numbers_and_birth_dates_together(register, search, query, found):
    register("1", ANA)
    register("2", BEN)

    assert search(query) == found


def test_fields_can_be_asked_for_one_by_one(register, database, keyring):
    register("1", ANA)
    register("2", BEN)

    def ask(**fields):
        return [client.mrn for client in database.read(lambda tx: find_clients(tx, keyring, **fields))]

    assert ask(mrn="1") == ["1"]
    assert ask(name="Ana Muñoz", birth_date=date(1966, 5, 20)) == ["1"]
    assert ask(mrn="1", name="Ben") == []
    assert ask(name="1") == []
    assert ask() == []


def test_search_is_bounded(register, search):
    for number in range(5):
        register(str(number), BEN)

    assert len(search("ben", limit=3)) == 3
    assert len(search("ben", limit=10**9)) == 5


def test_a_change_moves_the_version_and_the_search_words(register, search, database, keyring):
    made = register("1", ANA)

    changed = database.write(
        lambda tx: change_client(
            tx, keyring, made.id, {"family": "Lopez", "phone": ""}, version=1, at=T + timedelta(hours=1)
        )
    )

    assert changed.version == 2
    assert database.read(lambda tx: get_client(tx, keyring, made.id)).demographics.family == "Lopez"
    assert search("lopez ana") == ["1"]
    assert search("munoz") == []


def test_a_stale_change_is_refused(register, database, keyring):
    made = register("1", ANA)
    database.write(lambda tx: change_client(tx, keyring, made.id, {"sex": "U"}, version=1, at=T))

    with pytest.raises(StaleClient) as caught:
        database.write(lambda tx: change_client(tx, keyring, made.id, {"sex": "F"}, version=1, at=T))

    assert caught.value.current == 2
    assert isinstance(caught.value, Exception)
    assert not isinstance(caught.value, Conflict)


def test_an_unknown_field_or_client_is_refused(register, database, keyring):
    made = register("1", ANA)

    with pytest.raises(ValueError, match="shoe"):
        database.write(lambda tx: change_client(tx, keyring, made.id, {"shoe": "9"}, version=1, at=T))
    with pytest.raises(ClientUnknown):
        database.read(lambda tx: get_client(tx, keyring, "no"))


def test_a_wrong_report_of_death_can_be_taken_back_by_a_person(register, database, keyring):
    made = register("1", ANA)
    for version, died_at in ((1, T), (2, None)):
        changed = database.write(
            lambda tx, v=version, d=died_at: correct_death(tx, keyring, made.id, d, version=v, at=T)
        )
        assert changed.deceased_at == died_at
        assert database.read(lambda tx: get_client(tx, keyring, made.id)) == changed

    with pytest.raises(StaleClient):
        database.write(lambda tx: correct_death(tx, keyring, made.id, T, version=1, at=T))


def test_a_birth_date_can_be_changed_and_taken_back(register, search, database, keyring):
    made = register("1", ANA)
    day = {"birth_date": date(1967, 1, 1)}
    database.write(lambda tx: change_client(tx, keyring, made.id, day, version=1, at=T + timedelta(hours=1)))
    assert search("1967-01-01") == ["1"]

    none = {"birth_date": None}
    database.write(lambda tx: change_client(tx, keyring, made.id, none, version=2, at=T + timedelta(hours=2)))
    assert search("1967-01-01") == []


def test_a_merge_moves_numbers_fills_gaps_and_hides_the_retired(register, search, database, keyring):
    one = register("1", Demographics(family="Muñoz", given="Ana"))
    other = register("2", ANA)

    merged = database.write(
        lambda tx: merge_clients(tx, keyring, survivor_id=one.id, retired_id=other.id, at=T + timedelta(hours=1))
    )

    assert merged.demographics.birth_date == ANA.birth_date
    assert merged.mrn == "1"
    assert search("ana") == ["1"]
    assert search("2") == ["1"]
    assert database.read(lambda tx: get_client(tx, keyring, other.id)).id == one.id
    assert {mrn for _, mrn in database.read(lambda tx: client_numbers(tx, keyring, one.id))} == {"1", "2"}
    assert database.read(lambda tx: clients_by_id(tx, keyring, [one.id, other.id, "no"])).keys() == {one.id, other.id}


def test_merges_in_a_row_stay_flat_and_repeat_without_effect(register, database, keyring):
    a, b, c = (register(mrn, ANA) for mrn in "123")
    for survivor, retired in ((b, c), (a, b), (a, b), (a, a)):
        database.write(
            lambda tx, pair=(survivor, retired): merge_clients(
                tx, keyring, survivor_id=pair[0].id, retired_id=pair[1].id, at=T
            )
        )

    assert database.read(lambda tx: get_client(tx, keyring, c.id)).id == a.id
    assert database.read(lambda tx: find_client(tx, keyring, "SYNTH", "3")).id == a.id


def test_a_merge_folds_a_stay_that_both_clients_had(database, keyring):
    desk = desk_of(FakeCases(), keyring)
    texts = [
        message("A01", T, mrn="1", admitted=T, encounter="E1"),
        message("A03", T + timedelta(days=2), mrn="2", discharged=T + timedelta(days=2), encounter="E1"),
        message("A40", T + timedelta(days=3), mrn="1", merged="2", encounter=""),
    ]
    for text in texts:
        database.write(lambda tx, text=text: desk.receive(tx, text, T))

    (stay,) = database.read(lambda tx: client_with_stays(tx, keyring, find_client(tx, keyring, "SYNTH", "2").id)).stays
    assert (stay.admitted_at, stay.discharged_at) == (T, T + timedelta(days=2))
    assert stay.case_id is not None


def test_a_stay_beyond_the_latest_ones_is_still_found(database, keyring, monkeypatch):
    monkeypatch.setattr(stay_store, "LIMIT", 1)
    desk = desk_of(FakeCases(), keyring)
    days = [timedelta(days=days) for days in (0, 40, 80)]
    for number, day in enumerate(days):
        text = message("A01", T + day, admitted=T + day, encounter=f"E{number}")
        database.write(lambda tx, text=text: desk.receive(tx, text, T))
    text = message("A03", T + days[1], discharged=T + timedelta(days=1), encounter="E0")
    monkeypatch.setattr(
        stay_store, "of_clients", lambda tx, keyring, ids, all_of=stay_store.of_clients: all_of(tx, keyring, ids)[:1]
    )
    database.write(lambda tx: desk.receive(tx, text, T))

    monkeypatch.undo()
    found = database.read(lambda tx: client_with_stays(tx, keyring, find_client(tx, keyring, "SYNTH", "1000").id)).stays
    assert sorted(stay.state for stay in found) == ["discharged", "open", "open"]
