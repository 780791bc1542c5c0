"""Whether the process lives, and whether it can work."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, jsonify

from api.caller import program
from api.policies import PUBLIC, declares
from api.refusal import Refusal
from database import DatabaseError, DatabaseFull, check, has_room
from program import Program

checks = Blueprint("health", __name__)
LATE = timedelta(seconds=60)
"""How late the oldest timer may be before the clock counts as standing still."""


@checks.get("/healthz")
@declares(PUBLIC)
def read_health() -> Response:
    """The process answers."""
    return jsonify({"status": "ok"})


@checks.get("/readyz")
@declares(PUBLIC)
def read_readiness() -> Response:
    """The database is there, in the right revision, with room for writes, and timers are fired in time."""
    found = program()
    seen: dict[str, Any] = {"database": "ok", "clock": "ok"}
    try:
        seen["revision"] = check(found.settings.database_url)
        seen["clock"] = _clock(found)
        if not has_room(found.database):
            seen["database"] = DatabaseFull.code
    except DatabaseError as error:
        seen["database"] = error.code
    if (seen["database"], seen["clock"]) != ("ok", "ok"):
        raise Refusal("not-ready", members={"checks": seen}, headers={"Retry-After": "5"})
    return jsonify({"status": "ready", "checks": seen})


def _clock(found: Program) -> str:
    wake = found.database.read(found.engine.next_wake)
    return "late" if wake is not None and found.clock.now() - wake > LATE else "ok"
