"""The pump: due timers fire in due order; one that fails backs off and becomes an incident, and holds up nobody."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from database import Database, Keyring
from engine.store import tables
from tests.support.world import START, World, model

HOUR = timedelta(hours=1)
WAIT = (
    '<startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition id="d">'
    '<timeDuration xsi:type="tFormalExpression">PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>'
)
GOOD = model(WAIT + '<userTask id="u" n:group="team"/><endEvent id="e"/>', "s>t>u>e")


@pytest.fixture
def world(database: Database, keyring: Keyring) -> World:
    """On SQLite and on PostgreSQL."""
    return World(database, keyring)


def timer_row(world: World, case: str) -> sa.Row:
    return world.rows(sa.select(tables.timers).where(tables.timers.c.case_id == case))[0]


def test_nothing_is_fired_before_it_is_due(world: World):
    world.deploy(GOOD)
    world.start()

    assert world.pump.fire_due(START + HOUR - timedelta(seconds=1)) == ()
    assert world.open == []


def test_due_timers_fire_once(world: World):
    world.deploy(GOOD)
    case = world.start()

    fired = world.pump.fire_due(START + HOUR)

    assert [(item.fired, item.case_id) for item in fired] == [(True, case)]
    assert world.open == ["u"]
    assert world.pump.fire_due(START + HOUR) == ()


def test_more_timers_than_a_batch_take_as_many_calls_as_they_need(world: World):
    world.deploy(GOOD)
    for _ in range(7):
        world.start()

    found = [len(world.pump.fire_due(START + HOUR, 3)) for _ in range(4)]

    assert found == [3, 3, 1, 0]


def test_a_poison_timer_backs_off_and_becomes_an_incident_while_others_fire(world: World):
    world.deploy(GOOD)
    poison = world.start("P")
    world.damage()
    good = world.start("P")
    now = START + HOUR

    fired = world.pump.fire_due(now)

    assert {item.case_id for item in fired if item.fired} == {good}
    assert world.open == ["u"]
    attempts, waits = [], []
    for _ in range(5):
        row = timer_row(world, poison)
        attempts.append((row.attempts, bool(row.incident)))
        waits.append(row.wake_at - now)
        now = max(now, row.wake_at)
        world.pump.fire_due(now)
    assert [n for n, _ in attempts][:3] == [1, 2, 3]
    assert attempts[2] == (3, True)
    assert attempts[2:] == [(3, True)] * 3, "an incident is not tried again"
    assert waits[0] < waits[1]
    assert timer_row(world, poison).due_at == START + HOUR


def test_a_poison_timer_leaves_its_case_as_it_was(world: World):
    world.deploy(GOOD)
    case = world.start("P")
    world.damage()
    before = world.view.version

    for _ in range(3):
        world.pump.fire_due(START + 2 * HOUR)

    assert world.view.version == before
    assert [event.kind for event in world.history].count("TimerFired") == 0
    assert timer_row(world, case).element == "t"
