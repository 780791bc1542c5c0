"""One component of a definition, read attribute by attribute: each comes back typed, or as its default with a problem.

Knows JSON, FEEL and RE2, and nothing of how components nest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import re2

from feel import Expression, FeelError, compile_expression
from forms.errors import FormProblem
from forms.model import Pattern
from forms.reading import JsonValue

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
RESERVED = frozenset(
    {"this", "parent", "i", "constructor", "prototype", "toString", "valueOf"}  # what rows and browsers mean by them
    | {"if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "between"}
    | {"instance", "of", "function", "not", "true", "false", "null"}
)
LONGEST_TEXT = 100_000

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False  # RE2 would write the pattern to standard error
_OPTIONS.max_mem = 262_144  # bytes of one compiled pattern; the default of 8 MB would let one form take gigabytes
MOST_PATTERNS = 200
MOST_FEEL = 100_000


@dataclass(slots=True)
class Problems:
    """The problems of one file so far."""

    file: str
    found: list[FormProblem]
    patterns: int = 0
    feel: int = 0

    def add(self, element: str, message: str) -> None:
        """Note a problem; a form with hundreds of them names the first hundred."""
        if len(self.found) < 100:
            self.found.append(FormProblem(self.file, element, message))


@dataclass(frozen=True, slots=True)
class Component:
    """A component's attributes, or those of an object inside it such as `validate`."""

    element: str
    attributes: Mapping[str, JsonValue]
    problems: Problems
    inside: str = ""

    def complain(self, name: str, expected: str) -> None:
        """Note that attribute `name` is not what it should be."""
        self.problems.add(self.element, f"Expected '{self.inside}{name}' to be {expected}")

    def get(self, name: str) -> JsonValue:
        """Return the attribute as it stands in the file, None when absent."""
        return self.attributes.get(name)

    def text(self, name: str, default: str = "") -> str:
        """Return a text."""
        value = self.get(name)
        if value is None:
            return default
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            self.complain(name, "a text")
            return default
        return value

    def shown(self, name: str) -> None:
        """Check a text that people see; one that starts with '=' must be a FEEL expression."""
        value = self.text(name)
        if value.startswith("="):
            self.compiled(name, value)

    def name(self, name: str) -> str | None:
        """Return a name that FEEL can say: letters, digits and underscores, at most 64, no word of the language."""
        value = self.get(name)
        if isinstance(value, str) and NAME.fullmatch(value) and value not in RESERVED:
            return value
        self.complain(name, "a name of letters, digits and underscores, at most 64 long, and no reserved word")
        return None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a boolean."""
        value = self.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        self.complain(name, "true or false")
        return default

    def number(self, name: str) -> Decimal | None:
        """Return a number, None when absent."""
        value = self.get(name)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Decimal(str(value))
        self.complain(name, "a number")
        return None

    def whole(self, name: str, most: int) -> int | None:
        """Return a whole number from 0 to `most`, None when absent."""
        value = self.get(name)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most:
            return value
        self.complain(name, f"a whole number from 0 to {most}")
        return None

    def part(self, name: str) -> Component:
        """Return an object inside the component, empty when absent."""
        value = self.get(name)
        if value is not None and not isinstance(value, dict):
            self.complain(name, "an object")
        found = value if isinstance(value, dict) else {}
        return Component(self.element, found, self.problems, f"{self.inside}{name}.")

    def items(self, name: str) -> list[JsonValue]:
        """Return a list, empty when absent."""
        value = self.get(name)
        if value is not None and not isinstance(value, list):
            self.complain(name, "a list")
        return value if isinstance(value, list) else []

    def expression(self, name: str) -> Expression | None:
        """Return a compiled expression, None when absent or empty."""
        value = self.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            self.complain(name, "a FEEL expression")
            return None
        return self.compiled(name, value)

    def flag_or_expression(self, name: str) -> Expression | bool:
        """Return a boolean, or an expression that says so at run time."""
        if isinstance(self.get(name), str):
            return self.expression(name) or False
        return self.flag(name)

    def compiled(self, name: str, text: str) -> Expression | None:
        """Return `text` compiled, None with a problem when it is no FEEL or the form holds too much of it."""
        self.problems.feel += len(text)
        if self.problems.feel > MOST_FEEL:
            self.complain(name, f"absent: at most {MOST_FEEL} characters of FEEL in a form")
            return None
        try:
            return compile_expression(text)
        except FeelError as error:
            self.complain(name, f"a FEEL expression: {error}")
            return None

    def pattern(self, name: str) -> Pattern | None:
        """Return a compiled RE2 pattern, None when absent. Look-around and back-references are refused."""
        text = self.text(name)
        if not text:
            return None
        self.problems.patterns += 1
        if self.problems.patterns > MOST_PATTERNS:
            self.complain(name, f"absent: at most {MOST_PATTERNS} patterns in a form")
            return None
        try:
            found: Pattern = re2.compile(text, _OPTIONS)
        except re2.error:
            self.complain(name, "a small pattern that RE2 knows (no look-around, no back-references)")
            return None
        return found

    def only(self, *allowed: str) -> None:
        """Refuse attributes that are not known here: a mistyped rule would silently not apply."""
        for name in self.attributes:
            if name not in allowed:
                self.problems.add(self.element, f"Expected '{self.inside}' to hold no '{name[:64]}'")
