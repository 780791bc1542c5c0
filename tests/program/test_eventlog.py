"""Event logs: the structure that XES (IEEE 1849-2016), OCEL 2.0 and RFC 4180 ask for, no names, no formulas, one page in memory.

The published schemas are in no package that may be a dependency here, so the structure is checked from the standards' text.
"""

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine import Chronicle, LogFilter, LoggedEvent
from engine.eventlog import TRANSITIONS as OURS
from program.eventlog.ocel import write_ocel
from program.eventlog.sheet import HEADER, harmless, write_csv
from program.eventlog.source import Resources, Source
from program.eventlog.xes import write_xes

XES = "{http://www.xes-standard.org/}"
T = datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)
TRANSITIONS = {
    "schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume",
    "pi_abort", "ate_abort", "complete", "autoskip", "manualskip", "unknown",
}  # fmt: skip
EVENT = LoggedEvent(
    case_id="001a",
    step=1,
    n=2,
    subject_id="c1",
    root="care",
    activity="Call",
    element="call",
    element_type="userTask",
    process="care",
    phase="planning",
    transition="complete",
    at=T,
    entered_at=T - timedelta(hours=1),
    role="nurse",
    actor="nina-nurse",
    release="r1",
    task_id="001t",
)


@dataclass(frozen=True)
class Told(Chronicle):
    """A chronicle of given events, page by page."""

    pages: Any = ()

    def events(self, tx: Any, wanted: Any) -> Iterator[tuple[LoggedEvent, ...]]:
        yield from self.pages

    def logged_cases(self, tx: Any, wanted: Any) -> Iterator[Any]:
        return iter(())

    logged_tasks = logged_subjects = logged_cases


@dataclass
class NoRows:
    """A transaction on empty tables."""

    def rows(self, statement: Any, params: Any = None) -> list[Any]:
        return []


def source(*events: LoggedEvent, people: dict[str, str] | None = None) -> Source:
    return Source(NoRows(), Told(None, [events]), LogFilter(), Resources(people))


def written(write: Any, given: Source) -> bytes:
    out = io.BytesIO()
    write(given, out)
    return out.getvalue()


def many(pages: int, size: int = 100) -> Source:
    def made() -> Iterator[tuple[LoggedEvent, ...]]:
        for page in range(pages):
            yield tuple(replace(EVENT, case_id=f"{page:x}", step=n) for n in range(size))

    return Source(NoRows(), Told(None, made()), LogFilter(), Resources(None))


def attributes(element: Any) -> dict[str, str]:
    return {item.get("key"): item.get("value") for item in element if item.get("key")}


def test_xes_has_the_structure_of_the_standard():
    given = source(EVENT, replace(EVENT, step=2, transition="schedule"), replace(EVENT, case_id="001b"))

    root = etree.fromstring(written(write_xes, given))

    assert root.tag == f"{XES}log"
    assert float(root.get("xes.version")) == 1849.2016
    assert root.get("xes.features") == ""
    order = [etree.QName(item).localname for item in root]
    assert order == sorted(order, key=["extension", "global", "classifier", "string", "trace"].index)
    extensions = {item.get("prefix"): item.get("uri") for item in root.iter(f"{XES}extension")}
    assert extensions == {
        name: f"http://www.xes-standard.org/{name}.xesext" for name in ("concept", "time", "lifecycle", "org")
    }
    scopes = {item.get("scope"): set(attributes(item)) for item in root.iter(f"{XES}global")}
    for scope, tag in (("trace", "trace"), ("event", "event")):
        for element in root.iter(f"{XES}{tag}"):
            assert scopes[scope] <= set(attributes(element)), "what is global stands in each"
    for item in root.iter(f"{XES}classifier"):
        assert set(item.get("keys").split()) <= scopes["event"]
    assert [len(trace.findall(f"{XES}event")) for trace in root.iter(f"{XES}trace")] == [2, 1]


def test_an_event_of_xes_says_what_when_who_and_where():
    (event,) = etree.fromstring(written(write_xes, source(EVENT))).iter(f"{XES}event")

    assert attributes(event) == {
        "concept:name": "Call",
        "concept:instance": "001t",
        "lifecycle:transition": "complete",
        "org:resource": "nurse",
        "org:role": "nurse",
        "element": "call",
        "element_type": "userTask",
        "process": "care",
        "phase": "planning",
        "release": "r1",
        "event_id": "001a.1.2",
        "time:timestamp": "2026-01-02T03:04:05.678Z",
        "entered_at": "2026-01-02T02:04:05.678Z",
    }
    assert {etree.QName(item).localname for item in event if item.get("key") in {"time:timestamp", "entered_at"}} == {
        "date"
    }


def test_ocel_has_the_structure_of_the_standard():
    document = json.loads(written(write_ocel, source(EVENT, replace(EVENT, step=2, activity="Look", task_id=""))))

    assert set(document) == {"eventTypes", "objectTypes", "events", "objects"}
    declared = {
        item["name"]: {each["name"]: each["type"] for each in item["attributes"]} for item in document["eventTypes"]
    }
    assert set(declared) == {"Call", "Look"}
    for kinds in declared.values():
        assert set(kinds.values()) <= {"string", "time", "integer", "float", "boolean"}
    for event in document["events"]:
        assert set(event) == {"id", "type", "time", "attributes", "relationships"}
        assert datetime.fromisoformat(event["time"]).tzinfo
        for item in event["attributes"]:
            assert set(item) == {"name", "value"}
            assert isinstance(item["value"], str)
            assert item["name"] in declared[event["type"]]
        for item in event["relationships"]:
            assert set(item) == {"objectId", "qualifier"}
    assert document["events"][0]["relationships"] == [
        {"objectId": "001a", "qualifier": "case"},
        {"objectId": "c1", "qualifier": "client"},
        {"objectId": "001t", "qualifier": "task"},
    ]
    assert len(document["events"][1]["relationships"]) == 2


def test_an_empty_log_is_a_sound_document_of_each_kind():
    assert json.loads(written(write_ocel, source()))["events"] == []
    assert list(etree.fromstring(written(write_xes, source())).iter(f"{XES}trace")) == []
    assert written(write_csv, source()).decode() == ",".join(HEADER) + "\r\n"


def test_csv_is_one_line_an_event_under_its_header():
    lines = list(
        csv.DictReader(io.StringIO(written(write_csv, source(EVENT, replace(EVENT, entered_at=None))).decode()))
    )

    assert [line["event_id"] for line in lines] == ["001a.1.2", "001a.1.2"]
    assert lines[0]["timestamp"] == "2026-01-02T03:04:05.678Z"
    assert lines[1]["entered_at"] == ""


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", " =1"])
def test_no_cell_is_a_formula(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Call", "a=b", "2026-01-02", "'=1", "3"])
def test_harmless_cells_stay_as_they_are(cell):
    assert harmless(cell) == cell


def test_a_hostile_name_of_an_element_reaches_no_spreadsheet_and_breaks_no_document():
    hostile = replace(EVENT, activity='=cmd|" /C calc"!A0,</trace>&\r\nx')

    (line,) = csv.DictReader(io.StringIO(written(write_csv, source(hostile)).decode(), newline=""))
    (event,) = etree.fromstring(written(write_xes, source(hostile))).iter(f"{XES}event")
    document = json.loads(written(write_ocel, source(hostile)))

    assert line["activity"] == f"'{hostile.activity}"
    assert attributes(event)["concept:name"] == hostile.activity
    assert document["events"][0]["type"] == hostile.activity


def test_who_acted_is_a_role_unless_names_were_asked_for():
    scheduled, automatic = replace(EVENT, transition="schedule"), replace(EVENT, role="", actor="clock")

    roles, named = Resources(None), Resources({"nina-nurse": "Nina Petrova"})

    assert [roles.of(item) for item in (EVENT, scheduled, automatic)] == ["nurse", "system", "system"]
    assert [named.of(item) for item in (EVENT, automatic)] == ["Nina Petrova", "system"]
    for write in (write_xes, write_ocel, write_csv):
        assert b"nina" not in written(write, source(EVENT)).lower()


def test_every_transition_is_one_of_the_standard_lifecycle():
    assert set(OURS.values()) <= TRANSITIONS


@pytest.mark.parametrize("write", [write_xes, write_ocel, write_csv])
def test_six_times_as_many_events_need_no_more_memory(write, tmp_path: Path):
    peaks = []
    for pages in (10, 60):
        with (tmp_path / "log").open("wb") as out:
            tracemalloc.start()
            assert write(many(pages), out) == pages * 100
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()

    assert peaks[1] < peaks[0] * 1.5 + 100_000
