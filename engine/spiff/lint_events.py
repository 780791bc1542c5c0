"""Lint of events and of every kind of element: what is not on a list of what runs is refused, so nothing stands in between.

`KINDS` says which event definition may stand where; docs/elements.md is the same in words, and a test compares the two.
"""

from collections.abc import Iterator, Mapping

from engine.spiff.elements import bpmn
from engine.spiff.normalise import ACTIVITIES, NODES
from engine.xml import Root, local_name

KINDS: Mapping[str, tuple[str, ...]] = {
    "startEvent": ("message", "timer", "signal", "error", "escalation", "conditional"),
    "intermediateCatchEvent": ("message", "timer", "signal", "link", "conditional"),
    "intermediateThrowEvent": ("signal", "escalation", "link"),
    "boundaryEvent": ("message", "timer", "signal", "error", "escalation", "conditional"),
    "endEvent": ("signal", "error", "escalation", "terminate"),
}
REFUSED_ALONE = {"compensate", "cancel"}
"""Event definitions with a rule of their own, wherever they stand."""
SILENT = frozenset(
    [
        "sequenceFlow",
        "laneSet",
        "textAnnotation",
        "association",
        "group",
        "documentation",
        "extensionElements",
        "auditing",
        "monitoring",
        "property",
        "resourceRole",
        "performer",
        "humanPerformer",
        "potentialOwner",
        "correlationSubscription",
        "supportedInterfaceRef",
        "category",
        "ioSpecification",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "incoming",
        "outgoing",
        "standardLoopCharacteristics",
        "multiInstanceLoopCharacteristics",
    ]
)
"""What may stand in a process or subprocess without being run: drawn, documented, or refused by a rule of its own."""
Finding = tuple[Root | None, str, str]


def events(root: Root) -> Iterator[Finding]:
    """Every event has at most one definition, of a kind that runs where it stands."""
    messages = {message.get("id"): message.get("name") for message in root.iter(bpmn("message"))}
    for tag in KINDS:
        for event in root.iter(bpmn(tag)):
            found = definitions(event)
            if len(found) > 1:
                yield event, "events", "Expected one event definition"
            yield from _placed(event, tag, {kind_of(item) for item in found})
            for definition in found:
                yield from _definition(event, tag, definition, messages)
    for task in root.iter(bpmn("receiveTask")):
        if not messages.get(task.get("messageRef")):
            yield task, "message-missing", "Expected a named message"
        if task.get("instantiate") == "true":
            yield task, "receive-instantiates", "Expected a receive task inside the flow; cases are started by commands"


def definitions(event: Root) -> list[Root]:
    return [child for child in event if isinstance(child.tag, str) and child.tag.endswith("EventDefinition")]


def kind_of(definition: Root) -> str:
    return local_name(definition).removesuffix("EventDefinition")


def _placed(event: Root, tag: str, kinds: set[str]) -> Iterator[Finding]:
    if tag in {"intermediateCatchEvent", "boundaryEvent"} and not kinds:
        yield event, "event-plain", "Expected a message, signal or timer that is caught"
    if tag in {"endEvent", "intermediateThrowEvent"} and "message" in kinds:
        yield event, "message-thrown", "Messages are sent by service tasks with an operation"
    elif kinds - set(KINDS[tag]) - REFUSED_ALONE and tag != "startEvent":
        rule = "end-event" if tag == "endEvent" else "event-kind"
        plain = "none, " if tag in {"endEvent", "intermediateThrowEvent"} else ""
        yield event, rule, f"Expected one of the kinds {plain}{', '.join(KINDS[tag])}"
    if tag == "boundaryEvent" and "error" in kinds and event.get("cancelActivity") == "false":
        yield event, "boundary-error", "Expected an interrupting event; an error always ends what it happened in"
    around = event.getparent()
    plain_scope = around is not None and around.tag == bpmn("subProcess") and around.get("triggeredByEvent") != "true"
    if tag == "startEvent" and kinds and plain_scope:
        yield event, "start-event", "Expected a plain start event; only an event subprocess is started by an event"


def _definition(
    event: Root, tag: str, definition: Root, messages: Mapping[str | None, str | None]
) -> Iterator[Finding]:
    if kind_of(definition) == "message" and not messages.get(definition.get("messageRef")):
        yield event, "message-missing", "Expected a named message"
    if kind_of(definition) == "timer" and len(definition) != 1:
        yield event, "timer-missing", "Expected one date, duration or cycle"
    if kind_of(definition) == "conditional" and len(definition.findall(bpmn("condition"))) != 1:
        yield event, "condition-missing", "Expected one condition; write it in FEEL"
    repeats = definition.find(bpmn("timeCycle")) is not None
    stays = event.get("cancelActivity" if tag == "boundaryEvent" else "isInterrupting") == "false"
    if repeats and not (stays and tag in {"boundaryEvent", "startEvent"}):
        yield event, "timer-cycle", "Expected a cycle only on a boundary or start event that does not interrupt"


def gateways(root: Root) -> Iterator[Finding]:
    """An event-based gateway leads to catching elements that nothing else leads to."""
    nodes = {node.get("id"): node for node in root.iter() if node.tag in NODES}
    flows = list(root.iter(bpmn("sequenceFlow")))
    entered = [flow.get("targetRef") for flow in flows]
    for gateway in root.iter(bpmn("eventBasedGateway")):
        targets = [nodes.get(flow.get("targetRef")) for flow in flows if flow.get("sourceRef") == gateway.get("id")]
        if any(node is None or not _catches(node) for node in targets):
            yield gateway, "event-gateway", "Expected catch events behind an event-based gateway"
        if any(node is not None and entered.count(node.get("id")) > 1 for node in targets):
            yield gateway, "event-gateway-shared", "Expected events behind the gateway that nothing else leads to"
        if gateway.get("instantiate") == "true" or gateway.get("eventGatewayType") == "Parallel":
            yield (
                gateway,
                "event-gateway-kind",
                "Expected a gateway inside the flow that takes the event that comes first",
            )


def _catches(node: Root) -> bool:
    linked = node.find(bpmn("linkEventDefinition")) is not None
    return node.tag in {bpmn("intermediateCatchEvent"), bpmn("receiveTask")} and not linked


def event_subprocesses(root: Root) -> Iterator[Finding]:
    """An event subprocess stands beside the flow of its scope and has one start of a kind that runs."""
    attached = {event.get("attachedToRef"): event for event in root.iter(bpmn("boundaryEvent"))}
    ends = {flow.get(end) for flow in root.iter(bpmn("sequenceFlow")) for end in ("sourceRef", "targetRef")}
    for sub in root.iter(bpmn("subProcess")):
        if sub.get("triggeredByEvent") != "true":
            continue
        if sub.get("id") in ends:
            yield sub, "event-subprocess-flow", "Expected no flow to or from an event subprocess; its start begins it"
        if sub.get("id") in attached:
            yield (
                attached[sub.get("id")],
                "event-subprocess-boundary",
                "Expected no boundary event on an event subprocess",
            )
        if any(str(child.tag).endswith("LoopCharacteristics") for child in sub):
            yield sub, "event-subprocess-loop", "Expected no loop; an event subprocess starts each time its event comes"
        for start in sub.findall(bpmn("startEvent")):
            yield from _event_start(start)


def _event_start(start: Root) -> Iterator[Finding]:
    kinds = {kind_of(definition) for definition in definitions(start)}
    if not kinds or kinds - set(KINDS["startEvent"]):
        yield start, "event-subprocess-start", f"Expected one of the kinds {', '.join(KINDS['startEvent'])}"
    if "error" in kinds and start.get("isInterrupting") == "false":
        yield start, "event-subprocess-error", "Expected an interrupting start; an error ends what it happened in"


def kinds(root: Root) -> Iterator[Finding]:
    """Elements and switches of BPMN that nothing here runs."""
    for container in [*root.iter(bpmn("process")), *root.iter(bpmn("subProcess"))]:
        for child in container:
            known = not isinstance(child.tag, str) or child.tag in NODES or child.tag.rpartition("}")[2] in SILENT
            if not known and child.tag.startswith(bpmn("")):
                yield child, "element-unknown", "Expected an element that the engine runs; this kind is not supported"
    for activity in [node for node in root.iter() if node.tag in ACTIVITIES]:
        if activity.get("isForCompensation") == "true":
            yield activity, "no-compensation", "Compensation is not supported"
        if {activity.get("startQuantity", "1"), activity.get("completionQuantity", "1")} != {"1"}:
            yield activity, "quantity", "Expected one token to start an activity and one to leave it"
    for loop in root.iter(bpmn("multiInstanceLoopCharacteristics")):
        if loop.get("behavior", "All") != "All" or loop.find(bpmn("complexBehaviorDefinition")) is not None:
            yield loop, "loop-behavior", "Expected a multi-instance activity that throws no events of its own"
