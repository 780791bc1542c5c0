"""The engine's reading side for reports: what happened over all cases, as plain facts. Without a Scope: for programs and counts, never for a page of rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from database import Tx
from engine.decisions import evaluate
from engine.eventlog import LoggedEvent, events
from engine.library import Library
from engine.model import Scope, Value, Values
from engine.queries import eventlog, happened
from engine.queries.eventlog import LogFilter, LoggedCase, LoggedTask
from engine.queries.happened import CaseSpan, Happened, TaskSpan


@dataclass(frozen=True, slots=True)
class Chronicle:
    """Tells what happened in a span of time, and in which release."""

    library: Library

    def happened(
        self, tx: Tx, kind: str, elements: Sequence[str] | None, since: datetime, until: datetime
    ) -> tuple[Happened, ...]:
        """Rows of the history of one kind, of all elements for None, in order of time."""
        return happened.happened(tx, kind, elements, since, until)

    def left(self, tx: Tx, process: str, element: str, since: datetime, until: datetime) -> tuple[Happened, ...]:
        """When an element of a process was left, in order of time."""
        return happened.left(tx, process, element, since, until)

    def tasks(self, tx: Tx, since: datetime, until: datetime) -> tuple[TaskSpan, ...]:
        """Tasks that were open at some time of a span."""
        return happened.task_spans(tx, since, until)

    def cases(self, tx: Tx) -> tuple[CaseSpan, ...]:
        """All cases as they stand now, oldest first."""
        return happened.case_spans(tx)

    def known(self, tx: Tx, scope: Scope, case_ids: Iterable[str]) -> frozenset[str]:
        """Those of the cases that a reader may know of."""
        return happened.known_of(tx, scope, case_ids)

    def decided(self, tx: Tx, key: str, inputs: Sequence[Values]) -> tuple[Value, ...]:
        """What a decision of the active release says to each of the inputs; nothing when the release has no such decision."""
        found = self.library.active(tx).decisions.get(key)
        return () if found is None else tuple(evaluate(found, given).value for given in inputs)

    def events(self, tx: Tx, wanted: LogFilter) -> Iterator[tuple[LoggedEvent, ...]]:
        """The event log page by page, case after case."""
        return events(tx, self.library, wanted)

    def logged_cases(self, tx: Tx, wanted: LogFilter) -> Iterator[LoggedCase]:
        """The cases of an event log."""
        return eventlog.logged_cases(tx, wanted)

    def logged_tasks(self, tx: Tx, wanted: LogFilter) -> Iterator[LoggedTask]:
        """The tasks of the cases of an event log."""
        return eventlog.logged_tasks(tx, wanted)

    def logged_subjects(self, tx: Tx, wanted: LogFilter) -> Iterator[str]:
        """The subjects of the cases of an event log, each once."""
        return eventlog.logged_subjects(tx, wanted)

    def exported(self, tx: Tx, wanted: LogFilter, case_ids: Iterable[str]) -> frozenset[str]:
        """Those of the cases that are in an event log; at most a page of them."""
        return eventlog.exported(tx, wanted, case_ids)
