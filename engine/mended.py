"""Answers to a person who mends cases: where a token went, what is in the way of a migration, what a case is linked to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.model import CaseId, TaskId
from engine.places import JoinWait, Obstacle


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a token was moved. `waits` are the joins that now wait, or will; with `unreachable` branches they wait for ever."""

    case_id: CaseId
    version: int
    opened: tuple[TaskId, ...]
    waits: tuple[JoinWait, ...]


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """Whether a case can move to another release; without `blocked` it can."""

    case_id: CaseId
    blocked: tuple[Obstacle, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """Another case of the same client; `kind` says what it is to the one that was asked for."""

    case_id: CaseId
    kind: str
    process: str
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Amended:
    """`values` are the answers that changed, computed ones too; `facts` the case facts that were learned."""

    task_id: TaskId
    version: int
    values: Mapping[str, Any]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A case that a person mended, and its version afterwards."""

    case_id: CaseId
    version: int
    opened: tuple[TaskId, ...] = ()
