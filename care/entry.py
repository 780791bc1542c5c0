"""Frozen values between forms and rows: what a step tells the records, and what is to be kept of it. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from engine import Advance, Call, Fact

Values = Mapping[str, object]
Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Told:
    """What a step, or an addendum to a completed form, tells the records.

    `at` is when it happened and `noted_at` when it was said: an addendum speaks of the past. `element`, `form` and `group`
    are those of the completed task, `values` its answers, `within` the running sub-processes around it, outermost first;
    `known` are the case facts before it, `reason` is that of an addendum.
    """

    case_id: str
    client_id: str
    step: int
    at: datetime
    noted_at: datetime
    actor_id: str
    element: str = ""
    form: str = ""
    group: str = ""
    process: str = ""
    task_id: str | None = None
    values: Values = field(default_factory=dict)
    within: tuple[str, ...] = ()
    known: Facts = field(default_factory=dict)
    advance: Advance | None = None
    reason: str = ""

    def learned(self, name: str) -> Fact | None:
        """A case fact that the model set in this step, even to the same value again; not what a person gave or mended."""
        if self.advance is None or name in self.advance.given:
            return None
        found = self.advance.facts.get(name)
        return found if found is not None and found is not self.known.get(name) else None

    def fact(self, name: str) -> object:
        """The value of a case fact after the step."""
        facts = self.advance.facts if self.advance is not None else self.known
        found = facts.get(name)
        return found.value if found is not None else None

    def calls(self, operation: str) -> tuple[Call, ...]:
        """Calls of the outside world that the step made."""
        return () if self.advance is None else tuple(call for call in self.advance.calls if call.operation == operation)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: `plain` are its coded columns, `sealed` is what tells of the client; `at` where it differs from the step's.

    `formed` rows speak for a completed form: an addendum to it takes their place.
    """

    table: str
    plain: Values
    sealed: Values = field(default_factory=dict)
    at: datetime | None = None
    formed: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A row as it is read. `amends` is the step of the row whose place it took, `standing` whether none took its own;
    `place` is the step at which its form was completed: the order of what happened.
    """

    step: int
    n: int
    at: datetime
    noted_at: datetime
    actor_id: str
    task_id: str | None
    element: str
    amends: int | None
    plain: Values
    sealed: Values
    standing: bool = True
    place: int = 0

    @property
    def id(self) -> str:
        return f"{self.step}-{self.n}"


def code(value: object, longest: int = 40) -> str | None:
    """A short coded answer; anything else is none."""
    return value if isinstance(value, str) and 0 < len(value) <= longest and value.isprintable() else None


def flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def whole(value: object) -> int | None:
    """A number without a fraction that a column holds."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not -(2**31) < value < 2**31:
        return None
    return int(value) if value == int(value) else None


def day(value: object) -> date | None:
    """A date, also of an instant or of ISO text."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) else None


def instant(value: object) -> datetime | None:
    """An aware instant."""
    return value if isinstance(value, datetime) and value.tzinfo is not None else None


def words(value: object) -> str:
    """What was written, without the spaces around it."""
    return value.strip() if isinstance(value, str) else ""


def rows(value: object) -> list[Values]:
    """The rows of a list that a form repeats."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return []
    return [item for item in value if isinstance(item, Mapping)]


def texts(value: object) -> list[str]:
    """The chosen options of a checklist."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return []
    return [item for item in value if isinstance(item, str)]


def said(values: Values, *names: str) -> dict[str, object]:
    """Those answers that were given, by name."""
    return {name: values[name] for name in names if values.get(name) not in (None, "", [])}
