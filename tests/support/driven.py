"""A case driven through the engine's runner alone: no database, so thousands of random steps run in seconds.

Between two steps it has what its rows would hold: the sealed state, open tasks, timers and waits, and nothing else.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson
import zstandard

from care import BusinessCalendar
from database import Keyring
from engine import Artefact, CaseId, Hot, Place, case_id_of
from engine.model import Advance, Case, OpenTask, Task, Timer, Wait
from engine.spiff import Release, Runner, check, compile_release
from tests.support.rendered import forms_of, render
from tests.support.structured import Model
from tests.support.world import START, PlainForms

KEYS = Keyring({1: bytes(range(32))}, audit_key=b"a" * 32, index_key=b"i" * 32)


def artefacts_of(given: Model) -> tuple[Artefact, ...]:
    forms = PlainForms()
    models = [Artefact("model", key, source, f"{key}.bpmn") for key, source in render(given).items()]
    drawn = {forms.key(source): source for source in forms_of(given)}
    return (*models, *(Artefact("form", key, source, f"{key}.form.json") for key, source in drawn.items()))


def released(given: Model) -> Release:
    """Compiled, after the linter found nothing that it would refuse."""
    artefacts = artefacts_of(given)
    errors = [item for item in check(artefacts, PlainForms().problems) if item.severity == "error"]
    assert errors == []
    return compile_release(f"r{zlib.crc32(repr(given).encode())}", artefacts, PlainForms().reads)


def opened(sealed: bytes, case_id: str, keyring: Keyring = KEYS) -> Any:
    """What a sealed state says: every task with its whole data.

    Not what is only its form: the nonce, the compression, the order of subprocesses, and which equal values are stored once
    (that follows from which of them are one object, so it differs after a restart).
    """
    blob = keyring.open(sealed, "cases", "state", case_id)
    stored = orjson.loads(zstandard.ZstdDecompressor().decompress(blob[1:]))
    data: dict[str, dict[str, Any]] = {}
    trees = {"": stored["top"], **stored["subs"]}
    for owner in sorted(trees, key=lambda key: _depth(key, trees)):
        for task in trees[owner]["tasks"]:
            id_, parent, own, gone = task[0], task[1], task[7], task[8]
            around = data.get(parent or owner, {}) if gone is not None else {}
            data[id_] = {name: value for name, value in around.items() if name not in (gone or [])} | (own or {})
            task[7:] = [data[id_]]
    return trees


def plain(advance: Advance, case_id: str, keyring: Keyring = KEYS) -> tuple[Any, Advance]:
    """An Advance to compare with another of the same step."""
    return opened(advance.state, case_id, keyring), replace(advance, state=b"", live=None)


def _depth(owner: str, trees: dict[str, Any]) -> int:
    """How many trees are around one."""
    depth = 0
    while owner:
        owner = next(key for key, tree in trees.items() if any(task[0] == owner for task in tree["tasks"]))
        depth += 1
    return depth


def _going(status: str) -> str:
    """A step leaves a suspended case suspended; any other goes on by it."""
    return "suspended" if status == "suspended" else "active"


@dataclass
class Driven:
    """One case. `hot` keeps it in memory between steps, else each step begins with its stored state."""

    release: Release
    hot: int = 0
    keyring: Keyring = KEYS
    process: str = "P"
    case_id: CaseId = field(default_factory=lambda: case_id_of(f"{7:032x}"))
    tasks: dict[str, OpenTask] = field(default_factory=dict)
    timers: dict[str, Timer] = field(default_factory=dict)
    waits: dict[str, Wait] = field(default_factory=dict)
    advances: list[Advance] = field(default_factory=list)
    outside: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.runner = Runner(self.keyring, BusinessCalendar(), Hot(self.hot))
        shard = int(self.case_id[:3], 16)
        self.case = Case(shard, self.case_id, self.process, self.release.id, 0, b"", b"", {}, "subject", None)

    # -- what happens

    def start(self, now: datetime = START, facts: Mapping[str, Any] | None = None, /, **values: Any) -> Advance:
        return self._keep(self.runner.start(self.case, self.release, values, facts or {}, self.outside, now))

    def complete(
        self, task_id: str, values: dict[str, Any], now: datetime, shared: dict[str, Any] | None = None
    ) -> Advance:
        held = self.tasks[task_id]
        task = Task(
            held.id, self.case.id, held.process, held.element, held.form, None, "open", None, 1, 0, may_assess=False
        )
        given = values if held.form is not None else {}
        return self._keep(self.runner.complete(self.case, self.release, task, given, shared or {}, self.outside, now))

    def fire(self, timer_id: str, now: datetime) -> Advance:
        advance = self.runner.fire(self.case, self.release, self.timers[timer_id].id, self.outside, now)
        assert advance is not None
        return self._keep(advance)

    def send(
        self, name: str, now: datetime, payload: dict[str, Any] | None = None, wanted: Sequence[str] | None = None
    ) -> Advance:
        """To the waits named, or to all of the message's name."""
        if wanted is None:
            wanted = [wait.id for wait in self.waits.values() if wait.name == name]
        advance = self.runner.deliver(self.case, self.release, wanted, name, payload or {}, self.outside, now)
        assert advance is not None
        return self._keep(advance)

    def answer(self, token: str, given: Any, now: datetime) -> Advance:
        advance = self.runner.answer(self.case, self.release, token, given, self.outside, now)
        assert advance is not None
        return self._keep(advance)

    def mend(self, verb: str, incident: str, values: Mapping[str, Any], now: datetime) -> Advance:
        """`retry` or `step_over`."""
        return self._keep(getattr(self.runner, verb)(self.case, self.release, incident, values, self.outside, now))

    def move(self, places: tuple[Place, Place], token: str, values: Mapping[str, Any], now: datetime) -> Advance:
        advance, _ = self.runner.move(self.case, self.release, places, token, values, self.outside, now)
        return self._keep(advance)

    def amend(
        self, facts: Mapping[str, Any], place: Place | None, token: str | None, values: Mapping[str, Any], now: datetime
    ) -> Advance:
        return self._keep(self.runner.amend(self.case, self.release, facts, place, token, values, self.outside, now))

    def cancel(self, outcome: str, now: datetime) -> Advance:
        return self._keep(self.runner.cancel(self.case, self.release, outcome, self.outside, now))

    def restart(self, target: Place, values: Mapping[str, Any], now: datetime) -> Advance:
        return self._keep(self.runner.restart(self.case, self.release, target, values, self.outside, now))

    def retime(self, timer_id: str, due: datetime, now: datetime) -> Advance:
        advance = self.runner.retime(self.case, self.release, self.timers[timer_id].id, due, self.outside, now)
        assert advance is not None
        return self._keep(advance)

    def migrate(self, release: Release, elements: Mapping[str, str], now: datetime) -> Advance:
        releases = (self.release, release)
        advance = self._keep(self.runner.migrate(self.case, releases, elements, self.outside, now))
        self.release, self.case = release, replace(self.case, release=release.id)
        return advance

    def _keep(self, advance: Advance) -> Advance:
        """What the store does with an Advance."""
        self.runner.hot.keep(self.case, advance.live)
        self.case = replace(
            self.case,
            version=self.case.version + 1,
            state=advance.state,
            facts=advance.facts,
            status=advance.ending if advance.completed else _going(self.case.status),
            stage=advance.stage,
            grade=advance.grade,
            outcome=advance.outcome,
        )
        gone = [advance.completed_task, *(task.id for task in advance.withdrawn)]
        for task in gone:
            if task is not None:
                del self.tasks[task]
        for timer in advance.timers_cleared:
            del self.timers[timer.id]
        for wait in advance.waits_cleared:
            del self.waits[wait]
        self.tasks.update({task.id: task for task in (*advance.opened, *advance.renewed)})
        self.timers.update({timer.id: timer for timer in (*advance.timers_set, *advance.timers_kept)})
        self.waits.update({wait.id: wait for wait in (*advance.waits_set, *advance.waits_kept)})
        self.advances.append(replace(advance, live=None))
        return advance

    # -- what is seen

    @property
    def state(self) -> Any:
        return opened(self.case.state, self.case.id, self.keyring)
