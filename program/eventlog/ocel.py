"""OCEL 2.0 as JSON: events that relate to objects of four types (case, client, task, stay), and how these relate to each other."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO

from engine import LoggedEvent
from program.eventlog.source import Source, instant

Json = Mapping[str, Any]  # Any: JSON
EVENT_ATTRIBUTES = (
    "lifecycle",
    "element",
    "element_type",
    "process",
    "phase",
    "resource",
    "role",
    "release",
    "entered_at",
)
OBJECT_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "case": ("process", "release", "status", "ending"),
    "client": (),
    "task": ("element", "group", "status"),
    "stay": ("class", "discharged_at"),
}
TIMES = frozenset({"entered_at", "discharged_at"})
EPOCH = "1970-01-01T00:00:00.000Z"
"""The time of an attribute that has none of its own."""


def write_ocel(source: Source, out: BinaryIO) -> int:
    """Writes the log and answers how many events it holds. The types of events come last, when all are known."""
    seen: set[str] = set()
    count = 0

    def events() -> Iterator[Json]:
        nonlocal count
        for event, stay in source.events_with_stays():
            seen.add(event.activity)
            count += 1
            yield _event(source, event, stay)

    out.write(b'{"objectTypes":')
    _write(out, (_type(name, attributes) for name, attributes in OBJECT_ATTRIBUTES.items()))
    out.write(b',\n"objects":')
    _write(out, _objects(source))
    out.write(b',\n"events":')
    _write(out, events())
    out.write(b',\n"eventTypes":')
    _write(out, (_type(name, EVENT_ATTRIBUTES) for name in sorted(seen)))
    out.write(b"}\n")
    return count


def _write(out: BinaryIO, items: Iterable[Json]) -> None:
    """A JSON list, item by item."""
    before = b"[\n"
    for item in items:
        out.write(before + json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode())
        before = b",\n"
    out.write(b"]" if before == b",\n" else b"[]")


def _type(name: str, attributes: Iterable[str]) -> Json:
    kinds = [{"name": each, "type": "time" if each in TIMES else "string"} for each in attributes]
    return {"name": name, "attributes": kinds}


def _objects(source: Source) -> Iterator[Json]:
    for client_id in source.clients():
        yield _object(client_id, "client", {}, None, {})
    for case in source.cases():
        told = {"process": case.process, "release": case.release, "status": case.status, "ending": case.outcome}
        yield _object(case.id, "case", told, case.started_at, {case.subject_id: "client"})
    for task in source.tasks():
        told = {"element": task.element, "group": task.group, "status": task.status}
        yield _object(task.id, "task", told, task.opened_at, {task.case_id: "case"})
    for stay in source.stays():
        left = instant(stay.discharged_at) if stay.discharged_at is not None else None
        told = {"class": stay.patient_class, "discharged_at": left}
        yield _object(stay.id, "stay", told, stay.began_at, {stay.case_id: "case"})


def _object(
    object_id: str, kind: str, told: Mapping[str, str | None], at: datetime | None, related: Mapping[str, str]
) -> Json:
    time = instant(at) if at is not None else EPOCH
    return {
        "id": object_id,
        "type": kind,
        "attributes": [{"name": name, "time": time, "value": value} for name, value in told.items() if value],
        "relationships": _relations(related),
    }


def _event(source: Source, event: LoggedEvent, stay: str | None) -> Json:
    told = {
        "lifecycle": event.transition,
        "element": event.element,
        "element_type": event.element_type,
        "process": event.process,
        "phase": event.phase,
        "resource": source.resources.of(event),
        "role": event.role,
        "release": event.release,
        "entered_at": instant(event.entered_at) if event.entered_at is not None else "",
    }
    related = {event.case_id: "case", event.subject_id: "client"}
    related |= {event.task_id: "task"} if event.task_id else {}
    related |= {stay: "stay"} if stay else {}
    return {
        "id": event.id,
        "type": event.activity,
        "time": instant(event.at),
        "attributes": [{"name": name, "value": value} for name, value in told.items() if value],
        "relationships": _relations(related),
    }


def _relations(related: Mapping[str, str]) -> list[Json]:
    return [{"objectId": object_id, "qualifier": qualifier} for object_id, qualifier in related.items()]
