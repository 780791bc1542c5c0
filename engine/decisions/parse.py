"""Reads the decisions of one DMN file, version 1.3 to 1.5, from its parsed root; the namespace does not matter."""

from __future__ import annotations

from lxml.etree import _Element

from engine.decisions.errors import DecisionError, DecisionProblem
from engine.decisions.model import Decision, LiteralDecision
from engine.decisions.reader import Reader, children, first_child, local_name
from engine.decisions.table import outside_names, read_table

OTHER_LOGIC = (
    *("context", "invocation", "list", "relation", "functionDefinition"),
    *("conditional", "filter", "for", "some", "every"),
)


def parse_decisions(root: _Element, file: str, problems: list[DecisionProblem] | None = None) -> tuple[Decision, ...]:
    """The decisions in file order, every expression compiled. Raises DecisionError with all problems found; with a list
    for them they go there instead, and an expression that cannot be compiled gives null.
    """
    elements: dict[str, _Element] = {}
    reader = Reader(file, known_names(root), lenient=problems is not None)
    if local_name(root) != "definitions":
        reader.problem(root, "This is no DMN file: its first element is not 'definitions'")
    for element in children(root, "decision"):
        key = element.get("id") or ""
        if not key:
            reader.problem(element, "The decision needs an id")
        elif key in elements:
            reader.problem(element, f"Two decisions have the id '{key}'")
        else:
            elements[key] = element
    if not elements and not reader.problems:
        reader.problem(root, "The file holds no decision")
    graph = Graph(reader, elements, root.get("namespace") or "")
    decisions = [graph.decision(key, ()) for key in elements]
    if problems is not None:
        problems += reader.problems
    elif reader.problems:
        raise DecisionError(tuple(reader.problems))
    return tuple(decision for decision in decisions if decision is not None)


def known_names(root: _Element) -> frozenset[str]:
    """The names the file gives to its inputs, decisions and their parts: only these may hold signs and keywords."""
    named = ("decision", "inputData", "variable", "itemComponent", "output")
    found = (element.get("name") or "" for element in root.iter() if local_name(element) in named)
    return frozenset(name.strip() for name in found if name.strip())


class Graph:
    """The decisions of a file by id, each read once and after those it requires."""

    def __init__(self, reader: Reader, elements: dict[str, _Element], namespace: str = "") -> None:
        self.reader = reader
        self.elements = elements
        self.here = ("", namespace)
        self.read: dict[str, Decision | None] = {}

    def decision(self, key: str, above: tuple[str, ...]) -> Decision | None:
        """The decision of that id; None when it has problems. ``above`` are the decisions that wait for it."""
        if key in self.read:
            return self.read[key]
        element = self.elements[key]
        if key in above:
            self.reader.problem(element, "The decision requires itself, directly or through others")
            return None
        requires = [self.decision(one, (*above, key)) for one in self._required(element)]
        known = tuple(one for one in requires if one is not None)
        self.read[key] = self._logic(element, known)
        return self.read[key]

    def _required(self, element: _Element) -> list[str]:
        keys = []
        for requirement in children(element, "informationRequirement"):
            for required in children(requirement, "requiredDecision"):
                target, _, key = (required.get("href") or "").rpartition("#")
                if target not in self.here or key not in self.elements:
                    self.reader.problem(element, f"The required decision '{key}' is not in this file")
                else:
                    keys.append(key)
        return keys

    def _logic(self, element: _Element, requires: tuple[Decision, ...]) -> Decision | None:
        name = (element.get("name") or element.get("id") or "").strip()
        variable = first_child(element, "variable")
        result = name if variable is None else (variable.get("name") or name).strip()
        table = first_child(element, "decisionTable")
        if table is not None:
            return read_table(self.reader, element, table, name, result, requires)
        literal = first_child(element, "literalExpression")
        if literal is not None:
            expression = self.reader.expression(literal, "The decision needs an expression")
            if expression is None:
                return None
            names = outside_names([expression], requires)
            return LiteralDecision(element.get("id") or "", name, result, requires, names, expression)
        for kind in OTHER_LOGIC:
            if first_child(element, kind) is not None:
                self.reader.problem(element, f"Expected a decision table or a literal expression, not '{kind}'")
                return None
        self.reader.problem(element, "The decision has neither a decision table nor a literal expression")
        return None
