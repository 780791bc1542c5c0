"""How a built-in says what it takes: ``"string: string, start position: number, length: number?"``.

A type may be followed by ``?`` (may be left out) or ``*`` (any number of them, last only). Arguments of another kind, null
among them, make the call null with a warning; only ``any`` takes null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from feel.kinds import TYPES
from feel.scope import Run
from feel.values import Function, Value, kind_of

Body: TypeAlias = Callable[..., Value]
Kinds: TypeAlias = frozenset[type] | None
MAY_BE_NULL = frozenset(("get value", "get or else", "string", "all", "any", "not"))
"""Built-ins for which null is an answer like any other."""
REGISTRY: dict[str, list[Overload]] = {}
ABSENT: Value = None


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a built-in. ``kinds`` are None for any value."""

    names: tuple[str, ...]
    kinds: tuple[Kinds, ...]
    required: int
    variadic: bool
    body: Body

    def fit(self, arguments: Sequence[Value]) -> Sequence[Value] | None:
        """The arguments as the body takes them, or None when they do not fit."""
        count = len(arguments)
        if count < self.required or (count > len(self.kinds) and not self.variadic):
            return None
        if self.variadic:
            kind = self.kinds[-1]
            kinds = self.kinds + (kind,) * (count - len(self.kinds))
        else:
            kinds = self.kinds
        for argument, wanted in zip(arguments, kinds, strict=False):
            if wanted is not None and type(argument) not in wanted:
                return self._converted(arguments, kinds)
        return arguments

    @staticmethod
    def _converted(arguments: Sequence[Value], kinds: tuple[Kinds, ...]) -> Sequence[Value] | None:
        """The arguments with lists of one opened, and single values where a list is wanted made lists."""
        converted: list[Value] = []
        for argument, wanted in zip(arguments, kinds, strict=False):
            if wanted is None or type(argument) in wanted:
                converted.append(argument)
            elif type(argument) is list and len(argument) == 1 and type(argument[0]) in wanted:
                converted.append(argument[0])
            elif list in wanted and argument is not None:
                converted.append([argument])
            else:
                return None
        return converted

    def arrange(self, arguments: Mapping[str, Value]) -> list[Value] | None:
        """Named arguments in their order, or None when they are not this overload's."""
        if not set(arguments) <= set(self.names) or not set(self.names[: self.required]) <= set(arguments):
            return None
        ordered = [arguments.get(name, ABSENT) for name in self.names]
        while len(ordered) > self.required and self.names[len(ordered) - 1] not in arguments:
            ordered.pop()
        return ordered


def built_in(name: str, signature: str) -> Callable[[Body], Body]:
    """Register the function below as a built-in of that name; a name may have several signatures."""
    names: list[str] = []
    kinds: list[Kinds] = []
    required = 0
    variadic = signature.endswith("*")
    for part in filter(None, signature.split(", ")):
        parameter, kind = part.split(": ")
        optional = kind[-1] in "?*"
        names.append(parameter)
        kinds.append(_kinds(kind.rstrip("?*")))
        required += not optional or kind[-1] == "*"

    def register(body: Body) -> Body:
        overload = Overload(tuple(names), tuple(kinds), required, variadic, body)
        REGISTRY.setdefault(name, []).append(overload)
        return body

    return register


def _kinds(text: str) -> Kinds:
    if text == "any":
        return None
    return frozenset[type]().union(*(TYPES[name] for name in text.split("|")))


def function_of(name: str, overloads: Sequence[Overload]) -> Function:
    """The function value that picks the overload that fits."""

    def call(run: Run, arguments: Sequence[Value]) -> Value:
        for overload in overloads:
            fitted = overload.fit(arguments)
            if fitted is not None:
                return _answer(name, overload.body, run, fitted)
        run.warn(f"{name}() does not take ({', '.join(kind_of(argument) for argument in arguments)})")
        return None

    def call_named(run: Run, arguments: Mapping[str, Value]) -> Value:
        for overload in overloads:
            ordered = overload.arrange(arguments)
            if ordered is not None and overload.fit(ordered) is not None:
                return call(run, ordered)
        run.warn(f"{name}() does not take these parameters")
        return None

    return Function(name, overloads[0].names, call, call_named)


def _answer(name: str, body: Body, run: Run, arguments: Sequence[Value]) -> Value:
    """What the body gives, charged by its size; a null that it did not explain is explained here."""
    place, said = run.place, run.said
    try:
        value = body(run, *arguments)
    except (ArithmeticError, ValueError):
        value = None
    if value is None and run.said == said and name not in MAY_BE_NULL:
        run.place = place
        run.warn(f"{name}() has no result for these values")
    elif type(value) is str or type(value) is list:
        run.budget.fits(len(value))
    return value
