"""Frozen values of measures: what one is, what lies behind it, and what it came to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean, median
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from care.measures.evidence import Evidence

Kind = Literal["rate", "mean", "median", "count"]


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` to before `until`; `label` is a month such as 2026-01, or what it was asked by."""

    label: str
    since: datetime
    until: datetime

    def holds(self, at: datetime | None) -> bool:
        return at is not None and self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Behind:
    """One thing behind a measure, by the case it belongs to.

    `counted` is what it adds to the numerator and `over` to the denominator; None for `counted` of a mean or a median means
    that it has no value yet. One that is `excluded` (why) adds to neither. `part` names the part of the measure it belongs to.
    """

    case_id: str
    counted: float | None = 0.0
    over: float = 1.0
    excluded: str = ""
    part: str = ""


Counting = Callable[["Evidence", Period], Iterable[Behind]]
Parting = Callable[["Definition", Sequence[Behind]], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Definition:
    """A measure in words of our own, and the query that counts it.

    A `rate` is `factor` × numerator ÷ denominator; a `mean` the sum of the values by how many there are; a `median` the
    middle one, its numerator says how many were measured; a `count` the numerator itself. Over nothing each of them is 0.
    `missing` says what fact is not kept yet, where there is no query.
    """

    id: str
    name: str
    unit: str
    numerator: str
    denominator: str
    exclusions: str
    window: str
    source: str
    kind: Kind = "rate"
    factor: float = 100.0
    query: Counting | None = None
    parting: Parting | None = None
    missing: str = ""
    digits: int = 1


@dataclass(frozen=True, slots=True)
class Measured:
    """What a measure came to in a period; `parts` by their name, `behind` in the order in which it was counted."""

    definition: Definition
    period: Period
    value: float
    numerator: float
    denominator: float
    excluded: int
    parts: Mapping[str, float] = field(default_factory=dict)
    behind: tuple[Behind, ...] = ()


def settle(definition: Definition, period: Period, behind: tuple[Behind, ...]) -> Measured:
    """Adds up what lies behind a measure."""
    counted = [item for item in behind if not item.excluded]
    known = _known(counted)
    return Measured(
        definition=definition,
        period=period,
        value=_value(definition, counted, _over(counted)),
        numerator=float(len(known)) if definition.kind == "median" else _short(sum(known)),
        denominator=_short(_over(counted)),
        excluded=len(behind) - len(counted),
        parts=(definition.parting or by_part)(definition, counted),
        behind=behind,
    )


def by_part(definition: Definition, counted: Sequence[Behind]) -> Mapping[str, float]:
    """The measure for each part that is named; a rate is over all of them."""
    over = _over(counted)
    names = sorted({item.part for item in counted if item.part})
    return {name: _value(definition, [item for item in counted if item.part == name], over) for name in names}


def shares(definition: Definition, counted: Sequence[Behind]) -> Mapping[str, float]:
    """The share of each part that is named, in percent of all."""
    names = sorted({item.part for item in counted if item.part})
    sizes = {name: sum(item.part == name for item in counted) for name in names}
    return {name: round(100 * size / len(counted), definition.digits) for name, size in sizes.items()}


def _value(definition: Definition, items: Sequence[Behind], over: float) -> float:
    known = _known(items)
    if definition.kind == "count":
        return _short(sum(known))
    if definition.kind == "rate":
        return round(definition.factor * sum(known) / over, definition.digits) if over else 0.0
    middle = median if definition.kind == "median" else fmean
    return round(middle(known), definition.digits) if known else 0.0


def _known(items: Sequence[Behind]) -> list[float]:
    return [item.counted for item in items if item.counted is not None]


def _over(items: Sequence[Behind]) -> float:
    return sum(item.over for item in items)


def _short(number: float) -> float:
    """Sums of shares without the noise of binary fractions."""
    return round(number, 6)
