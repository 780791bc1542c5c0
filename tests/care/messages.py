"""Builds ADT messages and reads them back, for the tests of care."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from care.hl7 import Message, read_message
from care.notices import Notice, read_envelope, read_notice

ZONE = ZoneInfo("America/New_York")
NUMBERS = itertools.count(1)


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant from the wall clock of New York."""
    return datetime(year, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def stamp(at: datetime | None) -> str:
    return at.astimezone(ZONE).strftime("%Y%m%d%H%M%S") if at else ""


def adt(
    event: str,
    at: datetime,
    *,
    mrn: str = "1000",
    authority: str = "SYNTH",
    name: str = "Okuneva^Toby",
    birth: str = "19650301",
    encounter: str = "E1",
    patient_class: str = "I",
    kind: str = "",
    admitted: datetime | None = None,
    discharged: datetime | None = None,
    disposition: str = "",
    died: str = "",
    died_at: datetime | None = None,
    merged: str = "",
    reason: str = "",
    control_id: str | None = None,
    sender: str = "TEST",
) -> bytes:
    """One message in the default separators; a visit is left out when `encounter` is empty."""
    number = control_id or f"C{next(NUMBERS):06d}"
    segments = [
        f"MSH|^~\\&|{sender}|HOSPITAL|NINEFOLD|CM|{stamp(at)}||ADT^{event}^ADT_{event}|{number}|P|2.5.1",
        f"EVN|{event}|{stamp(at)}",
        f"PID|1||{mrn}^^^{authority}^MR||{name}||{birth}|F|||1 Main St^^Boston^MA^02113^US||555-0100"
        + "|" * 16
        + f"{stamp(died_at)}|{died}",
    ]
    if merged:
        segments.append(f"MRG|{merged}^^^{authority}^MR")
    if encounter:
        visit = [""] * 46
        visit[0:5] = ["PV1", "1", patient_class, "^^^HOSPITAL", kind]
        visit[19], visit[36], visit[44], visit[45] = encounter, disposition, stamp(admitted), stamp(discharged)
        segments.append("|".join(visit))
    if reason:
        segments.append(f"DG1|1||{reason}^Reason^SCT")
    return "".join(segment + "\r" for segment in segments).encode()


def message(event: str, at: datetime, **more) -> Message:
    return read_message(adt(event, at, **more))


def notice(event: str, at: datetime, **more) -> Notice:
    found = message(event, at, **more)
    said = read_notice(found, read_envelope(found, ZONE), ZONE, "SYNTH")
    assert said is not None
    return said


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
