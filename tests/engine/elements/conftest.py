"""Every scenario of an element, without a word of it changed: restarted at each step, kept in memory, and built again from history."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from engine.store import tables
from tests.support.rebuild import rebuild, stored, told
from tests.support.restarts import twice

UNTOLD = {
    "test_a_script_sees_case_facts_behind_the_token": "facts given at the start stand among its values",
    "test_a_decision_reads_case_facts_and_facts_from_outside": "what the port Facts gave is not kept",
}
"""Scenarios whose history lacks what building the case again needs."""

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
        name = request.node.originalname
        for world in worlds:
            for row in world.rows(sa.select(tables.cases.c.id)):
                if name not in UNTOLD:
                    assert told(rebuild(world, row.id)) == stored(world, row.id)
