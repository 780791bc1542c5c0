"""Cases of commands built again from their history: `pytestmark = pytest.mark.usefixtures("rebuilt")`."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from engine.store import tables
from tests.support.rebuild import rebuild, stored, told

DAMAGED = {"test_a_row_whose_timer_the_state_no_longer_has_is_not_moved_or_fired"}
"""Tests that change rows behind the engine's back."""


@pytest.fixture
def rebuilt(request: pytest.FixtureRequest) -> Iterator[None]:
    """After the test, each of its cases is what its history makes of an empty one."""
    worlds = [request.getfixturevalue(name) for name in ("world", "either_world") if name in request.fixturenames]
    yield
    for world in worlds if request.node.originalname not in DAMAGED else ():
        for row in world.rows(sa.select(tables.cases.c.id)):
            assert told(rebuild(world, row.id)) == stored(world, row.id)
