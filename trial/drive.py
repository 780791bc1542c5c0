"""Drives a program under virtual time through its front doors: messages at their time, timers when due, people as the answer set says."""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any

from access import active_people, actor_of
from care import Message, MessageRejected, deliver, first_facts, get_client
from database import Tx
from engine import (
    Actor,
    CaseId,
    Completed,
    CompleteTask,
    Correlate,
    Correlated,
    InboxFilter,
    NotFound,
    Receipt,
    Scope,
    StartCase,
    Started,
    TaskClosed,
    TaskId,
    TaskView,
    case_id_of,
)
from program import SYSTEM_ACTOR, FormBook, Program, VirtualClock
from trial.answers import AnswerSet, Post, resolve
from trial.fill import fill

ALL = Scope("trial", everything=True)
MESSAGE, TIMER, PERSON, POST = 0, 1, 2, 3
MAX_STEPS = 2_000_000
UNIT = "north"


@dataclass(slots=True)
class Fed:
    """What became of the messages."""

    fed: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)


class Driver:
    """One run. Ties are broken by kind (message, timer, person) and then by order of arrival."""

    def __init__(self, program: Program, clock: VirtualClock, answers: AnswerSet, seed: int) -> None:
        self.program, self.clock, self.answers = program, clock, answers
        self.dice = random.Random(seed)  # noqa: S311  # draws of a trial
        self.forms = FormBook(clock.now)
        self.people = program.database.read(active_people)
        self.seen: set[str] = set()
        self.cases: dict[str, int] = {}
        self.met: set[str] = set()
        self.times: Counter[tuple[str, str]] = Counter()
        self.stops: dict[str, str] = {}
        self.clients: list[str] = []
        self.fed = Fed()
        self._ahead: list[datetime | None] = []
        self._queue: list[tuple[datetime, int, int, Callable[[], None]]] = []
        self._order = count()

    def message(self, at: datetime, message: Message | MessageRejected) -> None:
        """Puts a message of the feed into the run."""
        self._at(at, MESSAGE, partial(self.deliver, message))

    def at(self, at: datetime, do: Callable[[], None]) -> None:
        """Puts something of one's own into the run."""
        self._at(at, POST, do)

    def run(self, until: datetime, progress: Callable[[datetime], None] | None = None) -> None:
        """Runs to an instant, inclusive."""
        for _ in range(MAX_STEPS):
            nearest = self._ahead.pop() if self._ahead else self.program.database.read(self.program.engine.next_wake)
            first = self._queue[0][:2] if self._queue else None
            if nearest is not None and nearest <= until and (first is None or (nearest, TIMER) < first):
                self._go(nearest, progress)
                self._fire()
            elif first is not None and first[0] <= until:
                at, _kind, _order, do = heapq.heappop(self._queue)
                self._go(at, progress)
                do()
            else:
                self.clock.advance_to(until)
                return

    def start(
        self, client_id: str, values: dict[str, Any], *, n: int | None = None, stops: str | None = None
    ) -> CaseId:
        """Refers a client: a case of the lifecycle. `n` chooses its answers; in the phase `stops` nobody answers."""
        case_id = case_id_of(self.clock.new_id())
        now, keyring = self.clock.now(), self.program.keyring
        client = self.program.database.read(lambda tx: get_client(tx, keyring, client_id))
        first = {**values, **first_facts(client, now)}
        command = StartCase(case_id, "case_lifecycle", client_id, SYSTEM_ACTOR, now, UNIT, facts=first)
        started: Started = self.program.database.write(lambda tx: self.program.engine.execute(command, tx))
        if n is not None:
            self.cases[case_id] = n
        if stops is not None:
            self.stops[case_id] = stops
        self._meet(case_id)
        self._opened(started.opened)
        return case_id

    def _at(self, at: datetime, kind: int, do: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (at, kind, next(self._order), do))

    def _go(self, at: datetime, progress: Callable[[datetime], None] | None) -> None:
        self.clock.advance_to(at)
        if progress is not None:
            progress(self.clock.now())

    def deliver(self, message: Message | MessageRejected) -> None:
        """Hands a message to the program now."""
        found = deliver(self.program.database, self.program.adt, message, self.clock.now())
        self.fed.fed += 1
        if found.received is None:
            self.fed.rejected.append((self.fed.fed - 1, str(found.rejected)))
            return
        self.fed.duplicates += found.received.outcome == "duplicate"
        self.fed.accepted += found.received.outcome != "duplicate"
        for case_id in found.received.case_ids:
            self._meet(CaseId(case_id))
            wanted = InboxFilter(case_id=case_id, sort="opened_at", limit=200)
            page = self.program.database.read(partial(self.program.reading.inbox, scope=ALL, wanted=wanted))
            self._look(page.items)

    def _fire(self) -> None:
        fired = self.program.pump.fire_due(self.clock.now())
        self._look_ahead([task_id for each in fired for task_id in each.opened])

    def _look_ahead(self, opened: Sequence[TaskId]) -> None:
        """Looks at what a step opened and at the next timer in one snapshot, for a run has thousands."""
        found, wake = self.program.database.read(
            lambda tx: (
                self.program.reading.tasks(tx, ALL, opened) if opened else (),
                self.program.engine.next_wake(tx),
            )
        )
        self._look(found)
        self._ahead = [wake]

    def _opened(self, task_ids: Sequence[TaskId]) -> None:
        """Schedules an answer for tasks that a step has opened."""
        if task_ids:
            self._look(self.program.database.read(lambda tx: self.program.reading.tasks(tx, ALL, task_ids)))

    def _look(self, found: Iterable[TaskView]) -> None:
        for task in found:
            if task.id not in self.seen:
                self.seen.add(task.id)
                self._meet(task.case_id)
                self._schedule(task)

    def _meet(self, case_id: CaseId) -> None:
        """A case that the run has not seen: it gets its number and its posts."""
        if case_id not in self.met:
            self.met.add(case_id)
            self.cases.setdefault(case_id, len(self.cases) + 1)
            self._schedule_posts(case_id)

    def _schedule_posts(self, case_id: CaseId) -> None:
        for post in self.answers.messages:
            if post.fits(self.cases[case_id], self.clock.now()):
                self._at(self.clock.now() + post.after, POST, partial(self._post, case_id, post))

    def _post(self, case_id: CaseId, post: Post) -> None:
        now = self.clock.now()
        command = Correlate(case_id, post.name, SYSTEM_ACTOR, now, None, resolve(post.payload, {}, now))
        taken: Correlated = self.program.database.write(lambda tx: self.program.engine.execute(command, tx))
        self._opened(taken.opened)

    def _schedule(self, task: TaskView) -> None:
        if task.phase is not None and task.phase == self.stops.get(task.case_id):
            return
        context = self._context(task) if self.answers.asks(task.element) else {}
        answer = self.answers.draw(task.element, context, self.clock.now(), self.dice)
        times = self.times[task.case_id, task.element]
        self.times[task.case_id, task.element] += 1
        self._at(self.clock.now() + answer.after, PERSON, partial(self._complete, task.id, answer.values, times))

    def _context(self, task: TaskView) -> dict[str, Any]:
        found = self.program.database.read(lambda tx: self.program.reading.answerable(tx, ALL, task.id))
        numbers = {"n": self.cases[task.case_id], "times": self.times[task.case_id, task.element]}
        return {**found.known, **numbers}

    def _complete(self, task_id: TaskId, given: Any, times: int) -> None:
        try:
            done = self.program.database.write(lambda tx: self._answer(tx, task_id, given, times))
        except (NotFound, TaskClosed):
            return
        if done is None:
            return
        self._look_ahead(done.opened)

    def _answer(self, tx: Tx, task_id: TaskId, given: Any, times: int) -> Completed | None:
        """Completes a task as its values are in this transaction; None when it is open no more."""
        found = self.program.reading.answerable(tx, ALL, task_id)
        task, source, known, now = found.task, found.source, found.known, self.clock.now()
        if task.status != "open":
            return None
        context = {**known, "n": self.cases[task.case_id], "times": times}
        values = fill(self.forms, source, resolve(given, context, now), known, now) if source is not None else {}
        receipt = Receipt(f"/tasks/{task_id}:complete", f"trial-{task_id}", b"trial")
        command = CompleteTask(task_id, self._person(task), now, values, task.version, receipt)
        done: Completed = self.program.engine.execute(command, tx)
        return done

    def _person(self, task: TaskView) -> Actor:
        """Somebody of the task's group who may assess if anybody of it may; of the case's unit where there is one."""
        fitting = [person for person in self.people if task.group is None or task.group in person.groups]
        fitting.sort(key=lambda person: (not person.may_assess, person.unit != task.unit, person.id))
        return (
            actor_of(fitting[0])
            if fitting
            else Actor("trial", frozenset({"service"}), frozenset({task.group or ""}), may_assess=True)
        )
