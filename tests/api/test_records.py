"""What is kept of a case over HTTP: who may read it, who may add to it, and what is answered."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from api import create_app
from database import SealBroken
from program import Program
from tests.api.site import CANARY, Visitor, add_client, pointers, slug
from tests.support.clinic import PLAN, Clinic, found_clinic
from tests.support.rows import rows_of

READS = ("plan", "contacts", "notes", "consents", "authorisations", "referrals", "risks", "profile")
CALL = {"direction": "out", "channel": "phone", "party": "client", "result": "reached", "purpose": "follow_up"}


def records(visitor: Visitor, case: dict, what: str) -> list[dict]:
    return visitor.get(f"/cases/{case['id']}/{what}")["items"]


# -- who may


@pytest.mark.parametrize("what", READS)
def test_a_fresh_case_has_empty_records_for_those_who_may_know_of_it(
    nora: Visitor, visit: Callable[[str], Visitor], case: dict, what: str
) -> None:
    for reader in (nora, visit("sofia-supervisor")):
        found = reader.get(f"/cases/{case['id']}/{what}")

        assert found.get("items", []) == []
        assert found.get("plan") is None


@pytest.mark.parametrize("what", READS)
@pytest.mark.parametrize(
    "person", ["nina-nurse", "samuel-supervisor", "quentin-quality", "priya-privacy", "jonas-junior"]
)
def test_without_a_relation_to_the_case_there_is_no_such_case(
    visit: Callable[[str], Visitor], nora: Visitor, case: dict, person: str, what: str
) -> None:
    reader = visit(person)

    assert slug(reader.send("GET", f"/cases/{case['id']}/{what}")) == (404, "not-found")
    assert slug(nora.send("GET", f"/cases/{'f' * 35}/{what}")) == (404, "not-found")


@pytest.mark.parametrize("what", READS)
@pytest.mark.parametrize(
    "person", ["dora-designer", "adam-administrator", "rita-payor-reviewer", "paula-provider", "anna-auditor"]
)
def test_roles_that_see_no_client_data_read_no_records(
    visit: Callable[[str], Visitor], case: dict, person: str, what: str
) -> None:
    assert slug(visit(person).send("GET", f"/cases/{case['id']}/{what}")) == (403, "right-missing")


@pytest.mark.parametrize("what", READS)
def test_nobody_reads_records_without_signing_in(app: Flask, case: dict, what: str) -> None:
    assert slug(Visitor(app).send("GET", f"/cases/{case['id']}/{what}")) == (401, "not-signed-in")


def test_a_masked_role_masks_whatever_else_the_person_is(
    program: Program, visit: Callable[[str], Visitor], case: dict
) -> None:
    from dataclasses import replace

    from access import change_person, find_person

    both = replace(
        program.database.read(lambda tx: find_person(tx, "nora-case-manager")),
        roles=frozenset({"case_manager", "designer"}),
    )
    program.database.write(lambda tx: change_person(tx, both))
    nora = visit("nora-case-manager")

    for what in READS:
        assert slug(nora.send("GET", f"/cases/{case['id']}/{what}")) == (403, "right-missing")
    for what, body in (("contacts", CALL), ("notes", {"text": "x"})):
        assert slug(nora.post(f"/cases/{case['id']}/{what}", body)) == (403, "right-missing")


@pytest.mark.parametrize(("what", "body"), [("contacts", CALL), ("notes", {"text": "A note."})])
def test_only_those_of_the_case_add_to_it(
    visit: Callable[[str], Visitor], nora: Visitor, case: dict, what: str, body: dict
) -> None:
    path = f"/cases/{case['id']}/{what}"

    assert slug(visit("nina-nurse").post(path, body)) == (404, "not-found")
    assert slug(visit("samuel-supervisor").post(path, body)) == (404, "not-found")
    for person in (
        "quentin-quality",
        "priya-privacy",
        "dora-designer",
        "adam-administrator",
        "paula-provider",
        "anna-auditor",
    ):
        assert slug(visit(person).post(path, body)) == (403, "right-missing")
    assert slug(nora.post(path, body, X_CSRF_Token="")) == (403, "csrf-refused")
    assert records(nora, case, what) == []
    assert visit("sofia-supervisor").post(path, body).status_code == 201


# -- contacts


def test_a_logged_contact_is_read_back_and_counted_in_the_history(nora: Visitor, case: dict) -> None:
    path = f"/cases/{case['id']}/contacts"

    made = nora.post(path, {**CALL, "minutes": 12, "text": "Feels better."})

    assert made.status_code == 201
    (found,) = records(nora, case, "contacts")
    assert made.json == found
    assert found["by"] == {"id": "nora-case-manager", "name": "Nora Lindqvist"}
    assert (found["two_way"], found["minutes"], found["text"], found["purpose"]) == (
        True,
        12,
        "Feels better.",
        "follow_up",
    )
    event = nora.get(f"/cases/{case['id']}/timeline")["items"][0]
    assert (event["kind"], event["facts"]["channel"], event["actor"]["id"]) == (
        "ContactLogged",
        "phone",
        "nora-case-manager",
    )
    assert "better" not in json.dumps(event)
    assert nora.get(f"/cases/{case['id']}")["version"] == case["version"] + 1


@pytest.mark.parametrize(("what", "body"), [("contacts", CALL), ("notes", {"text": "A note."})])
def test_the_same_key_writes_once(nora: Visitor, case: dict, what: str, body: dict) -> None:
    path = f"/cases/{case['id']}/{what}"

    first, again = (nora.post(path, body, Idempotency_Key="k-1") for _ in range(2))
    other = nora.post(path, {**body, "text": "Another."}, Idempotency_Key="k-1")

    assert (first.status_code, first.json) == (again.status_code, again.json)
    assert slug(other) == (422, "key-reused")
    assert len(records(nora, case, what)) == 1
    assert nora.post(path, body, Idempotency_Key="k-2").json["id"] != first.json["id"]


def test_attempts_and_one_way_contacts_are_told_apart(nora: Visitor, case: dict) -> None:
    path = f"/cases/{case['id']}/contacts"
    for more in ({"result": "voicemail"}, {"channel": "letter"}, {"party": "payor"}, {"party": "caregiver"}):
        nora.post(path, {**CALL, **more})

    assert [item["two_way"] for item in records(nora, case, "contacts")] == [True, False, False, False]


def test_a_logged_contact_is_corrected_for_a_reason_and_stays_readable(nora: Visitor, case: dict) -> None:
    path = f"/cases/{case['id']}/contacts"
    first = nora.post(path, CALL).json

    assert pointers(nora.post(path, {**CALL, "amends": first["id"]})) == ["#/reason"]
    assert pointers(nora.post(path, {**CALL, "amends": "none", "reason": "x"})) == ["#/amends"]
    assert pointers(nora.post(path, {**CALL, "amends": "999", "reason": "x"})) == ["#/amends"]
    second = nora.post(path, {**CALL, "result": "voicemail", "amends": first["id"], "reason": "It was the machine."})

    assert second.status_code == 201
    assert records(nora, case, "contacts") == [second.json]
    everything = nora.get(f"{path}?amended=true")["items"]
    assert [(item["id"], item["standing"], item["amends"]) for item in everything] == [
        (second.json["id"], True, first["id"]), (first["id"], False, None),
    ]  # fmt: skip
    assert pointers(nora.post(path, {**CALL, "amends": first["id"], "reason": "again"})) == ["#/amends"]


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"at": "2999-01-01T00:00:00Z"}, "#/at"), ({"minutes": -1}, "#/minutes"), ({"minutes": 1441}, "#/minutes"), ({"channel": "pigeon"}, "#/channel"),
        ({"result": None}, "#/result"), ({"text": "x" * 4001}, "#/text"), ({"unknown": 1}, "#/unknown"), ({"at": "2026-01-01T00:00:00"}, "#/at"),
    ],
)  # fmt: skip
def test_a_contact_that_cannot_be_is_refused_by_its_field(nora: Visitor, case: dict, more: dict, pointer: str) -> None:
    assert pointers(nora.post(f"/cases/{case['id']}/contacts", {**CALL, **more})) == [pointer]
    assert records(nora, case, "contacts") == []


# -- notes


def test_notes_are_added_to_and_never_changed(nora: Visitor, visit: Callable[[str], Visitor], case: dict) -> None:
    path = f"/cases/{case['id']}/notes"
    first = nora.post(path, {"text": "Lives alone.", "phase": "assessing"})
    assert first.status_code == 201
    added = visit("sofia-supervisor").post(path, {"text": "With a cat.", "adds_to": first.json["id"], "part2": True})

    second, third = records(nora, case, "notes")
    assert third == first.json
    assert (third["kind"], third["phase"], third["text"], third["adds_to"], third["part2"]) == (
        "free",
        "assessing",
        "Lives alone.",
        None,
        False,
    )
    assert second == added.json
    assert (second["kind"], second["adds_to"], second["part2"], second["by"]["id"]) == (
        "addendum",
        third["id"],
        True,
        "sofia-supervisor",
    )
    assert pointers(nora.post(path, {"text": "x", "adds_to": "99-0"})) == ["#/adds_to"]
    assert pointers(nora.post(path, {"text": ""})) == ["#/text"]
    assert pointers(nora.post(path, {"text": "x", "phase": "sleeping"})) == ["#/phase"]


def test_what_is_written_lies_sealed_and_opens_in_its_own_row_only(nora: Visitor, program: Program, case: dict) -> None:
    other = nora.post("/cases", {"process": "visit", "client_id": add_client(program, "MRN-9")}).json
    for each in (case, other):
        nora.post(f"/cases/{each['id']}/notes", {"text": f"{CANARY} was here"})

    kept = rows_of(program.database, "notes")

    assert CANARY.encode() not in b"".join(bytes(row["detail"]) for row in kept)
    first, second = kept
    with pytest.raises(SealBroken):
        program.keyring.open(bytes(first["detail"]), "notes", "detail", f"{second['case_id']}.{second['step']}.0")


def test_a_case_that_ended_still_takes_notes(visit: Callable[[str], Visitor], nora: Visitor, case: dict) -> None:
    adam = visit("adam-administrator")
    body = {"outcome": "entered_in_error", "reason": "Another client"}
    assert adam.post(f"/cases/{case['id']}:cancel", body, If_Match="*").status_code == 200

    made = nora.post(f"/cases/{case['id']}/notes", {"text": "Letter sent."})

    assert made.status_code in {201, 404}
    assert visit("sofia-supervisor").post(f"/cases/{case['id']}/notes", {"text": "Filed."}).status_code == 201


# -- a case that went its way


@pytest.fixture(scope="session")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a case in Following-Up that has two versions of a plan."""
    home = tmp_path_factory.mktemp("followed")
    found_clinic(home, "")
    clinic = Clinic(home)
    draft = clinic.follow()
    clinic.review(
        "minor_change",
        outcome_reason="A daily call is added.",
        goal_progress=[{"goal": "Walk alone", "progress": "on_track"}],
    )
    clinic.arrange()
    clinic.amend(draft, "Misspelt.", summary="Home, with help")
    clinic.program.close()
    return home


@pytest.fixture
def read(followed: Path) -> Iterator[Callable[[str], dict]]:
    """Reads the records of that case as its case manager."""
    clinic = Clinic(followed)
    nora = Visitor(create_app(clinic.program)).sign_in("nora-case-manager")
    (case,) = nora.get("/cases")["items"]
    yield lambda what: nora.get(f"/cases/{case['id']}/{what}")
    clinic.program.close()


def test_the_plan_is_shown_with_its_versions_and_their_differences(read: Callable[[str], dict]) -> None:
    page = read("plan")

    plan = page["plan"]
    assert (plan["version"], plan["status"], plan["change"], plan["reason"]) == (
        "1.1",
        "final",
        "minor",
        "A daily call is added.",
    )
    assert plan["difference"]["interventions"]["added"][0]["id"] == "i2"
    assert plan["goals"][0]["progress"] == "on_track"
    assert [item.get("referral") for item in plan["interventions"]] == ["started", None]
    assert [(item["version"], item["status"]) for item in page["versions"]] == [("1.1", "final"), ("1.0", "superseded")]
    assert plan["by"] == {"id": "nora-case-manager", "name": "Nora Lindqvist"}


def test_an_earlier_version_is_read_as_it_stands_and_as_it_was_written(read: Callable[[str], dict]) -> None:
    page = read("plan?version=1.0")["plan"]
    first = read("plan?version=1.0&revision=1")["plan"]

    assert (page["summary"], first["summary"]) == ("Home, with help", PLAN["summary"])
    assert [(item["revision"], item["addendum"], item["reason"]) for item in page["revisions"]] == [
        (1, False, ""),
        (2, True, "Misspelt."),
    ]
    assert [(item["party"], item["decision"], item["comment"], item["by"]["id"]) for item in page["approvals"]] == [
        ("client", "approved", "", "nora-case-manager"), ("provider", "approved", "", "paula-provider"),
    ]  # fmt: skip
    assert {"who": "cm", "text": "Calls every Friday", "due": None, "item": "d1"} in page["duties"]


@pytest.mark.parametrize("query", ["version=9.9", "version=one", "version=1.0&revision=7", "revision=7"])
def test_a_version_that_is_not_there_is_not_found(followed: Path, query: str) -> None:
    clinic = Clinic(followed)
    nora = Visitor(create_app(clinic.program)).sign_in("nora-case-manager")
    (case,) = nora.get("/cases")["items"]

    assert slug(nora.send("GET", f"/cases/{case['id']}/plan?{query}")) == (404, "not-found")
    clinic.program.close()


def test_a_case_without_a_plan_has_no_version_either(nora: Visitor, case: dict) -> None:
    assert nora.get(f"/cases/{case['id']}/plan") == {"plan": None, "versions": []}
    assert slug(nora.send("GET", f"/cases/{case['id']}/plan?version=1.0")) == (404, "not-found")


def test_every_record_of_the_case_is_shown_in_its_shape(read: Callable[[str], dict]) -> None:
    found = {what: read(what) for what in READS}

    (authorisation,) = found["authorisations"]["items"]
    assert (authorisation["status"], authorisation["number"], authorisation["reviewer"], authorisation["on_time"]) == (
        "approved",
        "A-77",
        "payor_reviewer",
        True,
    )
    assert [entry["what"] for entry in authorisation["history"]] == ["requested", "decided"]
    assert authorisation["history"][1]["by"]["id"] == "rita-payor-reviewer"
    assert [item["status"] for item in found["referrals"]["items"]] == ["started", "started"]
    assert {share["scope"]: share["active"] for share in found["consents"]["shares"]} == {
        "enrol": True,
        "share_providers": True,
    }
    review, table = found["risks"]["items"]
    assert (review["overridden"], review["reason"], review["rule"]) == (True, "Knows her well.", table["rule"])
    assert [note["phase"] for note in found["notes"]["items"]][-1] == "screening"
    assert [contact["purpose"] for contact in found["contacts"]["items"]] == ["follow_up"]
    assert found["profile"]["language"]["said"] == {"language": "es", "interpreter": True}
    assert found["profile"]["registered"] == {"language": "", "payor_type": ""}
    assert "nora-case-manager" in {person["id"] for person in found["profile"]["people"]}


def test_a_read_that_did_not_change_is_not_sent_again(nora: Visitor, case: dict) -> None:
    first = nora.send("GET", f"/cases/{case['id']}/notes")
    again = nora.send("GET", f"/cases/{case['id']}/notes", If_None_Match=first.headers["ETag"])

    assert (again.status_code, again.get_data()) == (304, b"")


def test_the_audit_names_who_wrote_and_nothing_that_was_written(nora: Visitor, program: Program, case: dict) -> None:
    nora.post(f"/cases/{case['id']}/notes", {"text": f"{CANARY} again"})

    entries = program.database.read(lambda tx: tx.rows(sa.text("SELECT * FROM audit ORDER BY seq")))

    last = [row for row in entries if row.action == "NoteAdded"]
    assert [(row.actor, row.case_id) for row in last] == [("nora-case-manager", case["id"])]
    assert CANARY not in str(entries)
