"""The outbox: what cases want done outside, and what became of it. Dead letters are sent again or given up here."""

from typing import Any

from api.caller import Caller, caller
from api.policies import OUTBOX_MEND, OUTBOX_READ
from api.routing import Room, Takes
from api.shapes import post as shapes
from api.shown import Shown, as_json
from database import Tx
from engine import CallFilter, CallView, DiscardCall, ResendCall

room = Room("outbox", "Calls to the outside world, with their tries; never what they say.")


@room.route("GET /outbox", OUTBOX_READ, shapes.CallList(), takes=Takes(query=shapes.CallQuery()), polled=True)
def list_calls(query: dict[str, Any]) -> Any:
    """Calls, the latest first."""
    who = caller()
    page = who.read(lambda tx: who.program.post.calls(tx, CallFilter(**query)))
    return {"items": [_shown(who, item) for item in page.items], "next_cursor": page.cursor}


@room.route("POST /outbox/<id:call_id>:resend", OUTBOX_MEND, shapes.CallItem(), takes=Takes(body=shapes.Resending()))
def resend_call(body: dict[str, Any], call_id: str) -> Any:
    """Sends a dead or pending call again, at once and with its full time; 409 for one that is settled or under way."""
    who = caller()
    return _mend(who, ResendCall(call_id, who.actor, who.now, body["reason"]))


@room.route("POST /outbox/<id:call_id>:discard", OUTBOX_MEND, shapes.CallItem(), takes=Takes(body=shapes.Discarding()))
def discard_call(body: dict[str, Any], call_id: str) -> Any:
    """Gives a dead or pending call up for good."""
    who = caller()
    return _mend(who, DiscardCall(call_id, who.actor, who.now, body["reason"]))


def _mend(who: Caller, command: ResendCall | DiscardCall) -> Shown:
    def work(tx: Tx) -> None:
        who.program.engine.execute(command, tx)

    who.write(work)
    return _shown(who, who.read(lambda tx: who.program.post.call(tx, command.call_id)))


def _shown(who: Caller, item: CallView) -> Shown:
    shown = as_json(item)
    until = shown.pop("claimed_until")
    connected = who.program.connectors.find(item.topic) is not None
    return {**shown, "connected": connected, "under_way": until is not None and until > who.now}
