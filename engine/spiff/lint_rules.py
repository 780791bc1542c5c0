"""The names of all rules of the linter and which of them only warn. docs/lint.md explains each; a test compares the two."""

from typing import NamedTuple

from engine.decisions import SEVERITIES
from engine.model import Problem
from engine.xml import Root

ERRORS = frozenset(
    {
        "answer-name",
        "attribute-unknown",
        "attribute-value",
        "boundary-entered",
        "boundary-error",
        "boundary-loose",
        "call-cycle",
        "call-unknown",
        "condition-ignored",
        "condition-missing",
        "dead-end",
        "decision-unknown",
        "default-unknown",
        "element-unknown",
        "end-event",
        "end-left",
        "error-missing",
        "escalation-missing",
        "event-gateway",
        "event-gateway-kind",
        "event-gateway-shared",
        "event-kind",
        "event-plain",
        "event-split",
        "event-subprocess-boundary",
        "event-subprocess-error",
        "event-subprocess-flow",
        "event-subprocess-loop",
        "event-subprocess-start",
        "events",
        "extension-unknown",
        "feel",
        "flow-crosses",
        "flow-open",
        "flow-to-itself",
        "foreign",
        "foreign-loop",
        "form-unknown",
        "id-form",
        "id-missing",
        "id-twice",
        "link-open",
        "loop-behavior",
        "loop-count",
        "loop-endless",
        "loop-maximum",
        "loop-source",
        "mapping",
        "message-missing",
        "message-thrown",
        "misplaced",
        "name-taken",
        "no-adHocSubProcess",
        "no-cancelEventDefinition",
        "no-compensateEventDefinition",
        "no-compensation",
        "no-complexGateway",
        "no-correlationProperty",
        "no-dataInputAssociation",
        "no-dataObject",
        "no-dataObjectReference",
        "no-dataOutputAssociation",
        "no-dataStore",
        "no-dataStoreReference",
        "no-end",
        "no-ioSpecification",
        "no-process",
        "no-start",
        "no-transaction",
        "not-bpmn",
        "not-runnable",
        "operation-missing",
        "quantity",
        "receive-instantiates",
        "script-language",
        "script-missing",
        "script-unread",
        "signal-missing",
        "start-entered",
        "start-event",
        "starts",
        "timer",
        "timer-cycle",
        "timer-missing",
        "too-many",
        "unreachable",
        *(rule for rule, severity in SEVERITIES.items() if severity == "error"),
    }
)
WARNINGS = frozenset(
    {
        "attribute-ignored",
        "branch-never",
        "code-uncaught",
        "drawn-twice",
        "gateway-mixed",
        "join-alternatives",
        "join-back-edge",
        "message-uncorrelated",
        "name-unknown",
        "no-default",
        "no-default-for-null",
        "not-drawn",
        *(rule for rule, severity in SEVERITIES.items() if severity == "warning"),
        "operation-unknown",
    }
)
MOST_FINDINGS = 50


class Finding(NamedTuple):
    """What a rule found at an element; the message is a sentence that names the cure."""

    element: Root | None
    rule: str
    message: str


def problem(file: str, finding: tuple[Root | None, str, str]) -> Problem:
    """The finding as the answer shows it: with the nearest id around its element."""
    element, rule, message = finding
    place = element
    while place is not None and not place.get("id"):
        place = place.getparent()
    line = element.sourceline if element is not None else None
    name = place.get("id") if place is not None else None
    return Problem(file, name, line, rule, severity(rule), message)


def severity(rule: str) -> str:
    return "warning" if rule in WARNINGS else "error"


def limited(problems: list[Problem]) -> list[Problem]:
    """The first findings of each rule; what is left out is said, so that a hostile file cannot make the answer huge."""
    seen: dict[str, int] = {}
    kept = []
    for item in problems:
        seen[item.rule] = seen.get(item.rule, 0) + 1
        if seen[item.rule] <= MOST_FINDINGS:
            kept.append(item)
        elif seen[item.rule] == MOST_FINDINGS + 1:
            more = f"More of the same are left out here. {item.message}"
            kept.append(Problem(item.file, item.element, item.line, item.rule, item.severity, more))
    return kept
