"""Reads boxed expressions: an element -> a box, whatever is inside compiled. What cannot be read becomes Unusable."""

from __future__ import annotations

from collections.abc import Callable

from lxml.etree import _Element

from engine.decisions.boxes import (
    Box,
    Conditional,
    ContextBox,
    Entry,
    Filter,
    FunctionBox,
    Invocation,
    Iterator,
    ListBox,
    Literal,
    Loop,
    Parameter,
    Relation,
    Unusable,
)
from engine.decisions.definitions import Types
from engine.decisions.items import ANY, innermost
from engine.decisions.reader import children, first_child, id_of
from engine.decisions.sources import Source
from engine.decisions.table import read_table
from engine.decisions.words import Words, spoken
from engine.xml import local_name
from feel import Function

MOST_LEVELS = 30
PARTIAL = "partial"


class Boxing:
    """Reads the boxes of one file. ``level`` counts how deep the current one stands inside others."""

    def __init__(self, source: Source, types: Types) -> None:
        self.reader = source.reader
        self.types = types
        self.level = 0

    def inside(self, element: _Element, words: Words, name: str) -> Box | None:
        """The box inside an element; None when there is none. ``name`` is what its value will be called."""
        for child in element:
            read = READERS.get(local_name(child))
            if read is not None:
                self.level += 1
                if self.level > MOST_LEVELS:
                    box: Box = self.unusable(child, "The boxed expressions are nested too deep")
                else:
                    box = read(self, child, words, name)
                self.level -= 1
                return box
        return None

    def needed(self, element: _Element, part: str, words: Words, name: str) -> Box:
        """The box inside a part of an element that must be there."""
        inner = first_child(element, part)
        box = None if inner is None else self.inside(inner, words, name)
        return self.unusable(element, f"Expected an expression in '{part}'") if box is None else box

    def parameter(self, element: _Element | None) -> Parameter:
        """A name with its type."""
        return Parameter("" if element is None else spoken(element.get("name")), self.types.type_of(element))

    def parameters(self, element: _Element, kind: str) -> tuple[Parameter, ...]:
        """The parameters of a function or the columns of a relation; each needs a name of its own."""
        found: dict[str, Parameter] = {}
        for child in children(element, kind):
            parameter = self.parameter(child)
            if not parameter.name:
                self.reader.problem(child, f"The {WORDS[kind]} needs a name")
            elif parameter.name in found:
                self.reader.problem(child, f"Two {WORDS[kind]}s are named '{parameter.name}'")
            found[parameter.name] = parameter
        return tuple(found.values())

    def unusable(self, element: _Element, reason: str) -> Unusable:
        """Nothing to evaluate, with the problem noted."""
        return Unusable(id_of(element), self.reader.problem(element, reason))

    def context(self, element: _Element, words: Words, _name: str) -> Box:
        known = Words((), words)
        entries: list[Entry] = []
        names: set[str] = set()
        for child in children(element, "contextEntry"):
            variable = self.parameter(first_child(child, "variable"))
            if variable.name in names:
                said = f"named '{variable.name}'" if variable.name else "without a name"
                self.reader.problem(child, f"Two entries of the context are {said}")
            elif "" in names:
                self.reader.problem(child, "The entry without a name is the context's result and must stand last")
            names.add(variable.name)
            box = self.inside(child, known, variable.name or _name)
            entries.append(Entry(variable.name, box, variable.type))
            known.add(variable.name)
        return ContextBox(id_of(element), tuple(entries), self.types.type_of(element))

    def literal(self, element: _Element, words: Words, _name: str) -> Box:
        if first_child(element, "importedValues") is not None:
            return self.unusable(element, "Imported values are not available here")
        before = len(self.reader.problems)
        expression = self.reader.expression(element, words, "The literal expression needs a text")
        if expression is None:
            reason = self.reader.problems[before].message if len(self.reader.problems) > before else "It is no FEEL"
            return Unusable(id_of(element), reason)
        return Literal(id_of(element), expression, self.types.type_of(element))

    def invocation(self, element: _Element, words: Words, name: str) -> Box:
        function = self.inside(element, words, name)
        if function is None:
            return self.unusable(element, "The invocation names no function")
        bindings: dict[str, tuple[Parameter, Box | None]] = {}
        for child in children(element, "binding"):
            parameter = self.parameter(first_child(child, "parameter"))
            if not parameter.name or parameter.name in bindings:
                self.reader.problem(child, "Each binding needs a parameter of its own")
            bindings[parameter.name] = (parameter, self.inside(child, words, parameter.name))
        return Invocation(id_of(element), function, tuple(bindings.values()), self.types.type_of(element))

    def function(self, element: _Element, words: Words, name: str) -> Box:
        """A function definition, or the encapsulated logic of a business knowledge model."""
        kind = element.get("kind") or "FEEL"
        if kind != "FEEL":
            return self.unusable(element, f"Expected a function in FEEL, but it is written in {kind}")
        parameters = self.parameters(element, "formalParameter")
        known = Words((parameter.name for parameter in parameters), words)
        body = self.inside(element, known, name)
        if body is None:
            return self.unusable(element, "The function has no expression")
        written = self.types.type_of(element)
        result = ANY if Function in innermost(written).simple else written
        return FunctionBox(id_of(element), parameters, body, result)

    def relation(self, element: _Element, words: Words, _name: str) -> Box:
        columns = self.parameters(element, "column")
        rows = []
        for number, row in enumerate(children(element, "row"), 1):
            cells = [self._only(cell, words, "") for cell in row if local_name(cell) in READERS]
            if len(cells) != len(columns):
                self.reader.problem(
                    row, f"The row has {len(cells)} cells, but the relation {len(columns)} columns", number
                )
            rows.append(tuple(cells))
        return Relation(id_of(element), columns, tuple(rows), self.types.type_of(element))

    def listed(self, element: _Element, words: Words, _name: str) -> Box:
        items = tuple(self._only(item, words, "") for item in element if local_name(item) in READERS)
        return ListBox(id_of(element), items, self.types.type_of(element))

    def _only(self, element: _Element, words: Words, name: str) -> Box | None:
        """A box that is an element of a list or row; an empty literal there is null."""
        if local_name(element) == "literalExpression" and not _has_text(element):
            return None
        self.level += 1
        box = (
            self.unusable(element, "The boxed expressions are nested too deep")
            if self.level > MOST_LEVELS
            else READERS[local_name(element)](self, element, words, name)
        )
        self.level -= 1
        return box

    def conditional(self, element: _Element, words: Words, name: str) -> Box:
        test, yes, no = (self.needed(element, part, words, name) for part in ("if", "then", "else"))
        return Conditional(id_of(element), test, yes, no, self.types.type_of(element))

    def filter(self, element: _Element, words: Words, name: str) -> Box:
        items = self.needed(element, "in", words, name)
        match = self.needed(element, "match", Words(("item",), words), name)
        return Filter(id_of(element), items, match, self.types.type_of(element))

    def iterator(self, element: _Element, words: Words, name: str) -> Box:
        loop = Loop(local_name(element))
        variable = spoken(element.get("iteratorVariable"))
        if not variable:
            self.reader.problem(element, "The iteration needs a variable")
        items = self.needed(element, "in", words, name)
        part = "return" if loop is Loop.FOR else "satisfies"
        body = self.needed(element, part, Words((variable, PARTIAL), words), name)
        return Iterator(id_of(element), loop, variable, items, body, self.types.type_of(element))

    def table(self, element: _Element, words: Words, name: str) -> Box:
        table = read_table(self.reader, self.types, element, words, name)
        return Unusable(id_of(element), "The table cannot be used") if table is None else table


WORDS = {"formalParameter": "parameter", "column": "column"}
READERS: dict[str, Callable[[Boxing, _Element, Words, str], Box]] = {
    "decisionTable": Boxing.table,
    "literalExpression": Boxing.literal,
    "context": Boxing.context,
    "invocation": Boxing.invocation,
    "functionDefinition": Boxing.function,
    "relation": Boxing.relation,
    "list": Boxing.listed,
    "conditional": Boxing.conditional,
    "filter": Boxing.filter,
    "for": Boxing.iterator,
    "some": Boxing.iterator,
    "every": Boxing.iterator,
}


def _has_text(element: _Element) -> bool:
    inner = first_child(element, "text")
    return inner is not None and bool((inner.text or "").strip())
