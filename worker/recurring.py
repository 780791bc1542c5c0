"""The program's own recurring work: what is past its age is forgotten, kept messages expire, those that missed their wait are brought."""

from datetime import timedelta
from functools import partial

import structlog

from database import DatabaseError, Tx, forget_receipts
from engine import Actor, DeliverKept, EngineError, Sent
from program import Program

RECEIPTS_KEPT = timedelta(hours=24)
MESSAGES_REMEMBERED = timedelta(days=30)
"""How long a message that comes a second time is known, counted from its arrival."""
AT_ONCE = 100
MESSENGER = Actor("messenger", frozenset({"service"}))
log = structlog.get_logger("recurring")


def forget_old(program: Program) -> None:
    """Deletes idempotency receipts older than a day, sessions past their age, messages that are long over."""
    now = program.clock.now()

    def work(tx: Tx) -> None:
        forget_receipts(tx, now - RECEIPTS_KEPT)
        program.sessions.forget(tx, now)
        remembered = max(MESSAGES_REMEMBERED, timedelta(days=program.settings.message_days))
        program.post.forget(tx, now - remembered)

    program.database.write(work)


def sweep_messages(program: Program) -> int:
    """Marks expired messages, then brings kept ones to cases that wait for them; how many were brought."""
    try:
        return _sweep(program)
    except DatabaseError as error:
        log.warning("database_away", error=error.code)
        return 0


def _sweep(program: Program) -> int:
    now, brought = program.clock.now(), 0
    program.database.write(lambda tx: program.post.expire(tx, now))
    for message_id, case_id in program.database.read(lambda tx: program.post.unmet(tx, now, AT_ONCE)):
        command = DeliverKept(message_id, case_id, MESSENGER, now)
        try:
            sent: Sent = program.database.write(partial(program.engine.execute, command))
            brought += len(sent.reached)
        except EngineError as error:
            log.warning("message_refused", message=message_id, case=case_id, error=error.code)
    return brought
