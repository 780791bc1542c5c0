"""One verb per kind of step: (case, release, what happens, facts, now) -> Advance. No I/O, reads no clock, never changes a release."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from database import Keyring
from engine.errors import NotFound, OperationFailed
from engine.model import Advance, Case, Task, TaskId, TimerId, Values
from engine.places import JoinWait, Place
from engine.ports import Calendar, PureOperation, Scripting
from engine.spiff import amend, clock, ending, joins, migrate, move, parking, retime, sharing, starts, waiting
from engine.spiff.environment import StepEnvironment
from engine.spiff.hot import Hot
from engine.spiff.observe import EVENT_START, all_tasks, around, public_id
from engine.spiff.release import Release
from engine.spiff.specs import waits
from engine.spiff.step import Room, Step
from engine.spiff.trees import CaseWorkflow

START = "start"
clock.install()
sharing.install()
parking.install()


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs steps. A case that fails half-way is discarded: the stored one is untouched."""

    keyring: Keyring
    calendar: Calendar
    hot: Hot
    operations: Mapping[str, PureOperation] = field(default_factory=dict)
    scripting: Scripting | None = None

    def start(
        self, case: Case, release: Release, values: Values, facts: Values, outside: Values, now: datetime
    ) -> Advance:
        """Begins a case: `values` stand in its first token, `facts` are its first case facts."""
        step = self._step(case, release, outside, now)
        specs = release.specs[case.process]

        def begin() -> CaseWorkflow:
            for name, value in facts.items():
                step.environment.learn(name, value, START)
            live = CaseWorkflow(specs.spec, specs.subprocess_specs, script_engine=step.engine)
            live.task_tree.data.update(values)
            starts.arm(live, live.task_tree.data)
            return live

        return replace(step.run(begin, lambda _live: None, "CaseStarted", "", values), given=facts)

    def complete(
        self, case: Case, release: Release, task: Task, values: Values, shared: Values, outside: Values, now: datetime
    ) -> Advance:
        """Completes an open user task: its values stand in the token under the form's key, shared ones become case facts."""
        step = self._step(case, release, outside, now)

        within: list[str] = []

        def do(live: CaseWorkflow) -> None:
            item = step.before.open.get(task.id)
            if item is None:
                raise NotFound(f"Expected task '{task.id}' in the case, but it is not there")
            step.process = task.process
            within.extend(around(item, live))
            if task.form is not None:
                item.data[task.form] = dict(values)
            for name, value in shared.items():
                step.environment.learn(name, value, task.element)
            item.run()

        advance = step.run(None, do, "TaskCompleted", task.element, values, TaskId(task.id))
        return replace(advance, done=task, within=tuple(within))

    def fire(self, case: Case, release: Release, timer_id: TimerId, outside: Values, now: datetime) -> Advance | None:
        """Fires one timer; None when the case no longer has it."""
        step = self._step(case, release, outside, now)
        step.load()
        held = step.before.timers.get(timer_id)
        if held is None:
            return None
        item, element, _due, _kind = held
        step.process = release.scopes[item.workflow.spec.name]

        within = around(item, step.live)

        def do(_live: CaseWorkflow) -> None:
            waiting.fire(item, element)

        return replace(step.run(None, do, "TimerFired", element, {}), noted={"timer": timer_id}, within=within)

    def retime(
        self, case: Case, release: Release, timer_id: TimerId, due: datetime, outside: Values, now: datetime
    ) -> Advance | None:
        """Gives one timer another due instant; None when the case no longer has it."""
        step = self._step(case, release, outside, now)
        step.load()
        held = step.before.timers.get(timer_id)
        if held is None:
            return None
        step.process = release.scopes[held[0].workflow.spec.name]
        advance = step.run(None, lambda _live: retime.move(held, due), "TimerRescheduled", held[1], {})
        return replace(advance, noted={"timer": timer_id, "due_at": due.isoformat()})

    def deliver(
        self,
        case: Case,
        release: Release,
        waits: Iterable[str],
        name: str,
        payload: Values,
        outside: Values,
        now: datetime,
    ) -> Advance | None:
        """Gives a message to each of the named waits that still waits; None when none does."""
        step = self._step(case, release, outside, now)
        step.load()
        wanted = sorted(waits, key=lambda wait: (wait.startswith(EVENT_START), wait))
        reached: list[str] = []

        def do(live: CaseWorkflow) -> None:
            for wait in wanted:
                if step.catch(wait, name, payload) is not None:
                    reached.append(wait)
                    live.go_on()

        advance = step.run(None, do, "MessageReceived", name, payload)
        return replace(advance, noted={"waits": reached}) if reached else None

    def answer(
        self,
        case: Case,
        release: Release,
        token: str,
        answer: Values | str,
        outside: Values,
        now: datetime,
    ) -> Advance | None:
        """Gives a waiting service task the answer of its operation, a text being an error code; None when none waits for it.

        An error that nothing around the task catches parks it: tried again, it asks again.
        """
        step = self._step(case, release, outside, now)
        step.load()
        assert step.live is not None  # noqa: S101  # load() has set it
        item = next(
            (task for task in all_tasks(step.live) if waits(task) and public_id(case.shard, task) == token), None
        )
        if item is None:
            return None
        step.process = release.scopes[item.workflow.spec.name]
        kind, delta = (
            ("OperationFailed", {"error": answer}) if isinstance(answer, str) else ("OperationAnswered", dict(answer))
        )

        def do(_live: CaseWorkflow) -> None:
            try:
                (item.task_spec.fail if isinstance(answer, str) else item.task_spec.answer)(item, answer)
            except OperationFailed as error:
                parking.park(item, parking.RUNNING, parking.told(item, error))

        return replace(step.run(None, do, kind, item.task_spec.bpmn_id, delta), noted={"token": token})

    def retry(
        self, case: Case, release: Release, incident: str, values: Values, outside: Values, now: datetime
    ) -> Advance:
        """Lets a parked token try again with `values` in its data. NotFound when it is not parked."""
        return self._mend(case, release, incident, values, outside, now, parking.retry, "IncidentRetried")

    def step_over(
        self, case: Case, release: Release, incident: str, values: Values, outside: Values, now: datetime
    ) -> Advance:
        """Lets a parked token go on as if its element were done with `values`. NotFound; StepFailed at a gateway."""
        return self._mend(case, release, incident, values, outside, now, parking.step_over, "IncidentResolved")

    def _mend(
        self,
        case: Case,
        release: Release,
        incident: str,
        values: Values,
        outside: Values,
        now: datetime,
        mend: Callable[[Any, Values], None],
        kind: str,
    ) -> Advance:
        step = self._step(case, release, outside, now)
        step.load()
        held = step.before.parked.get(incident)
        if held is None:
            raise NotFound(f"Expected incident '{incident}' in the case, but it is not there")
        task = held[0]
        step.process = release.scopes[task.workflow.spec.name]

        def do(_live: CaseWorkflow) -> None:
            mend(task, values)

        return replace(step.run(None, do, kind, parking.failure_of(task).element, values), noted={"incident": incident})

    def cancel(self, case: Case, release: Release, outcome: str, outside: Values, now: datetime) -> Advance:
        """Ends a case: all its tokens are gone."""
        return ending.cancel(self._step(case, release, outside, now), outcome)

    def restart(
        self, case: Case, release: Release, target: Place, values: Values, outside: Values, now: datetime
    ) -> Advance:
        """Begins an ended case again at an element. Raises ElementUnknown, MoveRefused."""
        return ending.restart(self._step(case, release, outside, now), target, values)

    def move(
        self,
        case: Case,
        release: Release,
        places: tuple[Place, Place],
        chosen: str | None,
        values: Values,
        outside: Values,
        now: datetime,
    ) -> tuple[Advance, tuple[JoinWait, ...]]:
        """Moves a token from the first place to the second; answers the joins that wait then. Raises ElementUnknown, TokenUnclear, MoveRefused."""
        advance = move.move(self._step(case, release, outside, now), *places, chosen, values)
        return advance, joins.join_waits(advance.live, release)

    def amend(
        self,
        case: Case,
        release: Release,
        facts: Values,
        place: Place | None,
        chosen: str | None,
        values: Values,
        outside: Values,
        now: datetime,
    ) -> Advance:
        """Sets case facts, and values in the token at a place. Raises ElementUnknown, TokenUnclear, MoveRefused."""
        return amend.amend(self._step(case, release, outside, now), facts, place, chosen, values)

    def migrate(
        self,
        case: Case,
        releases: tuple[Release, Release],
        elements: Mapping[str, str],
        outside: Values,
        now: datetime,
    ) -> Advance:
        """Moves a case from the first release to the second. Raises MigrationBlocked."""
        return migrate.migrate(self._step(case, releases[0], outside, now), releases[1], elements)

    def _step(self, case: Case, release: Release, outside: Values, now: datetime) -> Step:
        environment = StepEnvironment(
            release.element,
            release.decisions,
            case.facts,
            outside,
            now,
            self.calendar,
            case.shard,
            self.operations,
            self.scripting,
        )
        environment.release = release.id
        return Step(Room(self.keyring, self.calendar, self.hot), case, release, environment)
