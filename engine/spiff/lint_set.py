"""Lint of a whole release: what a model calls must be there, and ids of subprocesses must differ between models."""

from collections.abc import Iterator, Mapping

from engine.model import Problem
from engine.spiff.elements import NINEFOLD, bpmn
from engine.spiff.lint_rules import problem
from engine.spiff.normalise import scopes
from engine.xml import Root


def lint_set(
    roots: Mapping[str, Root], files: Mapping[str, str], forms: frozenset[str], decisions: frozenset[str]
) -> Iterator[Problem]:
    """Findings that need the whole release: what is called, and ids that must differ between models."""
    owners: dict[str, str] = {}
    for key, root in roots.items():
        for scope in scopes(root):
            if scope in owners:
                yield Problem(
                    files[key],
                    scope,
                    None,
                    "id-twice",
                    "error",
                    f"Expected ids of subprocesses to differ, but {files[owners[scope]]} has it too",
                )
            owners.setdefault(scope, key)
    for key, process in _call_cycles(roots):
        yield Problem(
            files[key],
            process,
            None,
            "call-cycle",
            "error",
            "Expected processes that do not call each other in a circle",
        )
    called = {process.get("id") for root in roots.values() for process in root.iter(bpmn("process"))}
    for key, root in roots.items():
        for finding in _unresolved(root, called, forms, decisions):
            yield problem(files[key], finding)


def _unresolved(
    root: Root, called: set[str | None], forms: frozenset[str], decisions: frozenset[str]
) -> Iterator[tuple[Root, str, str]]:
    for node in root.iter(bpmn("callActivity")):
        if node.get("calledElement") not in called:
            yield (
                node,
                "call-unknown",
                f"Expected a process that the release has, but '{node.get('calledElement')}' is not",
            )
    for node in root.iter(bpmn("userTask")):
        form = node.get(f"{{{NINEFOLD}}}form")
        if form is not None and form not in forms:
            yield node, "form-unknown", f"Expected a form that the release has, but '{form}' is not"
    for node in root.iter(bpmn("businessRuleTask")):
        decision = node.get(f"{{{NINEFOLD}}}decision")
        if decision not in decisions:
            yield node, "decision-unknown", f"Expected a decision that the release has, but '{decision}' is not"


def _call_cycles(roots: Mapping[str, Root]) -> Iterator[tuple[str, str]]:
    """(model key, process) of every process that can be reached from itself through call activities."""
    owners, calls = {}, {}
    for key, root in roots.items():
        for process in root.iter(bpmn("process")):
            name = process.get("id")
            owners[name] = key
            calls[name] = {node.get("calledElement") for node in process.iter(bpmn("callActivity"))}
    for name, called in calls.items():
        reached, rest = set(), list(called)
        while rest:
            each = rest.pop()
            if each not in reached:
                reached.add(each)
                rest.extend(calls.get(each, ()))
        if name in reached:
            yield owners[name], name
