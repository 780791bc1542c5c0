"""Cuts text into tokens. Knows spaces, comments, names, numbers, strings and signs; does not know the grammar."""

from __future__ import annotations

import re
from typing import NamedTuple

from feel.budget import MAX_SOURCE
from feel.errors import BudgetExceeded, syntax_error

NAME_START = (
    "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U000effff"
)
NAME_PART = NAME_START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
SPACES = "\\s\u180e\u200b\ufeff"
TOKEN = re.compile(
    rf"""(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      |(?P<string>"(?:[^"\\]|\\.)*")
      |(?P<name>[{NAME_START}][{NAME_PART}]*)
      |(?P<quoted>`[^`\n]+`)
      |(?P<sign>\*\*|\.\.|<=|>=|!=|->|[-+*/()\[\]{{}},.:<>=?@'’])""",
    re.VERBOSE | re.DOTALL,
)
BARE_KEY = re.compile(rf"[{NAME_START}][{NAME_PART} ]*")
"""A context key that text may show without quotes."""
BLANK = re.compile(rf"(?:[{SPACES}]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)


class Token(NamedTuple):
    """One piece of text; ``kind`` is number, string, name, quoted, sign or end."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(source: str) -> list[Token]:
    """All tokens of the text and an end token, past which nothing is read."""
    if len(source) > MAX_SOURCE:
        raise BudgetExceeded("Expected a short expression, but its text is too long")
    tokens: list[Token] = []
    position = _after_blank(source, 0)
    while position < len(source):
        if source.startswith("/*", position):
            raise syntax_error("This comment does not end", source, position)
        match = TOKEN.match(source, position)
        if match is None:
            raise syntax_error(_strange(source, position), source, position)
        tokens.append(Token(str(match.lastgroup), match[0], position, match.end()))
        position = _after_blank(source, match.end())
    tokens.append(Token("end", "", len(source), len(source)))
    return tokens


def _after_blank(source: str, position: int) -> int:
    blank = BLANK.match(source, position)
    return blank.end() if blank is not None else position


def _strange(source: str, position: int) -> str:
    if source[position] == '"':
        return "This text in double quotes does not end"
    if source[position] == "`":
        return "This name in back quotes does not end"
    hint = INSTEAD.get(source[position])
    return f"The character {source[position]!r} has no meaning here" + (f": {hint}" if hint else "")


INSTEAD = {
    "&": "write 'and', or '+' to join texts",
    "|": "write 'or'",
    "!": "write not(…), or '!=' for unequal",
    "%": "write modulo(…, …)",
    "^": "write '**' for a power",
    ";": "write ',' between items",
    "≤": "write '<='",
    "≥": "write '>='",
    "≠": "write '!='",
    "“": 'texts stand in straight double quotes: "…"',
    "”": 'texts stand in straight double quotes: "…"',
    "„": 'texts stand in straight double quotes: "…"',
    "‘": 'texts stand in straight double quotes: "…"',
    "$": "names have no '$' in front",
    "#": "a comment begins with '//'",
}
"""What to write in place of characters that FEEL does not know."""


ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


def unquote(text: str) -> str:
    """The string a literal stands for: quotes off, escapes resolved, surrogate pairs joined, lone ones replaced."""
    inner = text[1:-1]
    if "\\" not in inner:
        return inner
    raw = ESCAPE.sub(_unescape, inner)
    return raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape(match: re.Match[str]) -> str:
    digits = match[1] or match[2]
    if digits is None:
        return ESCAPED.get(match[3], match[0])
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"
