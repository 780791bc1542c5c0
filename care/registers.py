"""Registers: for each field the statement with the latest event time stands, whatever the order of arrival. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

JsonRegisters = dict[str, list[str | int | None]]


@dataclass(frozen=True, slots=True, order=True)
class Stamp:
    """When a statement was made; the greater one wins. `rank` settles equal times: what undoes goes after what is undone."""

    event_at: datetime
    sent_at: datetime
    rank: int
    control_id: str


@dataclass(frozen=True, slots=True)
class Said:
    """A statement about one field: when, and what (times as ISO text in UTC; None takes the field back)."""

    stamp: Stamp
    value: str | None


Registers = Mapping[str, Said]


def merge_registers(one: Registers, other: Registers) -> Registers:
    """For each field the later statement of the two; commutative, associative, idempotent."""
    merged = dict(one)
    for name, said in other.items():
        known = merged.get(name)
        if known is None or _weight(said) > _weight(known):
            merged[name] = said
    return merged


def _weight(said: Said) -> tuple[Stamp, bool, str]:
    return said.stamp, said.value is None, said.value or ""


def registers_to_json(registers: Registers) -> JsonRegisters:
    return {
        name: [
            _text(said.stamp.event_at),
            _text(said.stamp.sent_at),
            said.stamp.rank,
            said.stamp.control_id,
            said.value,
        ]
        for name, said in registers.items()
    }


def registers_from_json(data: JsonRegisters) -> Registers:
    return {
        name: Said(
            Stamp(_time(event), _time(sent), int(rank or 0), str(control)), None if value is None else str(value)
        )
        for name, (event, sent, rank, control, value) in data.items()
    }


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _time(text: str | int | None) -> datetime:
    return datetime.fromisoformat(str(text))
