"""kill -9 of processes that complete tasks and fire timers: nothing acknowledged is lost, nothing happens twice."""

import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from database import open_database
from engine.store import tables
from tests.support.world import World
from tests.torture.crew import Crew, key
from tests.torture.report import SECONDS, Report
from tests.torture.verify import verify

CASES = 6
STAFF = {"sqlite": (("person", "person", "clock"),), "postgresql": (("person",), ("clock",), ("person", "clock"))}
"""The embedded database has one process at a time, PostgreSQL any number."""

pytestmark = pytest.mark.torture


def judged(world: World, crew: Crew, repeated: int) -> dict[str, Any]:
    """Doubles and losses between what was told and what is kept; `repeated` answers may be kept and not told."""
    assert verify(world.database, world.keyring, world.library) == CASES
    told = Counter(each.which for each in crew.said() if each.what == "done")
    done = sa.select(tables.tasks.c.id).where(tables.tasks.c.status == "completed")
    kept = {row.id for row in world.rows(done)}
    history = Counter(row.kind for row in world.rows(sa.select(tables.history.c.kind)))
    rounds = len(world.rows(sa.select(tables.outbox.c.id)))
    doubles = sum(count - 1 for count in told.values()) + (history["TaskCompleted"] - len(kept))
    losses = len(set(told) - kept) + sum(timer.attempts > 0 for timer in world.rows(sa.select(tables.timers)))
    assert (doubles, losses) == (0, 0)
    assert len(kept) - len(told) <= repeated
    assert 0 <= history["TimerFired"] - rounds <= CASES
    assert 0 <= len(kept) - rounds <= CASES
    return {"rounds": rounds, "doubles": doubles, "losses": losses}


def test_a_killed_process_loses_nothing_and_does_nothing_twice(
    address: Callable[..., str], crew: Callable[[str], Crew], report: Report
) -> None:
    url = address()
    kind = url.partition(":")[0].partition("+")[0]
    gang, chance = crew(url), random.Random(2026)  # noqa: S311  # seeded moments of death
    gang.populate(CASES)
    members = {gang.hire(*works): works for works in STAFF[kind]}
    until = time.monotonic() + SECONDS

    while time.monotonic() < until or len(gang.kills) < 3:
        before = len(gang.said())
        gang.until(lambda said, before=before: len(said) > before + 3)
        gang.members[0].join(chance.uniform(0.01, 0.2))
        gang.whole()
        member = chance.choice(gang.members)
        works = members.pop(member)
        gang.kill(member)
        members[gang.hire(*works)] = works

    gang.until(lambda said: said[-1].at > gang.kills[-1] and said[-1].what in {"done", "fired"})
    gang.dismiss()
    world = World(open_database(url), key())
    found = judged(world, gang, repeated=2 * len(gang.kills) + 8)
    report("1 kill -9", kind, kills=len(gang.kills), recovery_ms=gang.recovery_ms(), **found)
    world.database.close()
