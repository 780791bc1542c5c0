"""Migrations: running cases to another release, tried first; one transaction per case."""

from dataclasses import asdict
from typing import Any

from api.caller import Caller, caller
from api.policies import MIGRATIONS
from api.routing import Room, Takes
from api.shapes import mending as shapes
from program import Order, migrate_all, plan_all

room = Room("migrations", "Running cases to another release. Tasks, drafts and due times stay.")
TRY = {"process": "case_lifecycle", "release": "r2", "elements": {"old_task": "new_task"}}
APPLY = {**TRY, "reason": "The new consent form"}


@room.route(
    "GET /migrations",
    MIGRATIONS,
    shapes.MigrationProgress(),
    takes=Takes(query=shapes.MigrationQuery()),
    polled=True,
)
def read_progress(query: dict[str, Any]) -> Any:
    """How many running cases of a process are on a release, and how many are not yet."""
    who = caller()
    counts = who.read(lambda tx: who.program.reading.on_releases(tx, query["process"], query["release"]))
    return {**query, "there": counts.get(query["release"], 0), "elsewhere": _others(counts, query["release"])}


def _others(counts: dict[str, int], release: str) -> int:
    return sum(number for name, number in counts.items() if name != release)


@room.route("POST /migrations", MIGRATIONS, shapes.MigrationDone(), takes=Takes(body=shapes.Migration(), example=TRY))
def try_migration(body: dict[str, Any]) -> Any:
    """Tries what would move, and says what is in the way; nothing is changed."""
    who = caller()
    return asdict(plan_all(who.program, _order(who, body)))


@room.route(
    "POST /migrations:apply",
    MIGRATIONS,
    shapes.MigrationDone(),
    takes=Takes(body=shapes.MigrationOrder(), example=APPLY),
)
def apply_migration(body: dict[str, Any]) -> Any:
    """Moves every case that can move. Asked again it goes on where it stopped: what has moved is not looked at."""
    who = caller()
    return asdict(migrate_all(who.program, _order(who, body)))


def _order(who: Caller, body: dict[str, Any]) -> Order:
    return Order(body["process"], body["release"], who.actor, body.get("reason", ""), body["elements"])
