"""Places on a diagram and what a person is told of them who mends a case. Frozen values, no I/O."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """Another case of the same client; `kind` says what that one is to this one."""

    linked_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class Place:
    """An element of a diagram; `process` None where its id occurs in one process only."""

    element: str
    process: str | None = None


@dataclass(frozen=True, slots=True)
class JoinWait:
    """A join that waits after tokens were moved: for `missing`, of which no token can come from `unreachable`."""

    process: str
    element: str
    missing: tuple[str, ...]
    unreachable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a case does not move to another release."""

    element: str
    reason: str
