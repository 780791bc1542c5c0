"""Messages to cases: by case, by client, or by record number."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.caller import Caller, caller
from api.idempotency import once, receipt_of_request
from api.instants import temporal
from api.policies import MESSAGES_SEND
from api.refusal import Refusal, field_errors
from api.routing import Room, Takes
from api.shapes import traffic as shapes
from care import find_clients
from database import Tx
from engine import CaseFilter, CaseId, Correlate, Correlated

room = Room("messages", "Messages that cases wait for.")
WHOM = ("case_id", "client_id", "mrn")


@room.route(
    "POST /messages",
    MESSAGES_SEND,
    shapes.MessageSent(),
    takes=Takes(body=shapes.MessageToSend(), headers=("Idempotency-Key",)),
)
def send_message(body: dict[str, Any]) -> Any:
    """Gives a message to every wait that it fits; 409 when nobody waits for it."""
    who, receipt = caller(), receipt_of_request()
    return who.write(lambda tx: once(who, tx, receipt, lambda: _send(tx, who, body)))


def _send(tx: Tx, who: Caller, body: Mapping[str, Any]) -> dict[str, Any]:
    cases = _cases(tx, who, body["correlation"])
    engine, name = who.program.engine, body["name"]
    awaited = sorted({wanted for case_id in cases for wanted, _ in engine.awaited(tx, case_id)})
    key, payload = body["correlation"].get("key"), temporal(body["payload"])
    sent: list[Correlated] = [
        engine.execute(Correlate(case_id, name, who.actor, who.now, key, payload), tx) for case_id in cases
    ]
    reached = [item for item in sent if item.reached]
    if not reached:
        detail = "Expected a case that waits for this message, but none does"
        raise Refusal("not-awaited", detail, members={"awaited": awaited})
    shown = [{"case_id": item.case_id, "waits": item.reached, "opened": list(item.opened)} for item in reached]
    return {"name": name, "waiting": False, "reached": shown}


def _cases(tx: Tx, who: Caller, correlation: Mapping[str, Any]) -> Sequence[CaseId]:
    """The cases meant, as far as the caller may know of them. Raises NotFound, Refusal."""
    given = [name for name in WHOM if correlation.get(name)]
    if len(given) != 1:
        problem = ("#/correlation", "Expected one of case_id, client_id and mrn.")
        raise Refusal("fields-refused", "Expected one way to find the case", errors=field_errors([problem]))
    reading = who.program.reading
    if given == ["case_id"]:
        return [reading.case(tx, who.scope, correlation["case_id"]).id]
    clients = [correlation["client_id"]] if given == ["client_id"] else _by_number(tx, who, correlation["mrn"])
    wanted = CaseFilter(status="active", subjects=tuple(clients), sort="started_at")
    found = [case.id for case in reading.cases(tx, who.scope, wanted).items] if clients else []
    if not found:
        raise Refusal("not-found")
    return found


def _by_number(tx: Tx, who: Caller, mrn: str) -> list[str]:
    return [client.id for client in find_clients(tx, who.program.keyring, mrn=mrn)]
