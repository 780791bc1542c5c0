"""Incidents: what could not go on, by cause and one by one; tried again or stepped over."""

from typing import Any

from api.caller import Caller, caller
from api.causes import refusal_of
from api.conditions import IfMatch, etag, if_match
from api.idempotency import receipt_of_request
from api.instants import temporal
from api.mending import mended, require_read
from api.policies import INCIDENTS_MEND, INCIDENTS_READ
from api.refusal import Refusal, field_errors
from api.routing import Room, Takes
from api.shapes import mending as shapes
from api.shown import as_json
from database import Tx
from engine import EngineError, IncidentFilter, ResolveIncident, RetryIncident

room = Room("incidents", "What could not go on: tokens that failed, and timers that failed too often.")
IF_MATCH = ("If-Match", "Idempotency-Key")
RETRY = {"values": {"dose": 5}, "reason": "The dose was missing"}
RESOLVE = {"values": {"letter_sent": True}, "reason": "Sent by hand"}
BATCH = {"ids": ["3fe00000000000000000000000000000001"], "action": "retry", "reason": "The registry answers again"}


@room.route(
    "GET /incidents", INCIDENTS_READ, shapes.IncidentList(), takes=Takes(query=shapes.IncidentQuery()), polled=True
)
def list_incidents(query: dict[str, Any]) -> Any:
    """Open incidents, oldest first, with their counts by element and cause."""
    who = caller()
    return who.read(lambda tx: _page(tx, who, IncidentFilter(**query)))


def _page(tx: Tx, who: Caller, wanted: IncidentFilter) -> dict[str, Any]:
    reading = who.program.reading
    page, groups = reading.incidents(tx, who.scope, wanted), reading.incident_groups(tx, who.scope)
    items = [as_json(item) for item in page.items]
    return {"groups": [as_json(group) for group in groups], "items": items, "next_cursor": page.cursor}


@room.route("GET /incidents/<id:incident_id>", INCIDENTS_READ, shapes.IncidentItem())
def read_incident(incident_id: str) -> Any:
    """An open incident."""
    who = caller()
    found = who.read(lambda tx: who.program.reading.incident(tx, who.scope, incident_id))
    return as_json(found), etag(found.attempts)


@room.route(
    "POST /incidents/<id:incident_id>:retry",
    INCIDENTS_MEND,
    shapes.Mended(),
    takes=Takes(body=shapes.Retry(), headers=IF_MATCH, example=RETRY),
)
def retry_incident(body: dict[str, Any], incident_id: str) -> Any:
    """Lets it try again, with values put into its data first."""
    who, wanted, receipt = caller(), if_match(), receipt_of_request()
    command = RetryIncident(incident_id, who.actor, who.now, body["reason"], temporal(body["values"]))
    with wanted.required():
        return mended(who, receipt, lambda tx: _mend(tx, who, command, wanted))


@room.route(
    "POST /incidents/<id:incident_id>:resolve",
    INCIDENTS_MEND,
    shapes.Mended(),
    takes=Takes(body=shapes.Resolve(), headers=IF_MATCH, example=RESOLVE),
)
def resolve_incident(body: dict[str, Any], incident_id: str) -> Any:
    """Lets the token step over its element, as if that had been done."""
    who, wanted, receipt = caller(), if_match(), receipt_of_request()
    command = ResolveIncident(incident_id, who.actor, who.now, body["reason"], temporal(body["values"]))
    with wanted.required():
        return mended(who, receipt, lambda tx: _mend(tx, who, command, wanted))


def _mend(tx: Tx, who: Caller, command: RetryIncident | ResolveIncident, wanted: IfMatch | None) -> dict[str, Any]:
    found = who.program.reading.incident(tx, who.scope, command.incident_id)
    if wanted is not None:
        require_read(wanted, found.attempts)
    done = who.program.engine.execute(command, tx)
    return {"case_id": done.case_id, "version": done.version, "opened": list(done.opened)}


@room.route(
    "POST /incidents:batch",
    INCIDENTS_MEND,
    shapes.BatchAnswer(),
    takes=Takes(body=shapes.IncidentBatch(), example=BATCH),
)
def mend_incidents(body: dict[str, Any]) -> Any:
    """The same for several, each in a commit of its own, with an answer for each."""
    who, make = caller(), RetryIncident if body["action"] == "retry" else ResolveIncident
    if make is ResolveIncident and not body["reason"]:
        raise Refusal("fields-refused", errors=field_errors([("#/reason", "Expected a reason to step over.")]))
    given = (who.actor, who.now, body["reason"], temporal(body["values"]))
    return {"items": [_one(who, make(incident_id, *given)) for incident_id in dict.fromkeys(body["ids"])]}


def _one(who: Caller, command: RetryIncident | ResolveIncident) -> dict[str, Any]:
    try:
        who.write(lambda tx: _mend(tx, who, command, None))
    except EngineError as error:
        refusal = refusal_of(error) or Refusal("internal")
        return {
            "id": command.incident_id,
            "done": False,
            "problem": f"/problems/{refusal.slug}",
            "detail": refusal.detail,
        }
    return {"id": command.incident_id, "done": True, "problem": None, "detail": None}
