"""Timers: what is to come, moved or fired by hand."""

from typing import Any

from api.caller import Caller, caller
from api.idempotency import receipt_of_request
from api.mending import mended
from api.policies import TIMERS_MEND, TIMERS_READ
from api.routing import Room, Takes
from api.shapes import designs as lists
from api.shapes import mending as shapes
from api.shown import as_json
from database import Tx
from engine import Fired, ForceTimer, RescheduleTimer, TimerId

room = Room("timers", "Timers of the cases, in the order in which they wake.")
KEY = ("Idempotency-Key",)
RESCHEDULE = {"due_at": "2026-11-24T09:00:00Z", "reason": "The discharge was two hours later"}
FIRE = {"reason": "The client is at home already"}


@room.route("GET /timers", TIMERS_READ, lists.TimerList(), takes=Takes(query=lists.TimerQuery()), polled=True)
def list_timers(query: dict[str, Any]) -> Any:
    """Timers in the order in which they wake: of one case, or of all for who may know of all."""
    who = caller()
    bounds = (query["case_id"], query["due_before"], query["limit"], query["cursor"])
    page = who.read(lambda tx: who.program.reading.timers(tx, who.scope, *bounds))
    return {"items": [as_json(timer) for timer in page.items], "next_cursor": page.cursor}


@room.route(
    "POST /timers/<id:timer_id>:reschedule",
    TIMERS_MEND,
    lists.TimerItem(),
    takes=Takes(body=shapes.Reschedule(), headers=KEY, example=RESCHEDULE),
)
def reschedule_timer(body: dict[str, Any], timer_id: str) -> Any:
    """Gives a timer another due time, a cycle's next turn included."""
    who, receipt = caller(), receipt_of_request()
    command = RescheduleTimer(TimerId(timer_id), who.actor, who.now, body["due_at"], body["reason"])
    mended(who, receipt, lambda tx: _carry_out(tx, who, command))
    return who.read(lambda tx: as_json(who.program.reading.timer(tx, who.scope, timer_id)))


@room.route(
    "POST /timers/<id:timer_id>:fire",
    TIMERS_MEND,
    shapes.Fired(),
    takes=Takes(body=shapes.Because(), headers=KEY, example=FIRE),
)
def fire_timer(body: dict[str, Any], timer_id: str) -> Any:
    """Fires a timer now; 409 while its case is suspended."""
    who, receipt = caller(), receipt_of_request()
    command = ForceTimer(TimerId(timer_id), who.actor, who.now, body["reason"])
    return mended(who, receipt, lambda tx: _carry_out(tx, who, command))


def _carry_out(tx: Tx, who: Caller, command: RescheduleTimer | ForceTimer) -> dict[str, Any]:
    who.program.reading.timer(tx, who.scope, command.timer_id)
    done: Any = who.program.engine.execute(command, tx)
    if isinstance(done, Fired):
        return {"case_id": done.case_id, "element": done.element, "opened": list(done.opened)}
    return {"case_id": done.case_id}
