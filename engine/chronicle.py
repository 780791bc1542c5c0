"""The engine's reading side for reports: what happened over all cases, as plain facts. Without a Scope: for programs and counts, never for a page of rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from database import Tx
from engine.decisions import evaluate
from engine.library import Library
from engine.model import Scope, Value, Values
from engine.queries import happened
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
