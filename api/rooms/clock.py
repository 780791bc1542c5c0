"""The time machine of the sample: moves the program's time and fires what becomes due, in order."""

import threading
from datetime import datetime, timedelta
from typing import Any

from api.caller import Caller, caller
from api.instants import duration
from api.policies import SIGNED_IN
from api.refusal import Refusal, field_errors
from api.routing import Room, Takes
from api.shapes import traffic as shapes
from program import Program, SystemClock, VirtualClock

room = Room("clock", "The program's time; the sample lets anyone move it forward.")
FARTHEST = timedelta(days=366)
ROUNDS = 10_000
_one_at_a_time = threading.Lock()


@room.route("GET /clock", SIGNED_IN, shapes.Clock(), polled=True)
def read_clock() -> Any:
    """The program's time."""
    who = caller()
    return {"now": who.now, "virtual": True, "next_timer_at": who.read(who.program.engine.next_wake)}


@room.route("POST /clock:advance", SIGNED_IN, shapes.Advanced(), takes=Takes(body=shapes.Advance()))
def advance_clock(body: dict[str, Any]) -> Any:
    """Moves time forward and fires every timer on the way at its own time."""
    who = caller()
    with _one_at_a_time:
        fired = _advance(who.program, _target(who, body))
    return {"now": who.program.clock.now(), "fired": fired}


def _target(who: Caller, body: dict[str, Any]) -> datetime:
    if len(body) != 1:
        raise _refused("#", "Expected one of by and to.")
    if "to" in body:
        wake = who.read(who.program.engine.next_wake)
        if wake is None:
            raise Refusal("no-timer")
        return max(wake, who.now)
    by = duration(body["by"])
    if by is None or not timedelta(0) < by <= FARTHEST:
        raise _refused("#/by", "Expected a duration such as PT48H, at most P366D.")
    return who.now + by


def _refused(pointer: str, detail: str) -> Refusal:
    return Refusal("fields-refused", detail, errors=field_errors([(pointer, detail)]))


def _advance(program: Program, target: datetime) -> int:
    fired = 0
    for _ in range(ROUNDS):
        wake = program.database.read(program.engine.next_wake)
        instant = target if wake is None else min(wake, target)
        _move(program, instant)
        fired += _fire_due(program)
        if instant >= target:
            return fired
    _move(program, target)
    return fired


def _fire_due(program: Program) -> int:
    """Fires until nothing is due; what the server's own pump takes meanwhile is waited for, but not counted."""
    fired = 0
    for _ in range(ROUNDS):
        answers = program.pump.fire_due(program.clock.now())
        if not answers:
            break
        fired += sum(answer.fired for answer in answers)
    return fired


def _move(program: Program, instant: datetime) -> None:
    clock = program.clock
    if isinstance(clock, SystemClock):
        clock.move(max(instant - clock.now(), timedelta(0)))
    elif isinstance(clock, VirtualClock):
        clock.advance_to(instant)
