"""Cases: start, lists, one, its timeline and its diagram."""

from dataclasses import replace
from typing import Any

from api.caller import Caller, caller, names_of_people
from api.conditions import etag
from api.idempotency import once, receipt_of_request
from api.instants import temporal
from api.policies import CASES_READ, CASES_SEARCH, CASES_START
from api.refusal import Refusal, field_errors
from api.routing import Room, Takes
from api.shapes import cases as shapes
from api.shown import cases_shown
from api.told import step_shown
from care import ClientUnknown, first_facts, get_client, search_clients
from database import Tx
from engine import CaseFilter, CaseId, DiagramView, StartCase, Started, case_id_of

room = Room("cases", "Cases: where they stand, what happened, and how they began.")


@room.route("GET /cases", CASES_READ, shapes.CaseList(), takes=Takes(query=shapes.CaseQuery()), polled=True)
def list_cases(query: dict[str, Any]) -> Any:
    """Cases that one may know of."""
    who = caller()
    return who.read(lambda tx: _page(tx, who, CaseFilter(**query)))


@room.route("POST /cases:search", CASES_SEARCH, shapes.CaseList(), takes=Takes(body=shapes.CaseSearch()))
def search_cases(body: dict[str, Any]) -> Any:
    """Cases by client."""
    who, client = caller(), body.pop("client")
    return who.read(lambda tx: _search(tx, who, CaseFilter(**body), client))


def _search(tx: Tx, who: Caller, wanted: CaseFilter, client: str) -> dict[str, Any]:
    found = search_clients(tx, who.program.keyring, client, limit=200)
    return _page(tx, who, replace(wanted, subjects=tuple(item.id for item in found)))


def _page(tx: Tx, who: Caller, wanted: CaseFilter) -> dict[str, Any]:
    page = who.program.reading.cases(tx, who.scope, wanted)
    return {"items": cases_shown(tx, who, page.items), "next_cursor": page.cursor}


@room.route(
    "POST /cases",
    CASES_START,
    shapes.CaseItem(),
    status=201,
    takes=Takes(body=shapes.StartCase(), headers=("Idempotency-Key",)),
)
def start_case(body: dict[str, Any]) -> Any:
    """Starts a case on the active release."""
    who, receipt = caller(), receipt_of_request()
    case_id = case_id_of(who.program.clock.new_id())
    started = who.write(lambda tx: once(who, tx, receipt, lambda: _start(tx, who, case_id, body)))
    return _item(who, started, everything=True)


def _start(tx: Tx, who: Caller, case_id: CaseId, body: dict[str, Any]) -> str:
    try:
        client = get_client(tx, who.program.keyring, body["client_id"])
    except ClientUnknown:
        raise Refusal(
            "fields-refused", errors=field_errors([("#/client_id", "Expected a registered client.")])
        ) from None
    command = StartCase(
        case_id=case_id,
        process=body["process"],
        subject_id=client.id,
        actor=who.actor,
        at=who.now,
        unit=who.person.unit,
        values=temporal(body["values"]),
        facts=first_facts(client, who.now),
    )
    started: Started = who.program.engine.execute(command, tx)
    return started.case_id


def _item(who: Caller, case_id: str, *, everything: bool = False) -> tuple[dict[str, Any], dict[str, str]]:
    scope = replace(who.scope, everything=True) if everything else who.scope
    shown = who.read(lambda tx: cases_shown(tx, who, [who.program.reading.case(tx, scope, case_id)]))[0]
    return shown, etag(shown["version"])


@room.route("GET /cases/<id:case_id>", CASES_READ, shapes.CaseItem())
def read_case(case_id: str) -> Any:
    """A case."""
    return _item(caller(), case_id)


@room.route(
    "GET /cases/<id:case_id>/timeline",
    CASES_READ,
    shapes.StepList(),
    takes=Takes(query=shapes.StepQuery()),
    polled=True,
)
def read_timeline(query: dict[str, Any], case_id: str) -> Any:
    """What happened in a case, newest first."""
    who = caller()
    return who.read(lambda tx: _timeline(tx, who, case_id, query["limit"], query["cursor"]))


def _timeline(tx: Tx, who: Caller, case_id: str, limit: int, cursor: str | None) -> dict[str, Any]:
    reading = who.program.reading
    page = reading.timeline(tx, who.scope, case_id, limit, cursor)
    names = reading.names(tx, reading.case(tx, who.scope, case_id).release)
    people = names_of_people(tx)
    return {"items": [step_shown(event, names, people) for event in page.items], "next_cursor": page.cursor}


@room.route(
    "GET /cases/<id:case_id>/diagram",
    CASES_READ,
    shapes.Diagram(),
    takes=Takes(query=shapes.DiagramQuery()),
    polled=True,
)
def read_diagram(query: dict[str, Any], case_id: str) -> Any:
    """A process of a case with its tokens, visits, timers and open tasks."""
    who = caller()
    return who.read(lambda tx: _diagram(tx, who, who.program.reading.diagram(tx, who.scope, case_id, query["process"])))


def _diagram(tx: Tx, who: Caller, view: DiagramView) -> dict[str, Any]:
    titles = who.program.reading.process_names(tx, view.release)
    return {
        "process": view.process,
        "name": titles.get(view.process, view.process),
        "release": view.release,
        "xml": view.source.decode(),
        "processes": [{"key": key, "name": titles.get(key, key), "active": key in view.live} for key in view.processes],
        "active": [{"element": element, "tokens": tokens} for element, tokens in view.tokens.items()],
        "done": [{"element": element, "visits": visits} for element, visits in view.visits.items()],
        "timers": [{"id": timer.id, "element": timer.element, "due_at": timer.due_at} for timer in view.timers],
        "tasks": [{"id": task.id, "element": task.element} for task in view.tasks],
    }
