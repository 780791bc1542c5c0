"""Reads the small parts of a DMN file and keeps the problems found on the way."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import _Element

from engine.decisions.errors import DecisionProblem
from feel import Expression, FeelError, Tests, compile_expression, compile_tests


def local_name(element: _Element) -> str:
    """The name without its namespace; empty for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: _Element, name: str) -> Iterator[_Element]:
    """The direct children of that name."""
    return (child for child in element if local_name(child) == name)


def first_child(element: _Element, name: str) -> _Element | None:
    """The first direct child of that name."""
    return next(children(element, name), None)


def text_of(element: _Element | None) -> str:
    """The text inside the element's ``text`` child; empty when there is none."""
    inner = None if element is None else first_child(element, "text")
    return "" if inner is None or inner.text is None else inner.text.strip()


class Reader:
    """One file being read: its name, the names its expressions may use, and its problems so far. A lenient one reads
    null where an expression cannot be compiled.
    """

    def __init__(self, file: str, names: frozenset[str], *, lenient: bool = False) -> None:
        self.file = file
        self.names = names
        self.lenient = lenient
        self.problems: list[DecisionProblem] = []

    def problem(self, element: _Element, message: str, rule: int | None = None) -> None:
        """Note a problem at the element, or at the nearest one around it that has an id."""
        nearest: _Element | None = element
        while nearest is not None and not nearest.get("id"):
            nearest = nearest.getparent()
        key = "" if nearest is None else nearest.get("id") or ""
        self.problems.append(DecisionProblem(self.file, key, message, rule))

    def expression(self, element: _Element, missing: str, rule: int | None = None) -> Expression | None:
        """The compiled expression of an element; with ``missing`` not empty it must have one."""
        text = text_of(element)
        if not text:
            if missing:
                self.problem(element, missing, rule)
            return None
        if not self._is_feel(element, rule):
            return None
        try:
            return compile_expression(text, self.names)
        except FeelError as error:
            self.problem(element, str(error), rule)
            return compile_expression("null") if self.lenient else None

    def tests(self, element: _Element, rule: int | None = None) -> Tests | None:
        """The compiled unary tests of an element; None when anything passes."""
        text = text_of(element)
        if text in ("", "-") or not self._is_feel(element, rule):
            return None
        try:
            return compile_tests(text, self.names)
        except FeelError as error:
            self.problem(element, str(error), rule)
            return None

    def _is_feel(self, element: _Element, rule: int | None) -> bool:
        language = (element.get("expressionLanguage") or "feel").rstrip("/")
        if language.lower().endswith("feel"):
            return True
        self.problem(element, f"Expected FEEL, but the expression is written in '{language}'", rule)
        return False
