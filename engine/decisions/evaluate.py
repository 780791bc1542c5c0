"""Evaluates a decision and all it requires. What goes wrong inside gives null and a warning; nothing here raises but the
budget of expressions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from engine.decisions.frame import MOST_STEPS, Frame, Run, World, fitted
from engine.decisions.items import ANY, ItemType, revive
from engine.decisions.model import (
    Decidable,
    Decision,
    DecisionService,
    InputData,
    Knowledge,
    Outcome,
    Path,
    Step,
)
from engine.decisions.tables import DecisionTable
from engine.decisions.unboxing import Call, function_of, named, unbox
from feel import Budget, BudgetExceeded, Function, Value, compile_expression

GIVEN = compile_expression("given")
NOWHERE: Mapping[str, object] = {}
TOO_DEEP = "Expected a simple decision, but it is nested too deep"


def evaluate(
    decision: Decidable,
    context: Mapping[str, object],
    now: datetime | None = None,
    budget: Budget | None = None,
) -> Outcome:
    """The outcome of a decision under these names, which are read as they are needed; so of a decision service or a business
    knowledge model, whose parameters are taken from them. Names that a decision requires hide those of the context.
    Raises feel.BudgetExceeded.
    """
    world = World(now, Budget() if budget is None else budget)
    scene = Scene(context, world)
    try:
        value = _value(decision, scene)
    except RecursionError:
        raise BudgetExceeded(TOO_DEEP) from None
    last = next((step for step in reversed(world.steps) if step.decision == decision.id), None)
    return Outcome(
        value=value,
        outputs=() if last is None else last.outputs,
        matched=() if last is None else last.matched,
        steps=tuple(world.steps),
        warnings=tuple(world.notices),
    )


def _value(decision: Decidable, scene: Scene) -> Value:
    if isinstance(decision, Decision):
        return scene.value_of(decision)
    if isinstance(decision, DecisionService):
        for parameter, one in zip(decision.inputs, decision.given, strict=True):
            if isinstance(one, Decision):
                scene.done[id(one)] = scene.given(parameter.name, one.id, parameter.type)
        return scene.serve(decision)
    values = {one.name: scene.given(one.name, decision.id, one.type) for one in decision.parameters}
    body = decision.body
    scene.host = NOWHERE
    value = None if body is None else unbox(body, Frame({**scene.known(decision), **values}, NOWHERE, scene.world))
    return Frame({}, NOWHERE, scene.world).typed(value, decision.result, decision.id)


class Scene:
    """What is given once for a decision and those it requires, and what has been decided so far. A call of a decision
    service is a scene of its own.
    """

    def __init__(self, host: Mapping[str, object], world: World) -> None:
        self.host = host
        self.world = world
        self.done: dict[int, Value] = {}

    def value_of(self, one: InputData | Decision) -> Value:
        """The value of an input or a decision, found once."""
        key = id(one)
        if key not in self.done:
            self.done[key] = self._read(one) if isinstance(one, InputData) else self._decide(one)
        return self.done[key]

    def given(self, name: str, element: str, kind: ItemType) -> Value:
        """What the host gives under a name, as a type; JSON becomes what the type says."""
        if name not in self.host:
            self.world.note(f"The input '{name}' is not given", element)
            return None
        frame = Frame({}, {"given": self.host[name]}, self.world)
        return frame.typed(revive(frame.inherent(GIVEN, element), kind), kind, element, f"The input '{name}'")

    def serve(self, service: DecisionService) -> Value:
        """The value of the only output decision, or a context of several."""
        if not service.outputs:
            self.world.note("The decision service gives no decision", service.id)
            return None
        values = {one.result: self.value_of(one) for one in service.outputs}
        value: Value = next(iter(values.values())) if len(values) == 1 else dict(values)
        return Frame({}, self.host, self.world).typed(value, service.type, service.id, "The decision service's value")

    def known(self, owner: Decision | Knowledge) -> dict[str, Value]:
        """The names that requirements bring. An input without a type stays with the host until it is read."""
        needs = owner.needs
        known: dict[str, Value] = {}
        for path, decision in needs.decisions:
            if len(path) == 1:
                known[decision.id] = self.value_of(decision)
        for path, key in needs.knowledge:
            _put(known, path, self._function(owner.known.get(key)))
        for path, decision in needs.decisions:
            _put(known, path, self.value_of(decision))
        for path, data in needs.inputs:
            if len(path) > 1 or data.type is not ANY or id(data) in self.done or data.name not in self.host:
                _put(known, path, self.value_of(data))
        return known

    def _read(self, data: InputData) -> Value:
        names = (f"{data.namespace}#{data.name}", data.name, data.title)
        return self.given(next((name for name in names if name in self.host), data.name), data.id, data.type)

    def _decide(self, decision: Decision) -> Value:
        world = self.world
        for required in decision.requires:
            self.value_of(required)
        tables, warned, world.tables = world.tables, len(world.notices), []
        known = self.known(decision)
        made = unbox(decision.logic, Frame(known, self.host, world))
        value = Frame(known, self.host, world).typed(made, decision.type, decision.id, "The decision's value")
        used, world.tables = tuple(world.tables), tables
        own = used[-1] if used and (len(used) == 1 or isinstance(decision.logic, DecisionTable)) else None
        if len(world.steps) < MOST_STEPS:
            world.steps.append(
                Step(
                    decision=decision.id,
                    name=decision.name,
                    value=value,
                    matched=() if own is None else own.matched,
                    rules=() if own is None else own.rules,
                    inputs=self._seen(decision, known),
                    outputs=() if own is None else own.outputs,
                    warnings=tuple(world.notices[warned:]),
                    tables=used,
                )
            )
        return value

    def _seen(self, decision: Decision, known: Mapping[str, Value]) -> dict[str, object]:
        """What a decision read, by name: its inputs, the decisions it requires, and what it took from the host."""
        needs = decision.needs
        seen: dict[str, object] = {".".join(path): self.done[id(one)] for path, one in needs.decisions}
        for path, data in needs.inputs:
            if id(data) in self.done:
                seen[".".join(path)] = self.done[id(data)]
        for name in decision.own_names - seen.keys():
            if name in known or name in self.host:
                seen[name] = known[name] if name in known else self.host[name]
        return seen

    def _function(self, model: Knowledge | DecisionService | None) -> Function | None:
        """The FEEL function of a business knowledge model or a decision service."""
        if isinstance(model, Knowledge):
            return function_of(
                model.parameters,
                model.body,
                model.result,
                lambda names: Frame({**Scene(NOWHERE, self.world).known(model), **names}, NOWHERE, self.world),
            )
        return None if model is None else named(tuple(one.name for one in model.inputs), self._service_call(model))

    def _service_call(self, service: DecisionService) -> Call:
        types = [parameter.type for parameter in service.inputs]

        def call(run: Run, arguments: Sequence[Value]) -> Value:
            values = fitted(run, types, arguments)
            if values is None:
                return None
            scene = Scene(NOWHERE, self.world)
            scene.done = {id(one): value for one, value in zip(service.given, values, strict=True)}
            self.world.enter()
            value = scene.serve(service)
            self.world.leave()
            return value

        return call


def _put(known: dict[str, Value], path: Path, value: Value) -> None:
    """Enter a value under its name, or as an entry under the name of its import."""
    if len(path) == 1:
        known[path[0]] = value
        return
    imported = known.get(path[0])
    if not isinstance(imported, dict):
        imported = known[path[0]] = {}
    imported[path[1]] = value
