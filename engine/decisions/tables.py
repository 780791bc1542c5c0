"""Compiled decision tables as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from engine.decisions.axis import RowIndex
from engine.decisions.items import ANY, ItemType
from feel import Expression, Tests, Value


class HitPolicy(StrEnum):
    """What a table does when several rules match."""

    UNIQUE = "UNIQUE"
    FIRST = "FIRST"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    COLLECT = "COLLECT"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"


class Aggregation(StrEnum):
    """What COLLECT makes of its values."""

    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


@dataclass(frozen=True, slots=True)
class Input:
    """A column to compare. ``kind`` is its declared type as written, empty when there is none; ``allowed`` the tests its
    values must pass.
    """

    id: str
    label: str
    kind: str
    expression: Expression
    type: ItemType = ANY
    allowed: Tests | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """A column of results. ``values`` are the allowed ones, the most important first; ``allowed`` the tests they pass."""

    id: str
    name: str
    kind: str
    values: tuple[Value, ...]
    default: Expression | None
    type: ItemType = ANY
    allowed: Tests | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row, numbered from 1. A test of None accepts anything, an output of None is null. ``note`` joins the row's
    annotations.
    """

    id: str
    number: int
    tests: tuple[Tests | None, ...]
    outputs: tuple[Expression | None, ...]
    note: str


@dataclass(frozen=True, slots=True, eq=False)
class DecisionTable:
    """A boxed expression made of rules. ``id`` is the table's own, or that of the element around it; ``name`` that of the
    decision, business knowledge model or context entry it stands in; ``annotations`` the heads of the notes' columns.
    """

    id: str
    name: str
    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    annotations: tuple[str, ...] = ()
    type: ItemType = ANY
    index: RowIndex = field(default_factory=RowIndex, repr=False)
