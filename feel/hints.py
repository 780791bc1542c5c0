"""What a designer probably meant: one sentence behind a parse error, where habits of other languages are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from feel.remark import Place
from feel.tokens import Token

PAIRS: Mapping[tuple[str, str], str] = {
    ("=", "="): "FEEL compares with one '='",
    ("=", ">"): "write '>='",
    ("=", "<"): "write '<='",
    ("<", ">"): "write '!='",
    ("!=", "="): "FEEL compares with '!='",
    ("+", "+"): "FEEL changes no variable",
    ("+", "="): "FEEL changes no variable",
    (":", "="): "FEEL compares with '=' and names results in a context: {name: value}",
    ("is", "null"): "write '= null'",
    ("is", "true"): "write '= true'",
    ("is", "false"): "write '= false'",
}
SINGLE: Mapping[str, str] = {
    "'": 'texts stand in double quotes: "…"',
    "’": 'texts stand in double quotes: "…"',
    "?": "write 'if … then … else …' for a choice",
    ":": "write 'if … then … else …' for a choice, and {name: value} for a context",
}
WANTED: Mapping[str, str] = {"'else'": "an 'if' always has its 'else'"}
CLOSING = (")", "]", "}")
ENDS: Mapping[str, str] = {"(": ")", "[": "]", "{": "}", "]": "["}
ENDS_OF_RANGES = ("[", "]", ")")
OPERATORS = frozenset((",", "(", ":", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "**"))
"""What a range that begins with ']' may stand behind; elsewhere a ']' closes something."""


def hint(tokens: Sequence[Token], at: int, wanted: str, place: Callable[[int], Place]) -> str:
    """What to add to 'Expected …' at this token; empty when nothing comes to mind."""
    here = tokens[at]
    if here.kind == "string":
        return ""
    if any(f"'{sign}'" in wanted for sign in CLOSING):
        opened = unclosed(tokens[:at])
        if opened is not None:
            line, column = place(opened.start)
            return f": the '{opened.text}' of line {line}, column {column} is not closed"
    before = tokens[at - 1].text if at else ""
    found = PAIRS.get((before, here.text)) or WANTED.get(wanted) or SINGLE.get(here.text)
    return f": {found}" if found else ""


def unclosed(tokens: Sequence[Token]) -> Token | None:
    """The last bracket that was opened and not closed; ``]1..5[`` is a range, too."""
    opened: list[Token] = []
    ranges: list[bool] = []
    before = ","
    for token in tokens:
        word = token.text if token.kind == "sign" else ""
        if word == ".." and opened:
            ranges[-1] = True
        elif (
            word in ("(", "{") or (word == "]" and before in OPERATORS) or (word == "[" and not (opened and ranges[-1]))
        ):
            opened.append(token)
            ranges.append(False)
        elif opened and (word == ENDS[opened[-1].text] or (ranges[-1] and word in ENDS_OF_RANGES)):
            opened.pop()
            ranges.pop()
        before = word
    return opened[-1] if opened else None
