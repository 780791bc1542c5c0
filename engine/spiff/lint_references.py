"""Rules about names that one place of a model gives and another one uses: flow ends, links, messages, signals, error codes."""

from collections import Counter
from collections.abc import Iterator

from engine.spiff.elements import NINEFOLD, bpmn
from engine.spiff.lint_graph import CONTAINERS, Graph
from engine.spiff.lint_rules import Finding

_CODES = {"error": "errorCode", "escalation": "escalationCode"}
_MARKS = {"event_fired", "event_value", "seen_events", "dues"}
_CAUGHT = ("intermediateCatchEvent", "boundaryEvent", "receiveTask", "startEvent")


def flow_ends(graph: Graph) -> Iterator[Finding]:
    """A flow joins two elements of one process or subprocess."""
    for flow in graph.open_flows:
        end = "sourceRef" if flow.get("sourceRef") not in graph.nodes else "targetRef"
        yield Finding(
            flow, "flow-open", f"Expected a flow between two elements, but its {end} leads to none; draw it again"
        )
    for flow in graph.flows:
        source, target = graph.nodes[flow.get("sourceRef")], graph.nodes[flow.get("targetRef")]
        if source is target:
            yield Finding(flow, "flow-to-itself", "Expected a flow to another element")
        if source.getparent() is not target.getparent() or flow.getparent() is not source.getparent():
            yield Finding(
                flow, "flow-crosses", "Expected a flow inside one process or subprocess, drawn where its two ends are"
            )


def link_ends(graph: Graph) -> Iterator[Finding]:
    """A link throw leads to exactly one catch of its name, in the same process or subprocess."""
    for container in graph.root.iter(*CONTAINERS):
        ends = {
            tag: [
                (event, link.get("name"))
                for event in container.findall(bpmn(tag))
                for link in event.findall(bpmn("linkEventDefinition"))
            ]
            for tag in ("intermediateThrowEvent", "intermediateCatchEvent")
        }
        for tag, other in zip(ends, reversed(ends), strict=True):
            names = Counter(name for _event, name in ends[other])
            for event, name in ends[tag]:
                if not names[name] or (tag == "intermediateThrowEvent" and names[name] > 1):
                    sentence = "Expected a link to have its other end in the same process, once, under the same name"
                    yield Finding(event, "link-open", sentence)


def declared(graph: Graph) -> Iterator[Finding]:
    """Signals, errors and escalations are declared in the file; what is thrown has a name or code that can be caught."""
    names = {
        kind: {
            item.get("id"): item.get(_CODES.get(kind, "name")) for item in graph.root.iter(bpmn(kind)) if item.get("id")
        }
        for kind in ("signal", "error", "escalation")
    }
    for kind, known in names.items():
        for definition in graph.root.iter(bpmn(f"{kind}EventDefinition")):
            reference = definition.get(f"{kind}Ref")
            throws = definition.getparent().tag in {bpmn("endEvent"), bpmn("intermediateThrowEvent")}
            if reference is None and kind != "signal" and not throws:
                continue  # catches every code
            if reference not in known:
                sentence = f"Expected a declared {kind}; choose one or declare it in this file"
                yield Finding(definition, f"{kind}-missing", sentence)
            elif not known[reference]:
                what = "a name" if kind == "signal" else "a code"
                yield Finding(definition, f"{kind}-missing", f"Expected {what} on the {kind} that is used here")


def taken(graph: Graph) -> Iterator[Finding]:
    """The library keeps what an event brings under the event's own name, beside its own marks."""
    for item in graph.root.iter(bpmn("message"), bpmn("signal")):
        if item.get("name") in _MARKS:
            yield Finding(item, "name-taken", "Expected another name; the engine keeps marks of its own under this one")


def uncorrelated(graph: Graph) -> Iterator[Finding]:
    """Several instances that wait for one message at a time all take the first that comes, unless a key tells them apart."""
    own = f"{{{NINEFOLD}}}correlation"
    for loop in graph.root.iter(bpmn("multiInstanceLoopCharacteristics")):
        if loop.get("isSequential") == "true":
            continue
        for event in loop.getparent().iter(*(bpmn(tag) for tag in _CAUGHT)):
            waits = event.tag == bpmn("receiveTask") or event.find(bpmn("messageEventDefinition")) is not None
            if waits and not event.get(own):
                sentence = (
                    "Every instance of this multi-instance takes the first message that comes; "
                    "write ninefold:correlation, a key that tells the instances apart"
                )
                yield Finding(event, "message-uncorrelated", sentence)
