"""Regular expressions as XPath writes them, rewritten for RE2, which runs them in linear time. Back references are not
possible there but to groups of plain text, which are written out; nor does anything make a pattern that XPath does not know.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol, TypeAlias

import re2

OPTIONS = re2.Options()
OPTIONS.max_mem = 1 << 20
OPTIONS.log_errors = False  # RE2 would write the pattern, which may be data, to standard error
MAX_PATTERN = 1_000
FLAGS = frozenset("smix")
SPACES = " \t\n\r"
ITSELF = frozenset("\\|.?*+(){}-[]^$")
LETTERS = {"n": "\\n", "r": "\\r", "t": "\\t"}
START = (
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
)
START += "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
CLASSES = {
    "d": "\\p{Nd}",
    "w": "\\p{L}\\p{M}\\p{N}\\p{S}",
    "s": " \\t\\n\\r",
    "i": START,
    "c": START + "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040",
}
OPPOSITES = {
    "D": "\\P{Nd}",
    "W": "\\p{P}\\p{Z}\\p{C}",
    "S": "\\x{0}-\\x{8}\\x{b}\\x{c}\\x{e}-\\x{1f}\\x{21}-\\x{10ffff}",
}
"""All but a class, for use inside another."""
BLOCKS = {
    "IsBasicLatin": "\\x{0}-\\x{7f}",
    "IsLatin-1Supplement": "\\x{80}-\\x{ff}",
    "IsLatinExtended-A": "\\x{100}-\\x{17f}",
    "IsLatinExtended-B": "\\x{180}-\\x{24f}",
    "IsGreek": "\\x{370}-\\x{3ff}",
    "IsGreekandCoptic": "\\x{370}-\\x{3ff}",
    "IsCyrillic": "\\x{400}-\\x{4ff}",
    "IsHebrew": "\\x{590}-\\x{5ff}",
    "IsArabic": "\\x{600}-\\x{6ff}",
    "IsGeneralPunctuation": "\\x{2000}-\\x{206f}",
    "IsCurrencySymbols": "\\x{20a0}-\\x{20cf}",
}
PROPERTY = re.compile(r"\{([A-Za-z0-9-]+)\}")
ALONE, INSIDE = "[{}]", "{}"
FLAT = r"\(([^\\\[\](){}|?*+.^$]+)\)(?![?*+{])"
FLAT_GROUP = re.compile(FLAT)
BEFORE = re.compile(rf"(?:[^\\\[\](){{}}|]|\\.|{FLAT})*", re.DOTALL)
"""What may stand before a back reference that can be written out: no choice, and groups of plain text."""
Spans: TypeAlias = list[tuple[int, int]]


class Pattern(Protocol):
    """What RE2 gives for a pattern."""

    groups: int
    programsize: int

    def search(self, text: str) -> Match | None: ...
    def finditer(self, text: str) -> list[Match]: ...


class Match(Protocol):
    """One place where a pattern fits."""

    def group(self, index: int) -> str | None: ...
    def start(self) -> int: ...
    def end(self) -> int: ...


class NoPatternError(Exception):
    """The text is no regular expression of XPath, or one that RE2 cannot run."""


@lru_cache(128)
def compiled(pattern: str, flags: str) -> Pattern | None:
    """The pattern ready to use; None when it cannot be used or is too long."""
    if len(pattern) > MAX_PATTERN or not FLAGS.issuperset(flags):
        return None
    inline = "".join(sorted(set(flags) - {"x"}))
    try:
        text = Rewriting(_without_spaces(pattern) if "x" in flags else pattern, dot_is_all="s" in flags).whole()
        made: Pattern = re2.compile(f"(?{inline})(?:{text})" if inline else text, OPTIONS)
    except (NoPatternError, re2.error):
        return None
    return made


def _without_spaces(pattern: str) -> str:
    """The pattern as flag ``x`` reads it: spaces count in character classes only."""
    kept: list[str] = []
    depth, escaped = 0, False
    for character in pattern:
        if character in SPACES and depth == 0:
            continue
        kept.append(character)
        if escaped or character == "\\":
            escaped = not escaped
        else:
            depth = max(0, depth + (character == "[") - (character == "]"))
    return "".join(kept)


class Rewriting:
    """Goes through one pattern from left to right."""

    def __init__(self, pattern: str, *, dot_is_all: bool) -> None:
        self.pattern = pattern
        self.dot = "." if dot_is_all else "[^\\n\\r]"
        self.at = 0

    def whole(self) -> str:
        """The pattern for RE2."""
        parts: list[str] = []
        while self.at < len(self.pattern):
            character = self._next()
            if character == "\\" and self.pattern[self.at : self.at + 1].isdigit():
                parts.append(self._again())
            elif character == "\\":
                parts.append(self._escape(ALONE))
            elif character == "[":
                parts.append(self._class())
            elif character == "]":
                raise NoPatternError
            elif character == "(" and self.pattern[self.at : self.at + 1] == "?":
                if self.pattern[self.at + 1 : self.at + 2] != ":":
                    raise NoPatternError
                parts.append(character)
            else:
                parts.append(self.dot if character == "." else character)
        return "".join(parts)

    def _next(self) -> str:
        if self.at >= len(self.pattern):
            raise NoPatternError
        self.at += 1
        return self.pattern[self.at - 1]

    def _again(self) -> str:
        """A back reference to a group that can hold one text only: that text."""
        groups = FLAT_GROUP.findall(self.pattern, 0, self.at) if BEFORE.fullmatch(self.pattern, 0, self.at - 1) else []
        digit = int(self._next())
        if not 0 < digit <= len(groups) or self.pattern[self.at : self.at + 1].isdigit():
            raise NoPatternError
        return f"(?:{groups[digit - 1]})"

    def _escape(self, frame: str) -> str:
        """What stands behind a backslash; ``frame`` puts a set of characters into brackets where it needs them."""
        character = self._next()
        if character in ITSELF:
            return "\\" + character
        if character in LETTERS:
            return LETTERS[character]
        if character in "pP":
            return self._property(character, frame)
        kind = CLASSES.get(character.lower())
        if kind is None:
            raise NoPatternError
        if character.islower():
            return frame.format(kind)
        if frame == ALONE:
            return f"[^{kind}]"
        if character not in OPPOSITES:
            raise NoPatternError
        return OPPOSITES[character]

    def _property(self, sign: str, frame: str) -> str:
        match = PROPERTY.match(self.pattern, self.at)
        if match is None:
            raise NoPatternError
        self.at = match.end()
        block = BLOCKS.get(match[1])
        if block is None:
            return f"\\{sign}{match[0]}"
        if sign == "p":
            return frame.format(block)
        if frame == INSIDE:
            raise NoPatternError
        return f"[^{block}]"

    def _class(self) -> str:
        """A character class behind its bracket; one that takes another away is worked out."""
        parts: list[str] = []
        if self.pattern[self.at : self.at + 1] == "^":
            self.at += 1
            parts.append("^")
        while (character := self._next()) != "]":
            if character == "[":
                raise NoPatternError
            if character == "-" and self.pattern[self.at : self.at + 1] == "[":
                self.at += 1
                return self._difference("".join(parts), self._class())
            parts.append(self._escape(INSIDE) if character == "\\" else character)
        return f"[{''.join(parts)}]"

    def _difference(self, kept: str, taken: str) -> str:
        if self._next() != "]":
            raise NoPatternError
        left = without(spans_of(kept), spans_of(taken[1:-1]))
        if not left:
            raise NoPatternError
        return "[" + "".join(f"\\x{{{low:x}}}-\\x{{{high:x}}}" for low, high in left) + "]"


def spans_of(content: str) -> Spans:
    """The characters between the brackets of a class, when it is made of plain ones and ranges of them."""
    if content[:1] == "^" or "\\" in content:
        raise NoPatternError
    spans: Spans = []
    at = 0
    while at < len(content):
        last = at + 2 if content[at + 1 : at + 2] == "-" and at + 2 < len(content) else at
        spans.append((ord(content[at]), ord(content[last])))
        at = last + 1
    return spans


def without(kept: Spans, taken: Sequence[tuple[int, int]]) -> Spans:
    """The spans that are left when others are taken away."""
    for low, high in taken:
        left = [(start, min(end, low - 1)) for start, end in kept if start < low]
        kept = left + [(max(start, high + 1), end) for start, end in kept if end > high]
    return kept
