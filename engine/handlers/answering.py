"""The answer of an operation on its way back into the case: a token that waits takes it, an answer that nobody awaits changes nothing."""

from database import Tx
from engine.commands import AnswerOperation, answer_operation
from engine.desk import Desk, surroundings
from engine.errors import CaseSuspended
from engine.known import require_storable
from engine.store import cases
from engine.views import Answered


def answer(desk: Desk, command: AnswerOperation, tx: Tx) -> Answered:
    """Raises CaseSuspended: the outbox keeps the answer and gives it again."""
    answer_operation.require(command)
    require_storable(dict(command.values))
    case = cases.for_case(tx, desk.keyring, command.case_id)
    if case is not None and case.status == "suspended":
        raise CaseSuspended
    if case is None or case.status != "active":
        return Answered(command.case_id, reached=False)
    release, outside = surroundings(desk, tx, case)
    given = command.values if command.error is None else command.error
    advance = desk.runner().answer(case, release, command.token, given, outside, command.at)
    if advance is None:
        return Answered(case.id, reached=False)
    opened = desk.store(tx, case, advance, command.actor, command.at, command.token)
    return Answered(case.id, reached=True, opened=opened)
