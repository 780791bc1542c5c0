"""Rebuild: the history of a case alone, run again, gives the state that is stored, on random models over random ways."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given

from database import Keyring, open_database
from tests.properties.test_structured import some, ways
from tests.support.driven import artefacts_of
from tests.support.rebuild import rebuild, stored, told
from tests.support.structured import Model, models
from tests.support.world import World


@contextmanager
def fresh(template: Path, keyring: Keyring) -> Iterator[World]:
    """A world of its own: a release keeps what was deployed before, and two models' ids may not meet in it."""
    with TemporaryDirectory() as folder:
        shutil.copyfile(template, f"{folder}/world.db")
        database = open_database(f"sqlite:///{folder}/world.db", synchronous="NORMAL")
        yield World(database, keyring)
        database.close()


@some(0.3)
@given(models(), ways)
def test_a_history_run_again_gives_the_stored_case(
    sqlite_templates: Callable[[], Path], keyring: Keyring, given_: Model, way: list[tuple[int, int]]
) -> None:
    with fresh(sqlite_templates(), keyring) as world:
        world.deploy(*artefacts_of(given_))
        case = world.start()
        wander(world, way)

        assert told(rebuild(world, case)) == stored(world, case)


def wander(world: World, way: list[tuple[int, int]]) -> None:
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
