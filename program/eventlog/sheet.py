"""CSV (RFC 4180, UTF-8): one line an event under a documented header; no cell can become a formula in a spreadsheet."""

import csv
import io
from typing import BinaryIO

from engine import LoggedEvent
from program.eventlog.source import Source, instant

HEADER = (
    "event_id",
    "case_id",
    "client_id",
    "timestamp",
    "entered_at",
    "activity",
    "lifecycle",
    "element",
    "element_type",
    "process",
    "phase",
    "resource",
    "role",
    "release",
    "task_id",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
"""A cell that begins so would be read as a formula (ASVS 1.2.10)."""


def write_csv(source: Source, out: BinaryIO) -> int:
    """Writes header and events and answers how many events."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    sheet = csv.writer(text, lineterminator="\r\n")
    sheet.writerow(HEADER)
    count = 0
    for event in source.events():
        sheet.writerow([harmless(cell) for cell in _cells(source, event)])
        count += 1
    text.detach()
    return count


def _cells(source: Source, event: LoggedEvent) -> tuple[str, ...]:
    return (
        event.id,
        event.case_id,
        event.subject_id,
        instant(event.at),
        instant(event.entered_at) if event.entered_at is not None else "",
        event.activity,
        event.transition,
        event.element,
        event.element_type,
        event.process,
        event.phase,
        source.resources.of(event),
        event.role,
        event.release,
        event.task_id,
    )


def harmless(cell: str) -> str:
    """The cell, behind an apostrophe when a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell
