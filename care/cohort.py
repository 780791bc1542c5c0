"""The sample cohort: its clients, its feed and the expected LACE parts, with all times moved so that the feed ends now."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

from care.errors import MessageRejected
from care.hl7 import Message, Segment, parse_instant, read_messages
from care.model import Demographics

AUTHORITY = "SYNTH"
ZONE = ZoneInfo("America/New_York")
WEEK = timedelta(weeks=1)
SOME_YEAR, LAST_YEAR = 1900, 2200
"""Beyond these a time is a slip and says nothing of when a message was sent."""
# The fields of the feed that hold times; PID-7, the birth date, stays.
_TIMES = {"MSH": (7,), "EVN": (2,), "PID": (29,), "PV1": (44, 45), "DG1": (5,)}
_FORMAT = "%Y%m%d%H%M%S"
_EVENT_TIMES = ("at", "start", "end")


@dataclass(frozen=True, slots=True)
class SampleClient:
    """A client of the cohort before the register knows them."""

    authority: str
    mrn: str
    demographics: Demographics


@dataclass(frozen=True, slots=True)
class ExpectedLace:
    """LACE parts of one inpatient discharge, computed apart from Ninefold; `readmitted_after` in whole days."""

    encounter_id: str
    mrn: str
    los_days: int
    acute: bool
    charlson: int
    ed_6m: int
    score: int
    band: str
    adm_12m: int
    readmitted_after: int | None


def sample_clients() -> tuple[SampleClient, ...]:
    """The 56 clients, by medical record number."""
    found = (
        SampleClient(
            AUTHORITY,
            row["mrn"],
            Demographics(
                family=row["family"],
                given=row["given"],
                birth_date=date.fromisoformat(row["birth_date"]),
                sex={"female": "F", "male": "M"}.get(row["gender"], "U"),
                language=row["language"].split(" (")[0],
                phone=row["phone"],
                street=row["line"],
                city=row["city"],
                state=row["state"],
                postal=row["postal"],
                marital=row["marital"],
            ),
        )
        for row in _rows("patients.csv")
    )
    return tuple(sorted(found, key=lambda client: client.mrn))


def expected_lace() -> tuple[ExpectedLace, ...]:
    """One row per inpatient discharge of the feed, in the order of the file."""
    return tuple(
        ExpectedLace(
            encounter_id=row["encounter_id"],
            mrn=row["mrn"],
            los_days=int(row["los_days"]),
            acute=row["acute"] == "1",
            charlson=int(row["charlson"]),
            ed_6m=int(row["ed_6m"]),
            score=int(row["lace"]),
            band=row["band"],
            adm_12m=int(row["prior_admits_12m"]),
            readmitted_after=int(row["readmit_days"]) if row["readmit_days"] else None,
        )
        for row in _rows("lace_expected.csv")
    )


def sample_feed(ends_at: datetime | None = None) -> bytes:
    """The feed as a file: as it is, or with all times moved by whole weeks so that its last message is in the week before."""
    data = files("care").joinpath("sample", "adt_feed.hl7").read_bytes()
    return data if ends_at is None else shifted_feed(data, weeks_until(ends_at))


def sample_events(ends_at: datetime | None = None) -> Iterator[Mapping[str, object]]:
    """The events of the cohort, moved like the feed."""
    shift = WEEK * (weeks_until(ends_at) if ends_at else 0)
    for line in files("care").joinpath("sample", "events.jsonl").read_text("utf-8").splitlines():
        event = json.loads(line)
        for name in _EVENT_TIMES:
            if event.get(name):
                event[name] = (datetime.fromisoformat(event[name]) + shift).isoformat()
        yield event


def weeks_until(ends_at: datetime) -> int:
    """How many whole weeks the cohort is to be moved so that its feed ends at or just before an instant."""
    last = max(at for at, _ in timed_messages(sample_feed()))
    wall = [at.astimezone(ZONE).replace(tzinfo=None) for at in (ends_at, last)]
    return (wall[0] - wall[1]) // WEEK


def timed_messages(data: bytes, zone: ZoneInfo = ZONE) -> tuple[tuple[datetime, Message | MessageRejected], ...]:
    """All messages of a feed at the time they were sent (MSH-7, else EVN-2), in time order, equal times as they stand.

    What has no readable time comes with the message before it; empty when no message has one.
    """
    found: list[tuple[datetime | None, Message | MessageRejected]] = []
    at: datetime | None = None
    for message in read_messages(data):
        if not isinstance(message, MessageRejected):
            at = _sent_at(message, zone) or at
        found.append((at, message))
    first = next((moment for moment, _ in found if moment is not None), None)
    if first is None:
        return ()
    return tuple(sorted(((moment or first, message) for moment, message in found), key=lambda pair: pair[0]))


def _sent_at(message: Message, zone: ZoneInfo) -> datetime | None:
    moment = parse_instant(message.value("MSH", 7) or message.value("EVN", 2), zone)
    return moment if moment is not None and SOME_YEAR < moment.year < LAST_YEAR else None


def shifted_feed(data: bytes, weeks: int) -> bytes:
    """The feed with every time moved by whole weeks on the wall clock, so that weekdays and hours stay."""
    messages = (message for message in read_messages(data) if not isinstance(message, MessageRejected))
    return b"\n".join(_shifted(message, WEEK * weeks) for message in messages) + b"\n"


def _shifted(message: Message, shift: timedelta) -> bytes:
    return b"".join(_shifted_segment(segment, shift) + b"\r" for segment in message.segments)


def _shifted_segment(segment: Segment, shift: timedelta) -> bytes:
    fields = list(segment.fields)
    for place in _TIMES.get(segment.name, ()):
        if place < len(fields) and fields[place]:
            fields[place] = (datetime.strptime(fields[place], _FORMAT) + shift).strftime(_FORMAT)  # noqa: DTZ007  # wall clock, by design
    if segment.name == "MSH":
        del fields[1]  # the separator itself, which joining puts back
    return segment.delimiters.field.join(fields).encode()


def _rows(name: str) -> list[dict[str, str]]:
    text = files("care").joinpath("sample", name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
