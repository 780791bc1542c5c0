"""One pass over a parsed model before the library sees it: shorthand is rewritten, element ids stay.

Conditions and timers get a mark that tells the environment how to evaluate them; several flows out of a task become a gateway
behind it; a link pair becomes a flow; a signal end becomes a throw and a plain end. The deployed bytes stay as they are.
"""

import copy

from lxml import etree

from engine.spiff.elements import NINEFOLD, bpmn
from engine.spiff.environment import COLLECTION, CONDITION, COUNT
from engine.xml import Root, local_name

NODES = {
    bpmn(tag): tag
    for tag in [
        "startEvent",
        "endEvent",
        "userTask",
        "task",
        "manualTask",
        "subProcess",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "callActivity",
        "transaction",
        "scriptTask",
        "serviceTask",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "receiveTask",
        "sendTask",
        "eventBasedGateway",
        "businessRuleTask",
        "complexGateway",
        "adHocSubProcess",
    ]
}
ACTIVITIES = {
    tag for tag, name in NODES.items() if name.endswith("Task") or name in {"task", "callActivity", "subProcess"}
}
GATEWAYS = {bpmn(tag) for tag in ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway")}
OVER = f"{{{NINEFOLD}}}collection"
PYTHON = "python"
TIMERS = ("timeDate", "timeDuration", "timeCycle")
CONDITIONS = tuple(map(bpmn, ("conditionExpression", "condition", "completionCondition", "loopCondition")))
CODES = {"message": "name", "signal": "name", "error": "errorCode", "escalation": "escalationCode"}


def event_subprocesses(root: Root) -> list[Root]:
    return [sub for sub in root.iter(bpmn("subProcess")) if sub.get("triggeredByEvent") == "true"]


def normalise(root: Root) -> Root:
    """A copy of the model that the library understands."""
    model = copy.deepcopy(root)
    for sub in event_subprocesses(model):
        _start_by_us(sub)
    _own_references(model)
    for condition in model.iter(*CONDITIONS):
        condition.text = CONDITION + text_of(condition)
    for cardinality in model.iter(bpmn("loopCardinality")):
        cardinality.text = COUNT + text_of(cardinality)
    for loop in model.iter(bpmn("multiInstanceLoopCharacteristics")):
        if loop.get(OVER) is not None:
            etree.SubElement(loop, bpmn("loopDataInputRef")).text = COLLECTION + loop.get(OVER, "")
    for definition in model.iter(bpmn("timerEventDefinition")):
        _mark_timer(definition)
    for container in [*model.iter(bpmn("process")), *model.iter(bpmn("subProcess"))]:
        _join_links(container)
        _split_signal_ends(container)
        _split_flows(container)
    return model


def language_of(task: Root) -> str:
    """The language of a script task in lower case; a Python of any kind is `python`."""
    given = str(task.get("scriptFormat", "feel")).strip().lower()
    return PYTHON if given in {"python", "python3", "text/x-python", "application/x-python"} else given


def text_of(element: Root | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _own_references(model: Root) -> None:
    """The library keeps messages, signals, errors and escalations of all files by id: here each file gets its own."""
    process = next(iter(model.iter(bpmn("process"))), None)
    prefix = "" if process is None else f"{process.get('id')}/"
    for element in model.iter():
        for kind in CODES:
            if element.tag == bpmn(kind) and element.get("id"):
                element.set("id", prefix + element.get("id", ""))
            elif element.get(f"{kind}Ref"):
                element.set(f"{kind}Ref", prefix + element.get(f"{kind}Ref", ""))


def _start_by_us(sub: Root) -> None:
    """The library starts an event subprocess by message only, so each becomes one: `starts` knows what it really waits for."""
    for start in sub.findall(bpmn("startEvent")):
        for definition in start:
            if (
                local_name(definition).endswith("EventDefinition")
                and local_name(definition) != "messageEventDefinition"
            ):
                start.replace(definition, etree.Element(bpmn("messageEventDefinition")))
                start.set("name", start.get("id", ""))


def _mark_timer(definition: Root) -> None:
    """Durations become dates computed once by us, so that months are months and nothing is negative."""
    for kind in TIMERS:
        for element in definition.findall(bpmn(kind)):
            element.text = f"{kind}:{text_of(element)}"
            if kind == "timeDuration":
                element.tag = bpmn("timeDate")


def _flows(container: Root) -> list[Root]:
    return list(container.findall(bpmn("sequenceFlow")))


def _retarget(node: Root, tag: str, old: str, new: str | None) -> None:
    for reference in node.findall(bpmn(tag)):
        if text_of(reference) == old:
            if new is None:
                node.remove(reference)
            else:
                reference.text = new


def _split_flows(container: Root) -> None:
    for node in [child for child in container if child.tag in ACTIVITIES]:
        leaving = [flow for flow in _flows(container) if flow.get("sourceRef") == node.get("id")]
        conditional = any(flow.find(bpmn("conditionExpression")) is not None for flow in leaving)
        if len(leaving) < 2 and not conditional:
            continue
        name = f"{node.get('id')}.split"
        gateway = etree.SubElement(container, bpmn("inclusiveGateway" if conditional else "parallelGateway"), id=name)
        if node.get("default"):
            gateway.set("default", node.attrib.pop("default"))
        for flow in leaving:
            if (
                conditional
                and flow.find(bpmn("conditionExpression")) is None
                and flow.get("id") != gateway.get("default")
            ):
                etree.SubElement(flow, bpmn("conditionExpression")).text = CONDITION + "true"
            flow.set("sourceRef", name)
            _retarget(node, "outgoing", flow.get("id", ""), None)
        etree.SubElement(
            container, bpmn("sequenceFlow"), id=f"{name}.flow", sourceRef=node.get("id", ""), targetRef=name
        )


def _split_signal_ends(container: Root) -> None:
    for node in container.findall(bpmn("endEvent")):
        if node.find(bpmn("signalEventDefinition")) is None:
            continue
        node.tag = bpmn("intermediateThrowEvent")
        end = f"{node.get('id')}.end"
        etree.SubElement(container, bpmn("endEvent"), id=end)
        etree.SubElement(container, bpmn("sequenceFlow"), id=f"{end}.flow", sourceRef=node.get("id", ""), targetRef=end)


def _join_links(container: Root) -> None:
    catches = {
        _link(node): node for node in container.findall(bpmn("intermediateCatchEvent")) if _link(node) is not None
    }
    for node in container.findall(bpmn("intermediateThrowEvent")):
        target = catches.get(_link(node)) if _link(node) is not None else None
        if target is None:
            continue
        _plain(node)
        etree.SubElement(
            container,
            bpmn("sequenceFlow"),
            id=f"{node.get('id')}.link",
            sourceRef=node.get("id", ""),
            targetRef=target.get("id", ""),
        )
    for node in catches.values():
        _plain(node)


def _link(node: Root) -> str | None:
    definition = node.find(bpmn("linkEventDefinition"))
    return None if definition is None else str(definition.get("name"))


def _plain(node: Root) -> None:
    """A link event becomes a task without work: the library's none catch event would wait."""
    for definition in node.findall(bpmn("linkEventDefinition")):
        node.remove(definition)
    node.tag = bpmn("scriptTask")
