"""Reads tokens one after another and knows which names are in scope. The grammar itself stands in the parse rooms."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple, TypeAlias, TypeVar

from feel.budget import MAX_NESTING
from feel.errors import BudgetExceeded, FeelSyntaxError, syntax_error
from feel.hints import hint
from feel.meaning import Meaning
from feel.remark import Place
from feel.scope import Code
from feel.tokens import Token, tokenize
from feel.values import Value

KEYWORDS = frozenset(
    [
        "if",
        "then",
        "else",
        "and",
        "or",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "between",
        "true",
        "false",
        "null",
    ]
)
NAME_SIGNS = frozenset(("+", "-", "*", "/", "'", "’", "."))
"""Signs that may stand inside a name."""
QUESTION = "?"
T = TypeVar("T")
Phrases: TypeAlias = dict[str, dict[int, dict[tuple[str, ...], list[str]]]]
"""Names of several tokens: first token -> number of tokens -> all tokens -> the names, which differ in their spaces."""


class Node(NamedTuple):
    """A compiled piece; ``constant`` holds its value when it never changes, ``name`` the variable when it reads just one."""

    code: Code
    constant: tuple[Value] | None = None
    name: str = ""
    is_range: bool = False
    meaning: Meaning | None = None
    """What it asks of ``?``, where that can be said."""


def constant(value: Value) -> Node:
    """A node that always has this value."""
    return Node(lambda _scope: value, (value,))


def note(table: Phrases, name: str) -> None:
    """Enter a name that is more than one token; one that cannot be cut into tokens never matches."""
    try:
        words = tuple(token.text for token in tokenize(name)[:-1])
    except (FeelSyntaxError, BudgetExceeded):
        return
    if len(words) > 1:
        names = table.setdefault(words[0], {}).setdefault(len(words), {}).setdefault(words, [])
        if name not in names:
            names.append(name)


def phrases_of(names: Iterable[str]) -> Phrases:
    """The names that are more than one token, by their first."""
    table: Phrases = {}
    for name in names:
        note(table, name)
    return table


class Cursor:
    """A place in the text, the names known there, and what has been seen so far."""

    def __init__(self, source: str, names: Iterable[str], types: Mapping[str, Callable[[Value], bool]]) -> None:
        self.source = source
        self.tokens = tokenize(source)
        self.breaks = [-1, *(at for at, character in enumerate(source) if character == "\n")]
        self.at = 0
        self.depth = 0
        self.size = 0
        self.filters = 0
        self.questions = 0
        self.meanings: list[Meaning | None] = []
        """Of the tests read so far, where that can be said."""
        self.scopes: list[set[str]] = []
        self.given = frozenset(names)
        self.types = types
        self.free: set[str] = set()
        self.phrases: Phrases = {}
        for name in self.given:
            self.learn(name)
        self.partials = 0
        self.ranges = 0
        self.expression: Callable[[], Node]
        self.ranked: Callable[[Node | None], Node]
        """An operand of a comparison: sums and what binds tighter."""

    # reading

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    @property
    def word(self) -> str:
        """Text of a sign or plain name; empty for literals, quoted names and at the end."""
        token = self.tokens[self.at]
        return token.text if token.kind in ("sign", "name") else ""

    @property
    def place(self) -> Place:
        """Line and column of the token here."""
        return self.place_of(self.tokens[self.at].start)

    def place_of(self, start: int) -> Place:
        """Line and column of a character."""
        line = bisect_left(self.breaks, start)
        return line, start - self.breaks[line - 1]

    def peek(self, ahead: int = 1) -> Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def advance(self) -> Token:
        """The token here; moves on, but never past the end token."""
        token = self.tokens[self.at]
        self.at += token.kind != "end"
        return token

    def accept(self, *words: str) -> str:
        """The word here if it is one of these, moving past it; else the empty text."""
        word = self.word
        if word in words:
            self.at += 1
            return word
        return ""

    def expect(self, word: str) -> None:
        if not self.accept(word):
            raise self.unexpected(f"'{word}'")

    def unexpected(self, wanted: str) -> FeelSyntaxError:
        """The error that says what was wanted here and what was found."""
        token = self.token
        if token.kind == "end":
            found = "the text ends"
        elif token.kind == "string":
            found = "found a text"
        else:
            found = f"found '{token.text}'"
        more = hint(self.tokens, self.at, wanted, self.place_of)
        return syntax_error(f"Expected {wanted} but {found}{more}", self.source, token.start)

    def listed(self, closing: str, item: Callable[[], T]) -> list[T]:
        """Items between commas up to the closing sign."""
        items: list[T] = []
        if not self.accept(closing):
            items.append(item())
            while self.accept(","):
                items.append(item())
            if not self.accept(closing):
                raise self.unexpected(f"',' or '{closing}'")
        return items

    def descend(self) -> None:
        """Go one level of nesting down; the caller goes up again."""
        self.depth += 1
        self.size += 1
        if self.depth > MAX_NESTING:
            raise BudgetExceeded("Expected a simple expression, but it is nested too deep")

    # names

    def learn(self, name: str) -> None:
        """Remember a name of several words or signs, so that it is recognised from here on."""
        note(self.phrases, name)

    def phrase(self, table: Phrases) -> str:
        """The longest name of the table that stands here, moving past it; else the empty text."""
        lengths = table.get(self.token.text)
        if lengths is None:
            return ""
        for length in sorted(lengths, reverse=True):
            here = self.tokens[self.at : self.at + length]
            for name in lengths[length].get(tuple([token.text for token in here]), ()):
                if self.source[here[0].start : here[-1].end].split() == name.split():
                    self.at += length
                    return name
        return ""

    def call_phrase(self, calls: Phrases) -> str:
        """A function of several words right before its bracket; else the empty text."""
        before = self.at
        name = self.phrase(calls)
        if name and self.word != "(":
            self.at = before
            return ""
        return name

    def at_phrase(self) -> bool:
        """Whether a known name of several words stands here, even if its first word is a keyword."""
        before = self.at
        found = self.phrase(self.phrases)
        self.at = before
        return found != ""

    def name(self) -> str:
        """A name: known words, a quoted name, or plain names side by side."""
        token = self.token
        if token.kind == "quoted":
            self.at += 1
            return token.text[1:-1].strip()
        known = self.phrase(self.phrases)
        if known:
            return known
        if token.kind != "name" or token.text in KEYWORDS:
            raise self.unexpected("a name")
        words = [self.advance().text]
        while self.token.kind == "name" and self.token.text not in KEYWORDS and not self._at_instance_of():
            words.append(self.advance().text)
        return " ".join(words)

    def _at_instance_of(self) -> bool:
        return self.token.text == "instance" and self.peek().text == "of"

    def key(self) -> str:
        """A name being introduced, before its colon; it may hold signs."""
        token = self.token
        if token.kind == "quoted":
            self.at += 1
            return token.text[1:-1].strip()
        if token.kind != "name":
            raise self.unexpected("a name")
        end = token.end
        while self.token.kind in ("name", "number") or self.word in NAME_SIGNS:
            end = self.advance().end
        return " ".join(self.source[token.start : end].split())

    @contextmanager
    def local(self, *names: str) -> Iterator[set[str]]:
        """Names that exist inside the next piece only."""
        scope = set(names)
        for name in names:
            self.learn(name)
        self.scopes.append(scope)
        yield scope
        self.scopes.pop()

    def is_local(self, name: str) -> bool:
        return any(name in scope for scope in self.scopes)

    def read(self, name: str) -> None:
        """Note that the text reads this name; inside filters it may as well be an entry of the item."""
        if self.is_local(name):
            self.partials += name == "partial"
        elif not self.filters:
            self.free.add(name)
