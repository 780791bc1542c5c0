"""XES, IEEE 1849-2016: one trace a case, one event per transition, with the extensions concept, time, lifecycle and organizational."""

from itertools import chain, groupby
from typing import BinaryIO

from lxml import etree

from engine import LoggedEvent
from program.eventlog.source import Source, instant

NAMESPACE = "http://www.xes-standard.org/"
EXTENSIONS = (
    ("Concept", "concept"),
    ("Time", "time"),
    ("Lifecycle", "lifecycle"),
    ("Organizational", "org"),
)
EVENT_GLOBALS = ("concept:name", "lifecycle:transition", "org:resource")
UNKNOWN_TIME = "1970-01-01T00:00:00.000Z"


def write_xes(source: Source, out: BinaryIO) -> int:
    """Writes a log of all events and answers how many.

    Inner elements are named without the namespace, which the root makes that of all: else each would declare it again.
    """
    count = 0
    with etree.xmlfile(out, encoding="utf-8") as file:
        file.write_declaration()
        root = {"xes.version": "1849.2016", "xes.features": ""}
        with file.element(f"{{{NAMESPACE}}}log", root, nsmap={None: NAMESPACE}):
            for head in _heads():
                file.write(head, pretty_print=True)
            for _case, events in groupby(source.events(), lambda event: event.case_id):
                first = next(events)
                with file.element("trace"):
                    for attribute in _of_trace(first):
                        file.write(attribute)
                    for event in chain([first], events):
                        file.write(_event(source, event))
                        count += 1
    return count


def _attribute(kind: str, key: str, value: str) -> etree._Element:
    return etree.Element(kind, {"key": key, "value": value})


def _heads() -> list[etree._Element]:
    found = [
        etree.Element("extension", {"name": name, "prefix": prefix, "uri": f"{NAMESPACE}{prefix}.xesext"})
        for name, prefix in EXTENSIONS
    ]
    trace = etree.Element("global", {"scope": "trace"})
    trace.append(_attribute("string", "concept:name", ""))
    event = etree.Element("global", {"scope": "event"})
    event.extend(_attribute("string", key, "") for key in EVENT_GLOBALS)
    event.append(_attribute("date", "time:timestamp", UNKNOWN_TIME))
    keys = {"Activity": "concept:name", "Activity_and_transition": "concept:name lifecycle:transition"}
    classifiers = [
        etree.Element("classifier", {"name": name, "scope": "event", "keys": key}) for name, key in keys.items()
    ]
    return [*found, trace, event, *classifiers, _attribute("string", "lifecycle:model", "standard")]


def _of_trace(event: LoggedEvent) -> list[etree._Element]:
    told = {"concept:name": event.case_id, "client": event.subject_id, "process": event.root}
    return [_attribute("string", key, value) for key, value in told.items()]


def _event(source: Source, event: LoggedEvent) -> etree._Element:
    told = {
        "concept:name": event.activity,
        "concept:instance": event.task_id,
        "lifecycle:transition": event.transition,
        "org:resource": source.resources.of(event),
        "org:role": event.role,
        "element": event.element,
        "element_type": event.element_type,
        "process": event.process,
        "phase": event.phase,
        "release": event.release,
        "event_id": event.id,
    }
    found = etree.Element("event")
    found.extend(_attribute("string", key, value) for key, value in told.items() if value)
    found.append(_attribute("date", "time:timestamp", instant(event.at)))
    if event.entered_at is not None:
        found.append(_attribute("date", "entered_at", instant(event.entered_at)))
    return found
