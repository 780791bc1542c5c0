"""The linter: what the library would run wrongly without a word is refused by rule, element and sentence. The one authority at deployment.

Rules of one model are here and in its sisters `lint_*`; `lint_set` has what only a whole release can answer.
"""

import re
from collections import Counter
from collections.abc import Iterator

from engine.model import Problem
from engine.spiff.elements import NINEFOLD, bpmn
from engine.spiff.environment import SET_FACT
from engine.spiff.lint_attributes import attributes
from engine.spiff.lint_drawing import drawing
from engine.spiff.lint_events import event_subprocesses, events, gateways, kinds
from engine.spiff.lint_expressions import expressions
from engine.spiff.lint_flow import endless, ends, misplaced, sizes, unreached
from engine.spiff.lint_foreign import foreign
from engine.spiff.lint_gateways import choices, conditions, joins
from engine.spiff.lint_graph import graph_of
from engine.spiff.lint_joins import alternatives
from engine.spiff.lint_mappings import mappings
from engine.spiff.lint_references import declared, flow_ends, link_ends, taken, uncorrelated
from engine.spiff.lint_rules import limited, problem
from engine.spiff.normalise import NODES, PYTHON, language_of
from engine.xml import Root

_ID = re.compile(r"[A-Za-z_][\w.-]*")
_NAME = re.compile(r"[^\W\d]\w*")
_REFUSED = {
    "complexGateway": "complex gateways are not supported; use an inclusive or exclusive gateway",
    "adHocSubProcess": "ad-hoc subprocesses are not supported; start extra work from the case page",
    "transaction": "transactions are not supported; use a subprocess",
    "compensateEventDefinition": "compensation is not supported; draw the way back as tasks behind a gateway",
    "cancelEventDefinition": "cancel events are not supported; end a subprocess by an error end event",
    "correlationProperty": "correlation properties are not supported; set ninefold:correlation where the message is caught",
    "dataObject": "data objects are not supported; use case facts",
    "dataObjectReference": "data objects are not supported; use case facts",
    "dataStore": "data stores are not supported; use case facts",
    "dataStoreReference": "data stores are not supported; use case facts",
    "ioSpecification": "input and output specifications are not supported; use ninefold:ioMapping",
    "dataInputAssociation": "data associations are not supported; use ninefold:ioMapping",
    "dataOutputAssociation": "data associations are not supported; use ninefold:ioMapping",
}
Finding = tuple[Root | None, str, str]


def lint_model(root: Root, file: str) -> tuple[Problem, ...]:
    """Findings in one model, in document order of the rules."""
    if root.tag != bpmn("definitions"):
        return (
            Problem(file, None, root.sourceline, "not-bpmn", "error", "Expected a BPMN file, but its root is another"),
        )
    graph = graph_of(root)
    found = [problem(file, finding) for finding in sizes(graph)]
    if found:
        return tuple(found)
    found += [problem(file, finding) for rule in _MODEL_RULES for finding in rule(root)]
    found += [problem(file, finding) for rule in _GRAPH_RULES for finding in rule(graph)]
    return tuple(limited(found))


def _ids(root: Root) -> Iterator[Finding]:
    counts = Counter(element.get("id") for element in root.iter() if isinstance(element.tag, str) and element.get("id"))
    for element in root.iter():
        name = element.get("id") if isinstance(element.tag, str) else None
        if element.tag in NODES and not name:
            yield element, "id-missing", "Expected an id on every element"
        if name and not _ID.fullmatch(name):
            yield element, "id-form", "Expected an id of letters, digits, dots, hyphens and underscores"
        if name and counts[name] > 1:
            yield element, "id-twice", "Expected ids to differ within the file"


def _processes(root: Root) -> Iterator[Finding]:
    found = list(root.iter(bpmn("process")))
    if not any(process.get("isExecutable", "true") == "true" for process in found):
        yield root, "no-process", "Expected an executable process"
    for container in [*found, *root.iter(bpmn("subProcess"))]:
        starts = container.findall(bpmn("startEvent"))
        if not starts:
            yield container, "no-start", "Expected a start event; draw one before the first element"
        if len(starts) > 1:
            yield container, "starts", "Expected one start event; start by other ways through several processes"
        if container.tag == bpmn("process"):
            for start in starts:
                if any(child.tag.endswith("EventDefinition") for child in start):
                    yield start, "start-event", "Expected a plain start event; cases are started by commands"


def _refused(root: Root) -> Iterator[Finding]:
    for tag, sentence in _REFUSED.items():
        for element in root.iter(bpmn(tag)):
            yield element, f"no-{tag}", sentence[0].upper() + sentence[1:]


def _activities(root: Root) -> Iterator[Finding]:
    for task in root.iter(bpmn("serviceTask"), bpmn("sendTask")):
        if not task.get(f"{{{NINEFOLD}}}operation"):
            yield task, "operation-missing", "Expected an operation; name one with ninefold:operation"
        answer = task.get(f"{{{NINEFOLD}}}answer")
        if answer is not None and not _NAME.fullmatch(answer):
            yield task, "answer-name", "Expected a name under which the answer stands"
        if answer is not None and task.get(f"{{{NINEFOLD}}}operation") == SET_FACT:
            yield task, "answer-name", "Expected no name for an answer; setting case facts gives none"
    for task in root.iter(bpmn("scriptTask")):
        if language_of(task) not in {"feel", PYTHON}:
            yield task, "script-language", "Expected a script in FEEL; no other language runs here"
        if not (task.findtext(bpmn("script")) or "").strip():
            yield task, "script-missing", "Expected a script"
    for loop in root.iter(bpmn("standardLoopCharacteristics")):
        if not (loop.get("loopMaximum") or "").isdecimal():
            yield loop, "loop-maximum", "Expected an upper bound on a loop; set loopMaximum to a whole number"
    for loop in root.iter(bpmn("multiInstanceLoopCharacteristics")):
        given = [loop.find(bpmn(tag)) is not None for tag in ("loopCardinality", "loopDataInputRef")]
        if sum([*given, loop.get(f"{{{NINEFOLD}}}collection") is not None]) != 1:
            yield loop, "loop-source", "Expected one of loopCardinality, loopDataInputRef and ninefold:collection"
        for tag in ("loopDataInputRef", "loopDataOutputRef"):
            for reference in loop.findall(bpmn(tag)):
                if not _NAME.fullmatch((reference.text or "").strip()):
                    yield reference, "loop-source", f"Expected {tag} to be the name of a variable"
        for item in loop.iter(bpmn("inputDataItem"), bpmn("outputDataItem")):
            if not _NAME.fullmatch(item.get("id") or ""):
                yield item, "loop-source", "Expected an id that is the name of a variable for each instance"


_MODEL_RULES = (_ids, _processes, _refused, events, gateways, event_subprocesses, kinds, _activities, expressions)
_GRAPH_RULES = (
    flow_ends,
    conditions,
    link_ends,
    declared,
    taken,
    ends,
    misplaced,
    unreached,
    endless,
    attributes,
    foreign,
    mappings,
    choices,
    joins,
    alternatives,
    uncorrelated,
    drawing,
)
