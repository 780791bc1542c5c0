"""What a person decides on a call of the outbox: send it again, or give it up. Who and why stand in the case's history and audit."""

from database import Tx
from engine.commands import AnswerOperation, DiscardCall, ResendCall, resend_call
from engine.desk import ANY_STATUS, Desk, require_case
from engine.errors import NotFound
from engine.handlers import answering
from engine.letters import OutgoingCall
from engine.model import Change
from engine.store import outbox

GIVEN_UP = "discarded"


def resend(desk: Desk, command: ResendCall, tx: Tx) -> None:
    """Raises NotFound, CallSettled, CallUnderWay."""
    call = _mended(desk, command, tx, "CallResent")
    outbox.mend(tx, call, outbox.PENDING, command.at, None)


def discard(desk: Desk, command: DiscardCall, tx: Tx) -> None:
    """A token that waits for the answer gets the error `discarded`. Raises NotFound, CallSettled, CallUnderWay, CaseSuspended."""
    call = _mended(desk, command, tx, "CallDiscarded")
    outbox.mend(tx, call, outbox.DISCARDED, command.at, command.at)
    if call.token is not None:
        answering.answer(desk, AnswerOperation(call.case_id, call.token, command.actor, command.at, error=GIVEN_UP), tx)


def _mended(desk: Desk, command: ResendCall | DiscardCall, tx: Tx, kind: str) -> OutgoingCall:
    """The call, once its case has noted who decides what and why."""
    call = outbox.find(tx, command.call_id)
    if call is None:
        raise NotFound(f"Expected call '{command.call_id}', but there is none")
    resend_call.require_settling(call, command.at)
    case = require_case(
        desk, tx, call.case_id, *ANY_STATUS
    )  # a case may have ended while its last calls are still to be made
    facts = {"call": call.id, "topic": call.topic}
    change = Change(kind, command.reason or "", element=call.element, object=call.id, facts=facts)
    desk.record(tx, case, change, command.actor, command.at)
    return call
