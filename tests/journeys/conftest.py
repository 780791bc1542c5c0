"""What the journeys share: a folder with schema, people and first release, made once; stories begin in a copy of it."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from database import upgrade
from program import VirtualClock, open_program, seed_people, seed_release
from tests.journeys.story import BEGIN, ENROLLED, Story, settings_in


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with keys, schema, sample people and the shipped models, deployed in 2025."""
    home = tmp_path_factory.mktemp("journeys") / "home"
    home.mkdir()
    settings = settings_in(home)
    upgrade(settings.database_url)
    program = open_program(settings, VirtualClock(BEGIN))
    seed_people(program)
    seed_release(program)
    program.close()
    return home


@pytest.fixture(scope="session")
def enrolled_home(tmp_path_factory: pytest.TempPathFactory, prepared_home: Path) -> Path:
    """The same with client 7001, referred on 1 May 2025 and in Following-Up since."""
    home = tmp_path_factory.mktemp("enrolled") / "home"
    shutil.copytree(prepared_home, home)
    story = Story(home)
    story.refer("7001")
    story.driver.run(ENROLLED)
    assert story.case()["stage"] == "following_up"
    assert not story.open()
    story.close()
    return home


@pytest.fixture
def story(tmp_path: Path, prepared_home: Path, enrolled_home: Path) -> Iterator[Callable[..., Story]]:
    """Begins a story of client 7001, or an empty one: `story(enrolled=False, answers=…, seed=…)`."""
    told: list[Story] = []
    number = itertools.count()

    def begin(*, enrolled: bool = True, **more: Any) -> Story:
        home = tmp_path / f"home-{next(number)}"
        shutil.copytree(enrolled_home if enrolled else prepared_home, home)
        told.append(Story(home, begin=ENROLLED if enrolled else BEGIN, **more))
        return told[-1]

    yield begin
    for each in told:
        each.close()
