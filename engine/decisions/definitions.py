"""Reads item definitions and the references to them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import _Element

from engine.decisions.items import ANY, BUILT_IN, OTHER_NAMES, UNTYPED, ItemType, accepts
from engine.decisions.reader import children, first_child, plain_text, text_of
from engine.decisions.sources import Source
from engine.decisions.words import Words, spoken
from feel import Budget, BudgetExceeded, FeelSyntaxError, TypeTest, Value, compile_expression

MOST_LEVELS = 40
STEPS_OF_A_LIST = 5_000


class Types:
    """The item definitions of one file by name; found before they are read, since they may refer to each other."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.named: dict[str, ItemType] = {}
        self.imported: list[tuple[str, Types]] = []
        self.words = Words()
        self.tests: dict[str, TypeTest] = {}
        for element in children(source.root, "itemDefinition"):
            name = spoken(element.get("name"))
            if not name:
                source.reader.problem(element, "The item definition needs a name")
            elif name in self.named:
                source.reader.problem(element, f"Two item definitions are named '{name}'")
            else:
                self.named[name] = ItemType(name)

    def read(self) -> None:
        """Fill in all types."""
        filled: set[str] = set()
        for element in children(self.source.root, "itemDefinition"):
            name = spoken(element.get("name"))
            if name in self.named and name not in filled:
                filled.add(name)
                self._fill(self.named[name], element, 0)
        for element in children(self.source.root, "itemDefinition"):
            found = self.named.get(spoken(element.get("name")))
            if found is not None and _is_endless(found):
                self.source.reader.problem(element, f"The type '{found.name}' is defined by itself")
                found.base = found.item = None

    def learn(self) -> None:
        """Know the names of types that expressions may use."""
        self.words = Words(self.named)
        self.tests = {name: _test_of(found) for name, found in self.named.items()}
        self.source.reader.types = self.within

    def within(self, text: str) -> dict[str, TypeTest]:
        """The tests of the types that a text may name, imported ones behind their import's name."""
        if "instance" not in text and "function" not in text:
            return {}
        found: dict[str, TypeTest] = {}
        for prefix, types in (*self.imported, ("", self)):
            names = types.words.within(text, self.source.reader.lookups)
            found.update((f"{prefix}.{name}" if prefix else name, types.tests[name]) for name in names)
        return found

    def type_of(self, element: _Element | None) -> ItemType:
        """The type an element refers to, as attribute or as child; Any without a reference."""
        if element is None:
            return ANY
        written = element.get("typeRef") or plain_text(first_child(element, "typeRef"))
        found = self.find(spoken(written))
        if found is None:
            self.source.reader.problem(element, f"The type '{written}' is not known")
            return ANY
        return found

    def find(self, name: str) -> ItemType | None:
        """The type of that name: one of this file's, an imported one behind its import's name, or one of FEEL's."""
        if name in self.named:
            return self.named[name]
        for prefix, types in self.imported:
            if name.startswith(f"{prefix}." if prefix else ""):
                found = types.named.get(name[len(prefix) + 1 :] if prefix else name)
                if found is not None:
                    return found
        if name in UNTYPED:
            return ANY
        found = BUILT_IN.get(OTHER_NAMES.get(name, name))
        if found is None and name.startswith("list<") and name.endswith(">"):
            return self._list_of(name)
        if found is None and "<" in name:
            return BUILT_IN.get(name.partition("<")[0])
        if found is None and ":" in name:
            return self.find(name.rpartition(":")[2])
        return found

    def _list_of(self, name: str) -> ItemType | None:
        """The type that FEEL writes as ``list<…>``."""
        item = self.find(name[5:-1].strip()) if name.count("<") <= MOST_LEVELS else None
        return None if item is None else ItemType(name, item=item)

    def _fill(self, wanted: ItemType, element: _Element, level: int) -> None:
        if level > MOST_LEVELS:
            self.source.reader.problem(element, "The item definition is nested too deep")
            return
        inner = ItemType(wanted.name) if element.get("isCollection") in ("true", "1") else wanted
        components = list(children(element, "itemComponent"))
        function = first_child(element, "functionItem")
        if components:
            inner.simple = BUILT_IN["context"].simple
            inner.entries = dict(self._components(components, level))
        elif function is not None:
            inner.simple = BUILT_IN["function"].simple
            inner.parameters = sum(1 for _ in children(function, "parameters"))
        else:
            found = self.type_of(element)
            inner.base = None if found is ANY else found
        self._constrain(inner, wanted, element)
        if inner is not wanted:
            wanted.item = inner

    def _components(self, components: list[_Element], level: int) -> Iterator[tuple[str, ItemType]]:
        seen: set[str] = set()
        for component in components:
            name = spoken(component.get("name"))
            if name in seen:
                self.source.reader.problem(component, f"Two entries of the type are named '{name}'")
            seen.add(name)
            kind = ItemType(name)
            self._fill(kind, component, level + 1)
            yield name, kind

    def _constrain(self, inner: ItemType, wanted: ItemType, element: _Element) -> None:
        words = Words((), self.source.entries)
        allowed, constraint = first_child(element, "allowedValues"), first_child(element, "typeConstraint")
        if allowed is not None:
            inner.allowed = self.source.reader.tests(allowed, words)
            inner.values = listed_values(text_of(allowed)) or ()
        if constraint is not None:
            wanted.constraint = self.source.reader.tests(constraint, words)
            wanted.values = wanted.values or listed_values(text_of(constraint)) or ()


def listed_values(text: str) -> tuple[Value, ...] | None:
    """The values that a text lists between commas; None when it is no such list."""
    try:
        expression = compile_expression(f"[{text}]")
        values = None if expression.names else expression.evaluate({}, budget=Budget(STEPS_OF_A_LIST))
    except (FeelSyntaxError, BudgetExceeded):
        return None
    return tuple(values) if isinstance(values, list) else None


def _test_of(wanted: ItemType) -> TypeTest:
    return lambda value: value is not None and accepts(wanted, value, None)


def _is_endless(wanted: ItemType) -> bool:
    """Whether a type leads back to itself with no entry in between, or over too many others."""
    here = wanted
    for _ in range(MOST_LEVELS):
        further = here.base or here.item
        if further is None:
            return False
        here = further
    return True


def connect_types(all_types: list[Types]) -> None:
    """Let the types of each file find those of the files it imports."""
    by_number = {types.source.number: types for types in all_types}
    for types in all_types:
        types.imported = [(name, by_number[source.number]) for name, source in types.source.imports]
