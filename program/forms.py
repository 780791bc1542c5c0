"""The engine's FormCheck, wired to the forms house: forms are compiled once per content."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from engine import Problem
from forms import Form, FormRejected


@lru_cache(512)
def compiled(source: bytes) -> Form:
    return Form.parse(source, "form")


@dataclass(frozen=True, slots=True)
class FormAnswer:
    values: Mapping[str, Any]
    shared: Mapping[str, Any]
    problems: Sequence[tuple[str, str]]
    plain: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FormBook:
    """`now` is what a form's `now()` means."""

    now: Callable[[], datetime]

    def problems(self, source: bytes, file: str) -> tuple[Problem, ...]:
        try:
            Form.parse(source, file)
        except FormRejected as error:
            return tuple(Problem(file, item.element, None, "form", "error", item.message) for item in error.problems)
        return ()

    def key(self, source: bytes) -> str:
        """The form's key; empty when the source is no form."""
        try:
            return Form.parse(source, "form").key
        except FormRejected:
            return ""

    def check(self, source: bytes, values: Mapping[str, Any], known: Mapping[str, Any]) -> FormAnswer:
        form = compiled(source)
        checked = form.check(dict(values), known, self.now())
        problems = [(item.pointer, item.detail) for item in checked.problems]
        if problems:
            return FormAnswer(checked.values, {}, problems, {})
        return FormAnswer(checked.values, form.shared(checked.values), problems, form.plain(checked.values))

    def shared(self, source: bytes, values: Mapping[str, Any]) -> Mapping[str, Any]:
        return compiled(source).shared(values)

    def prefill(self, source: bytes, known: Mapping[str, Any]) -> Mapping[str, Any]:
        return compiled(source).prefill(known)

    def facts(self, source: bytes) -> Mapping[str, str]:
        return dict(_facts(compiled(source).definition.get("components", [])))

    def reads(self, source: bytes) -> frozenset[str]:
        try:
            form = compiled(source)
        except FormRejected:
            return frozenset()
        return form.reads | frozenset(_shown(form.definition.get("components", [])))

    def definition(self, source: bytes) -> Mapping[str, Any]:
        return compiled(source).definition


def _facts(components: Any) -> Iterator[tuple[str, str]]:
    for component in components:
        fact = component.get("properties", {}).get("fact")
        if fact and component.get("key"):
            yield component["key"], fact
        yield from _facts(component.get("components", []))


def _shown(components: Any) -> Iterator[str]:
    for component in components:
        if component.get("key") and (component.get("readonly") or component.get("disabled")):
            yield component["key"]
        yield from _shown(component.get("components", []))
