"""The hospital's ADT messages over HTTP: HL7 v2 in, acknowledgements or a JSON summary out."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from api.body import LARGE, read_bytes
from api.caller import caller
from api.policies import ADT_SEND
from api.refusal import Refusal
from api.routing import Room, Takes
from api.shapes import traffic as shapes
from care import Delivered, deliver, read_messages

room = Room("adt", "The admission, discharge and transfer feed (HL7 v2).")
HL7 = "application/hl7-v2"
TYPES = (HL7, "text/plain", "x-application/hl7-v2+er7", "application/hl7-v2+er7")


@room.route("POST /adt", ADT_SEND, shapes.FeedSummary(), takes=Takes(media=HL7, largest=LARGE))
def receive() -> Any:
    """Takes HL7 v2 messages in order, each in a commit of its own. ACKs, or a summary with Accept: application/json."""
    who, data = caller(), read_bytes(TYPES, LARGE)
    found = who.program
    sent = [deliver(found.database, found.adt, message, found.clock.now()) for message in read_messages(data)]
    summary = _summary(sent)
    rejected = len(summary["rejected"]) == len(sent)
    if request.accept_mimetypes.best_match([HL7, "text/plain", "application/json"], HL7) == "application/json":
        if rejected:
            raise Refusal("message-rejected", _why(summary["rejected"]), members={"rejected": summary["rejected"]})
        return summary
    if not sent:
        raise Refusal("message-rejected", "Expected an HL7 message, but the body holds none", members={"rejected": []})
    return Response(b"".join(item.acknowledgement for item in sent), 422 if rejected else 200, mimetype=HL7)


def _why(rejected: Sequence[dict[str, Any]]) -> str:
    if not rejected:
        return "Expected an HL7 message, but the body holds none"
    return f"Expected readable HL7 messages, but message {rejected[0]['index']}: {rejected[0]['reason']}"


def _summary(sent: Sequence[Delivered]) -> dict[str, Any]:
    taken = [item.received for item in sent if item.received is not None]
    refused = [item.rejected for item in sent if item.rejected is not None]
    duplicates = sum(1 for received in taken if received.outcome == "duplicate")
    return {
        "messages": len(sent),
        "accepted": len(taken) - duplicates,
        "duplicates": duplicates,
        "rejected": [
            {"index": error.index, "control_id": error.control_id, "reason": error.reason} for error in refused
        ],
        "cases_started": sum(1 for received in taken if received.started is not None),
        "candidates": sum(1 for received in taken if received.candidate_id is not None),
        "cases_touched": len({case_id for received in taken for case_id in received.case_ids}),
    }
