"""The engine: loads what a command needs, lets it decide, stores the Advance. It neither opens nor commits a transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import singledispatchmethod
from typing import Any

from database import Keyring, Tx, find_receipt, insert_receipt
from engine import deployment, queries
from engine.commands import (
    ClaimTask,
    CompleteTask,
    Deploy,
    FireTimer,
    ReleaseTask,
    SaveDraft,
    claim_task,
    complete_task,
    save_draft,
)
from engine.course import Course, entry_of
from engine.desk import surroundings
from engine.errors import CaseSuspended, FormRefused, KeyReused, NotFound, StaleVersion, TaskClosed
from engine.handlers import HANDLERS
from engine.known import known_values, require_storable
from engine.library import Library
from engine.model import OPEN, Actor, Advance, Case, CaseId, Change, Entry, Receipt, TaskId, TimerId
from engine.ports import NO_ABILITIES, Abilities, Audience, Calendar, Facts, FormCheck, Ledger, PureOperation, Records
from engine.spiff import Hot, Runner
from engine.store import cases, history, tasks, timers
from engine.values import dumps, loads
from engine.views import Claimed, Completed, Deployment, Fired, Saved

BACK_OFF = (timedelta(seconds=5), timedelta(seconds=30))
MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Engine:
    """All commands go through `execute`; all reads through `queries` under a Scope."""

    keyring: Keyring
    forms: FormCheck
    facts: Facts
    records: Records
    ledger: Ledger
    audience: Audience
    calendar: Calendar
    library: Library
    hot: Hot = field(default_factory=Hot)
    operations: Mapping[str, PureOperation] = field(default_factory=dict)
    abilities: Abilities = NO_ABILITIES

    @singledispatchmethod
    def execute(self, command: Any, tx: Tx) -> Any:  # Any: one answer type per command
        """Carries out one command inside `tx`. Raises an EngineError, and then nothing of it may be kept."""
        handler = HANDLERS.get(type(command))
        if handler is None:
            raise TypeError(f"Expected a command of the engine, but it is {type(command).__name__}")
        return handler(self, command, tx)

    @execute.register
    def _(self, command: ClaimTask, tx: Tx) -> Claimed:
        return self._assign(command, tx)

    @execute.register
    def _(self, command: ReleaseTask, tx: Tx) -> Claimed:
        return self._assign(command, tx)

    @execute.register
    def _(self, command: SaveDraft, tx: Tx) -> Saved:
        loaded = self._task(tx, command.task_id, command.actor, None)
        save_draft.require(command, loaded.task)
        require_storable(dict(command.values))
        tasks.save_draft(tx, self.keyring, loaded.task, dict(command.values))
        return Saved(loaded.task.id, loaded.task.draft_version + 1)

    @execute.register
    def _(self, command: CompleteTask, tx: Tx) -> Completed:
        loaded = self._task(tx, command.task_id, command.actor, command.receipt)
        if loaded.known is not None and command.receipt is not None:
            return self._known(loaded.known, command.receipt, command.actor)
        if loaded.case.status == "suspended" and loaded.task.status == OPEN:
            raise CaseSuspended
        try:
            complete_task.require(command, loaded.task)
        except (TaskClosed, StaleVersion):
            if (answered := self._kept(tx, command)) is not None:
                return answered
            raise
        case, task = loaded.case, loaded.task
        release, outside = surroundings(self, tx, case)
        values, shared, plain = dict(command.values), {}, {}
        if task.form is not None:
            known = known_values(case.facts, outside, tasks.open_prefill(self.keyring, task.prefill, task.id))
            checked = self.forms.check(release.forms[task.form], command.values, known)
            if checked.problems:
                raise FormRefused(checked.problems)
            values, shared, plain = dict(checked.values), dict(checked.shared), dict(checked.plain)
        elif values:
            raise FormRefused([(f"#/{name}", "This task has no form.") for name in values])
        require_storable(values)
        advance = self.runner().complete(case, release, task, values, shared, outside, command.at)
        advance = replace(advance, noted={"answers": plain} if plain else {})
        opened = self.store(tx, case, advance, command.actor, command.at, task.id, tuple(sorted(values)))
        if task.assignee != command.actor.id:
            self.join(tx, case, command.actor)
        answer = Completed(task.id, case.id, command.at, opened)
        if command.receipt is not None:
            self._keep(tx, command.receipt, command.actor, answer, command.at)
        return answer

    @execute.register
    def _(self, command: FireTimer, tx: Tx) -> Fired:
        case = cases.for_timer(tx, self.keyring, command.timer_id, command.at)
        if case is None:
            return Fired(fired=False)
        release, outside = surroundings(self, tx, case)
        advance = self.runner().fire(case, release, command.timer_id, outside, command.at)
        if advance is None:
            return Fired(fired=False)
        opened = self.store(tx, case, advance, command.actor, command.at, command.timer_id)
        return Fired(True, case.id, advance.element, opened)

    @execute.register
    def _(self, command: Deploy, tx: Tx) -> Deployment:
        entry = Entry(0, None, command.at, command.actor.id, _role(command.actor), "deploy", "release")
        answer = deployment.deploy(command, tx, self.forms, self.abilities)
        if any(item.changed for item in answer.deployed):
            self.ledger.note(tx, replace(entry, object=answer.release), b"")
        return answer

    def due(self, tx: Tx, now: datetime, limit: int) -> tuple[TimerId, ...]:
        """Ids of the timers to fire, in due order."""
        return timers.due(tx, now, limit)

    def next_wake(self, tx: Tx) -> datetime | None:
        return timers.next_wake(tx)

    def timer_failed(self, tx: Tx, timer_id: TimerId, now: datetime) -> bool:
        """Backs a timer off after its case failed; True when it became an incident."""
        failed = timers.attempts(tx, timer_id)
        incident = failed + 1 >= MAX_ATTEMPTS
        timers.fail(tx, timer_id, now + BACK_OFF[min(failed, len(BACK_OFF) - 1)], incident=incident)
        return incident

    def awaited(self, tx: Tx, case_id: CaseId) -> tuple[tuple[str, str | None], ...]:
        """(message name, key) of everything a case waits for."""
        return tuple((row.name, row.key) for row in cases.awaited(tx, case_id))

    def open_cases(self, tx: Tx, subject_ids: Sequence[str]) -> tuple[CaseId, ...]:
        """The active cases of subjects, oldest first; for the houses above, so without a Scope."""
        return queries.case.open_cases(tx, subject_ids)

    def join(self, tx: Tx, case: Case, actor: Actor) -> None:
        """Whoever works on a case may know of it from then on; programs need no such row."""
        if "service" not in actor.roles:
            self.audience.joined(tx, case, actor.id, "team")

    def runner(self) -> Runner:
        return Runner(self.keyring, self.calendar, self.hot, self.operations, self.abilities.scripting)

    def _task(self, tx: Tx, task_id: TaskId, actor: Actor, receipt: Receipt | None) -> cases.Loaded:
        loaded = cases.for_task(tx, self.keyring, task_id, actor.id, receipt)
        if loaded is None:
            raise NotFound(f"Expected task '{task_id}', but there is none")
        return loaded

    def _assign(self, command: ClaimTask | ReleaseTask, tx: Tx) -> Claimed:
        loaded = self._task(tx, command.task_id, command.actor, None)
        assignee = claim_task.handle(command, loaded.task)
        action = "claim" if isinstance(command, ClaimTask) else "release"
        case = loaded.case
        head = self.ledger.note(
            tx, self.entry(case, command.actor, command.at, action, loaded.task.id), case.audit_head
        )
        tasks.assign(tx, loaded.task, assignee)
        cases.save_head(tx, case, head)
        if assignee is not None:
            self.audience.joined(tx, case, assignee, "assignee")
        return Claimed(loaded.task.id, loaded.task.version + 1, assignee)

    def store(
        self,
        tx: Tx,
        case: Case,
        advance: Advance,
        actor: Actor,
        at: datetime,
        object_: str = "",
        fields: tuple[str, ...] = (),
    ) -> tuple[TaskId, ...]:
        """Stores a step and what kept messages make of it; the tasks that are open through it."""
        course = self.course()
        return course.store(tx, course.follow(tx, case, advance, at), actor, at, object_, fields)

    def course(self) -> Course:
        """Decides and stores what follows a step."""
        return Course(self.keyring, self.facts, self.records, self.ledger, self.library, self.runner())

    def record(self, tx: Tx, case: Case, change: Change, actor: Actor, at: datetime) -> None:
        """A step that moves no token: one fact in history, with who and why, and the columns of the case that it changes."""
        head = self.ledger.note(tx, self.entry(case, actor, at, change.kind, change.object or case.id), case.audit_head)
        cases.save_change(tx, case, change, head)
        history.fact(tx, self.keyring, case, change, actor.id, at)

    @staticmethod
    def entry(case: Case, actor: Actor, at: datetime, action: str, object_: str) -> Entry:
        return entry_of(case, actor, at, action, object_)

    def _keep(self, tx: Tx, receipt: Receipt, actor: Actor, answer: Completed, at: datetime) -> None:
        stored = dumps([answer.task_id, answer.case_id, answer.at, list(answer.opened)])
        sealed = self.keyring.seal(stored, "receipts", "answer", f"{actor.id}.{receipt.path}.{receipt.key}")
        insert_receipt(
            tx,
            actor=actor.id,
            path=receipt.path,
            key=receipt.key,
            fingerprint=receipt.fingerprint,
            answer=sealed,
            created_at=at,
        )

    def _kept(self, tx: Tx, command: CompleteTask) -> Completed | None:
        """The answer another submit of the same key gave while this one waited for its lock (PostgreSQL)."""
        receipt = command.receipt
        row = find_receipt(tx, command.actor.id, receipt.path, receipt.key) if receipt is not None else None
        return (
            None
            if row is None or receipt is None
            else self._known((row.fingerprint, row.answer), receipt, command.actor)
        )

    def _known(self, known: tuple[bytes, bytes], receipt: Receipt, actor: Actor) -> Completed:
        if known[0] != receipt.fingerprint:
            raise KeyReused
        where = f"{actor.id}.{receipt.path}.{receipt.key}"
        task_id, case_id, at, opened = loads(self.keyring.open(known[1], "receipts", "answer", where))
        return Completed(TaskId(task_id), CaseId(case_id), at, tuple(TaskId(item) for item in opened))


def _role(actor: Actor) -> str:
    return ",".join(sorted(actor.roles))
