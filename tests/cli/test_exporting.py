"""`ninefold export events`: a case that was lived through, told as XES, OCEL 2.0 and CSV."""

import csv
import io
import json
import shutil
import sqlite3
import stat
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from bpmn import models_folder
from program.eventlog.sheet import HEADER
from tests.cli.conftest import Command
from tests.journeys.conftest import enrolled_home
from tests.journeys.story import FEEDS

__all__ = ["enrolled_home"]


@pytest.fixture
def lived(tmp_path: Path, enrolled_home: Path) -> Path:
    """A folder with client 7001, enrolled, and a second case that an admission began."""
    return Path(shutil.copytree(enrolled_home, tmp_path / "lived"))


def sql(home: Path, statement: str, *values: Any) -> list[Any]:
    with closing(sqlite3.connect(home / "ninefold.db")) as connection:
        return connection.execute(statement, values).fetchall()


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_each_element_that_was_left_and_each_task_that_opened_is_one_event(ninefold: Command, lived: Path):
    found = lines(ninefold("export", "events", "--as", "csv", home=lived).out)

    kinds = dict(sql(lived, "SELECT kind, count(*) FROM history GROUP BY kind"))
    told = Counter(line["lifecycle"] for line in found)
    assert told["complete"] == kinds["ElementLeft"] > 50
    assert told["schedule"] == kinds["TaskOpened"]
    assert len({line["event_id"] for line in found}) == len(found)
    assert tuple(found[0]) == HEADER
    by_task = {
        line["task_id"]: line["element"] for line in found if line["lifecycle"] == "complete" and line["task_id"]
    }
    assert by_task == dict(sql(lived, "SELECT id, element FROM tasks WHERE status = 'completed'"))


def test_nothing_that_names_anybody_leaves_with_any_of_the_three(ninefold: Command, lived: Path):
    people = [name for row in sql(lived, "SELECT id, name FROM people") for name in row]

    for form in ("xes", "ocel", "csv"):
        found = ninefold("export", "events", "--as", form, home=lived)
        assert found.code == 0, found.err
        for word in (*people, "7001", "Example"):
            assert word not in found.out, word


def test_the_three_tell_of_the_same_events(ninefold: Command, lived: Path):
    out = {form: ninefold("export", "events", "--as", form, home=lived).out for form in ("xes", "ocel", "csv")}

    ids = [line["event_id"] for line in lines(out["csv"])]
    xes = etree.fromstring(out["xes"].encode())
    assert [item.get("value") for item in xes.iter("{*}string") if item.get("key") == "event_id"] == ids
    assert [event["id"] for event in json.loads(out["ocel"])["events"]] == ids
    for trace in xes.iter("{*}trace"):
        times = [item.get("value") for item in trace.iter("{*}date") if item.get("key") == "time:timestamp"]
        assert times == sorted(times)


def test_every_object_that_an_event_relates_to_is_there_once(ninefold: Command, lived: Path):
    assert ninefold("feed", FEEDS / "emergency.hl7", home=lived).code == 0
    document = json.loads(ninefold("export", "events", "--as", "ocel", home=lived).out)

    objects = {item["id"]: item["type"] for item in document["objects"]}
    assert len(objects) == len(document["objects"])
    assert set(objects.values()) <= {"case", "client", "task", "stay"}
    for item in (*document["events"], *document["objects"]):
        for related in item["relationships"]:
            assert objects[related["objectId"]] == related["qualifier"]
    declared = {item["name"]: {each["name"] for each in item["attributes"]} for item in document["objectTypes"]}
    for item in document["objects"]:
        assert {each["name"] for each in item["attributes"]} <= declared[item["type"]]


def test_a_span_and_a_process_narrow_the_log_and_the_phase_stays_known(ninefold: Command, lived: Path):
    every = lines(ninefold("export", "events", "--as", "csv", home=lived).out)
    middle = every[len(every) // 2]["timestamp"]

    later = lines(ninefold("export", "events", "--as", "csv", "--from", middle, home=lived).out)
    earlier = lines(ninefold("export", "events", "--as", "csv", "--to", middle, home=lived).out)
    drawn = lines(ninefold("export", "events", "--as", "csv", "--process", "p1_screening", home=lived).out)
    whole = lines(ninefold("export", "events", "--as", "csv", "--process", "case_lifecycle", home=lived).out)

    assert earlier + later == every
    assert drawn == [line for line in every if line["process"] == "p1_screening"] != []
    assert whole == every
    assert ninefold("export", "events", "--as", "csv", "--process", "none", home=lived).out.count("\n") == 1


def test_a_day_is_one_of_the_organisation(ninefold: Command, lived: Path):
    by_day = ninefold("export", "events", "--as", "csv", "--from", "2025-05-02", home=lived)
    by_instant = ninefold("export", "events", "--as", "csv", "--from", "2025-05-02T00:00:00-04:00", home=lived)

    assert by_day.out == by_instant.out
    wrong = ninefold("export", "events", "--as", "csv", "--from", "May", home=lived)
    assert (wrong.code, "expected a day or an ISO instant" in wrong.err) == (2, True)


def test_names_come_only_when_asked_for_and_the_audit_says_so(ninefold: Command, lived: Path):
    before = sql(lived, "SELECT count(*) FROM audit WHERE action = 'export_events'")[0][0]

    roles = ninefold("export", "events", "--as", "csv", home=lived)
    named = ninefold("export", "events", "--as", "csv", "--names", home=lived)

    assert {line["resource"] for line in lines(roles.out)} >= {"system", "case_manager"}
    assert "Nora Lindqvist" not in roles.out
    assert "Nora Lindqvist" in {line["resource"] for line in lines(named.out)}
    assert (before, sql(lived, "SELECT count(*) FROM audit WHERE action = 'export_events'")[0][0]) == (0, 1)


def test_a_file_is_there_as_a_whole_and_for_its_owner_alone(ninefold: Command, lived: Path, tmp_path: Path):
    target = tmp_path / "log.csv"

    done = ninefold("export", "events", "--as", "csv", "--output", target, home=lived)
    refused = ninefold("export", "events", "--as", "csv", "--output", tmp_path / "no" / "log.csv", home=lived)

    assert (done.code, done.out) == (0, "")
    assert f"{len(lines(target.read_text()))} events" in done.err
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert not target.with_name("log.csv.part").exists()
    assert (refused.code, "Expected a file that can be written" in refused.err) == (1, True)


def test_what_happened_before_a_case_moved_is_told_of_the_release_of_then(
    ninefold: Command, lived: Path, tmp_path: Path
):
    ninefold("feed", FEEDS / "strangers.hl7", home=lived)
    (element,) = {row[0] for row in sql(lived, "SELECT element FROM tasks WHERE status = 'open'")}
    source = (models_folder() / "p1_screening.bpmn").read_text()
    renamed = source.replace(f'"{element}"', '"looked_at"').replace(f">{element}<", ">looked_at<")
    (tmp_path / "p1_screening.bpmn").write_text(renamed)
    (tmp_path / "map.json").write_text(json.dumps({element: "looked_at"}))
    release = ninefold("deploy", "--format", "json", tmp_path / "p1_screening.bpmn", home=lived).document["release"]
    moved = ninefold(
        "migrate", "case_lifecycle", "--to", release, "--map", tmp_path / "map.json", "--apply", home=lived
    )
    assert moved.code == 0, moved.err

    found = lines(ninefold("export", "events", "--as", "csv", home=lived).out)

    started = [line for line in found if line["element"] == element and line["lifecycle"] == "schedule"]
    assert started
    assert {line["release"] for line in started} == {"r1"}, "it opened before the case moved"
    assert element not in {line["activity"] for line in started}, "named by the release of then"
