"""Changing a task: the order of answers that the contract fixes, over the engine's own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

from api.body import checked, read_json
from api.caller import Caller
from api.idempotency import is_known, once
from api.refusal import Refusal
from database import Tx
from engine import Completed, CompleteTask, FormRefused, NotFound, Receipt, TaskId


@dataclass(frozen=True, slots=True)
class Completion:
    """What is to be completed: `version` None fits any, `receipt` None keeps none."""

    task_id: TaskId
    version: int | None
    receipt: Receipt | None


def in_sight(tx: Tx, who: Caller, task_id: str, receipt: Receipt | None = None) -> None:
    """Raises NotFound for a task that the caller may not know of, unless the request was answered before."""
    if not who.program.reading.tasks(tx, who.scope, [TaskId(task_id)]) and not is_known(who, tx, receipt):
        raise NotFound


def change(
    who: Caller, task_id: TaskId, command: Callable[[Tx], Any], receipt: Receipt | None = None
) -> Any:  # Any: the engine's command and its answer
    """Carries out a command on a task that the caller may know of; once for all requests of a receipt, which get no answer."""

    def work(tx: Tx) -> Any:
        in_sight(tx, who, task_id, receipt)
        return who.program.engine.execute(command(tx), tx)

    def done(tx: Tx) -> None:
        work(tx)

    if receipt is None:
        return who.write(work)
    return who.write(lambda tx: once(who, tx, receipt, lambda: done(tx)))


def complete(who: Caller, wanted: Completion, shape: Schema) -> Completed:
    """Completes a task. A body that does not fit its shape is told last, after all that the engine has to say."""
    raw, wrong = read_json(), None
    try:
        values: Any = checked(shape, raw)["values"]
    except Refusal as refusal:
        values, wrong = {}, refusal
    command = CompleteTask(wanted.task_id, who.actor, who.now, values, wanted.version, wanted.receipt)

    def work(tx: Tx) -> Completed:
        in_sight(tx, who, wanted.task_id, wanted.receipt)
        try:
            done: Completed = who.program.engine.execute(command, tx)
        except FormRefused as error:
            raise wrong or error from None
        if wrong is not None:  # nothing of it is kept
            raise wrong
        return done

    return who.write(work)
