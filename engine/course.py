"""The course of a command: its step, and the steps that kept messages add when it begins to wait for them.

All is decided before the first write: on SQLite a transaction that has written cannot read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from database import Keyring, Tx
from engine.commands import correlate
from engine.errors import StepFailed
from engine.letters import Message
from engine.library import Library
from engine.model import Actor, Advance, Case, Entry, TaskId, Wait
from engine.ports import Facts, Ledger, Records
from engine.spiff import Runner
from engine.store import advance as advances
from engine.store import cases, history, messages

MOST_MESSAGES = 50
"""Kept messages that one command brings; the sweep brings the rest."""


class Leg(NamedTuple):
    """One step: the case before it, what it changed, and the kept message that made it."""

    case: Case
    advance: Advance
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """Decides what follows a step (`follow`) and stores it (`store`)."""

    keyring: Keyring
    facts: Facts
    records: Records
    ledger: Ledger
    library: Library
    runner: Runner

    def follow(self, tx: Tx, case: Case, advance: Advance, at: datetime, message: Message | None = None) -> list[Leg]:
        """The step and what kept messages make of it, in order of arrival. A step without a new wait reads nothing."""
        legs = [Leg(case, advance, message)]
        pending: dict[str, Wait] = {}
        kept: dict[str, Message] = {}
        seen = {message.id} if message is not None else set()
        while len(legs) <= MOST_MESSAGES:
            last = legs[-1].advance
            pending = _still(pending, last)
            if last.waits_set and not last.completed:
                found = messages.kept_for(tx, self.keyring, case, last.waits_set, at)
                kept |= {item.id: item for item in found if item.id not in seen}
            if (leg := self._next(tx, legs[-1], pending, kept, seen, at)) is None:
                break
            legs.append(leg)
        return legs

    def _next(
        self,
        tx: Tx,
        last: Leg,
        pending: Mapping[str, Wait],
        kept: dict[str, Message],
        seen: set[str],
        at: datetime,
    ) -> Leg | None:
        """The step of the first kept message that a pending wait takes."""
        case = after(last.case, last.advance)
        for message in sorted(kept.values(), key=lambda item: (item.received_at, item.id)):
            wanted = correlate.fitting(message, pending.values()) if _is_exact(message, pending.values()) else []
            if not wanted:
                continue
            seen.add(message.id)
            del kept[message.id]
            try:
                advance = self.deliver(tx, case, wanted, message, at)
            except StepFailed:  # it stays kept: whoever waits here must not fail for it; the sweep tells of it
                continue
            if advance is not None:
                return Leg(case, advance, message)
        return None

    def deliver(self, tx: Tx, case: Case, wanted: Iterable[str], message: Message, at: datetime) -> Advance | None:
        """Gives a message to waits of a case; None when none of them still waits. Raises StepFailed."""
        release = self.library.release(tx, case.release)
        outside = self.facts.read(tx, case)
        return self.runner.deliver(case, release, wanted, message.name, message.payload, outside, at)

    def store(
        self,
        tx: Tx,
        legs: Sequence[Leg],
        actor: Actor,
        at: datetime,
        object_: str = "",
        fields: tuple[str, ...] = (),
    ) -> tuple[TaskId, ...]:
        """Writes all steps; the tasks that they opened and left open. Conflict when the case moved since it was read."""
        head = legs[0].case.audit_head
        for n, leg in enumerate(legs):
            case, who = replace(leg.case, audit_head=head), actor
            if n > 0 and leg.message is not None:
                who, object_, fields = Actor(leg.message.source, frozenset({"message"})), leg.message.name, ()
            self.records.apply(tx, case, leg.advance, who.id, at)  # first, because it may read
            entry = replace(entry_of(case, who, at, leg.advance.kind, object_ or case.id), fields=fields)
            head = self.ledger.note(tx, entry, case.audit_head)
            cases.save_case(tx, self.keyring, case, leg.advance, head, at)
            advances.apply(tx, self.keyring, case, leg.advance, who.id, at)
            history.note(tx, self.keyring, case, leg.advance, who.id, at)
            if n > 0 and leg.message is not None:
                messages.consume(tx, leg.message, case.id, at)
        tx.after_commit(partial(self.runner.hot.keep, legs[-1].case, legs[-1].advance.live))
        return opened(legs)


def after(case: Case, advance: Advance) -> Case:
    """The case as a step leaves it; its audit head is known when it is stored."""
    return replace(
        case,
        version=case.version + 1,
        state=advance.state,
        facts=advance.facts,
        stage=advance.stage,
        grade=advance.grade,
        outcome=advance.outcome,
        status="completed" if advance.completed else "active",
    )


def opened(legs: Sequence[Leg]) -> tuple[TaskId, ...]:
    """What the steps opened and none of them took away again."""
    gone = {task.id for leg in legs for task in leg.advance.withdrawn}
    return tuple(task.id for leg in legs for task in leg.advance.opened if task.id not in gone)


def entry_of(case: Case, actor: Actor, at: datetime, action: str, object_: str) -> Entry:
    """What the ledger notes of something done to a case."""
    return Entry(case.shard, case.id, at, actor.id, ",".join(sorted(actor.roles)), action, object_)


def _still(pending: Mapping[str, Wait], advance: Advance) -> dict[str, Wait]:
    """The waits that a command has begun and not ended."""
    held = {key: wait for key, wait in pending.items() if key not in advance.waits_cleared}
    return held | {wait.id: wait for wait in advance.waits_set}


def _is_exact(message: Message, waits: Iterable[Wait]) -> bool:
    """A message for anybody needs a wait with its very key: one without a key would take what is meant for other cases."""
    if message.case_id is not None or message.subject_id is not None:
        return True
    return any(wait.name == message.name and wait.key == message.key for wait in waits)
