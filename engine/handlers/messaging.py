"""What messages do: counted once, given to every wait they fit, kept while nobody waits. Reads first, writes last."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from database import JsonValue, Row, Tx
from engine.commands import Correlate, DeliverKept, SendMessage, correlate, deliver_kept, send_message
from engine.course import Course, Leg, entry_of, opened
from engine.desk import Desk
from engine.errors import CaseClosed, NotFound
from engine.letters import Message
from engine.model import Case, CaseId, TaskId
from engine.queries import case as case_queries
from engine.store import cases, messages
from engine.views import Correlated, Sent

AT_ONCE = 200
"""Cases that one message with a key reaches at most."""
ENDED = frozenset({"completed", "cancelled"})


def to_case(desk: Desk, command: Correlate, tx: Tx) -> Correlated:
    """A message to one case; what nobody awaits is not kept. Raises NotFound."""
    course = desk.course()
    case = cases.for_case(tx, course.keyring, command.case_id)
    if case is None:
        raise NotFound(f"Expected case '{command.case_id}', but there is none")
    source_id = command.source_id or f"{case.id}.{case.version}"  # without an id of its own it is one with its step
    sending = SendMessage(
        command.name,
        command.actor,
        command.at,
        command.actor.id,
        source_id,
        command.case_id,
        key=command.key,
        payload=command.payload,
    )
    if command.source_id is not None and (known := _known(tx, sending)) is not None:
        sent = known
    else:
        sent = _sent(course, sending, tx, [case])
    return next(iter(sent.reached), Correlated(case.id, 0))


def send(desk: Desk, command: SendMessage, tx: Tx) -> Sent:
    """Delivers or keeps a message; the same one again gets the first answer. Raises NotFound, CaseClosed, MessageAimless."""
    course = desk.course()
    send_message.message(command, "")
    if (known := _known(tx, command)) is not None:
        return known
    wanted = command.case_ids or _targets(tx, command)
    found = [(case_id, cases.for_case(tx, course.keyring, case_id)) for case_id in sorted(wanted)]
    for case_id, case in found:
        if case is None:
            raise NotFound(f"Expected case '{case_id}', but there is none")
        if case.id == command.case_id and case.status in ENDED:
            raise CaseClosed
    return _sent(course, command, tx, [case for _, case in found if case is not None])


def deliver(desk: Desk, command: DeliverKept, tx: Tx) -> Sent:
    """Gives a kept message to a case that waits for it; reaches nobody when there is nothing to do any more."""
    course = desk.course()
    nobody = Sent(command.message_id, waiting=False, reached=())
    case = cases.for_case(tx, course.keyring, command.case_id)
    row = messages.find(tx, command.message_id)
    if case is None or row is None or row.status != messages.WAITING or row.expires_at <= command.at:
        return nobody
    message = messages.opened(course.keyring, row)
    if case.status != "active" or not deliver_kept.is_for(message, case.id, case.subject_id):
        return nobody
    legs, reached = _legs(course, tx, case, message, command.at)
    if not legs:
        return nobody
    messages.consume(tx, message, case.id, command.at)
    course.store(tx, legs, replace(command.actor, id=message.source), command.at, message.name)
    return Sent(message.id, waiting=False, reached=(Correlated(case.id, reached, opened(legs)),))


def _targets(tx: Tx, command: SendMessage) -> Sequence[CaseId]:
    if command.case_id is not None:
        return (command.case_id,)
    if command.subject_id is not None:
        return case_queries.open_cases(tx, (command.subject_id,))
    return messages.waiting_with_key(tx, command.name, command.key or "", AT_ONCE)


def _known(tx: Tx, command: SendMessage) -> Sent | None:
    """The first answer to a message that came before."""
    row = messages.find(tx, messages.message_id(command.source, command.source_id))
    return None if row is None else _answer(row)


def _answer(row: Row) -> Sent:
    reached = tuple(
        Correlated(CaseId(case_id), count, tuple(TaskId(task) for task in tasks))
        for case_id, count, tasks in messages.reached_of(row)
    )
    return Sent(row.id, waiting=not reached, reached=reached)


def _sent(course: Course, command: SendMessage, tx: Tx, found: Sequence[Case]) -> Sent:
    message = send_message.message(command, messages.message_id(command.source, command.source_id))
    courses = [(case, *_legs(course, tx, case, message, command.at)) for case in found if case.status == "active"]
    taken = [(case, legs, reached) for case, legs, reached in courses if legs]
    answers = tuple(Correlated(case.id, reached, opened(legs)) for case, legs, reached in taken)
    keep = send_message.is_kept(command)
    if taken:
        told: list[JsonValue] = [[item.case_id, item.reached, list(item.opened)] for item in answers]
        messages.insert(tx, course.keyring, message, command.keep_until or command.at, told, answers[0].case_id)
        for _, legs, _ in taken:
            course.store(tx, legs, command.actor, command.at, command.name)
    elif keep and command.keep_until is not None:
        messages.insert(tx, course.keyring, message, command.keep_until, None, None)
        for case in found:
            _note_kept(course, tx, case, command, message)
    return Sent(message.id, waiting=keep and not taken, reached=answers)


def _note_kept(course: Course, tx: Tx, case: Case, command: SendMessage, message: Message) -> None:
    """Moves the case's audit head: a rival step that begins to wait right now runs again and finds the message."""
    entry = entry_of(case, command.actor, command.at, "keep_message", message.id)
    cases.save_head(tx, case, course.ledger.note(tx, entry, case.audit_head))


def _legs(course: Course, tx: Tx, case: Case, message: Message, at: datetime) -> tuple[list[Leg], int]:
    """The steps that a message makes in a case, none when nobody waits, and how many waits take it."""
    anybody = message.case_id is None and message.subject_id is None
    wanted = [wait for wait in cases.awaited(tx, case.id) if not anybody or wait.key == message.key]
    fitting = correlate.fitting(message, wanted)
    advance = course.deliver(tx, case, fitting, message, at) if fitting else None
    return ([], 0) if advance is None else (course.follow(tx, case, advance, at, message), len(fitting))
