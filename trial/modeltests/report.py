"""What running a test file gives, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one row: ``row`` counts from 1, ``what`` names the part that was compared (``outputs``, ``rules``,
    ``steps.<decision>.outputs`` …) or ``row`` where it could not be run at all. ``expected`` and ``came`` are plain JSON.
    """

    row: int
    name: str
    what: str
    expected: object
    came: object
    message: str


@dataclass(frozen=True, slots=True)
class NeverHit:
    """A rule that no row made use of; ``rule`` counts from 1, ``element`` is its id."""

    decision: str
    rule: int
    element: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """One test file and the model it tests. ``coverage`` maps element ids (decisions and rules) to visits; ``problem`` says
    why the file could not be run, which counts as one failure.
    """

    file: str
    model: str = ""
    passed: int = 0
    failed: int = 0
    coverage: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    never_hit: tuple[NeverHit, ...] = ()
    problem: str | None = None
