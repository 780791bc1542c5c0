"""The linter: what the library would run wrongly without a word is refused by rule, element and sentence. The one authority at deployment.

Rules of one model are here; `lint_set` has what only a whole release can answer.
"""

import re
from collections import Counter
from collections.abc import Iterator

from engine.model import Problem
from engine.spiff.elements import NINEFOLD, bpmn
from engine.spiff.environment import SET_FACT
from engine.spiff.lint_events import event_subprocesses, events, gateways, kinds
from engine.spiff.lint_expressions import expressions
from engine.spiff.normalise import ACTIVITIES, NODES
from engine.xml import Root

_ID = re.compile(r"[A-Za-z_][\w.-]*")
_NAME = re.compile(r"[^\W\d]\w*")
_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_REFUSED = {
    "complexGateway": "complex gateways are not supported; use an inclusive or exclusive gateway",
    "adHocSubProcess": "ad-hoc subprocesses are not supported; start extra work from the case page",
    "transaction": "transactions are not supported; use a subprocess",
    "compensateEventDefinition": "compensation is not supported",
    "cancelEventDefinition": "cancel events are not supported",
    "conditionalEventDefinition": "conditional events are not supported; use a gateway or a message",
    "dataObject": "data objects are not supported; use case facts",
    "dataObjectReference": "data objects are not supported; use case facts",
    "dataStore": "data stores are not supported",
    "dataStoreReference": "data stores are not supported",
    "ioSpecification": "input and output specifications are not supported",
}
Finding = tuple[Root | None, str, str]


def lint_model(root: Root, file: str) -> tuple[Problem, ...]:
    """Findings in one model, in document order of the rules."""
    if root.tag != bpmn("definitions"):
        return (
            Problem(file, None, root.sourceline, "not-bpmn", "error", "Expected a BPMN file, but its root is another"),
        )
    found = [problem(file, "error", finding) for rule in _ERRORS for finding in rule(root)]
    found += [problem(file, "warning", finding) for rule in _WARNINGS for finding in rule(root)]
    return tuple(found)


def problem(file: str, severity: str, finding: Finding) -> Problem:
    element, rule, message = finding
    place = element
    while place is not None and not place.get("id"):
        place = place.getparent()
    line = element.sourceline if element is not None else None
    return Problem(file, place.get("id") if place is not None else None, line, rule, severity, message)


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
            yield container, "no-start", "Expected a start event"
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
    for element in root.iter():
        if isinstance(element.tag, str) and "camunda" in element.tag.split("}")[0]:
            yield element, "foreign", "Expected our own attributes; this one comes from another product"
        elif isinstance(element.tag, str) and any(
            "camunda.org" in key and key.endswith(("collection", "elementVariable")) for key in element.attrib
        ):
            yield element, "foreign-loop", "Expected loopDataInputRef or loopCardinality for a multi-instance activity"


def _flows(root: Root) -> Iterator[Finding]:
    nodes = {node.get("id"): node for node in root.iter() if node.tag in NODES}
    gateways = {bpmn("exclusiveGateway"), bpmn("inclusiveGateway")} | ACTIVITIES
    for flow in root.iter(bpmn("sequenceFlow")):
        source, target = nodes.get(flow.get("sourceRef")), nodes.get(flow.get("targetRef"))
        if source is None or target is None:
            yield flow, "flow-open", "Expected a flow between two elements"
            continue
        if source is target:
            yield flow, "flow-to-itself", "Expected a flow to another element"
        if source.getparent() is not target.getparent():
            yield flow, "flow-crosses", "Expected a flow inside one process or subprocess"
        if flow.find(bpmn("conditionExpression")) is not None and source.tag not in gateways:
            yield flow, "condition-ignored", "Expected a condition only on a flow that leaves a gateway or an activity"
    for gateway in root.iter(bpmn("exclusiveGateway"), bpmn("inclusiveGateway")):
        leaving = [flow for flow in root.iter(bpmn("sequenceFlow")) if flow.get("sourceRef") == gateway.get("id")]
        for flow in leaving:
            plain = flow.find(bpmn("conditionExpression")) is None
            if len(leaving) > 1 and plain and flow.get("id") != gateway.get("default"):
                yield flow, "condition-missing", "Expected a condition on each flow that is not the default"


def _activities(root: Root) -> Iterator[Finding]:
    for task in root.iter(bpmn("serviceTask"), bpmn("sendTask")):
        if not task.get(f"{{{NINEFOLD}}}operation"):
            yield task, "operation-missing", "Expected an operation"
        answer = task.get(f"{{{NINEFOLD}}}answer")
        if answer is not None and not _NAME.fullmatch(answer):
            yield task, "answer-name", "Expected a name under which the answer stands"
        if answer is not None and task.get(f"{{{NINEFOLD}}}operation") == SET_FACT:
            yield task, "answer-name", "Expected no name for an answer; setting case facts gives none"
    for task in root.iter(bpmn("scriptTask")):
        if task.get("scriptFormat", "feel").lower() != "feel":
            yield task, "script-language", "Expected a script in FEEL; other languages are switched off"
        if not (task.findtext(bpmn("script")) or "").strip():
            yield task, "script-missing", "Expected a script"
    for loop in root.iter(bpmn("standardLoopCharacteristics")):
        if not (loop.get("loopMaximum") or "").isdecimal():
            yield loop, "loop-maximum", "Expected an upper bound on a loop"
    for loop in root.iter(bpmn("multiInstanceLoopCharacteristics")):
        if (loop.find(bpmn("loopCardinality")) is None) == (loop.find(bpmn("loopDataInputRef")) is None):
            yield loop, "loop-source", "Expected either loopCardinality or loopDataInputRef"


def _links(root: Root) -> Iterator[Finding]:
    for container in [*root.iter(bpmn("process")), *root.iter(bpmn("subProcess"))]:
        ends = {
            tag: [
                (event, link.get("name"))
                for event in container.findall(bpmn(tag))
                for link in event.findall(bpmn("linkEventDefinition"))
            ]
            for tag in ("intermediateThrowEvent", "intermediateCatchEvent")
        }
        for tag, other in zip(ends, reversed(ends), strict=True):
            names = [name for _event, name in ends[other]]
            for event, name in ends[tag]:
                if names.count(name) != 1 and not (tag == "intermediateCatchEvent" and names.count(name) > 1):
                    yield event, "link-open", "Expected a link to have its other end in the same process"


def _unlabelled(root: Root) -> Iterator[Finding]:
    for gateway in root.iter(bpmn("exclusiveGateway")):
        leaving = [flow for flow in root.iter(bpmn("sequenceFlow")) if flow.get("sourceRef") == gateway.get("id")]
        if len(leaving) > 1 and not gateway.get("default"):
            yield gateway, "no-default", "A default flow keeps a case from failing when no condition holds"


def _mixed(root: Root) -> Iterator[Finding]:
    flows = list(root.iter(bpmn("sequenceFlow")))
    for gateway in root.iter(bpmn("parallelGateway"), bpmn("inclusiveGateway")):
        entering = sum(flow.get("targetRef") == gateway.get("id") for flow in flows)
        leaving = sum(flow.get("sourceRef") == gateway.get("id") for flow in flows)
        if entering > 1 and leaving > 1:
            yield (
                gateway,
                "gateway-mixed",
                "This gateway first waits for all its incoming flows; merge them before it if only one comes",
            )


def _undrawn(root: Root) -> Iterator[Finding]:
    drawn = {shape.get("bpmnElement") for shape in root.iter(f"{_DI}BPMNShape")}
    for node in root.iter():
        if node.tag in NODES and node.get("id") not in drawn:
            yield node, "not-drawn", "This element has no place on the diagram"


_ERRORS = (
    _ids,
    _processes,
    _refused,
    _flows,
    events,
    gateways,
    event_subprocesses,
    kinds,
    _activities,
    _links,
    expressions,
)
_WARNINGS = (_unlabelled, _mixed, _undrawn)
