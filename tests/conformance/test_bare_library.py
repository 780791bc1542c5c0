"""The engine against the untouched library: the same model, the same actions, the same open tasks after every step.

The engine prunes, stores, restores and runs our subclasses; the bare library keeps everything in memory. The library's own test
models lie outside the project (`NINEFOLD_DATA`); without them this slice is skipped. Random models of ours always run.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import TaskDataEnvironment
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

from engine import ReleaseRejected, StepFailed
from engine.spiff import clock
from engine.spiff.normalise import normalise
from engine.spiff.parking import is_parked
from engine.xml import parse_xml
from feel import compile_expression
from tests.support.world import World, flows, form, model
from tests.torture.verify import verify

MODELS = Path(os.environ.get("NINEFOLD_DATA", "/work/shared/data")) / "spiff-models" / "bpmn"
ENDLESS = {"call_activity_level_3"}  # the bare library never comes back from it
FILES = [path for path in sorted(MODELS.rglob("*.bpmn")) if path.stem not in ENDLESS] if MODELS.is_dir() else []
SEEDS = (1, 2)
STEPS = 12


class BareFailed(Exception):
    """The bare library cannot run the model: it wants data or Python that nobody gives here."""


class Bare:
    """The library alone: everything in memory, nothing pruned, its own classes."""

    def __init__(self, spec: Any, subprocesses: Any, environment: Any, now: datetime) -> None:
        self.now, self.count = now, 0
        with self.acting():
            self.flow = BpmnWorkflow(spec, subprocesses, script_engine=PythonScriptEngine(environment))
            self.flow.do_engine_steps()

    @contextmanager
    def acting(self) -> Iterator[None]:
        """The library's clock and ids, as a step of the engine has them; here due timers fire by themselves."""
        self.count += 1
        with clock.step(self.now, f"bare{self.count}"), clock.firing(self.now + timedelta(milliseconds=1)):
            try:
                yield
            except (SpiffWorkflowException, TypeError, NameError, AttributeError) as error:
                raise BareFailed(type(error).__name__) from error

    def ready(self) -> list[Any]:
        if any(is_parked(task) for task in self.flow.get_tasks()):  # our guard of every entry holds for this process
            raise BareFailed
        found = self.flow.get_tasks(state=TaskState.READY, manual=True)
        return sorted(found, key=lambda task: (task.task_spec.bpmn_id, str(task.internal_data.get("item"))))

    def open(self) -> Counter[str]:
        return Counter(task.task_spec.bpmn_id for task in self.ready())

    def complete(self, element: str, values: dict[str, Any]) -> None:
        task = next(task for task in self.ready() if task.task_spec.bpmn_id == element)
        task.data.update(values)
        with self.acting():
            task.run()
            self.flow.do_engine_steps()

    def send(self, name: str) -> None:
        with self.acting():
            for task in list(self.flow.event_manager.tasks.values()):
                definitions = [task.task_spec.event_definition]
                definitions += getattr(definitions[0], "event_definitions", [])
                for item in definitions:
                    if (
                        isinstance(item, MessageEventDefinition)
                        and item.name == name
                        and task.state == TaskState.WAITING
                    ):
                        task.task_spec.catch(task, BpmnEvent(item, {}))
                        task.task_spec._update(task)
                        self.flow.do_engine_steps()
                        break

    def pass_time(self, hours: int) -> None:
        for _ in range(hours):
            self.now += timedelta(hours=1)
            with self.acting():
                self.flow.refresh_timers()
                self.flow.do_engine_steps()


def play(world: World, bare: Bare, seed: int, values: Any) -> int:
    """The same random actions on both; gives the number of steps."""
    chance = random.Random(seed)  # noqa: S311  # seeded, to be run again
    for step in range(STEPS):
        if world.stuck:
            raise StepFailed(world.stuck[0][0], "its token is parked")
        assert Counter(world.open) == bare.open(), (seed, step)
        assert (world.status == "completed") == bare.flow.completed, (seed, step)
        if bare.flow.completed:
            return step
        names = sorted({name for name, _ in world.waits})
        action = chance.random()
        if action < 0.2 and world.timers:
            world.pass_time(hours=50)
            bare.pass_time(50)
        elif action < 0.4 and names:
            name = chance.choice(names)
            world.send(name)
            bare.send(name)
        elif world.open:
            element, given = chance.choice(world.open), values(chance)
            world.complete(element, **given)
            bare.complete(element, {"f": given} if given else {})
        elif not names and not world.timers:
            return step
    return STEPS


# -- the library's own models


@pytest.mark.skipif(not FILES, reason=f"the library's test models are not in {MODELS}")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_model_of_the_library_runs_alike(world: World, path: Path) -> None:
    artefact = world.artefact(path.read_bytes(), path.name)
    try:
        world.deploy(artefact)
    except ReleaseRejected as rejected:
        rules = sorted({item.rule for item in rejected.problems if item.severity == "error"})
        pytest.skip(f"refused at deployment: {', '.join(rules)}")
    for seed in SEEDS:
        parser = BpmnParser()
        parser.add_bpmn_file(str(path))
        spec, subs = parser.get_spec(artefact.key), parser.get_subprocess_specs(artefact.key)
        try:
            bare = Bare(spec, subs, TaskDataEnvironment(), world.now)
            world.start(artefact.key)
            play(world, bare, seed, lambda _chance: {})
        except (BareFailed, StepFailed) as error:
            pytest.skip(f"it wants Python, data objects or data that nobody gives: {type(error).__name__}")
    verify(world.database, world.keyring, world.library)


# -- random models


class FeelEnvironment(TaskDataEnvironment):
    """Evaluates conditions of normalised models; nothing else is needed by the random ones."""

    def evaluate(self, expression: str, context: Any, external_context: Any = None) -> Any:
        kind, _, text = expression.partition(":")
        if kind == "condition":
            return compile_expression(text).evaluate(context) is True
        hours = int(text.strip().removeprefix("PT").removesuffix("H"))
        return (clock._step.firing + timedelta(hours=hours)).isoformat()


class Maker:
    """Random block-structured models: sequences, choices, parallel branches, loops, subprocesses, timers, messages, boundaries."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.count, self.loops = chance, 0, 0

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def block(self, depth: int) -> tuple[str, list[str], str, str]:
        """(elements, flows, first, last) of one block."""
        kinds = ["task", "task", "timer", "message", "event"]
        if depth:
            kinds += ["sequence", "sequence", "choice", "loop", "sub", "bounded"]
            # in a loop the bare library joins early from the second round on: it counts the branches of earlier rounds
            kinds += [] if self.loops else ["parallel"]
        return getattr(self, f"_{self.chance.choice(kinds)}")(depth)

    def _task(self, _depth: int) -> tuple[str, list[str], str, str]:
        name = self.name("u")
        return f'<userTask id="{name}" n:form="f"/>', [], name, name

    def _timer(self, _depth: int) -> tuple[str, list[str], str, str]:
        name = self.name("t")
        return _timer_event(name, self.chance.choice([1, 2, 60])), [], name, name

    def _message(self, _depth: int) -> tuple[str, list[str], str, str]:
        name = self.name("m")
        return _message_event(name, self.chance.choice("xyz")), [], name, name

    def _event(self, _depth: int) -> tuple[str, list[str], str, str]:
        gate, timer, message, end = self.name("g"), self.name("t"), self.name("m"), self.name("g")
        xml = f'<eventBasedGateway id="{gate}"/><exclusiveGateway id="{end}"/>' + _timer_event(timer, 2)
        xml += _message_event(message, self.chance.choice("xyz"))
        return xml, [f"{gate} > {timer} > {end}", f"{gate} > {message} > {end}"], gate, end

    def _sequence(self, depth: int) -> tuple[str, list[str], str, str]:
        parts = [self.block(depth - 1) for _ in range(self.chance.randint(2, 3))]
        paths = [path for part in parts for path in part[1]]
        paths += [f"{a[3]} > {b[2]}" for a, b in pairwise(parts)]
        return "".join(part[0] for part in parts), paths, parts[0][2], parts[-1][3]

    def _split(self, depth: int, tag: str) -> tuple[str, list[str], str, str]:
        first, last = self.name("g"), self.name("g")
        one, two = self.block(depth - 1), self.block(depth - 1)
        default = f' default="{first}_{two[2]}"' if tag == "exclusiveGateway" else ""
        condition = " ? = f.n > 2" if default else ""
        xml = f'<{tag} id="{first}"{default}/><{tag} id="{last}"/>{one[0]}{two[0]}'
        paths = [f"{first} > {one[2]}{condition}", f"{first} > {two[2]}", f"{one[3]} > {last}", f"{two[3]} > {last}"]
        return xml, [*paths, *one[1], *two[1]], first, last

    def _choice(self, depth: int) -> tuple[str, list[str], str, str]:
        return self._split(depth, "exclusiveGateway")

    def _parallel(self, depth: int) -> tuple[str, list[str], str, str]:
        return self._split(depth, "parallelGateway")

    def _loop(self, depth: int) -> tuple[str, list[str], str, str]:
        first, last, out = self.name("g"), self.name("g"), self.name("g")
        self.loops += 1
        inner, task = self.block(depth - 1), self._task(0)
        self.loops -= 1
        xml = f'<exclusiveGateway id="{first}"/><exclusiveGateway id="{last}" default="{last}_{out}"/><exclusiveGateway id="{out}"/>'
        paths = [f"{first} > {inner[2]}", f"{inner[3]} > {task[2]} > {last} > {out}", f"{last} > {first} ? = f.n > 1"]
        return xml + inner[0] + task[0], [*paths, *inner[1]], first, out

    def _sub(self, depth: int) -> tuple[str, list[str], str, str]:
        name, start, end = self.name("w"), self.name("s"), self.name("e")
        inner = self.block(depth - 1)
        paths = flows(f"{start} > {inner[2]}", f"{inner[3]} > {end}", *inner[1])
        xml = f'<subProcess id="{name}"><startEvent id="{start}"/>{inner[0]}<endEvent id="{end}"/>{paths}</subProcess>'
        return xml, [], name, name

    def _bounded(self, depth: int) -> tuple[str, list[str], str, str]:
        xml, paths, first, last = self._sub(depth)
        event, merge = self.name("b"), self.name("g")
        xml += f'<boundaryEvent id="{event}" attachedToRef="{first}"><messageEventDefinition messageRef="stop_{event}"/></boundaryEvent>'
        xml += f'<exclusiveGateway id="{merge}"/>'
        return xml, [*paths, f"{last} > {merge}", f"{event} > {merge}"], first, merge


def _timer_event(name: str, hours: int) -> str:
    return (
        f'<intermediateCatchEvent id="{name}"><timerEventDefinition><timeDuration>PT{hours}H</timeDuration></timerEventDefinition>'
        "</intermediateCatchEvent>"
    )


def _message_event(name: str, message: str) -> str:
    return (
        f'<intermediateCatchEvent id="{name}"><messageEventDefinition messageRef="{message}"/></intermediateCatchEvent>'
    )


RANDOM = range(int(os.environ.get("CONFORMANCE_SEEDS", "30")))


@pytest.mark.parametrize("seed", RANDOM)
def test_a_random_model_runs_as_in_the_bare_library(world: World, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # seeded, to be run again
    xml, paths, first, last = Maker(chance)._sequence(3)
    source = model(f'<startEvent id="s"/>{xml}<endEvent id="e"/>', f"s > {first}", f"{last} > e", *paths)
    world.deploy(source, form("f"))
    parser = BpmnParser()  # its own classes, on a model whose conditions and timers are marked as ours are
    parser.add_bpmn_xml(normalise(parse_xml(source)), "P.bpmn")
    bare = Bare(parser.get_spec("P"), parser.get_subprocess_specs("P"), FeelEnvironment(), world.now)
    world.start()

    play(world, bare, seed, lambda chance: {"n": chance.randint(0, 4)})
    verify(world.database, world.keyring, world.library)


@pytest.mark.parametrize("seed", RANDOM[::3])
def test_a_case_kept_in_memory_runs_as_one_that_is_read_each_time(world: World, seed: int) -> None:
    warm = World(world.database, world.keyring, hot=100)

    test_a_random_model_runs_as_in_the_bare_library(warm, seed)
