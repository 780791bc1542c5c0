"""One pass over a submission that knows what is visible: hidden, read-only, disabled and computed keys leave the payload
before validation, in document order; what is required and which options case data offer is decided here. Conditions see
the row first, then what lies around it, then what is known of the case, all as JSON values: a date is a text until
`date(...)` is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TypeAlias

from marshmallow import ValidationError

from feel import Budget, Expression, FeelError, to_text
from forms import scalars
from forms.fields import build
from forms.model import Field, Group, Kind, Member, Rows, keys, level

Messages: TypeAlias = dict[str | int, object]

MOST_UNDECLARED = 200  # each is refused; naming more helps nobody
REQUIRED = "Field is required."
NO_OPTION = "Value is not one of the options."
NOT_COMPUTED = "Value cannot be computed."


@dataclass(slots=True)
class Allowance:
    """What one submission may cost: rows in all lists together, and one budget for all its expressions."""

    rows: int = 5000
    budget: Budget = field(default_factory=lambda: Budget(steps=2_000_000, seconds=1.0))


@dataclass(frozen=True, slots=True)
class Known:
    """What the submission cannot change: case data, and the instant that `now()` means."""

    values: Mapping[str, object]
    now: datetime | None
    allowance: Allowance


@dataclass(frozen=True, slots=True)
class Seen:
    """One level after the pass: what goes to the schema, what the server adds itself, and the messages so far."""

    payload: dict[str, object] = field(default_factory=dict)
    added: dict[str, object] = field(default_factory=dict)
    messages: Messages = field(default_factory=dict)


def look(members: tuple[Member, ...], payload: Mapping[str, object], known: Known) -> Seen:
    """Return what remains of a submission at the outermost level."""
    return _Level(known, dict(known.values), None).pass_over(members, payload, None)


@dataclass(slots=True)
class _Level:
    known: Known
    outer: Mapping[str, object]
    parent: Mapping[str, object] | None
    scope: dict[str, object] = field(default_factory=dict)
    this: dict[str, object] = field(default_factory=dict)
    seen: Seen = field(default_factory=Seen)

    def pass_over(self, members: tuple[Member, ...], payload: Mapping[str, object], index: int | None) -> Seen:
        """Look at one level. `index` counts rows from 1, None outside of a list."""
        self.this = {
            member.key: _plain(member, payload, self.known.values)
            for member in level(members)
            if member.key is not None
        }
        undeclared = (key for key in payload if key not in self.this)
        kept = (key for key in (*self.this, *islice(undeclared, MOST_UNDECLARED)) if key in payload)
        self.seen.payload.update((key, payload[key]) for key in kept)
        self.scope.update(self.outer)
        self.scope |= self.this
        self.scope["this"] = self.this
        if self.parent is not None:
            self.scope["parent"] = self.parent
        if index is not None:
            self.scope["i"] = index
        self._members(members)
        return self.seen

    def _members(self, members: tuple[Member, ...]) -> None:
        for member in members:
            if member.hide is not None and self._evaluate(member.hide, member.key) is True:
                self._drop(keys((member,)))
            elif isinstance(member, Field):
                self._field(member)
            elif isinstance(member, Rows):
                self._rows(member)
            elif member.key is None:
                self._members(member.members)
            else:
                self._group(member, member.key)

    def _drop(self, names: tuple[str, ...]) -> None:
        for name in names:
            self.seen.payload.pop(name, None)
            self._tell(name, None)

    def _tell(self, name: str, value: object) -> None:
        self.scope[name] = self.this[name] = value

    def _evaluate(self, expression: Expression, key: str | None) -> object:
        try:
            return expression.evaluate(self.scope, now=self.known.now, budget=self.known.allowance.budget)
        except FeelError:  # too costly: the author's condition on this answer, so the answer is refused
            self.seen.messages[key or "_schema"] = [NOT_COMPUTED]
            return None

    def _field(self, member: Field) -> None:
        readonly = member.readonly
        if isinstance(readonly, Expression):
            readonly = self._evaluate(readonly, member.key) is True
        if readonly or not member.writable:
            self._drop((member.key,))
            self._add(member)
            return
        value = self.seen.payload.get(member.key)
        if value == "" and isinstance(value, str):
            value = self.seen.payload[member.key] = None
            self._tell(member.key, None)
        if member.rules.required and _is_missing(member, value):
            self.seen.messages[member.key] = [REQUIRED]
        elif value is not None and not member.options.fixed and not self._offered(member, value):
            self.seen.messages[member.key] = [NO_OPTION]

    def _add(self, member: Field) -> None:
        shown: object = None
        value: object = None
        if member.expression is not None:
            shown = value = _result(self._evaluate(member.expression, member.key))
        elif not member.disabled:
            shown = known_value(member, self.known.values)
            value = loaded(member, shown)
        if value is not None:
            self.seen.added[member.key] = value
        self._tell(member.key, shown)

    def _offered(self, member: Field, value: object) -> bool:
        offered = self.known.values.get(member.options.key) if member.options.key else None
        if member.options.expression is not None:
            offered = self._evaluate(member.options.expression, member.key)
        listed = offered if isinstance(offered, list) else []
        options = [scalars.scalar(one.get("value") if isinstance(one, dict) else one) for one in listed]
        chosen = value if isinstance(value, list) else [value]
        ones = [scalars.scalar(one) for one in chosen]
        return all(one is not None and any(o is not None and scalars.same(one, o) for o in options) for one in ones)

    def _group(self, member: Group, key: str) -> None:
        value = self.seen.payload.get(key)
        if value is not None and not isinstance(value, dict):
            return  # the schema says what is wrong
        inner = _Level(self.known, self.scope, self.this).pass_over(member.members, value or {}, None)
        if value is not None:
            self.seen.payload[key] = inner.payload
        if inner.added:
            self.seen.added[key] = inner.added
        if inner.messages:
            self.seen.messages[key] = inner.messages
        self._tell(key, {**inner.payload, **inner.added})

    def _rows(self, member: Rows) -> None:
        value = self.seen.payload.get(member.key)
        if value is None or value == []:
            if member.rules.required or member.rules.shortest:
                self.seen.messages[member.key] = [REQUIRED]
            return
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            return  # the schema says what is wrong
        self.known.allowance.rows -= len(value)
        if self.known.allowance.rows < 0 or not member.rules.shortest <= len(value) <= member.rules.longest:
            self.seen.messages[member.key] = [_count_message(member, len(value))]
            self._drop((member.key,))
            return
        inner = [
            _Level(self.known, self.scope, self.this).pass_over(member.members, row, n)
            for n, row in enumerate(value, 1)
        ]
        self.seen.payload[member.key] = [one.payload for one in inner]
        self.seen.added[member.key] = [one.added for one in inner]
        messages: Messages = {n: one.messages for n, one in enumerate(inner) if one.messages}
        if messages:
            self.seen.messages[member.key] = messages
        self._tell(member.key, [{**plain_row(member.members, one.payload), **one.added} for one in inner])


def _count_message(member: Rows, count: int) -> str:
    if count < member.rules.shortest:
        return f"Field must have at least {member.rules.shortest} rows."
    if count > member.rules.longest:
        return f"Field must have at most {member.rules.longest} rows."
    return "All lists together have too many rows."


def _is_missing(member: Field, value: object) -> bool:
    """Whether a required field is unanswered. Zero is an answer, and so is "no" of a yes-or-no choice."""
    if member.kind is Kind.CHECKBOX:
        return value is None or value is False
    return value is None or (member.kind is Kind.CHOICES and value == [])


def known_value(member: Field | Rows, known: Mapping[str, object]) -> object:
    """Return what is known for a field: its fact, else what stands under its own key."""
    fact = known.get(member.remembered.fact) if member.remembered.fact else None
    return known.get(member.key) if fact is None else fact


def loaded(member: Field, known: object) -> object:
    """Return a known value as the field's own type, None when it does not fit."""
    try:
        return build(member).deserialize(known)
    except ValidationError:
        return None


def _plain(member: Member, payload: Mapping[str, object], known: Mapping[str, object]) -> object:
    """Return what conditions may see of one key: only declared things, of the declared shape."""
    key = member.key or ""
    if isinstance(member, Field):
        if member.writable:
            return _plain_value(payload.get(key))
        return known_value(member, known) if member.readonly is True else None
    value = payload.get(key)
    if isinstance(member, Group):
        return plain_row(member.members, value) if isinstance(value, dict) else None
    if not isinstance(value, list) or len(value) > member.rules.longest:
        return None
    return [plain_row(member.members, row) if isinstance(row, dict) else None for row in value]


_NOTHING: Mapping[str, object] = {}


def plain_row(members: tuple[Member, ...], row: Mapping[str, object]) -> dict[str, object]:
    """Return a row as conditions may see it."""
    return {member.key: _plain(member, row, _NOTHING) for member in level(members) if member.key is not None}


def _plain_value(value: object) -> object:
    if isinstance(value, list):
        return [scalars.scalar(one) for one in value]
    if value == "":
        return None
    return value if isinstance(value, str) else scalars.scalar(value)


def _result(value: object) -> object:
    """Return a computed value as something that can be stored: ranges, durations and functions become text."""
    if isinstance(value, list):
        return [_result(one) for one in value]
    if isinstance(value, dict):
        return {str(name): _result(one) for name, one in value.items()}
    if value is None or (isinstance(value, bool | str | date | time | int) and not isinstance(value, timedelta)):
        return value
    number = scalars.number(value)
    if number is not None:
        return number
    return to_text(value)  # type: ignore[arg-type]  # what evaluate returned
