"""A file of HL7 v2 messages goes in, one message at a time, each in its own commit; counts what became of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from care.adt import AdtDesk, Received
from care.errors import MessageRejected
from care.hl7 import Message, acknowledge, read_messages
from database import Database
from engine import EngineError


@dataclass(frozen=True, slots=True)
class Rejection:
    """A message that was not taken; `reason` names segment and field, never content."""

    index: int
    control_id: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class FeedSummary:
    """What became of a file: `messages` = `accepted` + `duplicates` + rejected ones; `cases_touched` counts each once."""

    messages: int
    accepted: int
    duplicates: int
    rejected: tuple[Rejection, ...]
    cases_started: int
    candidates: int
    cases_touched: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """One message as it went: what became of it, or why not, and the acknowledgement to send."""

    received: Received | None
    rejected: MessageRejected | None
    acknowledgement: bytes


def deliver(database: Database, desk: AdtDesk, found: Message | MessageRejected, now: datetime) -> Delivered:
    """Takes one message in a commit of its own. Errors of the database pass.

    When the client's case cannot go on, nothing of the message is kept and it is refused, so that it can be sent again.
    """
    if isinstance(found, MessageRejected):
        return _refused(None, found, now)
    message = found
    try:
        received = database.write(lambda tx: desk.receive(tx, message, now))
    except MessageRejected as rejected:
        return _refused(message, rejected, now)
    except EngineError as error:
        reason = f"the case could not take it ({error.code})"
        return _refused(message, MessageRejected(message.index, message.control_id, reason), now)
    return Delivered(received, None, acknowledge(message, "AA", now))


def deliver_all(database: Database, desk: AdtDesk, data: bytes, now: Callable[[], datetime]) -> FeedSummary:
    """Takes every message of a file in order."""
    delivered = [deliver(database, desk, found, now()) for found in read_messages(data)]
    taken = [item.received for item in delivered if item.received is not None]
    refused = [item.rejected for item in delivered if item.rejected is not None]
    return FeedSummary(
        messages=len(delivered),
        accepted=sum(1 for received in taken if received.outcome != "duplicate"),
        duplicates=sum(1 for received in taken if received.outcome == "duplicate"),
        rejected=tuple(Rejection(error.index, error.control_id, error.reason) for error in refused),
        cases_started=sum(1 for received in taken if received.started is not None),
        candidates=sum(1 for received in taken if received.candidate_id is not None),
        cases_touched=len({case_id for received in taken for case_id in received.case_ids}),
    )


def _refused(message: Message | None, rejected: MessageRejected, now: datetime) -> Delivered:
    answer = acknowledge(message, rejected.acknowledgement, now, rejected.reason, rejected.control_id)
    return Delivered(None, rejected, answer)
