"""Rules about errors and escalations of a release: one that is thrown where nothing catches it, through all calls between processes."""

from collections.abc import Iterator, Mapping

from engine.model import Problem
from engine.spiff.elements import bpmn
from engine.spiff.lint_rules import Finding, problem
from engine.xml import Root

_KINDS = {"error": "errorCode", "escalation": "escalationCode"}


def uncaught(roots: Mapping[str, Root], files: Mapping[str, str]) -> Iterator[Problem]:
    """A code thrown in a process must be caught around the throw or around some call of the process; else only its path ends."""
    callers: dict[str, list[tuple[str, Root]]] = {}
    for key, root in roots.items():
        for call in root.iter(bpmn("callActivity")):
            callers.setdefault(call.get("calledElement", ""), []).append((key, call))
    caught = {key: _catches(root) for key, root in roots.items()}
    for key, root in roots.items():
        for kind, attribute in _KINDS.items():
            codes = {item.get("id"): item.get(attribute) for item in root.iter(bpmn(kind))}
            for definition in root.iter(bpmn(f"{kind}EventDefinition")):
                event = definition.getparent()
                code = codes.get(definition.get(f"{kind}Ref"))
                thrown = event.tag in {bpmn("endEvent"), bpmn("intermediateThrowEvent")}
                if thrown and code and not _is_caught(event, kind, code, key, caught, callers):
                    sentence = (
                        f"Nothing around this catches the {kind}; draw a boundary event for it, or a plain end event"
                    )
                    yield problem(files[key], Finding(event, "code-uncaught", sentence))


Catches = Mapping[tuple[str, str], set[str | None]]


def _catches(root: Root) -> Catches:
    """(id of the activity, kind) -> codes that boundary events or event subprocesses catch there; None stands for every code."""
    found: dict[tuple[str, str], set[str | None]] = {}
    for kind, attribute in _KINDS.items():
        codes = {item.get("id"): item.get(attribute) for item in root.iter(bpmn(kind))}
        for event in root.iter(bpmn("boundaryEvent"), bpmn("startEvent")):
            for definition in event.findall(bpmn(f"{kind}EventDefinition")):
                around = event.getparent().getparent()
                inside = around.get("id", "") if around is not None else ""
                place = event.get("attachedToRef", inside), kind
                found.setdefault(place, set()).add(codes.get(definition.get(f"{kind}Ref")))
    return found


def _is_caught(
    event: Root,
    kind: str,
    code: str,
    key: str,
    caught: Mapping[str, Catches],
    callers: Mapping[str, list[tuple[str, Root]]],
) -> bool:
    waiting, seen = [(key, event.getparent())], set()
    while waiting:
        model, scope = waiting.pop()
        while scope is not None:
            if caught[model].get((scope.get("id", ""), kind), set()) & {code, None}:
                return True
            if scope.tag == bpmn("process") and scope.get("id") not in seen:
                seen.add(scope.get("id"))
                waiting += callers.get(scope.get("id", ""), [])
            scope = scope.getparent()
    return False
