"""The requirement graph: every input, decision, business knowledge model and decision service of a set of files, each read
once and after the decisions it requires.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from lxml.etree import _Element

from engine.decisions.boxes import Box, FunctionBox, Parameter, names_read
from engine.decisions.boxing import Boxing
from engine.decisions.definitions import Types
from engine.decisions.items import ANY, ItemType, innermost
from engine.decisions.model import Decision, DecisionService, InputData, Key, Knowledge, Path, Requirements
from engine.decisions.reader import children, first_child, key_of
from engine.decisions.sources import Source, visible_name
from engine.decisions.words import Words, is_built_in, is_plain, spoken
from engine.xml import local_name
from feel import Function

LONGEST_CHAIN = 60
"""Decisions that wait for one another; each costs a few levels of calls when it is evaluated."""
INPUT, DECISION, SERVICE = "inputData", "decision", "decisionService"
KNOWLEDGE = ("businessKnowledgeModel", SERVICE)


class Link(NamedTuple):
    """What a reference leads to, and the name under which it is seen."""

    path: Path
    source: Source
    element: _Element

    @property
    def key(self) -> Key:
        return self.source.key(self.element)


class Graph:
    """What has been read so far, by the number of the file and the id of the element."""

    def __init__(self, sources: Sequence[Source], types: Sequence[Types], boxings: Sequence[Boxing]) -> None:
        self.sources = sources
        self.types = types
        self.boxings = boxings
        self.inputs: dict[Key, InputData] = {}
        self.decisions: dict[Key, Decision] = {}
        self.services: dict[Key, DecisionService] = {}
        self.knowledge: dict[Key, Knowledge] = {}
        self.known: dict[Key, Knowledge | DecisionService] = {}
        self.heights: dict[Key, int] = {}
        self.loose: list[Words] = []
        self.by_name: list[dict[str, InputData]] = []

    def read(self) -> None:
        """Read everything; problems stay with their files."""
        for source in self.sources:
            self._read_inputs(source)
        for source in self.sources:
            for element in source.of_kind(DECISION):
                self.decision(source, element, ())
            for element in source.of_kind(KNOWLEDGE[0]):
                self.knowledge[source.key(element)] = self._knowledge(source, element)
        for source in self.sources:
            for element in source.of_kind(SERVICE):
                self.services[source.key(element)] = self._service(source, element)
        self.known.update(self.knowledge)
        self.known.update(self.services)

    def _read_inputs(self, source: Source) -> None:
        named: dict[str, InputData] = {}
        for element in source.of_kind(INPUT):
            name = visible_name(element)
            kind = self._variable_type(source, element)
            title = spoken(element.get("name")) or name
            named[name] = InputData(key_of(element), name, source.namespace, kind, title)
            self.inputs[source.key(element)] = named[name]
        self.by_name.append(named)
        odd = (name for name in named if not is_plain(name) and not is_built_in(name))
        self.loose.append(Words(odd, source.entries))

    def _variable_type(self, source: Source, element: _Element) -> ItemType:
        return self.types[source.number].type_of(first_child(element, "variable"))

    def decision(self, source: Source, element: _Element, above: tuple[Key, ...]) -> Decision | None:
        """The decision of an element; None when it requires itself. ``above`` are the decisions that wait for it."""
        key = source.key(element)
        if key in self.decisions:
            return self.decisions[key]
        if key in above:
            source.reader.problem(element, "The decision requires itself, directly or through others")
            return None
        height = 0
        needed: list[tuple[Path, Decision]] = []
        for link in self._links(source, element, "requiredDecision", (DECISION,)):
            too_deep = len(above) >= LONGEST_CHAIN
            one = None if too_deep else self.decision(link.source, link.element, (*above, key))
            if one is not None:
                needed.append((link.path, one))
            height = max(height, LONGEST_CHAIN if too_deep else self.heights.get(link.key, 0))
        self.heights[key] = height + 1
        if height >= LONGEST_CHAIN:
            source.reader.problem(element, f"More than {LONGEST_CHAIN} decisions wait for one another")
        self.decisions[key] = self._decision(source, element, tuple(needed))
        return self.decisions[key]

    def _decision(self, source: Source, element: _Element, needed: tuple[tuple[Path, Decision], ...]) -> Decision:
        given = self._links(source, element, "requiredInput", (INPUT,))
        inputs = tuple((link.path, self.inputs[link.key]) for link in given)
        needs = Requirements(inputs, needed, self._called(source, element))
        words = Words(_names(needs), self.loose[source.number])
        for path, one in needed:
            words.add(one.id if len(path) == 1 else "")
        name, result = spoken(element.get("name")) or key_of(element), visible_name(element)
        boxing = self.boxings[source.number]
        box = boxing.inside(element, words, result)
        logic = boxing.unusable(element, "The decision has no logic that can be evaluated") if box is None else box
        needs = replace(needs, inputs=(*inputs, *self._loose(source, logic, {path[0] for path, _ in inputs})))
        kind = self._variable_type(source, element)
        return Decision(key_of(element), name, result, source.namespace, logic, needs, kind, self.known)

    def _loose(self, source: Source, logic: Box, known: set[str]) -> list[tuple[Path, InputData]]:
        """Inputs of the file that a decision reads without requiring them: designers leave the arrow out."""
        named = self.by_name[source.number]
        return [((name,), named[name]) for name in sorted(names_read(logic) - known) if name in named]

    def _knowledge(self, source: Source, element: _Element) -> Knowledge:
        name = visible_name(element)
        needs = Requirements(knowledge=(((name,), source.key(element)), *self._called(source, element)))
        boxing, logic = self.boxings[source.number], first_child(element, "encapsulatedLogic")
        body, parameters, result = None, tuple[Parameter, ...](), self._variable_type(source, element)
        if logic is None:
            boxing.unusable(element, "The business knowledge model has no logic")
        else:
            body = boxing.function(logic, Words(_names(needs), source.entries), name)
        if isinstance(body, FunctionBox):
            result = result if body.result is ANY else body.result
            parameters, body = body.parameters, body.body
        if Function in innermost(result).simple:
            result = ANY
        return Knowledge(key_of(element), name, source.namespace, parameters, body, result, needs, self.known)

    def _service(self, source: Source, element: _Element) -> DecisionService:
        given: list[tuple[Parameter, InputData | Decision]] = []
        for link in self._hrefs(source, element, "inputData", (INPUT,)):
            data = self.inputs[link.key]
            given.append((Parameter(data.name, data.type), data))
        for link in self._hrefs(source, element, "inputDecision", (DECISION,)):
            one = self.decisions[link.key]
            given.append((Parameter(one.result, one.type), one))
        outputs = [self.decisions[link.key] for link in self._hrefs(source, element, "outputDecision", (DECISION,))]
        for _ in self._hrefs(source, element, "encapsulatedDecision", (DECISION,)):
            pass
        kind = self._variable_type(source, element)
        if not outputs and given:
            source.reader.problem(element, "The decision service gives no decision")
        return DecisionService(
            id=key_of(element),
            name=spoken(element.get("name")) or key_of(element),
            result=visible_name(element),
            namespace=source.namespace,
            inputs=tuple(parameter for parameter, _ in given),
            given=tuple(one for _, one in given),
            outputs=tuple(outputs),
            type=ANY if Function in innermost(kind).simple else kind,
            known=self.known,
        )

    def _called(self, source: Source, element: _Element) -> tuple[tuple[Path, Key], ...]:
        links = self._links(source, element, "requiredKnowledge", KNOWLEDGE)
        return tuple((link.path, link.key) for link in links)

    def _links(self, source: Source, element: _Element, wanted: str, kinds: tuple[str, ...]) -> list[Link]:
        """What the requirements of an element lead to."""
        outer = "knowledgeRequirement" if wanted == "requiredKnowledge" else "informationRequirement"
        links: list[Link] = []
        for requirement in children(element, outer):
            links.extend(self._hrefs(source, requirement, wanted, kinds))
        return links

    @staticmethod
    def _hrefs(source: Source, element: _Element, wanted: str, kinds: tuple[str, ...]) -> Iterator[Link]:
        for reference in children(element, wanted):
            href = reference.get("href") or ""
            found = source.target(href)
            if found is None or local_name(found[2]) not in kinds:
                what = ASKED[wanted]
                source.reader.problem(element, f"The {what} '{href.rpartition('#')[2]}' is not in this file")
            else:
                path, other, target = found
                yield Link((*path, visible_name(target)), other, target)


ASKED = {
    "requiredInput": "required input",
    "requiredDecision": "required decision",
    "requiredKnowledge": "required knowledge",
    "inputData": "input",
    "inputDecision": "input decision",
    "outputDecision": "output decision",
    "encapsulatedDecision": "encapsulated decision",
}


def _names(needs: Requirements) -> Iterator[str]:
    """The names that the requirements bring; of what is imported, the import's."""
    yield from (path[0] for path, _ in (*needs.inputs, *needs.decisions, *needs.knowledge))
