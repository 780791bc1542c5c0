"""Measures of care: each one definition and one query over plain facts, with the cases behind it. Counts; changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from care.calendar import BusinessCalendar
from care.errors import MeasureUnknown
from care.measures.catalogue import BY_ID, CATALOGUE
from care.measures.evidence import Evidence
from care.measures.model import Behind, Definition, Measured, Period, settle
from care.measures.period import month, month_of, months_up_to
from care.model import CareSettings
from database import Keyring, Tx
from engine import Chronicle

__all__ = [
    "CATALOGUE",
    "Behind",
    "Definition",
    "Measured",
    "Measures",
    "Period",
    "definition",
    "month",
    "month_of",
    "months_up_to",
]


def definition(measure_id: str) -> Definition:
    """Raises MeasureUnknown."""
    if measure_id not in BY_ID:
        raise MeasureUnknown
    return BY_ID[measure_id]


@dataclass(frozen=True, slots=True)
class Measures:
    """Counts what can be counted; `now` is the program's clock."""

    chronicle: Chronicle
    keyring: Keyring
    calendar: BusinessCalendar
    settings: CareSettings
    now: Callable[[], datetime]

    def all_of(self, tx: Tx, periods: tuple[Period, ...]) -> tuple[tuple[Measured, ...], ...]:
        """For each measure that has a query what it came to in each period, from one reading of the facts."""
        evidence = self._evidence(tx, periods)
        return tuple(_each(item, evidence, periods) for item in CATALOGUE if item.query is not None)

    def one_of(self, tx: Tx, wanted: Definition, periods: tuple[Period, ...]) -> tuple[Measured, ...]:
        """What a measure came to in each period; nothing for one that has no query."""
        return _each(wanted, self._evidence(tx, periods), periods)

    def _evidence(self, tx: Tx, periods: tuple[Period, ...]) -> Evidence:
        since = min(period.since for period in periods)
        return Evidence(tx, self.chronicle, self.keyring, self.calendar, self.settings, since, self.now())


def _each(wanted: Definition, evidence: Evidence, periods: tuple[Period, ...]) -> tuple[Measured, ...]:
    if wanted.query is None:
        return ()
    return tuple(settle(wanted, period, tuple(wanted.query(evidence, period))) for period in periods)
