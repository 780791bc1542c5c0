"""Drives one case of the shipped models through the engine's runner: no database, a plain keyring, a clock that a test moves."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from bpmn import models_folder
from engine.model import Advance, Artefact, Case, CaseId, OpenTask, Task, Timer, Wait
from engine.spiff import Hot, Release, Runner, check, compile_release

FORMS = models_folder().parent / "forms" / "definitions"
START = datetime(2025, 6, 2, 13, 0, tzinfo=UTC)


class PlainKeyring:
    def seal(self, plain: bytes, *_place: Any) -> bytes:
        return plain

    def open(self, sealed: bytes, *_place: Any) -> bytes:
        return sealed


class PlainCalendar:
    zone = ZoneInfo("America/New_York")

    def local(self, naive: datetime) -> datetime:
        return naive.replace(tzinfo=UTC)

    def after(self, start: datetime, days: int) -> datetime:
        return start + timedelta(days=days)


@cache
def release() -> Release:
    """All shipped models, decisions and forms as one compiled release; fails on any finding of the linter."""
    artefacts = [Artefact("model", p.stem, p.read_bytes(), p.name) for p in sorted(models_folder().glob("*.bpmn"))]
    artefacts += [Artefact("decision", p.stem, p.read_bytes(), p.name) for p in sorted(models_folder().glob("*.dmn"))]
    artefacts += [Artefact("form", p.name.split(".")[0], p.read_bytes(), p.name) for p in sorted(FORMS.glob("*.json"))]
    problems = check(artefacts, lambda _source, _file: ())
    assert problems == (), problems
    return compile_release("release", artefacts, lambda _source: frozenset())


@dataclass
class Drive:
    """A running case: open tasks, timers and waits as rows, and all that happened."""

    now: datetime = START
    case: Case = field(init=False)
    tasks: dict[str, OpenTask] = field(default_factory=dict)
    timers: dict[str, Timer] = field(default_factory=dict)
    waits: dict[str, Wait] = field(default_factory=dict)
    history: list[Advance] = field(default_factory=list)
    completed: bool = False
    runner: Runner = field(default_factory=lambda: Runner(PlainKeyring(), PlainCalendar(), Hot()))  # type: ignore[arg-type]
    outside: Mapping[str, Any] = field(
        default_factory=lambda: {"age": 70, "programme": "complex", "payor_type": "government"}
    )

    def start(self, process: str = "case_lifecycle", **values: Any) -> "Drive":
        self.case = Case(0, CaseId("0" * 35), process, "release", 0, b"", b"", {}, "client", None)
        self._keep(self.runner.start(self.case, release(), values, {}, self.outside, self.now))
        return self

    def complete(self, element: str, values: Mapping[str, Any] | None = None, **facts: Any) -> "Drive":
        found = [task for task in self.tasks.values() if task.element == element]
        assert found, f"{element} is not open, but {self.open}"
        task = found[0]
        row = Task(task.id, self.case.id, task.process, task.element, task.form, task.group, "open", None, 1, 0, False)
        self._keep(self.runner.complete(self.case, release(), row, values or {}, facts, self.outside, self.now))
        return self

    def send(self, name: str, key: str | None = None, **payload: Any) -> bool:
        fit = [w.id for w in self.waits.values() if w.name == name and (w.key is None or key is None or w.key == key)]
        advance = self.runner.deliver(self.case, release(), fit, name, payload, self.outside, self.now) if fit else None
        if advance is not None:
            self._keep(advance)
        return advance is not None

    def awaits(self, name: str, key: str | None = None) -> bool:
        return any(
            w.name == name and w.key in (None, key) for w in self.waits.values() if not w.id.startswith("event-")
        )

    def move(self, to: datetime | timedelta) -> list[str]:
        """Moves the clock; fires what is due in order; answers the elements fired."""
        until, fired = (self.now + to if isinstance(to, timedelta) else to), []
        while due := sorted((t for t in self.timers.values() if t.due_at <= until), key=lambda t: (t.due_at, t.id)):
            self.now = max(self.now, due[0].due_at)
            advance = self.runner.fire(self.case, release(), due[0].id, self.outside, self.now)
            self.timers.pop(due[0].id, None)
            if advance is not None:
                fired.append(due[0].element)
                self._keep(advance)
        self.now = until
        return fired

    @property
    def open(self) -> list[str]:
        return sorted(task.element for task in self.tasks.values())

    def fact(self, name: str) -> Any:
        return self.case.facts[name].value if name in self.case.facts else None

    def _keep(self, advance: Advance) -> None:
        self.history.append(advance)
        for timer in advance.timers_cleared:
            self.timers.pop(timer.id, None)
        self.timers.update({timer.id: timer for timer in advance.timers_set})
        for task in advance.withdrawn:
            self.tasks.pop(task.id, None)
        if advance.completed_task is not None:
            self.tasks.pop(advance.completed_task, None)
        self.tasks.update({task.id: task for task in advance.opened})
        for key in advance.waits_cleared:
            self.waits.pop(key, None)
        self.waits.update({wait.id: wait for wait in advance.waits_set})
        self.completed = advance.completed
        if advance.completed:
            self.tasks, self.timers, self.waits = {}, {}, {}
        self.case = replace(self.case, version=self.case.version + 1, state=advance.state, facts=advance.facts,
                            stage=advance.stage, grade=advance.grade, outcome=advance.outcome)  # fmt: skip
