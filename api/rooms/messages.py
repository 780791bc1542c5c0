"""Messages to cases: by case, by client, by record number, or by key alone; kept while nobody waits."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import jsonify

from api.caller import Caller, caller
from api.idempotency import once, receipt_of_request
from api.instants import temporal
from api.policies import MESSAGES_ANY_CASE, MESSAGES_READ, MESSAGES_SEND
from api.refusal import Refusal, field_errors
from api.routing import Room, Takes
from api.shapes import post
from api.shapes import traffic as shapes
from api.shown import as_json
from care import find_clients
from database import Tx
from engine import CaseFilter, CaseId, MessageFilter, NotAllowed, Receipt, SendMessage, Sent

room = Room("messages", "Messages that cases wait for, and those that wait for a case.")
WHOM = ("case_id", "client_id", "mrn")
KEPT = 202


@room.route(
    "POST /messages",
    MESSAGES_SEND,
    shapes.MessageSent(),
    takes=Takes(body=shapes.MessageToSend(), headers=("Idempotency-Key",)),
    also=(KEPT,),
)
def send_message(body: dict[str, Any]) -> Any:
    """Gives a message to every wait that it fits; 202 when nobody waits yet and it is kept."""
    who, receipt = caller(), receipt_of_request()
    answer = who.write(lambda tx: once(who, tx, receipt, lambda: _send(tx, who, body, receipt)))
    made = jsonify(shapes.MessageSent().dump(answer))
    made.status_code = KEPT if answer["waiting"] else 200
    return made


@room.route("GET /messages", MESSAGES_READ, post.MessageList(), takes=Takes(query=post.MessageQuery()), polled=True)
def list_messages(query: dict[str, Any]) -> Any:
    """Messages kept, consumed and expired, the latest first; never what they say."""
    who = caller()
    page = who.read(lambda tx: who.program.post.messages(tx, MessageFilter(**query)))
    return {"items": [as_json(item) for item in page.items], "next_cursor": page.cursor}


def _send(tx: Tx, who: Caller, body: Mapping[str, Any], receipt: Receipt | None) -> dict[str, Any]:
    sent: Sent = who.program.engine.execute(_command(tx, who, body, receipt), tx)
    shown = [{"case_id": item.case_id, "waits": item.reached, "opened": list(item.opened)} for item in sent.reached]
    return {"id": sent.message_id, "name": body["name"], "waiting": sent.waiting, "reached": shown}


def _command(tx: Tx, who: Caller, body: Mapping[str, Any], receipt: Receipt | None) -> SendMessage:
    """Counted once by the sender's own id of the message, else by the Idempotency-Key."""
    given_id = body["message_id"] or (receipt.key if receipt is not None else None) or who.program.clock.new_id()
    correlation = body["correlation"]
    given = [name for name in WHOM if correlation.get(name)]
    key = correlation.get("key")
    if len(given) > 1 or not (given or key):
        problem = ("#/correlation", "Expected one of case_id, client_id and mrn, or a key alone.")
        raise Refusal("fields-refused", "Expected one way to find the case", errors=field_errors([problem]))
    if not given and not MESSAGES_ANY_CASE.allows(who.person):
        raise NotAllowed(MESSAGES_ANY_CASE.right)
    cases = _cases(tx, who, given[0], correlation[given[0]]) if given else ()
    return SendMessage(
        name=body["name"],
        actor=who.actor,
        at=who.now,
        source=who.actor.id,
        source_id=given_id,
        case_id=cases[0] if cases else None,
        case_ids=tuple(cases),
        key=key,
        payload=temporal(body["payload"]),
        keep_until=who.now + timedelta(days=who.program.settings.message_days),
    )


def _cases(tx: Tx, who: Caller, by: str, value: str) -> Sequence[CaseId]:
    """The cases meant, the oldest first, as far as the caller may know of them. Raises NotFound, Refusal."""
    reading = who.program.reading
    if by == "case_id":
        return [reading.case(tx, who.scope, value).id]
    clients = [value] if by == "client_id" else _by_number(tx, who, value)
    wanted = CaseFilter(status="active", subjects=tuple(clients), sort="started_at")
    found = [case.id for case in reading.cases(tx, who.scope, wanted).items] if clients else []
    if not found:
        raise Refusal("not-found")
    return found


def _by_number(tx: Tx, who: Caller, mrn: str) -> list[str]:
    return [client.id for client in find_clients(tx, who.program.keyring, mrn=mrn)]
