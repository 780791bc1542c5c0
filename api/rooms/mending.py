"""Cases that an administrator mends: held, ended, begun again, tokens moved, values set, a further one started."""

from dataclasses import asdict, replace
from typing import Any

from api.caller import Caller, caller
from api.conditions import etag, if_match
from api.idempotency import receipt_of_request
from api.instants import temporal
from api.mending import Told, mend_case, start_linked
from api.policies import CASES_MEND
from api.routing import Room, Takes
from api.shapes import mending as shapes
from api.shapes.cases import CaseItem
from api.shown import cases_shown
from engine import (
    CancelCase,
    CaseId,
    MoveToken,
    Place,
    RestartCase,
    ResumeCase,
    SetValues,
    StartLinkedCase,
    SuspendCase,
    TaskId,
    case_id_of,
)

room = Room("mending", "Mending single cases; each says why, and the history keeps it.")
IF_MATCH = ("If-Match", "Idempotency-Key")
SUSPEND = {"reason": "The client is abroad until June"}
RESUME = {"reason": "The client is back"}
CANCEL = {"outcome": "entered_in_error", "reason": "Another client of the same name"}
MOVE = {
    "source": {"element": "await_consent"},
    "target": {"element": "assess"},
    "values": {"consent": "verbal"},
    "reason": "Consent was given on the phone",
}
SET = {"facts": {"risk_score": 7}, "reason": "The laboratory corrected its result"}
RESTART = {"target": {"element": "follow_up"}, "reason": "Closed by mistake"}
LINKED = {"process": "case_lifecycle", "values": {}, "reason": "A second condition needs a plan of its own"}


def taking(shape: shapes.Because, example: dict[str, Any]) -> Takes:
    return Takes(body=shape, headers=IF_MATCH, example=example)


@room.route("POST /cases/<id:case_id>:suspend", CASES_MEND, CaseItem(), takes=taking(shapes.Because(), SUSPEND))
def suspend_case(body: dict[str, Any], case_id: str) -> Any:
    """Holds a case: nothing is completed and no timer fires."""
    who = caller()
    return _mend(who, SuspendCase(CaseId(case_id), who.actor, who.now, body["reason"]))


@room.route("POST /cases/<id:case_id>:resume", CASES_MEND, CaseItem(), takes=taking(shapes.Because(), RESUME))
def resume_case(body: dict[str, Any], case_id: str) -> Any:
    """Lets a suspended case go on: timers that came due meanwhile fire at once, in due order."""
    who = caller()
    return _mend(who, ResumeCase(CaseId(case_id), who.actor, who.now, body["reason"]))


@room.route("POST /cases/<id:case_id>:cancel", CASES_MEND, CaseItem(), takes=taking(shapes.CancelCase(), CANCEL))
def cancel_case(body: dict[str, Any], case_id: str) -> Any:
    """Ends a case before its model does: tasks withdrawn, timers and waits gone."""
    who = caller()
    return _mend(who, CancelCase(CaseId(case_id), body["outcome"], who.actor, who.now, body["reason"]))


@room.route("POST /cases/<id:case_id>:move", CASES_MEND, shapes.Moved(), takes=taking(shapes.MoveToken(), MOVE))
def move_token(body: dict[str, Any], case_id: str) -> Any:
    """Cancels a token here and starts it there, with values; tells which joins then wait."""
    who, places = caller(), (Place(**body["source"]), Place(**body["target"]))
    values, token = temporal(body["values"]), _token(body["token"])
    command = MoveToken(CaseId(case_id), *places, who.actor, who.now, body["reason"], values, token)
    told = _carry_out(who, command)
    item, headers = shown(who, case_id)
    return {**item, "waits": told["waits"]}, headers


@room.route("POST /cases/<id:case_id>:set_values", CASES_MEND, CaseItem(), takes=taking(shapes.SetValues(), SET))
def set_values(body: dict[str, Any], case_id: str) -> Any:
    """Sets case facts, or values that a token carries."""
    who = caller()
    place = Place(**body["place"]) if body["place"] is not None else None
    given = (temporal(body["facts"]), place, temporal(body["values"]), _token(body["token"]))
    return _mend(who, SetValues(CaseId(case_id), who.actor, who.now, body["reason"], *given))


@room.route("POST /cases/<id:case_id>:restart", CASES_MEND, CaseItem(), takes=taking(shapes.RestartCase(), RESTART))
def restart_case(body: dict[str, Any], case_id: str) -> Any:
    """Begins an ended case again, from an element."""
    who, values = caller(), temporal(body["values"])
    target = Place(**body["target"])
    return _mend(who, RestartCase(CaseId(case_id), target, who.actor, who.now, body["reason"], values))


@room.route(
    "POST /cases/<id:case_id>:start_linked",
    CASES_MEND,
    CaseItem(),
    status=201,
    takes=taking(shapes.StartLinked(), LINKED),
)
def start_linked_case(body: dict[str, Any], case_id: str) -> Any:
    """Starts a further case for the same client; both know of each other."""
    who, linked = caller(), case_id_of(caller().program.clock.new_id())
    given = (body["reason"], temporal(body["values"]), temporal(body["facts"]))
    command = StartLinkedCase(CaseId(case_id), linked, body["process"], who.actor, who.now, *given)
    return shown(who, start_linked(who, command, if_match(), receipt_of_request()))


def _token(task_id: str | None) -> TaskId | None:
    return TaskId(task_id) if task_id is not None else None


def _carry_out(who: Caller, command: Any) -> Told:  # Any: a command with a case_id
    def more(changed: Any) -> Told:
        return {"waits": [asdict(join) for join in getattr(changed, "waits", ())]}

    return mend_case(who, command, if_match(), receipt_of_request(), more)


def _mend(who: Caller, command: Any) -> tuple[Told, dict[str, str]]:  # Any: a command with a case_id
    return shown(who, _carry_out(who, command)["case_id"])


def shown(who: Caller, case_id: str) -> tuple[Told, dict[str, str]]:
    """A case with its ETag, also one that the caller may not know of any more."""
    scope = replace(who.scope, everything=True)
    item = who.read(lambda tx: cases_shown(tx, who, [who.program.reading.case(tx, scope, case_id)]))[0]
    return item, etag(item["version"])
