"""Bug 15."""

from engine import InboxFilter
from tests.engine.test_queries import crowded, plans
from tests.support.world import ALL, World


def test_the_inbox_over_everything_walks_the_index_of_due_dates(world: World) -> None:
    crowded(world)

    (plan,) = plans(world, lambda tx: world.reading.inbox(tx, ALL, InboxFilter()))
    assert "tasks_due" in plan, plan
    assert "TEMP B-TREE" not in plan, plan
