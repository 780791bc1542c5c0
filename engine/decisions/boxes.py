"""Boxed expressions, compiled, as frozen values. ``id`` is the element's own, or that of the nearest element around it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from engine.decisions.items import ANY, ItemType
from engine.decisions.tables import DecisionTable
from feel import Expression


@dataclass(frozen=True, slots=True)
class Parameter:
    """A name with its type: of a function, a column, a variable."""

    name: str
    type: ItemType = ANY


@dataclass(frozen=True, slots=True, eq=False)
class Literal:
    """One FEEL expression."""

    id: str
    expression: Expression
    type: ItemType = ANY


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A line of a context; without a name it is the context's result."""

    name: str
    box: Box | None
    type: ItemType = ANY


@dataclass(frozen=True, slots=True, eq=False)
class ContextBox:
    """Named values, each seeing those before it."""

    id: str
    entries: tuple[Entry, ...]
    type: ItemType = ANY


@dataclass(frozen=True, slots=True, eq=False)
class Invocation:
    """A function called with values for its parameters, by name."""

    id: str
    function: Box
    bindings: tuple[tuple[Parameter, Box | None], ...]
    type: ItemType = ANY


@dataclass(frozen=True, slots=True, eq=False)
class FunctionBox:
    """A function defined in place. ``result`` is the type of what it gives."""

    id: str
    parameters: tuple[Parameter, ...]
    body: Box | None
    result: ItemType = ANY
    type: ItemType = ANY


@dataclass(frozen=True, slots=True, eq=False)
class Relation:
    """Rows of cells under named columns: a list of contexts."""

    id: str
    columns: tuple[Parameter, ...]
    rows: tuple[tuple[Box | None, ...], ...]
    type: ItemType = ANY


@dataclass(frozen=True, slots=True, eq=False)
class ListBox:
    """A list, item by item."""

    id: str
    items: tuple[Box | None, ...]
    type: ItemType = ANY


@dataclass(frozen=True, slots=True, eq=False)
class Conditional:
    """If, then, else."""

    id: str
    test: Box
    yes: Box
    no: Box
    type: ItemType = ANY


@dataclass(frozen=True, slots=True, eq=False)
class Filter:
    """The items of a list for which ``match`` is true."""

    id: str
    items: Box
    match: Box
    type: ItemType = ANY


class Loop(StrEnum):
    """What an iterator makes of its values."""

    FOR = "for"
    SOME = "some"
    EVERY = "every"


@dataclass(frozen=True, slots=True, eq=False)
class Iterator:
    """``body`` for each value of ``items`` under the name ``variable``."""

    id: str
    loop: Loop
    variable: str
    items: Box
    body: Box
    type: ItemType = ANY


@dataclass(frozen=True, slots=True, eq=False)
class Unusable:
    """What could not be read; null when it is evaluated all the same. ``reason`` says why."""

    id: str
    reason: str
    type: ItemType = ANY


Box: TypeAlias = (
    "Literal | DecisionTable | ContextBox | Invocation | FunctionBox | Relation | ListBox | Conditional | Filter"
    " | Iterator | Unusable"
)


def inner_boxes(box: Box) -> tuple[Box | None, ...]:
    """The boxes directly inside a box."""
    match box:
        case ContextBox():
            return tuple(entry.box for entry in box.entries)
        case Invocation():
            return (box.function, *(bound for _, bound in box.bindings))
        case FunctionBox():
            return (box.body,)
        case Relation():
            return tuple(cell for row in box.rows for cell in row)
        case ListBox():
            return box.items
        case Conditional():
            return (box.test, box.yes, box.no)
        case Filter():
            return (box.items, box.match)
        case Iterator():
            return (box.items, box.body)
        case _:
            return ()


def boxes_within(box: Box | None) -> list[Box]:
    """The box and all boxes inside it, outer ones first."""
    found: list[Box] = []
    waiting = [box]
    while waiting:
        here = waiting.pop()
        if here is not None:
            found.append(here)
            waiting.extend(reversed(inner_boxes(here)))
    return found


def names_read(box: Box | None) -> frozenset[str]:
    """The names that a box reads and does not define itself. Names inside a filter's match may be entries of the item and
    are left out.
    """
    match box:
        case Literal():
            return box.expression.names
        case DecisionTable():
            return _names_of_table(box)
        case ContextBox():
            return _names_of_context(box)
        case FunctionBox():
            return names_read(box.body) - {parameter.name for parameter in box.parameters}
        case Filter():
            return names_read(box.items)
        case Iterator():
            return names_read(box.items) | (names_read(box.body) - {box.variable, "partial"})
        case None:
            return frozenset()
        case _:
            return frozenset().union(*(names_read(inner) for inner in inner_boxes(box)))


def _names_of_context(box: ContextBox) -> frozenset[str]:
    names: set[str] = set()
    defined: set[str] = set()
    for entry in box.entries:
        names |= names_read(entry.box) - defined
        defined.add(entry.name)
    return frozenset(names)


def _names_of_table(table: DecisionTable) -> frozenset[str]:
    names: set[str] = set()
    for column in table.inputs:
        names |= column.expression.names
    for output in table.outputs:
        names |= frozenset() if output.default is None else output.default.names
    for rule in table.rules:
        for cell in (*rule.tests, *rule.outputs):
            names |= frozenset() if cell is None else cell.names
    return frozenset(names)
