"""A form: parsed once, then asked for what it thinks of answers. Pure; keeps no answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from marshmallow import Schema

from forms import json_schema, memory, reading
from forms.component import Component, Problems
from forms.errors import FieldProblem, FormProblem, FormRejected
from forms.model import Member
from forms.order import check_order
from forms.parse import Parser
from forms.pointers import MOST_PROBLEMS, flat, merged
from forms.reading import JsonValue
from forms.reads import reads
from forms.schema import compile_schema, load
from forms.visibility import Allowance, Known, look

SCHEMA_VERSION = 19  # form-js 1.23


@dataclass(frozen=True, slots=True)
class Checked:
    """What a form thinks of answers: with problems they are refused and `values` is empty."""

    values: dict[str, object]
    problems: tuple[FieldProblem, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A form that can be used.

    `definition` is what the browser gets. `facts` are the case facts it writes; `reads` the names of the case that its
    conditions, expressions and options look at.
    """

    key: str
    title: str
    definition: Mapping[str, JsonValue]
    facts: frozenset[str]
    reads: frozenset[str]
    _members: tuple[Member, ...]
    _schema: Schema

    @classmethod
    def parse(cls, source: bytes, file: str) -> Form:
        """Compile a definition, or raise FormRejected with everything that is wrong with it."""
        try:
            definition = reading.read_object(source)
        except reading.UnreadableError as error:
            raise FormRejected((FormProblem(file, error.place, error.message),)) from error
        problems = Problems(file, [])
        root = Component("form", definition, problems)
        key = root.name("id") or ""
        title = root.text("title") or key
        _check_version(root)
        if "components" not in definition:
            root.complain("components", "a list")
        parser = Parser(problems)
        members = parser.members(root.items("components"), "components", set(), in_rows=False)
        parser.close()
        facts = memory.facts(members, problems)
        if not problems.found:
            check_order(members, problems)
        if problems.found:
            raise FormRejected(tuple(problems.found))
        return cls(key, title, definition, facts, reads(members), members, compile_schema(members))

    def check(self, values: object, known: Mapping[str, object], now: datetime | None = None) -> Checked:
        """Clean, coerce and compute answers. `known` is what FEEL sees of the case; nothing in it is overwritten.

        Numbers come back as Decimal, dates as date, time or aware UTC datetime, an emptied answer as None; hidden and
        unanswered fields are absent. `now` is what `now()` and `today()` mean.
        """
        if not isinstance(values, dict):
            return Checked({}, (FieldProblem("#", "Expected an object."),))
        seen = look(self._members, values, Known(known, now, Allowance()))
        loaded, messages = load(self._schema, seen.payload)
        problems = tuple(flat(self._members, merged(messages, seen.messages)))[:MOST_PROBLEMS]
        if problems:
            return Checked({}, problems)
        memory.add(loaded, seen.added)
        return Checked(loaded, ())

    def prefill(self, known: Mapping[str, object]) -> dict[str, object]:
        """Return JSON values for the fields: from case facts, else what `known` holds under their key, else the default.

        A value that the field would refuse is left out, and so are fields that are asked afresh every time.
        """
        return memory.prefill(self._members, self._schema, known)

    def shared(self, values: Mapping[str, object]) -> dict[str, object]:
        """Return the case facts in checked values. An emptied answer empties its fact; a computed null does not."""
        return memory.shared(self._members, values)

    def plain(self, values: Mapping[str, object]) -> dict[str, JsonValue]:
        """Return the checked answers that may stand unsealed in a history: coded, dated, naming nobody; JSON by path."""
        return memory.plain(self._members, values)

    def json_schema(self) -> dict[str, object]:
        """Return JSON Schema 2020-12 of the answers, for OpenAPI. Conditions are not in it: `check` is the truth."""
        return json_schema.describe(self.key, self.title, self._members)


def _check_version(root: Component) -> None:
    version = root.whole("schemaVersion", 1_000_000)
    if version is not None and version > SCHEMA_VERSION:
        root.complain("schemaVersion", f"at most {SCHEMA_VERSION}, but it is {version}")
    if root.text("type", "default") != "default":
        root.complain("type", "default")
