"""Rules about choices: gateways that may match nothing, branches that are never taken, and joins that cannot be satisfied."""

from collections.abc import Iterator

from engine.spiff.elements import bpmn
from engine.spiff.lint_graph import Graph, circles
from engine.spiff.lint_rules import Finding
from engine.spiff.lint_truth import verdict
from engine.spiff.normalise import ACTIVITIES
from engine.xml import Root

_TRIALS = 5000
_NO_DEFAULT = "A default flow keeps a case from failing when no condition holds"
_NO_DEFAULT_FOR_NULL = "A default flow keeps a case from failing when a value is missing; no condition holds for null"
_NEVER = "This flow is never taken; its condition cannot hold, or those before it always hold first"


def condition(flow: Root) -> str | None:
    """The text of a flow's condition; None for a flow without."""
    found = flow.find(bpmn("conditionExpression"))
    return None if found is None else (found.text or "")


def conditions(graph: Graph) -> Iterator[Finding]:
    """Conditions where they count, and a default that is one of the flows."""
    for flow in graph.flows:
        source = graph.nodes[flow.get("sourceRef")]
        choosing = source.tag in ACTIVITIES or source.tag in {bpmn("exclusiveGateway"), bpmn("inclusiveGateway")}
        if condition(flow) is not None and not choosing:
            yield Finding(
                flow, "condition-ignored", "Expected a condition only on a flow that leaves a gateway or an activity"
            )
    for gateway in graph.of("exclusiveGateway", "inclusiveGateway"):
        leaving = graph.out(gateway)
        for flow in leaving:
            if len(leaving) > 1 and condition(flow) is None and flow.get("id") != gateway.get("default"):
                yield Finding(
                    flow,
                    "condition-missing",
                    "Expected a condition on each flow that is not the default; write one, or make this the default flow",
                )
    for node in graph.nodes.values():
        default = node.get("default")
        if default is not None and default not in {flow.get("id") for flow in graph.out(node)}:
            yield Finding(node, "default-unknown", "Expected the default to be a flow that leaves this element")


def choices(graph: Graph) -> Iterator[Finding]:
    """Gateways for which some values leave no way, and flows that no value takes."""
    trials = 0
    for node in graph.of("exclusiveGateway", "inclusiveGateway"):
        flows = [flow for flow in graph.out(node) if flow.get("id") != node.get("default")]
        texts = [condition(flow) for flow in flows]
        if not flows or (None in texts and len(graph.out(node)) == 1):
            continue
        if None in texts:
            continue
        exclusive = node.tag == bpmn("exclusiveGateway")
        found = verdict([text or "" for text in texts], first_wins=exclusive) if trials < _TRIALS else None
        trials += found.cost if found is not None else 0
        if found is None and exclusive:
            yield from _repeated(flows)
        for n in sorted(found.never) if found is not None else ():
            yield Finding(flows[n], "branch-never", _NEVER)
        if not node.get("default") and not (found is not None and found.whole):
            null_only = found is not None and found.known
            rule = "no-default-for-null" if null_only else "no-default"
            yield Finding(node, rule, _NO_DEFAULT_FOR_NULL if null_only else _NO_DEFAULT)


def _repeated(flows: list[Root]) -> Iterator[Finding]:
    seen: set[str] = set()
    for flow in flows:
        text = " ".join((condition(flow) or "").split())
        if text in seen:
            yield Finding(flow, "branch-never", _NEVER)
        seen.add(text)


def joins(graph: Graph) -> Iterator[Finding]:
    """Gateways that wait for several flows of which not all can come."""
    part: dict[str, int] = {}
    for number, circle in enumerate(circles(graph.ways)):
        part.update(dict.fromkeys(circle, number))
    for gateway in graph.of("parallelGateway", "inclusiveGateway"):
        entering = graph.into(gateway)
        if len(entering) < 2:
            continue
        if len(graph.out(gateway)) > 1:
            yield Finding(
                gateway,
                "gateway-mixed",
                "This gateway first waits for all its incoming flows; merge them before it if only one comes",
            )
        mine = part.get(gateway.get("id"))
        back = [mine is not None and part.get(flow.get("sourceRef")) == mine for flow in entering]
        if gateway.tag == bpmn("parallelGateway") and any(back) and not all(back):
            yield Finding(
                gateway,
                "join-back-edge",
                "This gateway also waits for the flow that comes back to it; lead that flow to an exclusive gateway before it",
            )
