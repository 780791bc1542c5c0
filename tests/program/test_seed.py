"""The first release and the sample people: seeding again changes nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from access import active_people
from database import upgrade
from program import Program, VirtualClock, open_program, read_settings, seed_people, seed_release, shipped_files


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    home = tmp_path_factory.mktemp("seed")
    settings = read_settings({"NINEFOLD_PROFILE": "sample", "NINEFOLD_HOME": str(home)})
    upgrade(settings.database_url)
    opened = open_program(settings, VirtualClock(datetime(2026, 1, 5, tzinfo=UTC)))
    yield opened
    opened.close()


def test_seeding_twice_gives_the_same_release_and_changes_nothing(program: Program):
    first, second = seed_release(program), seed_release(program)

    assert second.release == first.release
    assert not any(item.changed for item in second.deployed)
    assert len(second.deployed) == len(shipped_files())
    assert len(program.database.read(lambda tx: program.reading.releases(tx, 10)).items) == 1


def test_people_are_added_once(program: Program):
    seed_people(program)
    before = program.database.read(active_people)

    seed_people(program)

    assert program.database.read(active_people) == before
    assert len(before) == len({person.id for person in before}) > 10


def test_there_is_somebody_for_every_group_that_a_task_names(program: Program):
    seed_people(program)
    groups = {group for person in program.database.read(active_people) for group in person.groups}
    seed_release(program)
    artefacts = program.database.read(program.reading.designs)
    named = {
        text.split('"', 1)[0]
        for item in artefacts
        if item.kind == "model"
        for text in item.source.decode().split('ninefold:group="')[1:]
    }

    assert named <= groups


def test_the_shipped_files_are_models_decisions_and_forms():
    kinds = {"".join(path.suffixes) for path in shipped_files()}

    assert kinds == {".bpmn", ".dmn", ".form.json"}
    assert all(isinstance(path, Path) and path.is_file() for path in shipped_files())
    assert len(shipped_files()) == len({path.name for path in shipped_files()})


def test_the_seeded_database_holds_the_bytes_of_the_files(program: Program):
    seed_release(program)
    sources = {
        row.source for row in program.database.read(lambda tx: list(tx.rows(sa.text("SELECT source FROM artefacts"))))
    }

    assert sources == {path.read_bytes() for path in shipped_files()}
