"""Real models changed at random: the linter never raises, and a model that it calls sound deploys, starts and goes on.

Driven at random, such a case may fail only as StepFailed: data that nobody gave, told with its element.
"""

import random
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from bpmn import models_folder
from engine import Artefact, Problem
from engine.errors import StepFailed
from engine.model import Case, CaseId, Task
from engine.spiff import Hot, Release, Runner, check, compile_release
from engine.xml import XmlRejected, parse_xml
from tests.bpmn.driver import FORMS, START, PlainCalendar, PlainKeyring
from tests.engine.test_lint import checked
from tests.engine.test_lint_rules import CASES
from tests.support.shared import SHARED

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
OURS = "{https://ninefold.example/schema/bpmn/1.0}"
TAGS = [
    "userTask", "scriptTask", "serviceTask", "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway",
    "subProcess", "endEvent", "startEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "callActivity",
    "receiveTask", "businessRuleTask", "conditionExpression", "timeDuration", "timeCycle", "loopCardinality", "errorEventDefinition",
    "messageEventDefinition", "terminateEventDefinition", "signalEventDefinition", "escalationEventDefinition",
]  # fmt: skip
TEXTS = [
    "",
    "= true",
    "= x",
    "= 1",
    "= x > 1",
    "PT1H",
    "-PT1H",
    "R3/PT1H",
    "= [1, 2]",
    "= { a: 1 }",
    "\u00e9 \u2028",
    "a" * 300,
]
MOST_STEPS = 8


@cache
def surroundings() -> tuple[Artefact, ...]:
    """The shipped decisions and forms, so that what a shipped model calls is there."""
    folder = models_folder()
    tables = [Artefact("decision", p.stem, p.read_bytes(), p.name) for p in sorted(folder.glob("*.dmn"))]
    forms = [Artefact("form", p.name.split(".")[0], p.read_bytes(), p.name) for p in sorted(FORMS.glob("*.json"))]
    return (*tables, *forms)


@cache
def shipped() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(models_folder().glob("*.bpmn"))}


@cache
def sources() -> tuple[tuple[str, bytes], ...]:
    """Small sound models, the shipped ones, and those of others where they are here."""
    small = [(f"{rule}.bpmn", neighbour) for rule, (_, _, neighbour) in CASES.items() if rule != "too-many"]
    others = [(path.name, path.read_bytes()) for path in sorted(SHARED.glob("*/**/*.bpmn"))]
    return (*small, *shipped().items(), *others)


def release_of(file: str, source: bytes) -> tuple[Artefact, ...]:
    """The model as one set with all that it may call."""
    own = Artefact("model", file.split(".", maxsplit=1)[0], source, file)
    if file not in shipped():
        return (own,)
    rest = [Artefact("model", name.split(".")[0], text, name) for name, text in shipped().items() if name != file]
    return (own, *rest, *surroundings())


def mutated(source: bytes, dice: random.Random) -> bytes:
    root = deepcopy(parse_xml(source))
    for _ in range(dice.randint(1, 3)):
        inner = [each for each in root.iter() if each is not root and isinstance(each.tag, str)]
        logic = [each for each in inner if each.tag.startswith(BPMN)]
        if not logic:
            break
        change(root, logic, dice)
    return bytes(etree.tostring(root))


def change(root: Any, inner: list[Any], dice: random.Random) -> None:
    one, two = dice.choice(inner), dice.choice(inner)
    match dice.randrange(9):
        case 0:
            one.getparent().remove(one)
        case 1:
            one.getparent().append(deepcopy(one))
        case 2 if one not in two.iterancestors() and one is not two:
            two.append(one)
        case 3:
            one.tag = BPMN + dice.choice(TAGS)
        case 4:
            one.text = dice.choice(TEXTS)
        case 5 if one.attrib:
            del one.attrib[dice.choice(list(one.attrib))]
        case 6 if one.attrib:
            values = [*two.attrib.values(), "", "x", "true", "false", "1", *TEXTS[:7]]
            one.set(dice.choice(list(one.attrib)), dice.choice(values))
        case 7:
            names = ["default", "attachedToRef", "cancelActivity", "isInterrupting", "triggeredByEvent", "loopMaximum", OURS + "due",
                     OURS + "dueBusinessDays", OURS + "correlation", OURS + "operation", OURS + "form", OURS + "stage", OURS + "prefill"]  # fmt: skip
            one.set(dice.choice(names), dice.choice([*two.attrib.values(), "true", "false", "3", *TEXTS[:10]]))
        case _:
            flows = [each for each in inner if each.tag == f"{BPMN}sequenceFlow"]
            nodes = [each.get("id") for each in inner if each.get("id") and each.tag != f"{BPMN}sequenceFlow"]
            if flows and nodes:
                dice.choice(flows).set(dice.choice(["sourceRef", "targetRef"]), dice.choice(nodes))


class Rows:
    """The rows of a case, as the store would keep them."""

    def __init__(self, release: Release, process: str) -> None:
        self.release, self.now = release, START
        self.runner = Runner(PlainKeyring(), PlainCalendar(), Hot())  # type: ignore[arg-type]
        self.case = Case(0, CaseId("0" * 35), process, "r", 0, b"", b"", {}, "client", None)
        self.tasks, self.timers, self.waits = {}, {}, {}  # type: ignore[var-annotated]
        self.done = False

    def keep(self, advance: Any) -> None:
        if advance is None:
            return
        for gone in (*advance.timers_cleared, *advance.withdrawn):
            self.timers.pop(gone.id, None)
            self.tasks.pop(gone.id, None)
        self.tasks.pop(advance.completed_task, None)
        for wait in advance.waits_cleared:
            self.waits.pop(wait, None)
        self.tasks |= {task.id: task for task in advance.opened}
        self.timers |= {timer.id: timer for timer in advance.timers_set}
        self.waits |= {wait.id: wait for wait in advance.waits_set}
        self.done = advance.completed
        self.case = replace(self.case, version=self.case.version + 1, state=advance.state, facts=advance.facts)

    def step(self, dice: random.Random) -> None:
        """One thing that may happen now."""
        held = [*self.tasks.values(), *self.timers.values(), *self.waits.values()]
        one = dice.choice(held)
        if one.id in self.tasks:
            row = Task(one.id, self.case.id, one.process, one.element, one.form, one.group, "open", None, 1, 0, False)
            values = {name: dice.choice([1, "x", True, None, [1], {"a": 1}]) for name in dice.sample("xnab", 2)}
            self.keep(self.runner.complete(self.case, self.release, row, values, {}, {}, self.now))
        elif one.id in self.timers:
            self.now = max(self.now, one.due_at) + timedelta(seconds=1)
            del self.timers[one.id]
            self.keep(self.runner.fire(self.case, self.release, one.id, {}, self.now))
        else:
            self.keep(self.runner.deliver(self.case, self.release, [one.id], one.name, {"x": 1}, {}, self.now))


def drive(release: Release, process: str, dice: random.Random) -> None:
    rows = Rows(release, process)
    values = {"x": dice.choice([1, None, "x", [1, 2]]), "n": 1, "xs": [1, 2]}
    try:
        rows.keep(rows.runner.start(rows.case, release, values, {}, {}, rows.now))
        for _ in range(MOST_STEPS):
            if rows.done or not (rows.tasks or rows.timers or rows.waits):
                break
            rows.step(dice)
    except StepFailed as failed:
        assert failed.element  # noqa: PT017  # whatever the data, the element is told


def look(file: str, source: bytes, dice: random.Random) -> tuple[Problem, ...]:
    """Checks one model and, when it is sound, runs it."""
    artefacts = release_of(file, source)
    found = check(artefacts, lambda _source, _file: ())
    assert all(item.message and item.rule for item in found)
    if not any(item.severity == "error" for item in found):
        release = compile_release("r", artefacts, lambda _source: frozenset())
        for process in sorted(set(release.specs) & set(own_processes(source))):
            drive(release, process, dice)
    return found


def own_processes(source: bytes) -> list[str]:
    return [str(each.get("id")) for each in parse_xml(source).iter(f"{BPMN}process")]


@given(st.integers(0, 2**32), st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_changed_model_is_refused_or_runs(seed: int, data: st.DataObject) -> None:
    file, source = data.draw(st.sampled_from(sources()), label="file")
    dice = random.Random(seed)  # noqa: S311  # a seeded test

    try:
        changed = mutated(source, dice)
    except XmlRejected:
        return

    look(file, changed, dice)


@pytest.mark.parametrize("rule", sorted(CASES))
def test_every_sound_neighbour_deploys_and_runs(rule: str) -> None:
    neighbour = CASES[rule][2]

    found = look(f"{rule}.bpmn", neighbour, random.Random(rule))  # noqa: S311  # a seeded test

    assert [item for item in found if item.severity == "error"] == []
    assert {item.rule for item in found} == {item.rule for item in checked(neighbour)}
