"""Send a message: to a case, to the cases of a subject, or to whoever waits with its key; kept while nobody does."""

from dataclasses import dataclass, field
from datetime import datetime

from engine.errors import MessageAimless
from engine.letters import Message
from engine.model import Actor, CaseId, Values


@dataclass(frozen=True, slots=True)
class SendMessage:
    """`source` and `source_id` count it once; `keep_until` None keeps nothing that nobody awaits.

    `case_ids` limits whom it may reach now; without them it is its case, the active ones of its subject, or whoever
    waits with its key, in this order.
    """

    name: str
    actor: Actor
    at: datetime
    source: str
    source_id: str
    case_id: CaseId | None = None
    subject_id: str | None = None
    case_ids: tuple[CaseId, ...] = ()
    key: str | None = None
    payload: Values = field(default_factory=dict)
    keep_until: datetime | None = None


def message(command: SendMessage, id_: str) -> Message:
    """The message to store. Raises MessageAimless when it says neither case, nor subject, nor key."""
    if command.case_id is None and command.subject_id is None and command.key is None:
        raise MessageAimless
    return Message(
        id_,
        command.name,
        command.key,
        command.case_id,
        command.subject_id,
        command.payload,
        command.source,
        command.source_id,
        command.at,
    )


def is_kept(command: SendMessage) -> bool:
    """Whether it waits when nobody takes it now."""
    return command.keep_until is not None and command.keep_until > command.at
