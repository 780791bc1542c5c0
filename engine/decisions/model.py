"""Decisions and what they require, as read from DMN files, and what comes of evaluating one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from engine.decisions.boxes import Box, Parameter, boxes_within, names_read
from engine.decisions.errors import DecisionProblem
from engine.decisions.items import ANY, ItemType
from engine.decisions.tables import Aggregation, DecisionTable, HitPolicy, Rule
from feel import Value

Key: TypeAlias = tuple[int, str]
"""An element of a set of files: the number of the file, and its id there."""
Path: TypeAlias = tuple[str, ...]
"""The name under which an element is seen: its own, behind that of the import it comes from."""


@dataclass(frozen=True, slots=True)
class InputData:
    """What is given from outside. ``name`` is that of its variable; ``title`` its own, by which it may be given too."""

    id: str
    name: str
    namespace: str
    type: ItemType = ANY
    title: str = ""


@dataclass(frozen=True, slots=True)
class Requirements:
    """What an element may read, under which names. Knowledge is found when it is needed, since functions may call each
    other.
    """

    inputs: tuple[tuple[Path, InputData], ...] = ()
    decisions: tuple[tuple[Path, Decision], ...] = ()
    knowledge: tuple[tuple[Path, Key], ...] = ()


NOTHING = Requirements()


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """A business knowledge model: a function with a name. ``result`` is the type of what it gives."""

    id: str
    name: str
    namespace: str
    parameters: tuple[Parameter, ...]
    body: Box | None
    result: ItemType = ANY
    needs: Requirements = NOTHING
    known: Mapping[Key, Knowledge | DecisionService] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, eq=False)
class Decision:
    """A decision, compiled. ``result`` is the name under which dependent decisions see its value; ``type`` what that must
    be; ``known`` the business knowledge models and decision services of its set of files.
    """

    id: str
    name: str
    result: str
    namespace: str
    logic: Box
    needs: Requirements
    type: ItemType = ANY
    known: Mapping[Key, Knowledge | DecisionService] = field(default_factory=dict, repr=False)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of a decision that is a table."""
        return self.logic.rules if isinstance(self.logic, DecisionTable) else ()

    @property
    def hit_policy(self) -> HitPolicy | None:
        """The hit policy of a decision that is a table."""
        return self.logic.hit_policy if isinstance(self.logic, DecisionTable) else None

    @property
    def aggregation(self) -> Aggregation | None:
        """The aggregation of a decision that is a table."""
        return self.logic.aggregation if isinstance(self.logic, DecisionTable) else None

    @property
    def requires(self) -> tuple[Decision, ...]:
        """The decisions that are made before this one."""
        return tuple(decision for _, decision in self.needs.decisions)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names read from outside, for this decision and for those it requires."""
        names: set[str] = set()
        for decision in reached((self,)):
            names |= decision.own_names
        return frozenset(names)

    @cached_property
    def own_names(self) -> frozenset[str]:
        """The names read from outside for this decision alone."""
        read = set(names_read(self.logic))
        for path, decision in self.needs.decisions:
            read -= {path[0], decision.id if len(path) == 1 else ""}
        read -= {path[0] for path, _ in self.needs.knowledge}
        read -= {path[0] for path, _ in self.needs.inputs if len(path) > 1}
        return frozenset(read | {data.name for _, data in self.needs.inputs})

    @cached_property
    def tables(self) -> tuple[DecisionTable, ...]:
        """The decision's own table first, then those inside its contexts and functions, then those of the business
        knowledge models it may call, each once.
        """
        seen: set[Key] = set()
        waiting = [key for _, key in reversed(self.needs.knowledge)]
        found = [box for box in boxes_within(self.logic) if isinstance(box, DecisionTable)]
        while waiting:
            key = waiting.pop()
            model = self.known.get(key)
            if key in seen or not isinstance(model, Knowledge):
                continue
            seen.add(key)
            found.extend(box for box in boxes_within(model.body) if isinstance(box, DecisionTable))
            waiting.extend(inner for _, inner in reversed(model.needs.knowledge))
        return tuple(found)


@dataclass(frozen=True, eq=False)
class DecisionService:
    """Decisions behind a function: ``inputs`` are its parameters (input data first, then input decisions), ``outputs`` the
    decisions whose values it gives: that of a single one, or a context of several.
    """

    id: str
    name: str
    result: str
    namespace: str
    inputs: tuple[Parameter, ...]
    given: tuple[InputData | Decision, ...]
    outputs: tuple[Decision, ...]
    type: ItemType = ANY
    known: Mapping[Key, Knowledge | DecisionService] = field(default_factory=dict, repr=False)

    @cached_property
    def tables(self) -> tuple[DecisionTable, ...]:
        """The tables of all decisions behind it, each once."""
        found = {id(table): table for decision in reached(self.outputs) for table in decision.tables}
        return tuple(found.values())

    @property
    def requires(self) -> tuple[Decision, ...]:
        """The decisions it gives."""
        return self.outputs

    @property
    def names(self) -> frozenset[str]:
        """The names read from outside: its parameters."""
        return frozenset(parameter.name for parameter in self.inputs)


Decidable: TypeAlias = Decision | DecisionService | Knowledge
"""What can be evaluated."""


def reached(decisions: tuple[Decision, ...]) -> list[Decision]:
    """These decisions and all they require, each once."""
    found: dict[int, Decision] = {}
    waiting = list(decisions)
    while waiting:
        here = waiting.pop()
        if id(here) not in found:
            found[id(here)] = here
            waiting.extend(here.requires)
    return list(found.values())


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """One file, read. ``problems`` are those found in it; what they touch gives null."""

    file: str
    name: str
    namespace: str
    inputs: tuple[InputData, ...]
    decisions: tuple[Decision, ...]
    services: tuple[DecisionService, ...]
    knowledge: tuple[Knowledge, ...]
    types: Mapping[str, ItemType]
    problems: tuple[DecisionProblem, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Why something became null: the sentence, the id of the element and the rule's number where one is meant, and the
    place in its FEEL text, counted from 1. Names and kinds only, never values.
    """

    message: str
    element: str
    rule: int | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        where = [f"in '{self.element}'"] if self.element else []
        where += [f"rule {self.rule}"] if self.rule else []
        where += [f"line {self.line}, column {self.column}"] if self.line else []
        return f"{self.message} ({', '.join(where)})" if where else self.message


@dataclass(frozen=True, slots=True)
class TableStep:
    """One table on the way: its inputs by their labels, and the numbers, ids and outputs of the rules that made its value."""

    table: str
    name: str
    inputs: Mapping[str, Value]
    matched: tuple[int, ...]
    rules: tuple[str, ...]
    outputs: tuple[Mapping[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What one decision gave on the way. ``matched`` and ``rules`` are the numbers and ids of the rules of its own table, or
    of the only table it used; ``inputs`` the values it read by name; ``tables`` all tables it used.
    """

    decision: str
    name: str
    value: Value
    matched: tuple[int, ...] = ()
    rules: tuple[str, ...] = ()
    inputs: Mapping[str, object] = field(default_factory=dict)
    outputs: tuple[Mapping[str, Value], ...] = ()
    warnings: tuple[Notice, ...] = ()
    tables: tuple[TableStep, ...] = ()


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
    warnings: tuple[Notice, ...]
