"""One step of one case in memory: loaded from its blob, changed by what happens, read off as an Advance."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.event_definitions import MultipleEventDefinition
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

from database import Keyring
from engine.errors import StepFailed
from engine.model import Advance, Case, ClosedTask, Incident, OpenTask, TaskId, Timer, TimerId, Values, Wait
from engine.ports import Calendar
from engine.spiff import clock, codec, conditional, starts
from engine.spiff.elements import Element
from engine.spiff.environment import StepEnvironment, keepable, script_engine
from engine.spiff.hot import Hot
from engine.spiff.observe import Snapshot, active, snapshot, stage_of, stages_entered, visits
from engine.spiff.parking import failure_of, judged
from engine.spiff.prune import prune
from engine.spiff.release import Release
from engine.spiff.timing import due_instant, is_bare, whole_days
from engine.spiff.trees import CaseWorkflow
from feel import FeelError


class Room(NamedTuple):
    """What every step needs beside its case."""

    keyring: Keyring
    calendar: Calendar
    hot: Hot


def catch(task: Any, definition: Any, name: str, payload: Values) -> None:
    task.task_spec.catch(task, BpmnEvent(definition, {name: dict(payload)}))
    task.task_spec._update(task)


class Step:
    """One step of one case in memory, from the stored state to the Advance."""

    def __init__(self, room: Room, case: Case, release: Release, environment: StepEnvironment) -> None:
        self.keyring, self.calendar, self.hot, self.case, self.release = *room, case, release
        self.environment, self.now = environment, environment.now
        self.engine = script_engine(environment)
        self.before = Snapshot({}, {}, {}, {}, frozenset())
        self.live: CaseWorkflow | None = None
        self.process = case.process
        self.readied: dict[str, tuple[datetime | None, Values]] = {}
        self.keys: dict[str, str | None] = {}

    def load(self) -> None:
        if self.live is not None:
            return
        held = self.hot.take(self.case)
        if held is not None:
            held.script_engine = self.engine
            held.left.clear()
            self.live = held
        else:
            specs = self.release.specs[self.case.process]
            blob = self.keyring.open(self.case.state, "cases", "state", self.case.id)
            with clock.step(self.now, self._seed()):
                self.live = codec.decode(blob, specs.spec, specs.subprocess_specs, self.engine)
        self.before = snapshot(self.case.shard, self.live)

    def catch(self, wait: str, name: str, payload: Values) -> str | None:
        held = self.before.waits.get(wait)
        if held is None:
            return None
        task, element, _name = held
        if isinstance(task, starts.Armed):
            if task not in starts.armed(task.workflow):
                return None
            starts.trigger(task, {name: dict(payload)})
            return element
        if task._state != TaskState.WAITING:
            return None
        definition = task.task_spec.event_definition
        if isinstance(definition, MultipleEventDefinition):
            definition = definition.event_definitions[int(wait.rpartition("-")[2])]
        catch(task, definition, name, payload)
        return element

    def run(
        self,
        begin: Callable[[], CaseWorkflow] | None,
        do: Callable[[CaseWorkflow], None],
        kind: str,
        element: str,
        delta: Values,
        completed: TaskId | None = None,
    ) -> Advance:
        if begin is None:
            self.load()
        with clock.step(self.now, self._seed()):
            try:
                live = begin() if begin is not None else self.live
                assert live is not None  # noqa: S101  # load() has set it
                do(live)
                live.go_on()
                if self.release.conditional:
                    conditional.settle(live)
                live.get_events()
                return self._advance(live, kind, element, delta, completed)
            except SpiffWorkflowException as error:
                raise StepFailed(*_cause(error, element)) from None
            except RecursionError:
                raise StepFailed(element or self.case.process, "it is nested without end") from None

    def _seed(self) -> str:
        return f"{self.case.id}.{self.case.version}"

    def _advance(self, live: CaseWorkflow, kind: str, element: str, delta: Values, completed: TaskId | None) -> Advance:
        left = tuple(visits(self.before, live, self.release, self.now))
        entered = stages_entered(self.before, live, self.release)
        after = self._told(live)
        stage = entered[-1] if entered else self.case.stage
        opened, withdrawn = self._task_changes(after, live, stage, completed)
        waits_set, waits_cleared = self._wait_changes(after, live)
        process = self.release.processes[self.case.process]
        prune(live)
        return Advance(
            state=self.keyring.seal(codec.encode(live), "cases", "state", self.case.id),
            completed=live.completed,
            stage=stage,
            facts=self.environment.facts,
            grade=self._promoted(process.grade, self.case.grade),
            outcome=self._promoted(process.outcome, self.case.outcome),
            active=active(live, self.release),
            kind=kind,
            process=self.process,
            element=element,
            opened=opened,
            completed_task=completed,
            withdrawn=withdrawn,
            timers_set=self._timers_beyond(after, self.before),
            timers_cleared=self._timers_beyond(self.before, after),
            waits_set=waits_set,
            waits_cleared=waits_cleared,
            left=left,
            stages=tuple(zip([self.case.stage, *entered], entered, strict=False)),
            decided=tuple(self.environment.decided),
            calls=tuple(self.environment.calls),
            parked=self._parked(after),
            freed=tuple(key for key in self.before.parked if key not in after.parked),
            warnings=tuple(self.environment.warnings),
            delta=delta,
            outside=dict(self.environment.outside.taken),
            live=live,
        )

    def _told(self, live: CaseWorkflow) -> Snapshot:
        """What is live; a task or wait whose own expressions fail is parked before it is told of."""
        after = snapshot(self.case.shard, live)
        reached = [task for key, task in after.open.items() if key not in self.before.open]
        sound = [judged(task, self._judge_task) for task in reached]
        for key, (task, element, _name) in after.waits.items():
            if key not in self.before.waits and isinstance(task, starts.Armed):
                self._judge_start(key, task)
            elif key not in self.before.waits:
                sound.append(judged(task, partial(self._judge_wait, key, element)))
        return after if all(sound) else snapshot(self.case.shard, live)

    def _judge_task(self, task: Any) -> None:
        element = self.release.element(task)
        self.environment.place = task.task_spec.bpmn_id
        assert element is not None  # noqa: S101  # every manual task is drawn
        self.readied[task.id] = (self._due(element, task.data), self._prefill(element, task.data))

    def _judge_wait(self, key: str, element_id: str, task: Any) -> None:
        correlation = self.release.elements[task.workflow.spec.name, element_id].correlation
        self.environment.place = element_id
        value = self.environment.value(correlation, task.data) if correlation is not None else None
        self.keys[key] = None if value is None else _text(value) or str(value)

    def _judge_start(self, key: str, item: starts.Armed) -> None:
        """An event start has no token that could be parked: a key that cannot be told fails the step."""
        correlation = self.release.elements[item.start.sub, item.start.element].correlation
        if correlation is None:
            return
        try:
            value = self.environment.value(correlation, item.workflow.task_tree.data)
        except FeelError as error:
            raise StepFailed(item.start.element, f"an expression failed ({error.code})", error.code) from error
        self.keys[key] = None if value is None else _text(value) or str(value)

    def _parked(self, after: Snapshot) -> tuple[Incident, ...]:
        found = []
        for key, (task, attempts) in after.parked.items():
            if self.before.parked.get(key, (None, 0))[1] < attempts:
                failure = failure_of(task)
                found.append(
                    Incident(key, self._process_of(task), failure.element, failure.cause, failure.detail, attempts)
                )
        return tuple(found)

    def _promoted(self, name: str | None, before: str | None) -> str | None:
        """A case fact that stands in a plain column of the case."""
        fact = self.environment.facts.get(name) if name is not None else None
        return _text(fact.value) if fact is not None else before

    def _task_changes(
        self, after: Snapshot, live: CaseWorkflow, stage: str | None, completed: TaskId | None
    ) -> tuple[tuple[OpenTask, ...], tuple[ClosedTask, ...]]:
        before = self.before.open
        opened = tuple(self.opened(key, after.open[key], live, stage) for key in after.open if key not in before)
        gone = [(key, task) for key, task in before.items() if key not in after.open and key != completed]
        withdrawn = tuple(ClosedTask(TaskId(key), self._process_of(task), task.task_spec.bpmn_id) for key, task in gone)
        return opened, withdrawn

    def _wait_changes(self, after: Snapshot, live: CaseWorkflow) -> tuple[tuple[Wait, ...], tuple[str, ...]]:
        waits = {wait.id: wait for wait in self.waits(after, live)}
        known = set(self.before.waits)
        return tuple(wait for key, wait in waits.items() if key not in known), tuple(sorted(known - set(waits)))

    def _timers_beyond(self, one: Snapshot, other: Snapshot) -> tuple[Timer, ...]:
        """The timers of one moment that the other does not have at the same instant."""
        return tuple(self._timer(key, item) for key, item in one.timers.items() if not _same(other, key, item))

    def timers(self, moment: Snapshot) -> list[Timer]:
        return [self._timer(key, item) for key, item in moment.timers.items()]

    def _process_of(self, task: Any) -> str:
        return self.release.scopes[task.workflow.spec.name]

    def waits(self, after: Snapshot, live: CaseWorkflow) -> list[Wait]:
        found = []
        for key, (task, element_id, name) in after.waits.items():
            found.append(Wait(key, self._process_of(task), element_id, name, self.keys.get(key)))
        return found

    def _timer(self, key: str, item: tuple[Any, str, datetime, str]) -> Timer:
        task, element, due, kind = item
        return Timer(TimerId(key), self._process_of(task), element, due, kind)

    def opened(self, key: str, task: Any, live: CaseWorkflow, stage: str | None) -> OpenTask:
        element = self.release.element(task)
        assert element is not None  # noqa: S101  # every manual task is drawn
        due_at, prefill = self.readied.get(task.id) or (None, self._prefill(element, task.data))
        return OpenTask(
            id=TaskId(key),
            process=element.process,
            element=element.id,
            name=element.name,
            form=element.form,
            group=element.group,
            due_at=due_at,
            priority=element.priority,
            may_assess=element.may_assess,
            stage=stage_of(task, live, self.release) or stage,
            prefill=prefill,
        )

    def _prefill(self, element: Element, data: Mapping[str, Any]) -> Values:
        """What the form reads of the token, and what the model gives by its own expression."""
        reads = self.release.form_reads.get(element.form or "", frozenset())
        taken = {name: data[name] for name in sorted(reads) if name in data}
        given = keepable(self.environment.value(element.prefill, data)) if element.prefill is not None else None
        return {**taken, **given} if isinstance(given, dict) else taken

    def _due(self, element: Element, data: Mapping[str, Any]) -> datetime | None:
        def value(text: str) -> Callable[[], Any]:
            return lambda: self.environment.value(text, data)

        local, zone = self.calendar.local, self.calendar.zone
        start = self.now
        if element.due_from is not None and value(element.due_from)() is not None:
            start = due_instant(element.due_from, value(element.due_from), self.now, local, zone)
        if element.due_business_days is not None:
            days = value(element.due_business_days)()
            return None if days is None else self.calendar.after(start, whole_days(days))
        if element.due is None or (not is_bare(element.due) and value(element.due)() is None):
            return None
        return due_instant(element.due, value(element.due), start, local, zone)


def _same(other: Snapshot, key: str, item: tuple[Any, str, datetime, str]) -> bool:
    held = other.timers.get(key)
    return held is not None and held[2] == item[2]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _cause(error: SpiffWorkflowException, element: str) -> tuple[str, str]:
    """Element and reason without the library's text, which may quote the case."""
    spec = getattr(error, "task_spec", None) or getattr(getattr(error, "task", None), "task_spec", None)
    inner = error.__cause__ or error.__context__
    code = getattr(inner, "code", None) or type(inner or error).__name__
    return getattr(spec, "bpmn_id", None) or getattr(spec, "name", None) or element, f"it failed ({code})"
