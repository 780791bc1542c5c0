"""What comes from outside the engine, wired by `program`. Protocols only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Protocol

from database import Tx
from engine.model import Advance, Amendment, Case, Entry, Problem, Values


class CheckedForm(Protocol):
    """The answer of a form: cleaned values, or problems as (JSON pointer, detail)."""

    @property
    def values(self) -> Mapping[str, Any]: ...
    @property
    def shared(self) -> Mapping[str, Any]: ...
    @property
    def problems(self) -> Sequence[tuple[str, str]]: ...
    @property
    def plain(self) -> Mapping[str, Any]:
        """Answers that may stand unsealed in the history, as JSON: coded, dated, naming nobody."""
        ...


class FormCheck(Protocol):
    """All the engine knows of forms. Forms are compiled once per content hash."""

    def problems(self, source: bytes, file: str) -> Sequence[Problem]: ...
    def key(self, source: bytes) -> str: ...
    def check(self, source: bytes, values: Values, known: Values) -> CheckedForm: ...
    def shared(self, source: bytes, values: Values) -> Mapping[str, Any]:
        """The case facts in values that were checked before."""
        ...

    def prefill(self, source: bytes, known: Values) -> Mapping[str, Any]: ...
    def facts(self, source: bytes) -> Mapping[str, str]:
        """Field key -> name of the case fact that prefills it."""
        ...

    def reads(self, source: bytes) -> frozenset[str]:
        """Names outside the form that it reads or only shows: what a task takes along from the token when it opens."""
        ...

    def definition(self, source: bytes) -> Mapping[str, Any]: ...


class Facts(Protocol):
    """What decisions and prefill need from the houses above, read before a step."""

    def read(self, tx: Tx, case: Case) -> Values: ...


class Records(Protocol):
    """What the houses above keep of a step, in its transaction; called before the step's own writes, so it may read first."""

    def apply(self, tx: Tx, case: Case, advance: Advance, actor_id: str, at: datetime) -> None: ...
    def amend(self, tx: Tx, case: Case, amendment: Amendment, actor_id: str, at: datetime) -> None:
        """What an addendum to a completed form makes of what was kept of it."""
        ...


class Ledger(Protocol):
    """The audit: writes the row, answers the new head of the chain."""

    def note(self, tx: Tx, entry: Entry, head: bytes) -> bytes: ...


class Audience(Protocol):
    """Who may know of a case: writes the rows that rights filter by."""

    def joined(self, tx: Tx, case: Case, person_id: str, kind: str) -> None: ...


class PureOperation(Protocol):
    """An operation that is a function of its parameters: it runs inside the step, reads and changes nothing else.

    Answers values, or raises OperationError with a code that an error event may catch.
    """

    def __call__(self, parameters: Values) -> Values: ...


class Scripting(Protocol):
    """Runs scripts of another language than FEEL, in processes of their own; JSON values go in and come out.

    Whole numbers go in as numbers; other numbers, dates, times and durations as their text.
    """

    def problem(self, script: str) -> str | None:
        """A sentence when the script cannot be read; asked when it is deployed."""
        ...

    def run(self, script: str, values: Mapping[str, Any], now: datetime, *, wants: bool) -> Any:
        """The value of its last line if that is wanted or a mapping, else the names that it set or changed. Raises ScriptFailed."""
        ...


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the program around can do for models: the operations it knows, None when it takes any, the names that it gives every
    case (facts of its registers, what a case starts with), None when nobody knows, and scripts if it runs them.
    """

    operations: frozenset[str] | None = None
    names: frozenset[str] | None = None
    scripting: Scripting | None = None


NO_ABILITIES = Abilities()


class Calendar(Protocol):
    """Business days of the organisation; `zone` is what its dates mean."""

    @property
    def zone(self) -> tzinfo: ...

    def after(self, start: datetime, business_days: int) -> datetime: ...
    def local(self, naive: datetime) -> datetime:
        """A wall-clock time of the organisation as an instant; the later one of a doubled hour, shifted out of a gap."""
        ...
