"""Reads the small parts of a DMN file and keeps the problems found on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lxml.etree import _Element

from engine.decisions.errors import DecisionProblem
from engine.decisions.words import Lookups, Words
from engine.xml import local_name
from feel import Expression, FeelError, Tests, TypeTest, compile_expression, compile_tests

MOST_PROBLEMS = 1000
LONGEST = 500
"""Characters of a message or id: a name in a file may be megabytes long."""
MOST_WORK, COST_OF_A_TEXT, COST_OF_A_CHARACTER = 600_000, 30, 2
"""How much FEEL one file may hold, that nobody waits for minutes: about 270,000 characters, or 15,000 different short cells."""
ELEMENTS = ("inputData", "decision", "businessKnowledgeModel", "decisionService", "knowledgeSource")
"""What others may require."""


def children(element: _Element, name: str) -> Iterator[_Element]:
    """The direct children of that name."""
    return (child for child in element if local_name(child) == name)


def first_child(element: _Element, name: str) -> _Element | None:
    """The first direct child of that name."""
    return next(children(element, name), None)


def plain_text(element: _Element | None) -> str:
    """The text directly inside an element; empty when there is none."""
    return "" if element is None or element.text is None else element.text.strip()


def text_of(element: _Element | None) -> str:
    """The text inside the element's ``text`` child; empty when there is none."""
    return "" if element is None else plain_text(first_child(element, "text"))


def key_of(element: _Element) -> str:
    """The id of an element, or its name where it has none."""
    return element.get("id") or " ".join((element.get("name") or "").split())


def id_of(element: _Element) -> str:
    """The id of the element, or of the nearest one around it that has an id; a decision without one is known by name."""
    nearest: _Element | None = element
    while nearest is not None:
        key = key_of(nearest) if local_name(nearest) in ELEMENTS else nearest.get("id")
        if key:
            return key[:LONGEST]
        nearest = nearest.getparent()
    return ""


class Reader:
    """One file being read: its name, the language it declares, and its problems so far."""

    def __init__(self, file: str, language: str = "", lookups: Lookups | None = None) -> None:
        self.file = file
        self.language = language
        self.lookups = Lookups() if lookups is None else lookups
        self.problems: list[DecisionProblem] = []
        self._texts: set[str] = set()
        self._work = 0
        self.types: Callable[[str], Mapping[str, TypeTest]] = lambda _text: {}

    def problem(self, element: _Element, message: str, rule: int | None = None) -> str:
        """Note a problem at the element, or at the nearest one around it that has an id; gives the message."""
        if len(self.problems) < MOST_PROBLEMS:
            line: int | None = element.sourceline  # type: ignore[assignment]  # its stub leaves the type open
            self.problems.append(DecisionProblem(self.file, id_of(element), message[:LONGEST], rule, line))
        return message

    def expression(
        self, element: _Element, words: Words, missing: str = "", rule: int | None = None
    ) -> Expression | None:
        """The compiled expression of an element; with ``missing`` not empty it must have one."""
        text = text_of(element)
        if not text and missing:
            self.problem(element, missing, rule)
        if not text or not self._is_feel(element, rule) or not self._may_compile(element, text):
            return None
        try:
            return compile_expression(text, words.within(text, self.lookups), self.types(text))
        except FeelError as error:
            self.problem(element, str(error), rule)
            return None

    def tests(self, element: _Element, words: Words, rule: int | None = None) -> Tests | None:
        """The compiled unary tests of an element; None when anything passes."""
        text = text_of(element)
        if text in ("", "-") or not self._is_feel(element, rule) or not self._may_compile(element, text):
            return None
        try:
            return compile_tests(text, words.within(text, self.lookups), self.types(text))
        except FeelError as error:
            self.problem(element, str(error), rule)
            return None

    def _may_compile(self, element: _Element, text: str) -> bool:
        """Whether there is work left for a text; one that was compiled before costs nothing."""
        if text in self._texts:
            return True
        self._texts.add(text)
        before = self._work
        self._work = before + COST_OF_A_TEXT + COST_OF_A_CHARACTER * len(text)
        if before <= MOST_WORK < self._work:
            self.problem(element, "From here on the file holds more FEEL than can be checked")
        return self._work <= MOST_WORK

    def _is_feel(self, element: _Element, rule: int | None) -> bool:
        language = (element.get("expressionLanguage") or self.language or "feel").rstrip("/")
        if "feel" in language.lower().split("/"):
            return True
        self.problem(element, f"Expected FEEL, but the expression is written in '{language}'", rule)
        return False
