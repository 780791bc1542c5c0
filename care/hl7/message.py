"""One HL7 v2 message as a value: segments, fields, repetitions, components, subcomponents, escapes resolved on reading."""

import re
from dataclasses import dataclass
from functools import lru_cache

NULL = '""'


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The five separators of MSH-1 and MSH-2; an empty escape or subcomponent means that the sender uses none."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment; `fields[0]` is its name, so that `fields[n]` is field n as the standard counts it."""

    name: str
    fields: tuple[str, ...]
    delimiters: Delimiters

    def raw(self, field: int) -> str:
        return self.fields[field] if 0 < field < len(self.fields) else ""

    def repetitions(self, field: int) -> int:
        text = self.raw(field)
        return text.count(self.delimiters.repetition) + 1 if text else 0

    def value(self, field: int, component: int = 1, *, repetition: int = 1, subcomponent: int = 1) -> str:
        """The text at a place, trimmed and unescaped; empty when absent or the explicit null `""` (which changes nothing)."""
        text = _piece(self.raw(field), self.delimiters.repetition, repetition)
        text = _piece(text, self.delimiters.component, component)
        if self.delimiters.subcomponent:
            text = _piece(text, self.delimiters.subcomponent, subcomponent)
        return "" if text == NULL else unescape(text, self.delimiters).strip()


@dataclass(frozen=True, slots=True)
class Message:
    """A message as read; `index` is its place in the file, `raw` its segments joined by CR in UTF-8."""

    index: int
    delimiters: Delimiters
    segments: tuple[Segment, ...]
    raw: bytes

    def first(self, name: str) -> Segment | None:
        return next((segment for segment in self.segments if segment.name == name), None)

    def value(self, name: str, field: int, component: int = 1) -> str:
        segment = self.first(name)
        return segment.value(field, component) if segment else ""

    @property
    def control_id(self) -> str | None:
        return self.value("MSH", 10) or None


def _piece(text: str, separator: str, number: int) -> str:
    if number == 1:
        return text.split(separator, 1)[0]
    pieces = text.split(separator, number)
    return pieces[number - 1] if number <= len(pieces) else ""


@lru_cache(maxsize=64)
def _escape_pattern(escape: str) -> re.Pattern[str]:
    mark = re.escape(escape)
    return re.compile(f"{mark}([^{mark}]*){mark}")


def unescape(text: str, delimiters: Delimiters) -> str:
    r"""Resolves \F\ \S\ \T\ \R\ \E\ \X..\ and \.br\; drops highlighting and other formatting; leaves the unknown as it is."""
    if not delimiters.escape or delimiters.escape not in text:
        return text
    letters = {
        "F": delimiters.field,
        "S": delimiters.component,
        "T": delimiters.subcomponent,
        "R": delimiters.repetition,
        "E": delimiters.escape,
        "H": "",
        "N": "",
        ".br": "\n",
        ".sp": "\n",
        ".ce": "\n",
        ".in": "",
        ".ti": "",
        ".fi": "",
        ".nf": "",
        ".sk": " ",
    }

    def resolve(match: re.Match[str]) -> str:
        code = match.group(1)
        if code in letters:
            return letters[code]
        if code[:1] == "X":
            return _from_hex(code[1:], match.group(0))
        if code[:3] in letters and code[:1] == ".":
            return letters[code[:3]]
        return match.group(0)

    return _escape_pattern(delimiters.escape).sub(resolve, text)


def _from_hex(digits: str, otherwise: str) -> str:
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        return otherwise
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def escape(text: str, delimiters: Delimiters) -> str:
    """The inverse of `unescape` for plain text: separators and line breaks become escape sequences."""
    mark = delimiters.escape
    codes = {
        mark: "E",
        delimiters.field: "F",
        delimiters.component: "S",
        delimiters.repetition: "R",
        delimiters.subcomponent: "T",
        "\r": ".br",
        "\n": ".br",
    }
    return "".join(f"{mark}{codes[char]}{mark}" if char and char in codes else char for char in text)
