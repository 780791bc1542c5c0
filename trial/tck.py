"""Runs every test case of the DMN Technology Compatibility Kit below a folder, on the engine that decides for cases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine import Decidable, DecisionService, decide, read_models
from feel import BudgetExceeded, Value, to_json
from trial.kit import Input, KitCase, KitFile, KitRefused, Result, Untyped, read_kit, root_of, same

OUTSIDE = "non-compliant"
LEVEL = "compliance-level-"
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
"""What the kit's expressions call now."""


@dataclass(frozen=True, slots=True)
class Failed:
    """One result that is not what the kit expects; values as JSON, `actual` a sentence when there is no answer at all."""

    file: str
    case: str
    result_node: str
    expected: Any
    actual: Any


@dataclass(frozen=True, slots=True)
class Excluded:
    """A file whose cases were not run, and why."""

    file: str
    reason: str


@dataclass(slots=True)
class Count:
    """Cases run, and those in which every result was right."""

    cases: int = 0
    passed: int = 0


@dataclass(slots=True)
class TckReport:
    """What the kit showed. A case passes when all its results are right; `by_level` is keyed by the folder of the level."""

    cases: int = 0
    passed: int = 0
    by_level: dict[str, Count] = field(default_factory=dict)
    failed: list[Failed] = field(default_factory=list)
    excluded: list[Excluded] = field(default_factory=list)


def run_tck(folder: Path) -> TckReport:
    """Every case below the folder. Raises KitRefused when there is none or a file cannot be read."""
    report = TckReport()
    for path, kit in _files(folder):
        name = path.relative_to(folder).as_posix()
        model = path.parent / kit.model
        reason = _outside(path, model)
        if reason is not None:
            report.excluded.append(Excluded(name, reason))
            continue
        count = report.by_level.setdefault(_level(path), Count())
        subject = Subject(model)
        for case in kit.cases:
            failed = [Failed(name, case.id, *found) for found in _wrong(subject, case)]
            count.cases += 1
            count.passed += not failed
            report.failed += failed
    report.cases = sum(count.cases for count in report.by_level.values())
    report.passed = sum(count.passed for count in report.by_level.values())
    if not report.cases and not report.excluded:
        raise KitRefused(f"Expected test cases of the DMN kit below {folder}, but there is none")
    return report


class Subject:
    """A model under test, with the models of its folder, which it may import."""

    def __init__(self, model: Path) -> None:
        others = sorted(path for path in model.parent.glob("*.dmn") if path != model)
        found = read_models([(root_of(path, "a model"), path.name) for path in (model, *others)])[0]
        self.decisions: dict[str, Decidable] = {item.name: item for item in found.decisions}
        self.invocables: dict[str, Decidable] = {item.name: item for item in found.knowledge}
        self.invocables.update((item.name, item) for item in found.services)

    def answer(self, case: KitCase, result: Result) -> Value:
        """What the model gives for one result of a case."""
        subject = self.decisions.get(result.node) if case.kind == "decision" else self.invocables.get(case.invocable)
        if subject is None:
            raise LookupError(f"The model has no {case.kind} '{case.invocable or result.node}'")
        value = decide(subject, {_key(item): item.value for item in case.inputs}, NOW).value
        if isinstance(subject, DecisionService) and len(subject.outputs) > 1 and isinstance(value, dict):
            return value.get(result.node)
        return value


def _key(item: Input) -> str:
    return f"{item.namespace}#{item.name}" if item.namespace else item.name


def _files(folder: Path) -> Iterator[tuple[Path, KitFile]]:
    for path in sorted(folder.rglob("*.xml")):
        kit = read_kit(path)
        if kit is not None:
            yield path, kit


def _wrong(subject: Subject, case: KitCase) -> Iterator[tuple[str, Any, Any]]:
    for result in case.results:
        try:
            actual = subject.answer(case, result)
        except (LookupError, BudgetExceeded) as error:
            yield result.node, _shown(result.expected), str(error)
            continue
        if not same(result.expected, actual):
            yield result.node, _shown(result.expected), to_json(actual)


def _shown(expected: Any) -> Any:
    """An expected value as JSON."""
    if isinstance(expected, Untyped):
        return expected.text
    if isinstance(expected, list):
        return [_shown(item) for item in expected]
    if isinstance(expected, dict):
        return {key: _shown(item) for key, item in expected.items()}
    return to_json(expected)


def _outside(path: Path, model: Path) -> str | None:
    """Why the cases of a file are outside of what is claimed; None when they are inside."""
    if OUTSIDE in path.parts:
        return "outside of the standard, as its folder says"
    if any(_calls_java(text) for text in _texts(model)):
        return "calls functions of a Java program, which no model may do here"
    return None


def _calls_java(text: str) -> bool:
    words = text.replace("{", " ").replace(":", " ").split()
    return "external" in words and ("java" in words or "class" in words)


def _texts(model: Path) -> Sequence[str]:
    """The expressions of a model, and the kinds of its function definitions as FEEL would write them."""
    found = []
    for node in root_of(model, "a model").iter():
        if node.get("kind") in {"Java", "PMML"}:
            found.append("external java")
        elif str(node.tag).endswith("}text"):
            found.append(node.text or "")
    return found


def _level(path: Path) -> str:
    return next((part for part in path.parts if part.startswith(LEVEL)), "other")
