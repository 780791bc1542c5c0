"""Frozen answers of commands and queries: what the API shows. Values of forms appear only where a page needs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from engine.model import CaseId, TaskId

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A bounded piece of a list; `cursor` None means the end."""

    items: tuple[T, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class TaskView:
    id: TaskId
    case_id: CaseId
    process: str
    element: str
    name: str
    form: str | None
    group: str | None
    status: str
    assignee: str | None
    priority: int
    opened_at: datetime
    due_at: datetime | None
    version: int
    draft_version: int
    subject_id: str
    phase: str | None
    risk: str | None
    unit: str | None
    closed_at: datetime | None
    closed_by: str | None
    snoozed_until: datetime | None
    delegated_by: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """A prefilled value with its age and where it came from."""

    value: Any
    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One task with all its page needs; `context` holds what the form's conditions read, `why` the step that opened it, `answers` what a completed one was answered with."""

    task: TaskView
    case: "CaseView"
    purpose: str | None
    definition: Mapping[str, Any] | None
    values: Mapping[str, Any]
    context: Mapping[str, Any]
    known: Mapping[str, Known]
    draft: Mapping[str, Any] | None
    why: Sequence["Event"]
    answers: Mapping[str, Any] = field(default_factory=dict)
    addenda: Sequence["Addendum"] = ()


@dataclass(frozen=True, slots=True)
class Addendum:
    """What was added to a completed form: the answers that changed, by whom and why."""

    at: datetime
    actor: str
    reason: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answerable:
    """What a program needs to answer a task; `source` None means that there is no form."""

    task: TaskView
    source: bytes | None
    known: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CaseView:
    id: CaseId
    process: str
    release: str
    version: int
    status: str
    subject_id: str
    phase: str | None
    risk: str | None
    unit: str | None
    manager: str | None
    ending: str | None
    started_at: datetime
    ended_at: datetime | None
    open_tasks: int
    next_timer_at: datetime | None


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the history, plain facts only."""

    step: int
    at: datetime
    actor: str
    kind: str
    process: str
    element: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TimerView:
    id: str
    case_id: CaseId
    process: str
    element: str
    due_at: datetime
    wake_at: datetime
    kind: str
    attempts: int
    incident: bool
    held: bool


@dataclass(frozen=True, slots=True)
class IncidentView:
    """An open incident; `kind` is `token` or `timer`, `detail` names no value."""

    id: str
    case_id: CaseId
    process: str
    element: str
    kind: str
    cause: str
    detail: str
    attempts: int
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class IncidentGroup:
    """All open incidents of one element and cause."""

    process: str
    element: str
    kind: str
    cause: str
    count: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True)
class ReleaseView:
    id: str
    number: int
    created_at: datetime
    created_by: str
    active: bool


@dataclass(frozen=True, slots=True)
class ArtefactView:
    kind: str
    key: str
    version: int
    hash: str
    file: str
    title: str


@dataclass(frozen=True, slots=True)
class Deployed:
    """One artefact of a deployment; `changed` False means that the bytes were already active."""

    kind: str
    key: str
    version: int
    hash: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Deployment:
    release: str
    deployed: tuple[Deployed, ...]


@dataclass(frozen=True, slots=True)
class Started:
    case_id: CaseId
    opened: tuple[TaskId, ...]


@dataclass(frozen=True, slots=True)
class Completed:
    """Answer of a completion; kept in the receipt, so a retry gets it again."""

    task_id: TaskId
    case_id: CaseId
    at: datetime
    opened: tuple[TaskId, ...]


@dataclass(frozen=True, slots=True)
class Claimed:
    task_id: TaskId
    version: int
    assignee: str | None


@dataclass(frozen=True, slots=True)
class Saved:
    task_id: TaskId
    draft_version: int


@dataclass(frozen=True, slots=True)
class Correlated:
    """`reached` counts the waits that took the message; 0 means that nobody waited."""

    case_id: CaseId
    reached: int
    opened: tuple[TaskId, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """What a message reached; `waiting` means that it is kept until somebody waits for it."""

    message_id: str
    waiting: bool
    reached: tuple[Correlated, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """`reached` False means that no token of the case waits for this answer any more."""

    case_id: CaseId
    reached: bool
    opened: tuple[TaskId, ...] = ()


@dataclass(frozen=True, slots=True)
class Fired:
    """`fired` False means that the timer was gone, not due, or fired by another."""

    fired: bool
    case_id: CaseId | None = None
    element: str | None = None
    opened: tuple[TaskId, ...] = ()


@dataclass(frozen=True, slots=True)
class DiagramView:
    """A process of a case (or of all cases) with its state; `tokens` and `visits` by element id."""

    process: str
    release: str
    source: bytes
    processes: tuple[str, ...]
    tokens: Mapping[str, int]
    visits: Mapping[str, int]
    timers: tuple[TimerView, ...]
    tasks: tuple[TaskView, ...]
    live: frozenset[str]


@dataclass(frozen=True, slots=True)
class DesignView:
    """A draft, or the deployed artefact where none exists (`version` 0)."""

    kind: str
    key: str
    title: str
    hash: str
    source: bytes
    draft: bool
    version: int
    updated_at: datetime | None
