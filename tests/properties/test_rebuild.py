"""Rebuild: the history of a case alone, run again, gives the state that is stored, on random models over random ways."""

import itertools
from datetime import timedelta

from hypothesis import given

from tests.properties.test_structured import some, ways
from tests.support.driven import artefacts_of
from tests.support.rebuild import rebuild, stored, told
from tests.support.structured import Model, models
from tests.support.world import World

names = itertools.count(1)


@some(0.3)
@given(models(), ways)
def test_a_history_run_again_gives_the_stored_case(world: World, given_: Model, way: list[tuple[int, int]]) -> None:
    world.deploy(*artefacts_of(given_))
    world.count = next(names)
    case = world.start()

    for pick, answer in way:
        tasks, messages = world.tasks(), sorted({name for name, _ in world.waits})
        options = [*tasks, *messages, *(["time"] if world.timers else [])]
        if not options:
            break
        which = options[pick % len(options)]
        if which == "time":
            world.pass_time(days=1 + answer)
        elif isinstance(which, str):
            world.send(which, n=answer)
        else:
            n = [task.id for task in tasks if task.element == which.element].index(which.id)
            world.complete(which.element, n, **({"n": answer} if which.form else {}))
        world.now += timedelta(seconds=pick)

    assert told(rebuild(world, case)) == stored(world, case)
