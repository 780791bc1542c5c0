"""The engine against the untouched library: the same model, the same actions, the same case after every step.

The engine prunes, stores, restores and runs our subclasses; the library runs in a process of its own that imports nothing of ours,
keeps everything in memory or goes through its own serializer. Where the two differ on purpose stands in `test_differences.py`; the
models here keep clear of it. The library's own test models lie outside the project (`NINEFOLD_DATA`); without them they are skipped.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Artefact, StepFailed
from engine.spiff import check, compile_release
from tests.conformance.theirs import BareFailed, Theirs
from tests.properties.test_structured import some, ways
from tests.support.driven import Driven, released
from tests.support.rendered import render
from tests.support.shared import SHARED
from tests.support.structured import Model, models
from tests.support.world import START, PlainForms, World

MODELS = SHARED / "spiff-models" / "bpmn"
ENDLESS = {"call_activity_level_3"}  # the bare library never comes back from it
FILES = [path for path in sorted(MODELS.rglob("*.bpmn")) if path.stem not in ENDLESS] if MODELS.is_dir() else []
STEPS = [[(n * 7 + seed, n % 5) for n in range(14)] for seed in range(3)]


@pytest.fixture(scope="module")
def theirs() -> Iterator[Theirs]:
    found = Theirs()
    yield found
    found.close()


class Pair:
    """A case of ours and a case of theirs, under one clock."""

    def __init__(self, ours: Driven, theirs: Theirs) -> None:
        self.ours, self.theirs, self.now = ours, theirs, START

    def start(self, sources: dict[str, bytes], values: dict[str, Any], *, again: bool) -> None:
        texts = {name: source.decode() for name, source in sources.items()}
        self.theirs.ask("start", self.now, sources=texts, process=self.ours.process, values=values, again=again)
        self.ours.start(self.now, **values)

    def step(self, pick: int, answer: int) -> bool:
        """One of the things that can happen, to both; False when nothing can."""
        ours = self.ours
        options: list[tuple[str, str]] = [
            ("complete", each) for each in sorted({t.element for t in ours.tasks.values()})
        ]
        options += [("send", name) for name in sorted({wait.name for wait in ours.waits.values()})]
        options += [("wait", "")] if ours.timers else []
        if not options:
            return False
        self.happen(*options[pick % len(options)], answer)
        return True

    def happen(self, what: str, which: str, answer: int) -> None:
        ours = self.ours
        if what == "complete":
            task = next(item for item in ours.tasks.values() if item.element == which)
            values = {task.form: {"n": answer}} if task.form else {}
            self.theirs.ask("complete", self.now, element=which, values=values)
            ours.complete(task.id, {"n": answer}, self.now)
        elif what == "send":
            self.theirs.ask("send", self.now, name=which)
            ours.send(which, self.now)
        else:
            self.wait()

    def wait(self) -> None:
        """Until the nearest timer is due; those due at that instant fire, on our side one after the other."""
        self.now = max(self.now, min(timer.due_at for timer in self.ours.timers.values()))
        self.theirs.ask("wait", self.now)
        for _ in range(100):
            due = sorted(item.id for item in self.ours.timers.values() if item.due_at <= self.now)
            if not due:
                return
            self.ours.fire(due[0], self.now)
        raise AssertionError("timers without end")

    def agree(self) -> None:
        ours = self.ours
        for item in ours.advances[-1].parked:
            raise StepFailed(item.element, item.detail, item.cause)
        where = {
            "open": Counter(task.element for task in ours.tasks.values()),
            "timers": Counter(timer.element for timer in ours.timers.values()),
            "messages": Counter(wait.name for wait in ours.waits.values()),
            "completed": ours.case.status == "completed",
        }
        assert where == self.theirs.where
        assert self.data() == self.theirs.data

    def data(self) -> list[Any]:
        held = {task[0]: task[7] for tree in self.ours.state.values() for task in tree["tasks"]}
        tasks = self.ours.tasks.values()
        return sorted(([task.element, _plain(held[task.id[3:]])] for task in tasks), key=repr)


def _plain(value: Any) -> Any:
    """Decimals as the numbers that JSON has."""
    match value:
        case {"$": "decimal", "v": text}:
            return int(text) if text.lstrip("-").isdecimal() else float(text)
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case list():
            return [_plain(item) for item in value]
    return value


# -- random models


@some(0.4)
@given(models(plain=True), ways, st.booleans(), st.booleans())
def test_a_random_model_runs_as_in_the_bare_library(
    theirs: Theirs, given_: Model, way: list[tuple[int, int]], hot: bool, again: bool
) -> None:
    pair = Pair(Driven(released(given_), hot=int(hot)), theirs)

    pair.start(render(given_, "python"), {}, again=again)
    pair.agree()
    for pick, answer in way:
        if not pair.step(pick, answer):
            break
        pair.agree()


# -- the library's own models

PYTHON = (("==", "="), ("True", "true"), ("False", "false"), ("None", "null"), ("&gt;", ">"))


def in_feel(source: bytes) -> bytes:
    """Conditions that differ from FEEL in spelling only."""

    def spelt(found: re.Match[str]) -> str:
        text = found[2]
        for theirs_, ours in PYTHON:
            text = text.replace(theirs_, ours)
        return found[1] + re.sub(r"'([^']*)'", r'"\1"', text).replace(">", "&gt;") + found[3]

    pattern = r"(<(?:\w+:)?conditionExpression[^>]*>)(.*?)(</)"
    return re.sub(pattern, spelt, source.decode(), flags=re.DOTALL).encode()


@pytest.mark.skipif(not FILES, reason=f"the library's test models are not in {MODELS}")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_model_of_the_library_runs_alike(world: World, theirs: Theirs, path: Path) -> None:
    source = path.read_bytes()
    artefact: Artefact = world.artefact(in_feel(source), path.name)
    problems = check([artefact], PlainForms().problems)
    if refused := sorted({item.rule for item in problems if item.severity == "error"}):
        pytest.skip(f"refused at deployment: {', '.join(refused)}")
    release = compile_release("r", [artefact], PlainForms().reads)
    for way in STEPS:
        pair = Pair(Driven(release, process=artefact.key), theirs)
        try:
            pair.start({"m": source}, {}, again=False)
            pair.agree()
            for pick, answer in way:
                if not pair.step(pick, answer):
                    break
                pair.agree()
        except (BareFailed, StepFailed) as error:
            pytest.skip(f"it wants Python, data objects or data that nobody gives: {error}"[:150])
