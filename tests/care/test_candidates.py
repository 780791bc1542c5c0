"""Candidates are accepted or dismissed once."""

import pytest

from care import CandidateDecided, ClientUnknown, accept_candidate, dismiss_candidate, list_candidates
from tests.care.fakes import FakeCases, desk_of
from tests.care.messages import DAY, local, message

T = local(2025, 6, 10, 14)


@pytest.fixture
def candidate_id(database, keyring):
    desk = desk_of(FakeCases(), keyring)
    text = message("A04", T, patient_class="E", admitted=T)
    return database.write(lambda tx: desk.receive(tx, text, T)).candidate_id


@pytest.mark.parametrize(("decide", "status"), [(accept_candidate, "accepted"), (dismiss_candidate, "dismissed")])
def test_a_decision_is_kept_with_who_and_when(database, candidate_id, decide, status):
    decided = database.write(lambda tx: decide(tx, candidate_id, at=T + DAY, by="nina"))

    (found,) = database.read(lambda tx: list_candidates(tx, status=status, before=T + DAY, limit=10))
    assert found == decided
    assert (found.decided_at, found.decided_by) == (T + DAY, "nina")


def test_a_candidate_is_decided_once(database, candidate_id):
    database.write(lambda tx: accept_candidate(tx, candidate_id, at=T, by="nina"))

    with pytest.raises(CandidateDecided):
        database.write(lambda tx: dismiss_candidate(tx, candidate_id, at=T, by="omar"))
    with pytest.raises(ClientUnknown):
        database.write(lambda tx: dismiss_candidate(tx, "none", at=T, by="omar"))


def test_candidates_of_one_instant_are_all_on_some_page(database, keyring):
    desk = desk_of(FakeCases(), keyring)
    for number in range(5):
        text = message("A04", T, mrn=f"M{number}", encounter=f"E{number}", patient_class="E", admitted=T)
        database.write(lambda tx, text=text: desk.receive(tx, text, T))

    seen, place = [], {"before": T + DAY, "before_id": ""}
    while page := database.read(lambda tx, place=place: list_candidates(tx, status="open", limit=2, **place)):
        seen += [item.id for item in page]
        place = {"before": page[-1].at, "before_id": page[-1].id}

    assert len(seen) == len(set(seen)) == 5
