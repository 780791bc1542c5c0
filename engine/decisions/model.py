"""Compiled decisions and their outcomes, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

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
    """A column to compare. ``kind`` is its declared type, empty when there is none."""

    id: str
    label: str
    kind: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Output:
    """A column of results. ``values`` are the allowed ones, the most important first."""

    id: str
    name: str
    kind: str
    values: tuple[Value, ...]
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row, numbered from 1. A test of None accepts anything, an output of None is null."""

    id: str
    number: int
    tests: tuple[Tests | None, ...]
    outputs: tuple[Expression | None, ...]
    note: str


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision made by rules. ``result`` is the name under which dependent decisions see its value; ``names`` are those
    it reads from outside, for itself and for the decisions it requires.
    """

    id: str
    name: str
    result: str
    requires: tuple[Decision, ...]
    names: frozenset[str]
    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class LiteralDecision:
    """A decision made by one expression. It has no columns and no rules."""

    id: str
    name: str
    result: str
    requires: tuple[Decision, ...]
    names: frozenset[str]
    expression: Expression
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    rules: tuple[Rule, ...] = ()


Decision: TypeAlias = "DecisionTable | LiteralDecision"


@dataclass(frozen=True, slots=True)
class Step:
    """What one decision gave on the way: its value and the numbers of the rules that made it."""

    decision: str
    name: str
    value: Value
    matched: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """``value`` as the process sees it; ``outputs`` one mapping per rule that contributed, output name -> value;
    ``matched`` the numbers of these rules; ``steps`` every decision evaluated, the required ones first; ``warnings`` why
    something became null.
    """

    value: Value
    outputs: tuple[Mapping[str, Value], ...]
    matched: tuple[int, ...]
    steps: tuple[Step, ...]
    warnings: tuple[str, ...]
