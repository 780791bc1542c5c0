"""Frozen values of access: people and their sessions. No secrets at rest, no I/O."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in; roles give rights, groups say whose tasks they may claim."""

    id: str
    name: str
    roles: frozenset[str]
    groups: frozenset[str] = frozenset()
    unit: str | None = None
    may_assess: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened. The two secrets are told once and never again."""

    token: str = field(repr=False)
    csrf: str = field(repr=False)
    person: Person
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """A living session: who it is, until when, and whether its idle clock should be put back (`Sessions.touch`)."""

    person: Person
    created_at: datetime
    expires_at: datetime
    touch_due: bool
    csrf_hash: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bad:
    """Where a chain of the audit first breaks."""

    chain: str
    seq: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying the audit found; `entries` counts all rows read."""

    entries: int
    first_bad: Bad | None

    @property
    def ok(self) -> bool:
        return self.first_bad is None
