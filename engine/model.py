"""Frozen values of the engine: what commands carry, what a step yields. No I/O, no health care, no HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NewType

from engine.places import Link
from engine.traces import Decided, Warned

CaseId = NewType("CaseId", str)
TaskId = NewType("TaskId", str)
TimerId = NewType("TimerId", str)
Value = Any  # case data is open by nature: text, numbers, dates, lists, mappings
Values = Mapping[str, Any]
OPEN, COMPLETED = "open", "completed"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, or a program such as the clock."""

    id: str
    roles: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    unit: str | None = None
    may_assess: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader may know of; becomes the SQL filter of every query."""

    person: str
    groups: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """An idempotency key in the scope of a path; `fingerprint` is the SHA-256 of the body."""

    path: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding of the linter; `severity` is `error` or `warning`."""

    file: str
    element: str | None
    line: int | None
    rule: str
    severity: str
    message: str


@dataclass(frozen=True, slots=True)
class Artefact:
    """A model, decision or form as its author wrote it; `kind` is `model`, `decision` or `form`."""

    kind: str
    key: str
    source: bytes
    file: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A case fact: its value, when it became known and by which element."""

    value: Value
    at: datetime
    source: str


Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Case:
    """A case as loaded for one command; `state` is sealed, `version` 0 means not yet stored."""

    shard: int
    id: CaseId
    process: str
    release: str
    version: int
    state: bytes
    audit_head: bytes
    facts: Facts
    subject_id: str
    unit: str | None
    status: str = "active"
    stage: str | None = None
    grade: str | None = None
    manager: str | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A task row as loaded for one command."""

    id: TaskId
    case_id: CaseId
    process: str
    element: str
    form: str | None
    group: str | None
    status: str
    assignee: str | None
    version: int
    draft_version: int
    may_assess: bool
    prefill: bytes | None = None
    closed_by: str | None = None
    closed_at: datetime | None = None
    delegated_by: str | None = None


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A user task that a step opened."""

    id: TaskId
    process: str
    element: str
    name: str
    form: str | None
    group: str | None
    due_at: datetime | None
    priority: int
    may_assess: bool
    stage: str | None
    prefill: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClosedTask:
    """A user task that a step took away without completing it."""

    id: TaskId
    process: str
    element: str


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer of a case; `kind` is `date` or `cycle`."""

    id: TimerId
    process: str
    element: str
    due_at: datetime
    kind: str = "date"


@dataclass(frozen=True, slots=True)
class Wait:
    """A message that a case waits for; `key` None fits any key."""

    id: str
    process: str
    element: str
    name: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Incident:
    """A token that could not go on: `id` is the token's; `cause` groups failures of one kind, `detail` names no value."""

    id: str
    process: str
    element: str
    cause: str
    detail: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Visit:
    """An element that a step left; `kind` is `ElementLeft` or `ElementCancelled`."""

    kind: str
    process: str
    element: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """An operation for the outside world, kept in the outbox; `token` names the token that waits for its answer, if one does."""

    process: str
    element: str
    operation: str
    parameters: Values
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Advance:
    """What one step changed. `facts` are all case facts afterwards; `delta` the values that came in, `given` facts from a person or from its start, `outside` what the step read of the houses above, `reason` why a person mended, `noted` plain facts of that; `active` where tokens stand; `parked` failed in this step (again, if attempts > 1), `freed` are incidents that are none any more; `ending` is the status of a case that this step ended; `done` is the task that it completed, and `within` the running sub-processes and calls around where it began, outermost first; `renewed` and what is `…_kept` stay under what another release makes of them; `live` is the case in memory, for the room that made it."""

    state: bytes
    completed: bool
    stage: str | None
    facts: Facts
    grade: str | None
    outcome: str | None
    active: tuple[tuple[str, str], ...]
    kind: str
    process: str
    element: str
    opened: tuple[OpenTask, ...] = ()
    completed_task: TaskId | None = None
    withdrawn: tuple[ClosedTask, ...] = ()
    timers_set: tuple[Timer, ...] = ()
    timers_cleared: tuple[Timer, ...] = ()
    waits_set: tuple[Wait, ...] = ()
    waits_cleared: tuple[str, ...] = ()
    left: tuple[Visit, ...] = ()
    stages: tuple[tuple[str | None, str], ...] = ()
    decided: tuple[Decided, ...] = ()
    calls: tuple[Call, ...] = ()
    parked: tuple[Incident, ...] = ()
    freed: tuple[str, ...] = ()
    warnings: tuple[Warned, ...] = ()
    delta: Values = field(default_factory=dict)
    given: Values = field(default_factory=dict)
    outside: Values = field(default_factory=dict)
    reason: str = ""
    noted: Mapping[str, Any] = field(default_factory=dict)
    ending: str = "completed"
    links: tuple[Link, ...] = ()
    renewed: tuple[OpenTask, ...] = ()
    timers_kept: tuple[Timer, ...] = ()
    waits_kept: tuple[Wait, ...] = ()
    incidents_kept: tuple[Incident, ...] = ()
    done: Task | None = None
    within: tuple[str, ...] = ()
    live: Any = field(default=None, compare=False, repr=False)  # Any: a library object that only engine.spiff knows


@dataclass(frozen=True, slots=True)
class Amendment:
    """A completed form that was added to, with all its answers before and after."""

    task: Task
    before: Values
    after: Values
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a step without tokens does: `facts` are plain and never identifying, `delta`, `given` facts and `reason` are sealed, `columns` are the case's own."""

    kind: str
    reason: str
    process: str = ""
    element: str = ""
    object: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    delta: Values = field(default_factory=dict)
    given: Values = field(default_factory=dict)
    columns: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger notes: names of touched fields, never values."""

    shard: int
    case_id: CaseId | None
    at: datetime
    actor_id: str
    role: str
    action: str
    object: str
    outcome: str = "done"
    reason: str | None = None
    request_id: str | None = None
    fields: tuple[str, ...] = ()
