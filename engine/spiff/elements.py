"""What a model says of an element beyond plain BPMN: our attributes, read once when a release is compiled."""

from dataclasses import dataclass

NINEFOLD = "https://ninefold.example/schema/bpmn/1.0"
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def bpmn(tag: str) -> str:
    return f"{{{BPMN}}}{tag}"


@dataclass(frozen=True, slots=True)
class Assignment:
    """FEEL whose value stands under a name, or at a path such as `order.id` in a context."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Mappings:
    """What an activity sees under names of its own, and what the token takes along."""

    inputs: tuple[Assignment, ...] = ()
    outputs: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Element:
    """One flow node; `process` is the key of the model that draws it."""

    id: str
    kind: str
    process: str
    name: str
    documentation: str | None = None
    form: str | None = None
    group: str | None = None
    prefill: str | None = None
    due: str | None = None
    due_business_days: str | None = None
    due_from: str | None = None
    priority: int = 50
    may_assess: bool = False
    stage: str | None = None
    decision: str | None = None
    result: str | None = None
    fact: str | None = None
    operation: str | None = None
    parameters: str | None = None
    script: str | None = None
    python: bool = False
    correlation: str | None = None
    answer: str | None = None
    mappings: Mappings | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """What a process element says: the case facts that are shown as risk and as ending."""

    key: str
    name: str
    grade: str | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class EventStart:
    """What starts an event subprocess: `kind` is message, signal, timer, condition, error or escalation, `name` the message, signal or code.

    `text` is that of a timer or condition, marked with its kind; an error or escalation without a name takes every code.
    """

    sub: str
    element: str
    kind: str
    name: str | None
    text: str
    interrupting: bool
