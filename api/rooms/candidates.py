"""Candidates: clients whom care might take on."""

from datetime import UTC, datetime
from typing import Any

from api.caller import Caller, caller
from api.idempotency import once, receipt_of_request
from api.policies import CANDIDATES_DECIDE, CANDIDATES_READ
from api.routing import Room, Takes
from api.shapes import clients as shapes
from api.shapes.cases import CaseItem
from api.shapes.tasks import Nothing
from api.shown import as_json, cases_shown, client_card
from care import Candidate, accept_candidate, dismiss_candidate, first_facts, get_client, list_candidates
from database import Tx
from engine import CaseId, Scope, StartCase, case_id_of, open_place, seal_cursor

room = Room("candidates", "Clients whom the feed offers and no case has taken on yet.")
LIFECYCLE = "case_lifecycle"
END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
DECIDE = Takes(body=Nothing(), headers=("Idempotency-Key",))


@room.route(
    "GET /candidates",
    CANDIDATES_READ,
    shapes.CandidateList(),
    takes=Takes(query=shapes.CandidateQuery()),
    polled=True,
)
def list_offered(query: dict[str, Any]) -> Any:
    """Candidates, newest first."""
    who = caller()
    return who.read(lambda tx: _page(tx, who, query))


def _page(tx: Tx, who: Caller, query: dict[str, Any]) -> dict[str, Any]:
    limit = query["limit"]
    before, before_id = open_place(query["cursor"]) if query["cursor"] is not None else (END_OF_TIME, "")
    found = list_candidates(tx, status=query["status"], before=before, before_id=before_id, limit=limit)
    clients = who.clients(tx, [item.client_id for item in found])
    items = [{**as_json(item), "client": client_card(clients.get(item.client_id))} for item in found]
    return {"items": items, "next_cursor": seal_cursor(found[-1].at, found[-1].id) if len(found) == limit else None}


@room.route("POST /candidates/<id:candidate_id>:accept", CANDIDATES_DECIDE, CaseItem(), status=201, takes=DECIDE)
def accept(body: dict[str, Any], candidate_id: str) -> Any:  # noqa: ARG001  # an empty object
    """Takes a client on: their case starts."""
    who, receipt = caller(), receipt_of_request()
    case_id = case_id_of(who.program.clock.new_id())
    started = who.write(lambda tx: once(who, tx, receipt, lambda: _accept(tx, who, candidate_id, case_id)))
    return who.read(lambda tx: _case(tx, who, started))


def _accept(tx: Tx, who: Caller, candidate_id: str, case_id: CaseId) -> str:
    candidate = accept_candidate(tx, candidate_id, at=who.now, by=who.person.id)
    client = get_client(tx, who.program.keyring, candidate.client_id)
    command = StartCase(
        case_id=case_id,
        process=LIFECYCLE,
        subject_id=candidate.client_id,
        actor=who.actor,
        at=who.now,
        unit=who.person.unit,
        facts={"source_type": "case_finding", **first_facts(client, who.now)},
    )
    who.program.engine.execute(command, tx)
    return case_id


def _case(tx: Tx, who: Caller, case_id: str) -> dict[str, Any]:
    everything = Scope(who.person.id, everything=True)
    return cases_shown(tx, who, [who.program.reading.case(tx, everything, case_id)])[0]


@room.route(
    "POST /candidates/<id:candidate_id>:dismiss", CANDIDATES_DECIDE, shapes.Candidate(), takes=Takes(body=Nothing())
)
def dismiss(body: dict[str, Any], candidate_id: str) -> Any:  # noqa: ARG001  # an empty object
    """Lets a client go."""
    who = caller()
    found = who.write(lambda tx: dismiss_candidate(tx, candidate_id, at=who.now, by=who.person.id))
    return who.read(lambda tx: _shown(tx, who, found))


def _shown(tx: Tx, who: Caller, item: Candidate) -> dict[str, Any]:
    clients = who.clients(tx, [item.client_id])
    return {**as_json(item), "client": client_card(clients.get(item.client_id))}
