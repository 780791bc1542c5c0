"""Every scenario of an element, without a word of it changed: restarted at each step, kept in memory, and built again from history."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from engine.store import tables
from tests.support.rebuild import rebuild, stored, told
from tests.support.restarts import twice

LONG = {"test_a_loop_without_a_wait_is_parked"}
"""Ten thousand elements in one step: once is enough."""


@pytest.fixture(autouse=True)
def restarted_and_rebuilt(request: pytest.FixtureRequest) -> Iterator[None]:
    worlds = [request.getfixturevalue(name) for name in ("world", "either_world") if name in request.fixturenames]
    if request.node.originalname in LONG:
        yield
        return
    with twice():
        yield
        for world in worlds:
            for row in world.rows(sa.select(tables.cases.c.id)):
                assert told(rebuild(world, row.id)) == stored(world, row.id)
