"""Names of a model as the text of an expression may hold them, found without trying each name on each text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from feel import KEYWORDS, compile_expression

PIECE = re.compile(r"\w+|[^\w\s]")
PLAIN = re.compile(r"[^\W\d]\w*")
RESERVED = KEYWORDS | {"not", "instance", "of", "function"}
LONGEST_BUILT_IN = 60
MOST_LOOKUPS = 2_000_000
"""Names compared with texts while one set of files is read."""


def spoken(name: str | None) -> str:
    """A name with single spaces."""
    return " ".join((name or "").split())


def is_plain(name: str) -> bool:
    """Whether FEEL reads the name without knowing it: words and no keyword, sign or leading digit."""
    return all(PLAIN.fullmatch(word) is not None and word not in RESERVED for word in name.split())


def is_built_in(name: str) -> bool:
    """Whether FEEL itself gives the name a meaning."""
    if not name.replace(" ", "").isalpha() or len(name) > LONGEST_BUILT_IN:
        return False
    return not compile_expression(f"`{name}`").names


class Lookups:
    """How often names were compared with texts: a file of ten thousand names and as many texts must not cost a hundred
    million comparisons.
    """

    def __init__(self, most: int = MOST_LOOKUPS) -> None:
        self.left = most


class Words:
    """The names known at one place, those of the places around it included."""

    def __init__(self, names: Iterable[str] = (), *outer: Words) -> None:
        self.outer = outer
        self.by_first: dict[str, list[str]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """A name that is known from here on."""
        first = PIECE.search(name)
        if first is not None:
            self.by_first.setdefault(first[0], []).append(name)

    def within(self, text: str, lookups: Lookups) -> frozenset[str]:
        """The known names that the text holds."""
        pieces, squeezed = set(PIECE.findall(text)), " ".join(text.split())
        found: set[str] = set()
        waiting = [self]
        while waiting:
            here = waiting.pop()
            for piece in pieces & here.by_first.keys():
                names = here.by_first[piece]
                lookups.left -= len(names)
                if lookups.left < 0:
                    return frozenset(found)
                found.update(name for name in names if name in squeezed)
            waiting.extend(here.outer)
        return frozenset(found)
