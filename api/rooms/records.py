"""What is kept of a case, read and added to: only for those who may know of the case, and never for masked roles."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from access import people_of_case
from api import charts as shown
from api.caller import Caller, caller, names_of_people
from api.idempotency import once, receipt_of_request
from api.policies import RECORDS_READ, RECORDS_WRITE, Policy
from api.refusal import Refusal, field_errors
from api.routing import Room, Takes
from api.shapes import plan as plans
from api.shapes import records as shapes
from api.shown import Shown
from care import (
    Writing,
    read_authorisations,
    read_consents,
    read_contacts,
    read_notes,
    read_plan,
    read_profile,
    read_referrals,
    read_risks,
)
from database import Keyring, Tx
from engine import CaseId, CaseView, shard_of

room = Room(
    "records", "The records of a case: plan of care, contacts, notes, consents, authorisations, referrals, risks."
)
WRITE = ("Idempotency-Key",)
Read: TypeAlias = Callable[[Tx, Keyring, str], Iterable[Any]]
"""One of care's readers: the rows of a case."""
Show: TypeAlias = Callable[[Any, shown.Names], Shown]
AHEAD = timedelta(minutes=5)
"""How far a clock may be ahead of ours."""
CALL = {"direction": "out", "channel": "phone", "party": "client", "result": "voicemail", "purpose": "follow_up"}
NOTE = {"text": "The daughter visits every Sunday.", "phase": "assessing"}


def _case(tx: Tx, who: Caller, case_id: str, policy: Policy = RECORDS_READ) -> CaseView:
    """The case, within the caller's scope. Raises NotFound; Refusal for a masked caller."""
    if who.masked:
        detail = f"Expected the right '{policy.right}', but it is missing"
        raise Refusal("right-missing", detail, members={"right": policy.right})
    return who.program.reading.case(tx, who.scope, case_id)


def _listed(who: Caller, case_id: str, read: Read, show: Show, *, amended: bool = True) -> dict[str, Any]:
    """The rows of one kind as a list; without `amended` only those whose place no addendum took."""

    def rows(tx: Tx) -> dict[str, Any]:
        _case(tx, who, case_id)
        names = names_of_people(tx)
        found = read(tx, who.program.keyring, case_id)
        return {"items": [show(item, names) for item in found if amended or item.standing]}

    return who.read(rows)


@room.route(
    "GET /cases/<id:case_id>/plan", RECORDS_READ, plans.PlanFile(), takes=Takes(query=plans.PlanQuery()), polled=True
)
def read_plan_of_care(query: dict[str, Any], case_id: str) -> Any:
    """The plan of care: one version of it, and the list of all."""
    who = caller()
    return who.read(lambda tx: _plan(tx, who, case_id, query["version"], query["revision"]))


def _plan(tx: Tx, who: Caller, case_id: str, version: str | None, revision: int | None) -> dict[str, Any]:
    _case(tx, who, case_id)
    return shown.plan(read_plan(tx, who.program.keyring, case_id), version, revision, names_of_people(tx))


@room.route(
    "GET /cases/<id:case_id>/contacts",
    RECORDS_READ,
    shapes.ContactList(),
    takes=Takes(query=shapes.AmendedQuery()),
    polled=True,
)
def list_contacts_of_case(query: dict[str, Any], case_id: str) -> Any:
    """Contacts and attempts."""
    return _listed(caller(), case_id, read_contacts, shown.contact, amended=query["amended"])


@room.route(
    "POST /cases/<id:case_id>/contacts",
    RECORDS_WRITE,
    shapes.ContactItem(),
    status=201,
    takes=Takes(body=shapes.LogContact(), headers=WRITE, example=CALL),
)
def log_contact(body: dict[str, Any], case_id: str) -> Any:
    """Logs a contact or an attempt, or corrects one that was logged."""
    who, receipt = caller(), receipt_of_request()
    values = _contact_values(who, body)
    step = who.write(lambda tx: once(who, tx, receipt, lambda: _logged(tx, who, case_id, values)))
    found = _listed(who, case_id, read_contacts, shown.contact)
    return next(item for item in found["items"] if item["id"] == str(step))


def _contact_values(who: Caller, body: dict[str, Any]) -> dict[str, Any]:
    wrong = []
    if body["at"] is not None and body["at"] > who.now + AHEAD:
        wrong.append(("#/at", "Expected an instant that has come."))
    amends = body["amends"]
    if amends is not None and not (amends.isascii() and amends.isdecimal() and len(amends) < 10):
        wrong.append(("#/amends", "Expected the id of a contact."))
    if amends is not None and not body["reason"]:
        wrong.append(("#/reason", "Expected a reason for what is corrected."))
    if wrong:
        raise Refusal("fields-refused", errors=field_errors(wrong))
    return {**body, "with": body["party"], "amends": None if amends is None else int(amends)}


def _logged(tx: Tx, who: Caller, case_id: str, values: dict[str, Any]) -> int:
    case = _case(tx, who, case_id, RECORDS_WRITE)
    return who.program.journal.log_contact(tx, _writing(who, case), values).step


def _writing(who: Caller, case: CaseView) -> Writing:
    return Writing(CaseId(case.id), case.subject_id, who.actor, who.now)


@room.route("GET /cases/<id:case_id>/notes", RECORDS_READ, shapes.NoteList(), polled=True)
def list_notes(case_id: str) -> Any:
    """Phase notes, free notes and addenda."""
    return _listed(caller(), case_id, read_notes, shown.with_person)


@room.route(
    "POST /cases/<id:case_id>/notes",
    RECORDS_WRITE,
    shapes.NoteItem(),
    status=201,
    takes=Takes(body=shapes.AddNote(), headers=WRITE, example=NOTE),
)
def add_note(body: dict[str, Any], case_id: str) -> Any:
    """Writes a note, or an addendum to one."""
    who, receipt = caller(), receipt_of_request()
    note_id = who.write(lambda tx: once(who, tx, receipt, lambda: _noted(tx, who, case_id, body)))
    found = _listed(who, case_id, read_notes, shown.with_person)
    return next(item for item in found["items"] if item["id"] == note_id)


def _noted(tx: Tx, who: Caller, case_id: str, body: dict[str, Any]) -> str:
    case = _case(tx, who, case_id, RECORDS_WRITE)
    return who.program.journal.add_note(tx, _writing(who, case), body)


@room.route(
    "GET /cases/<id:case_id>/consents",
    RECORDS_READ,
    shapes.ConsentFile(),
    takes=Takes(query=shapes.AmendedQuery()),
    polled=True,
)
def list_consents(query: dict[str, Any], case_id: str) -> Any:
    """Consents, and what may be shared by them today."""
    who = caller()
    return who.read(lambda tx: _consents(tx, who, case_id, everything=query["amended"]))


def _consents(tx: Tx, who: Caller, case_id: str, *, everything: bool) -> dict[str, Any]:
    _case(tx, who, case_id)
    names, today = names_of_people(tx), who.now.astimezone(ZoneInfo(who.program.settings.zone)).date()
    found = read_consents(tx, who.program.keyring, case_id, today)
    items = [shown.with_person(item, names) for item in found.consents if everything or item.standing]
    return {"items": items, "shares": found.shares}


@room.route("GET /cases/<id:case_id>/authorisations", RECORDS_READ, shapes.AuthorisationList(), polled=True)
def list_authorisations(case_id: str) -> Any:
    """Authorisations from request to appeal."""
    return _listed(caller(), case_id, read_authorisations, shown.with_history)


@room.route("GET /cases/<id:case_id>/referrals", RECORDS_READ, shapes.ReferralList(), polled=True)
def list_referrals(case_id: str) -> Any:
    """Referrals as closed loops."""
    return _listed(caller(), case_id, read_referrals, shown.with_history)


@room.route(
    "GET /cases/<id:case_id>/risks",
    RECORDS_READ,
    shapes.RiskList(),
    takes=Takes(query=shapes.AmendedQuery()),
    polled=True,
)
def list_risks(query: dict[str, Any], case_id: str) -> Any:
    """Every stratification, with the row of the table that hit and the reason of an override."""
    return _listed(caller(), case_id, read_risks, shown.with_person, amended=query["amended"])


@room.route("GET /cases/<id:case_id>/profile", RECORDS_READ, shapes.Profile(), polled=True)
def read_surroundings(case_id: str) -> Any:
    """What surrounds the client: support system, care team, cover and benefits, language."""
    who = caller()
    return who.read(lambda tx: _profile(tx, who, case_id))


def _profile(tx: Tx, who: Caller, case_id: str) -> dict[str, Any]:
    case = _case(tx, who, case_id)
    names, clients = names_of_people(tx), who.clients(tx, [case.subject_id])
    people = dict.fromkeys(person for person, _ in people_of_case(tx, shard_of(case_id), case_id))
    parts = read_profile(tx, who.program.keyring, case_id)
    client = clients.get(case.subject_id)
    return {
        **{kind: shown.with_person(part, names) for kind, part in parts.items()},
        "registered": {
            "language": client.demographics.language if client is not None else "",
            "payor_type": client.demographics.payor_type if client is not None else "",
        },
        "people": [shown.named(person, names) for person in people],
    }
