"""One pass over a parsed model before the library sees it: our attributes are read, shorthand is rewritten, element ids stay.

Conditions and timers get a mark that tells the environment how to evaluate them; several flows out of a task become a gateway
behind it; a link pair becomes a flow; a signal end becomes a throw and a plain end. The deployed bytes stay as they are.
"""

import copy
from collections.abc import Iterator, Mapping

from lxml import etree

from engine.spiff.elements import NINEFOLD, Element, EventStart, Process, bpmn
from engine.spiff.environment import CONDITION, COUNT
from engine.xml import Root

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
TIMERS = ("timeDate", "timeDuration", "timeCycle")
CODES = {"message": "name", "signal": "name", "error": "errorCode", "escalation": "escalationCode"}


def processes(root: Root) -> tuple[Process, ...]:
    """The processes of a model, in document order."""
    return tuple(
        Process(
            process.get("id", ""),
            process.get("name", process.get("id", "")),
            process.get(f"{{{NINEFOLD}}}grade"),
            process.get(f"{{{NINEFOLD}}}outcome"),
        )
        for process in root.iter(bpmn("process"))
    )


def elements(root: Root) -> Mapping[tuple[str, str], Element]:
    """Flow nodes by (id of the nearest process or subprocess around them, own id)."""
    found = {}
    for process in root.iter(bpmn("process")):
        for scope, node in _nodes(process, process.get("id", "")):
            found[scope, node.get("id", "")] = _element(node, process.get("id", ""))
    return found


def scopes(root: Root) -> Mapping[str, str]:
    """Id of each process and subprocess -> key of the process that draws it."""
    found = {}
    for process in root.iter(bpmn("process")):
        key = process.get("id", "")
        found[key] = key
        found.update({sub.get("id", ""): key for sub in process.iter(bpmn("subProcess"), bpmn("transaction"))})
    return found


def event_starts(root: Root) -> Mapping[str, tuple[EventStart, ...]]:
    """Id of each process and subprocess -> the starts of the event subprocesses in it."""
    named = {
        (kind, item.get("id")): item.get(attribute)
        for kind, attribute in CODES.items()
        for item in root.iter(bpmn(kind))
    }
    found: dict[str, tuple[EventStart, ...]] = {}
    for sub in _event_subprocesses(root):
        scope = sub.getparent().get("id", "")
        start = sub.find(bpmn("startEvent"))
        definition = next(child for child in start if _local(child).endswith("EventDefinition"))
        kind = _local(definition).removesuffix("EventDefinition")
        timer = next((child for child in definition if _local(child) in TIMERS), None)
        item = EventStart(
            sub=sub.get("id", ""),
            element=start.get("id", ""),
            kind=kind,
            name=named.get((kind, definition.get(f"{kind}Ref"))),
            text="" if timer is None else f"{_local(timer)}:{_text(timer)}",
            interrupting=start.get("isInterrupting", "true") == "true",
        )
        found[scope] = (*found.get(scope, ()), item)
    return found


def _event_subprocesses(root: Root) -> list[Root]:
    return [sub for sub in root.iter(bpmn("subProcess")) if sub.get("triggeredByEvent") == "true"]


def _local(element: Root) -> str:
    return element.tag.split("}")[-1] if isinstance(element.tag, str) else ""


def normalise(root: Root) -> Root:
    """A copy of the model that the library understands."""
    model = copy.deepcopy(root)
    for sub in _event_subprocesses(model):
        _start_by_us(sub)
    _own_references(model)
    for condition in model.iter(bpmn("conditionExpression")):
        condition.text = CONDITION + _text(condition)
    for cardinality in model.iter(bpmn("loopCardinality")):
        cardinality.text = COUNT + _text(cardinality)
    for definition in model.iter(bpmn("timerEventDefinition")):
        _mark_timer(definition)
    for container in [*model.iter(bpmn("process")), *model.iter(bpmn("subProcess"))]:
        _join_links(container)
        _split_signal_ends(container)
        _split_flows(container)
    return model


def _text(element: Root | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _nodes(container: Root, scope: str) -> Iterator[tuple[str, Root]]:
    for child in container:
        if child.tag in NODES:
            yield scope, child
            if child.tag in {bpmn("subProcess"), bpmn("transaction")}:
                yield from _nodes(child, child.get("id", ""))


def _element(node: Root, process: str) -> Element:
    def own(name: str) -> str | None:
        found: str | None = node.get(f"{{{NINEFOLD}}}{name}")
        return found

    priority = own("priority") or "50"
    script = node.find(bpmn("script"))
    documentation = node.find(bpmn("documentation"))
    kind = NODES[node.tag]
    return Element(
        id=node.get("id", ""),
        kind=kind,
        process=process,
        name=node.get("name") or node.get("id", ""),
        documentation=_text(documentation) or None,
        form=own("form"),
        group=own("group"),
        prefill=own("prefill"),
        due=own("due"),
        due_business_days=own("dueBusinessDays"),
        due_from=own("dueFrom"),
        priority=int(priority) if priority.isdecimal() else 50,
        may_assess=own("mayAssess") == "true",
        stage=own("stage"),
        decision=own("decision") if kind == "businessRuleTask" else None,
        result=own("result"),
        fact=own("fact"),
        operation=own("operation") if kind in {"serviceTask", "sendTask"} else None,
        parameters=own("parameters"),
        script=_text(script) if kind == "scriptTask" else None,
        correlation=own("correlation"),
        answer=own("answer") if kind in {"serviceTask", "sendTask"} else None,
    )


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
            if _local(definition).endswith("EventDefinition") and _local(definition) != "messageEventDefinition":
                start.replace(definition, etree.Element(bpmn("messageEventDefinition")))
                start.set("name", start.get("id", ""))


def _mark_timer(definition: Root) -> None:
    """Durations become dates computed once by us, so that months are months and nothing is negative."""
    for kind in TIMERS:
        for element in definition.findall(bpmn(kind)):
            element.text = f"{kind}:{_text(element)}"
            if kind == "timeDuration":
                element.tag = bpmn("timeDate")


def _flows(container: Root) -> list[Root]:
    return list(container.findall(bpmn("sequenceFlow")))


def _retarget(node: Root, tag: str, old: str, new: str | None) -> None:
    for reference in node.findall(bpmn(tag)):
        if _text(reference) == old:
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
