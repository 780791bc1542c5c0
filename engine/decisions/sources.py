"""The files of a set while they are read: their elements by id, and what an href or an import means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml.etree import _Element

from engine.decisions.model import Key, Path
from engine.decisions.reader import ELEMENTS, Reader, children, first_child, key_of
from engine.decisions.words import Lookups, Words, is_built_in, is_plain, spoken
from engine.xml import local_name

SPACE = re.compile(r"https?://www\.omg\.org/spec/DMN/(\d{8})/")
VERSIONS = frozenset({"20151101", "20180521", "20191111", "20211108", "20230324", "20240513"})
NAMED = ("itemComponent", "output", "variable", "column", *ELEMENTS)


class Source:
    """One file: its elements by id, the files it imports by name."""

    def __init__(self, number: int, root: _Element, file: str, lookups: Lookups) -> None:
        self.number = number
        self.root = root
        self.reader = Reader(file, root.get("expressionLanguage") or "", lookups)
        self.namespace = root.get("namespace") or ""
        self.elements: dict[str, _Element] = {}
        self.imports: list[tuple[str, Source]] = []
        self.spaces: set[str] = set()
        self.entries = Words()
        self.own_entries = Words()

    def check(self) -> None:
        """Note what is wrong with the file as a whole, and find its elements."""
        tag = self.root.tag if isinstance(self.root.tag, str) else ""
        version = SPACE.match(tag.removeprefix("{"))
        if local_name(self.root) != "definitions":
            self.reader.problem(self.root, "This is no DMN file: its first element is not 'definitions'")
            return
        if version is None or version[1] not in VERSIONS:
            self.reader.problem(self.root, "Expected DMN 1.1 to 1.6, but the file's version is not known")
        self._find_elements()
        if not self.elements and not self.reader.problems and first_child(self.root, "itemDefinition") is None:
            self.reader.problem(self.root, "The file holds no decision")

    def _find_elements(self) -> None:
        names: set[str] = set()
        for element in self.root:
            kind = local_name(element)
            if kind not in ELEMENTS:
                continue
            key, name = key_of(element), spoken(element.get("name"))
            if not key:
                self.reader.problem(element, f"The {KINDS[kind]} needs an id")
            elif key in self.elements:
                self.reader.problem(element, f"Two {KINDS[kind]}s have the id '{key}'")
            else:
                self.elements[key] = element
                if name in names and kind != "knowledgeSource":
                    self.reader.problem(element, f"Two elements are named '{name}'")
                if name and kind != "knowledgeSource":
                    names.add(name)
        named = {spoken(element.get("name")) for element in self.root.iter() if local_name(element) in NAMED}
        self.own_entries = Words(name for name in named if not is_plain(name) and not is_built_in(name))

    def connect(self, sources: Sequence[Source]) -> None:
        """Find the imported files among those of the set."""
        for element in children(self.root, "import"):
            wanted, kind = element.get("namespace") or "", element.get("importType") or ""
            if "PMML" in kind or "XMLSchema" in kind:
                continue
            found = [source for source in sources if source is not self and source.namespace == wanted]
            if wanted in self.spaces:
                self.reader.problem(element, f"The model '{wanted}' is imported twice")
                continue
            self.spaces.add(wanted)
            name = spoken(element.get("name"))
            if not found:
                self.reader.problem(element, f"The imported model '{name or wanted}' is not among these files")
            self.imports.extend((name, source) for source in found)

    def learn_entries(self) -> None:
        """Know the names of entries that FEEL cannot read by itself, those of imported files too."""
        self.entries = Words((), *(source.own_entries for source in self.reached()))

    def reached(self) -> list[Source]:
        """This file and all it imports, directly or through others, each once."""
        found: dict[int, Source] = {}
        waiting = [self]
        while waiting:
            here = waiting.pop()
            if here.number not in found:
                found[here.number] = here
                waiting.extend(source for _, source in here.imports)
        return list(found.values())

    def target(self, href: str) -> tuple[Path, Source, _Element] | None:
        """The element an href means, its file, and the names of the import before its own; None when there is none."""
        space, _, key = href.rpartition("#")
        if space in ("", self.namespace) and key in self.elements:
            return (), self, self.elements[key]
        for name, source in self.imports:
            if space == source.namespace and key in source.elements:
                return ((name,) if name else ()), source, source.elements[key]
        return None

    def key(self, element: _Element) -> Key:
        return self.number, key_of(element)

    def of_kind(self, kind: str) -> Iterator[_Element]:
        """The elements of a kind, in the order of the file."""
        return (element for element in self.elements.values() if local_name(element) == kind)


KINDS = {
    "inputData": "input",
    "decision": "decision",
    "businessKnowledgeModel": "business knowledge model",
    "decisionService": "decision service",
    "knowledgeSource": "knowledge source",
}


def visible_name(element: _Element) -> str:
    """The name under which others see an element: its variable's, else its own, else its id."""
    variable = first_child(element, "variable")
    named = "" if variable is None else spoken(variable.get("name"))
    return named or spoken(element.get("name")) or key_of(element)
