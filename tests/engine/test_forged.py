"""Forged cursors and unstorable values are refused by name, never a traceback of the driver."""

import pytest

from engine import CaseFilter, CursorRefused, EngineError, InboxFilter, NotFound
from engine.values import dumps
from tests.engine.test_queries import deployed, sealed, timeline
from tests.support.world import ALL, World, form, model


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+23:00", "9999-12-31T23:00:00-23:00"])
def test_a_cursor_beyond_the_calendar_is_refused(world: World, text: str) -> None:
    for ask, wanted in ((world.reading.inbox, InboxFilter), (world.reading.cases, CaseFilter)):
        with pytest.raises(CursorRefused):
            world.read(lambda tx, ask=ask, wanted=wanted: ask(tx, ALL, wanted(cursor=sealed(text, "x"))))


@pytest.mark.parametrize("step", ["9" * 30, "9" * 5000, "x", "-1", "²"])
def test_a_forged_cursor_of_the_timeline_is_refused(world: World, step: str) -> None:
    deployed(world)
    world.start("team")

    with pytest.raises(CursorRefused):
        timeline(world, 1, sealed(step, "1"))


@pytest.mark.parametrize("task", ["\x00", "\ud800", "000\ud800"])
def test_an_id_of_odd_characters_is_not_found(either_world: World, task: str) -> None:
    deployed(either_world)

    with pytest.raises(NotFound):
        either_world.read(lambda tx: either_world.reading.task(tx, ALL, task))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_refused(value: float) -> None:
    with pytest.raises(TypeError):
        dumps(value)


def test_a_form_value_that_cannot_be_stored_is_refused_by_name(world: World) -> None:
    world.deploy(model('<startEvent id="s"/><userTask id="a" n:form="f"/><endEvent id="e"/>', "s > a > e"), form("f"))
    world.start()

    with pytest.raises(EngineError):
        world.complete("a", x="\ud800")
