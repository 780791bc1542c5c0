"""Writes expressions at random from the templates, as trees, so that a difference can be charged to its innermost piece."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.fuzz.seeds import dice
from tests.oracle.grammar import ANY, KINDS, LITERALS, TEMPLATES, TESTS

SLOT = re.compile(r"\$([a-z]+)((?::[a-z]+)*)")
CLOSED = re.compile(
    r'[\w.]+|"(?:[^"\\]|\\.)*"|(?!.*\b(?:in|between|or)\b|(?!date|years).*\band\b)[a-z][\w ]*\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|@"[^"]*"'
)
WORDING = ("span", "type")
WRONG = 0.1
"""How often a slot gets a value of any other kind."""
DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A construct and what stands in its slots; ``binds`` are the names its slots may read, slot by slot."""

    template: str
    children: tuple[Piece, ...] = ()
    binds: tuple[tuple[str, ...], ...] = ()
    loose: bool = False
    """Part of its construct's wording, no value of its own."""

    @property
    def text(self) -> str:
        inner = iter(self.children)
        return SLOT.sub(lambda _: _bracketed(next(inner).text, self.template), self.template)

    @property
    def size(self) -> int:
        return 1 + sum(child.size for child in self.children)


def _bracketed(text: str, template: str) -> str:
    return text if CLOSED.fullmatch(text) or SLOT.fullmatch(template) else f"({text})"


class Writer:
    """A seeded source of expressions and unary tests."""

    def __init__(self, seed: int) -> None:
        self.dice = dice(seed)

    def expression(self) -> Piece:
        return self._of(self.dice.choice(KINDS[:-1]), self.dice.choice((1, 1, 2, 2, DEEPEST)), ())

    def test(self) -> Piece:
        return self._fill(self.dice.choice(TESTS), self.dice.choice((0, 0, 1)), ())

    def _of(self, kind: str, depth: int, names: tuple[str, ...]) -> Piece:
        dice = self.dice
        if kind == "any":
            kind = dice.choice(ANY)
        elif kind in KINDS and dice.random() < WRONG:
            kind = dice.choice(KINDS)
        if names and kind in ("number", "boolean") and dice.random() < 0.5:
            return self._reading(kind, names)
        if kind in TEMPLATES and (depth > 0 or kind not in LITERALS):
            return self._fill(dice.choice(TEMPLATES[kind]), depth - 1, names)
        return Piece(dice.choice(LITERALS[kind]), loose=kind in WORDING)

    def _reading(self, kind: str, names: tuple[str, ...]) -> Piece:
        """Something about a name of a loop, filter or function around."""
        name, number = self.dice.choice(names), self.dice.choice(LITERALS["n"])
        signs = "+-*" if kind == "number" else ("<", ">", "=", "!=", "<=")
        return Piece(f"{name} {self.dice.choice(signs)} {number}")

    def _fill(self, template: str, depth: int, names: tuple[str, ...]) -> Piece:
        children, binds = [], []
        for match in SLOT.finditer(template):
            bound = tuple(match[2].split(":")[1:])
            binds.append(bound)
            children.append(self._of(match[1], depth, names + bound))
        return Piece(template, tuple(children), tuple(binds))
