"""The program's own recurring work: receipts and sessions past their age are forgotten."""

from datetime import timedelta

from database import Tx, forget_receipts
from program import Program

RECEIPTS_KEPT = timedelta(hours=24)


def forget_old(program: Program) -> None:
    """Deletes idempotency receipts older than a day and sessions past their age."""
    now = program.clock.now()

    def work(tx: Tx) -> None:
        forget_receipts(tx, now - RECEIPTS_KEPT)
        program.sessions.forget(tx, now)

    program.database.write(work)
