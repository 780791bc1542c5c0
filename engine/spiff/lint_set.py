"""Lint of a whole release: what a model calls must be there, and ids of subprocesses must differ between models."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from engine.model import Problem
from engine.spiff.drawn import scopes
from engine.spiff.elements import NINEFOLD, bpmn
from engine.spiff.lint_calls import endless_calls
from engine.spiff.lint_codes import uncaught
from engine.spiff.lint_rules import Finding, limited, problem
from engine.xml import Root

_NAMED = {"form": "form", "decision": "decision", "model": "process"}
_SUGGESTED = 20


def lint_set(
    roots: Mapping[str, Root], files: Mapping[str, str], forms: frozenset[str], decisions: frozenset[str]
) -> list[Problem]:
    """Findings that need the whole release: what is called, and ids that must differ between models."""
    called = {process.get("id", "") for root in roots.values() for process in root.iter(bpmn("process"))}
    known = {"form": forms, "decision": decisions, "model": frozenset(called)}
    found = [*_scopes_twice(roots, files), *_call_circles(roots, files)]
    for key, root in roots.items():
        found += [problem(files[key], finding) for finding in _unresolved(root, known)]
    return limited([*found, *uncaught(roots, files)])


def _scopes_twice(roots: Mapping[str, Root], files: Mapping[str, str]) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for key, root in roots.items():
        for scope in scopes(root):
            if scope in owners:
                sentence = (
                    f"Expected ids of processes and subprocesses to differ, but {files[owners[scope]]} has it too"
                )
                yield Problem(files[key], scope, _line(root, scope), "id-twice", "error", sentence)
            owners.setdefault(scope, key)


def _line(root: Root, scope: str) -> int | None:
    found = (node for node in root.iter(bpmn("process"), bpmn("subProcess")) if node.get("id") == scope)
    return next((node.sourceline for node in found), None)


def _unresolved(root: Root, known: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    places = (
        ("callActivity", "calledElement", "model", "call-unknown"),
        ("userTask", f"{{{NINEFOLD}}}form", "form", "form-unknown"),
        ("manualTask", f"{{{NINEFOLD}}}form", "form", "form-unknown"),
        ("task", f"{{{NINEFOLD}}}form", "form", "form-unknown"),
        ("businessRuleTask", f"{{{NINEFOLD}}}decision", "decision", "decision-unknown"),
    )
    left = _SUGGESTED
    for tag, attribute, kind, rule in places:
        for node in root.iter(bpmn(tag)):
            name = node.get(attribute)
            if name is None and kind != "form":
                where = attribute.replace(f"{{{NINEFOLD}}}", "ninefold:")
                yield Finding(node, rule, f"Expected the {_NAMED[kind]} to be named; set {where}")
            elif name is not None and name not in known[kind]:
                left -= 1
                yield Finding(node, rule, _missing(name[:80], kind, known, suggest=left >= 0))


def _missing(name: str, kind: str, known: Mapping[str, frozenset[str]], *, suggest: bool) -> str:
    sentence = f"Expected a {_NAMED[kind]} of the release, but it has no '{name}'"
    other = next((_NAMED[each] for each, names in known.items() if name in names), None)
    if other is not None:
        return f"Expected a {_NAMED[kind]}, but '{name}' is a {other}"
    near = get_close_matches(name, known[kind], 1, 0.85) if suggest else []
    return f"{sentence}; did you mean '{near[0]}'?" if near else f"{sentence}; choose one or deploy it along"


def _call_circles(roots: Mapping[str, Root], files: Mapping[str, str]) -> Iterator[Problem]:
    """Every process that calls itself on each of its ways: a case of it would never stop growing."""
    for key, process in endless_calls(roots):
        sentence = (
            "Expected a way to an end on which the process does not call itself again; draw the loop inside one process"
        )
        yield problem(files[key], Finding(process, "call-cycle", sentence))
