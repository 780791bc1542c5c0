"""A form after parsing: frozen values, every expression and pattern compiled. No JSON, no answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Protocol, TypeAlias

from feel import Expression
from forms.reading import JsonValue

Scalar: TypeAlias = bool | str | Decimal


class Pattern(Protocol):
    """A compiled RE2 pattern."""

    def search(self, text: str) -> object | None:
        """Return a match anywhere in `text`, else None."""


class Kind(Enum):
    """What a field's value is."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    CHECKBOX = "checkbox"
    CHOICE = "choice"
    CHOICES = "choices"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True)
class Rules:
    """What `validate` asks of a value. `longest` counts characters of a text, or rows of a list."""

    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    shortest: int = 0
    longest: int = 0
    pattern: Pattern | None = None
    pattern_text: str = ""
    pattern_message: str = ""
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """Where the allowed values of a choice come from: the form itself, case data, or an expression."""

    values: tuple[Scalar, ...] = ()
    key: str | None = None
    expression: Expression | None = None

    @property
    def fixed(self) -> bool:
        """Whether the form itself names them."""
        return self.key is None and self.expression is None


@dataclass(frozen=True, slots=True)
class Remembered:
    """The case fact an answer becomes, whether the field is prefilled from it, and whether it stands in plain for measures."""

    fact: str | None = None
    prefilled: bool = True
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One value of the form."""

    element: str
    key: str
    kind: Kind
    label: str
    rules: Rules
    hide: Expression | None
    readonly: Expression | bool
    disabled: bool
    options: Options
    expression: Expression | None
    remembered: Remembered
    default: JsonValue

    @property
    def writable(self) -> bool:
        """Whether an answer may be taken from the payload (a conditional read-only is decided later)."""
        return not (self.disabled or self.kind is Kind.COMPUTED or self.readonly is True)


@dataclass(frozen=True, slots=True)
class Group:
    """Components shown together. With a path their values lie in an object of that name."""

    element: str
    key: str | None
    hide: Expression | None
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """A dynamic list: the same components once a row."""

    element: str
    key: str
    hide: Expression | None
    rules: Rules
    remembered: Remembered
    members: tuple[Member, ...]


Member: TypeAlias = Field | Group | Rows


def level(members: tuple[Member, ...]) -> Iterator[Field | Group | Rows]:
    """Yield what carries a key at this level, in document order: groups without a path are looked through."""
    for member in members:
        if isinstance(member, Group) and member.key is None:
            yield from level(member.members)
        else:
            yield member


def keys(members: tuple[Member, ...]) -> tuple[str, ...]:
    """Return the keys of this level in document order."""
    return tuple(member.key for member in level(members) if member.key is not None)
