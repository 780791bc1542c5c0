"""Give a kept message to a case that waits for it: the sweep's command, for what missed each other."""

from dataclasses import dataclass
from datetime import datetime

from engine.letters import Message
from engine.model import Actor, CaseId


@dataclass(frozen=True, slots=True)
class DeliverKept:
    """Nothing happens when the message was taken meanwhile, has expired, or nobody waits any more."""

    message_id: str
    case_id: CaseId
    actor: Actor
    at: datetime


def is_for(message: Message, case_id: CaseId, subject_id: str) -> bool:
    """Whether a message may go to a case: its own, its subject's, or anybody's who has its key."""
    if message.case_id is not None:
        return message.case_id == case_id
    return message.subject_id is None or message.subject_id == subject_id
