"""Frozen values of messages that come in and calls that go out, and how an administrator sees them."""

from dataclasses import dataclass
from datetime import datetime

from engine.model import CaseId, Values


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it came; for one case, for the cases of a subject, or for whoever waits with its key."""

    id: str
    name: str
    key: str | None
    case_id: CaseId | None
    subject_id: str | None
    payload: Values
    source: str
    source_id: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class OutgoingCall:
    """A row of the outbox; `token` names the service task that waits for the answer, `attempts` counts claims."""

    id: str
    case_id: CaseId
    topic: str
    element: str
    status: str
    payload: bytes
    created_at: datetime
    attempts: int
    token: str | None
    claimed_by: str | None
    claimed_until: datetime | None
    give_up_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message without what it says and without its key."""

    id: str
    name: str
    case_id: CaseId | None
    source: str
    status: str
    received_at: datetime
    expires_at: datetime
    consumed_at: datetime | None
    consumed_by: CaseId | None


@dataclass(frozen=True, slots=True)
class CallView:
    """A row of the outbox without what it says; `awaited`: a service task waits for its answer."""

    id: str
    case_id: CaseId
    step: int
    topic: str
    element: str
    status: str
    created_at: datetime
    attempts: int
    next_at: datetime
    give_up_at: datetime | None
    claimed_until: datetime | None
    done_at: datetime | None
    error: str | None
    awaited: bool
