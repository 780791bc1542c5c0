"""HL7 message -> notice: what one ADT message says, as typed values. Rejects what lacks a field that its event needs."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from care.errors import MessageRejected
from care.hl7 import Message, Segment, parse_day, parse_instant
from care.model import Demographics
from care.registers import Stamp

VISIT_EVENTS = frozenset({"A01", "A02", "A03", "A04", "A06", "A07", "A11", "A13"})
MERGE_EVENTS = frozenset({"A34", "A40", "A47"})
PERSON_EVENTS = frozenset({"A08", "A28", "A31"})
EVENTS = VISIT_EVENTS | MERGE_EVENTS | PERSON_EVENTS
_SEX = frozenset("FMOU")


@dataclass(frozen=True, slots=True)
class Visit:
    """PV1 and DG1 of a message; times in UTC, None when the message does not say."""

    encounter_id: str
    patient_class: str
    facility: str
    place: str
    admission_type: str
    disposition: str
    admitted_at: datetime | None
    discharged_at: datetime | None
    reason_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom a message is, and what it is about; the first three are its key."""

    application: str
    facility: str
    control_id: str
    event: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Notice:
    """What an ADT message says. `merged` are the numbers (authority, mrn) that are retired in favour of `mrn`."""

    event: str
    stamp: Stamp
    authority: str
    mrn: str
    demographics: Demographics
    died: bool
    died_at: datetime | None
    visit: Visit | None
    merged: tuple[tuple[str, str], ...]


def read_envelope(message: Message, zone: ZoneInfo) -> Envelope:
    """The key, event and time of a message. Raises MessageRejected."""
    control_id, event = _header(message)
    application, facility = (_plain(message.value("MSH", field)) for field in (3, 4))
    return Envelope(application, facility, control_id, event, _stamp(message, control_id, event, zone))


def read_notice(message: Message, envelope: Envelope, zone: ZoneInfo, authority: str) -> Notice | None:
    """The notice in a message, or None when its event is not one that care acts on.

    `zone` is that of times without offset, `authority` the assigner of numbers without one. Raises MessageRejected.
    """
    event = envelope.event
    if event not in EVENTS:
        return None
    person = message.first("PID")
    if person is None:
        raise _rejected(message, "expected segment PID")
    number = _number(person, 3, authority)
    if number is None:
        raise _rejected(message, "expected a medical record number in PID-3")
    visit = _visit(message, zone)
    if event in VISIT_EVENTS and (visit is None or not visit.encounter_id):
        raise _rejected(message, "expected a visit number in PV1-19")
    merged = tuple(_merged(message, authority)) if event in MERGE_EVENTS else ()
    if event in MERGE_EVENTS and not merged:
        raise _rejected(message, "expected a medical record number in MRG-1")
    return Notice(
        event=event,
        stamp=envelope.stamp,
        authority=number[0],
        mrn=number[1],
        demographics=_demographics(message, person),
        died=person.value(30).upper() == "Y",
        died_at=_time(message, person, 29, zone),
        visit=visit if visit and visit.encounter_id else None,
        merged=merged,
    )


def _header(message: Message) -> tuple[str, str]:
    control_id = message.control_id
    if control_id is None or len(control_id) > 199 or not control_id.isprintable():
        raise MessageRejected(message.index, None, "expected a control id in MSH-10", "AR")
    if message.value("MSH", 9) != "ADT":
        raise _rejected(message, "expected message type ADT in MSH-9", "AR")
    event = message.value("MSH", 9, 2) or message.value("EVN", 1)
    if len(event) != 3 or not event.isascii() or not event.isalnum():
        raise _rejected(message, "expected a trigger event in MSH-9", "AR")
    return control_id, event


def _stamp(message: Message, control_id: str, event: str, zone: ZoneInfo) -> Stamp:
    header = message.first("MSH")
    sent_at = _time(message, header, 7, zone)
    event_at = _time(message, message.first("EVN"), 2, zone) or sent_at
    if event_at is None:
        raise _rejected(message, "expected a time in EVN-2 or MSH-7")
    return Stamp(event_at, sent_at or event_at, int(event in {"A11", "A13", "A07"}), control_id)


def _time(message: Message, segment: Segment | None, field: int, zone: ZoneInfo) -> datetime | None:
    text = segment.value(field) if segment else ""
    if not segment or not text:
        return None
    found = parse_instant(text, zone)
    if found is None:
        raise _rejected(message, f"expected a time in {segment.name}-{field}")
    return found


def _number(segment: Segment, field: int, authority: str, first: int = 1) -> tuple[str, str] | None:
    """The medical record number (type MR, else the first one) as (authority, number)."""
    best = None
    for repetition in range(first, min(segment.repetitions(field), 50) + 1):
        number = segment.value(field, repetition=repetition)
        if not number:
            continue
        pair = (_plain(segment.value(field, 4, repetition=repetition)) or authority, number)
        if segment.value(field, 5, repetition=repetition) == "MR":
            return pair
        best = best or pair
    return best


def _merged(message: Message, authority: str) -> list[tuple[str, str]]:
    pairs = (_number(segment, 1, authority) for segment in message.segments if segment.name == "MRG")
    return [pair for pair in pairs if pair is not None]


def _demographics(message: Message, person: Segment) -> Demographics:
    birth = person.value(7)
    birth_date = parse_day(birth) if birth else None
    if len(birth) >= 8 and birth_date is None:
        raise _rejected(message, "expected a day in PID-7")
    sex = person.value(8).upper()[:1]
    return Demographics(
        family=person.value(5),
        given=" ".join(part for part in (person.value(5, 2), person.value(5, 3)) if part),
        birth_date=birth_date,
        sex=sex if sex in _SEX else "",
        language=person.value(15, 2) or person.value(15),
        phone=person.value(13),
        street=person.value(11),
        city=person.value(11, 3),
        state=person.value(11, 4),
        postal=person.value(11, 5),
        marital=person.value(16, 2) or person.value(16),
    )


def _visit(message: Message, zone: ZoneInfo) -> Visit | None:
    seen, reason = message.first("PV1"), message.first("DG1")
    if seen is None:
        return None
    admitted_at, discharged_at = _time(message, seen, 44, zone), _time(message, seen, 45, zone)
    return Visit(
        encounter_id=seen.value(19),
        patient_class=seen.value(2).upper()[:1],
        facility=seen.value(3, 4) or message.value("MSH", 4),
        place=" ".join(part for part in (seen.value(3), seen.value(3, 2), seen.value(3, 3)) if part),
        admission_type=seen.value(4).upper()[:1],
        disposition=seen.value(36),
        admitted_at=admitted_at,
        discharged_at=discharged_at,
        reason_code=reason.value(3) if reason else "",
        reason=(reason.value(3, 2) or reason.value(4)) if reason else "",
    )


def _plain(text: str) -> str:
    """Sender and assigner names stand in plain columns: printable and short."""
    return "".join(char for char in text if char.isprintable())[:180]


def _rejected(message: Message, reason: str, code: str = "AE") -> MessageRejected:
    return MessageRejected(message.index, message.control_id, reason, code)
