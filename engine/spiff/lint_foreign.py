"""Lint of what other products read and nothing here does: their elements, their attributes that would run something, other languages."""

from collections.abc import Iterator

from engine.spiff.elements import bpmn
from engine.spiff.lint_graph import Graph
from engine.spiff.lint_rules import Finding
from engine.xml import Root

PRODUCTS = ("camunda", "zeebe", "spiffworkflow", "activiti", "flowable", "jbpm", "drools", "bonita", "operaton")
RUNS = frozenset(
    {
        *("class", "expression", "delegateExpression", "type", "topic", "resource", "skipExpression"),
        *("decisionRef", "mapDecisionResult", "resultVariable", "scriptFormat", "operator"),
        *("variableMappingClass", "variableMappingDelegateExpression", "preScript", "postScript"),
    }
)
LOOPS = frozenset({"collection", "elementVariable"})
EXPRESSIONS = tuple(
    bpmn(tag)
    for tag in (
        *("conditionExpression", "condition", "completionCondition", "loopCondition", "loopCardinality"),
        *("timeDate", "timeDuration", "timeCycle"),
    )
)


def foreign(graph: Graph) -> Iterator[Finding]:
    for element in graph.root.iter():
        if not isinstance(element.tag, str):
            continue
        if _is_foreign(element) and not _is_foreign(element.getparent()):
            sentence = "This element of another product is not read; say it with ninefold attributes, and delete it"
            yield Finding(element, "foreign", sentence)
        yield from _attributes(element)
    for element in graph.root.iter(*EXPRESSIONS):
        language = element.get("language")
        if language is not None and not language.rstrip("/").lower().endswith("feel"):
            yield Finding(
                element, "script-language", "Expected an expression in FEEL; other languages are switched off"
            )


def _attributes(element: Root) -> Iterator[Finding]:
    names = {key.rpartition("}")[2] for key in element.attrib if key.startswith("{") and _of_product(key)}
    if names & LOOPS:
        sentence = "Expected loopDataInputRef, loopCardinality or ninefold:collection for a multi-instance activity"
        yield Finding(element, "foreign-loop", sentence)
    for name in sorted(names & RUNS):
        sentence = (
            f"The attribute '{name}' of another product is not read; say it with ninefold attributes, and delete it"
        )
        yield Finding(element, "foreign", sentence)


def _is_foreign(element: Root | None) -> bool:
    return element is not None and isinstance(element.tag, str) and _of_product(element.tag)


def _of_product(name: str) -> bool:
    space = name.rpartition("}")[0].lower()
    return any(product in space for product in PRODUCTS)
