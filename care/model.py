"""Frozen values of care: clients, candidates, contacts. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from care.registers import Registers, Said, Stamp


@dataclass(frozen=True, slots=True)
class Demographics:
    """What names and describes a client. Empty text and None mean unknown.

    `sex` is F, M, O or U; `programme` and `payor_type` are the codes that decision tables read.
    """

    family: str = ""
    given: str = ""
    birth_date: date | None = None
    sex: str = ""
    language: str = ""
    phone: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    postal: str = ""
    marital: str = ""
    programme: str = ""
    payor_type: str = ""

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.given, self.family) if part)


TEXTS = tuple(item.name for item in fields(Demographics) if item.name != "birth_date")


@dataclass(frozen=True, slots=True)
class Client:
    """A registered client. `mrn` of `authority` is the number shown; `said` holds the demographics with their stamps.

    `version` 0 means not yet stored; `merged_into` names the client that took this one's place.
    """

    id: str
    mrn: str
    authority: str
    said: Registers
    version: int
    updated_at: datetime
    deceased_at: datetime | None = None
    merged_into: str | None = None

    @property
    def demographics(self) -> Demographics:
        """What stands now, without the stamps."""
        values = {name: said.value or "" for name, said in self.said.items() if name in TEXTS}
        birth = self.said.get("birth_date")
        return Demographics(**values, birth_date=date.fromisoformat(birth.value) if birth and birth.value else None)


def statements_of(demographics: Demographics, stamp: Stamp) -> Registers:
    """The demographics as statements; what is empty is not said."""
    texts = {name: getattr(demographics, name) for name in TEXTS}
    birth = {"birth_date": demographics.birth_date.isoformat()} if demographics.birth_date else {}
    return {name: Said(stamp, value) for name, value in {**texts, **birth}.items() if value}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A client whom care might take on; `status` is open, accepted or dismissed."""

    id: str
    client_id: str
    reason: str
    at: datetime
    status: str
    decided_at: datetime | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact with or about a client, or an attempt at one; `two_way` when someone of the client's side was spoken to.

    `amends` is the step of the contact whose place it took, and `standing` is false once another one has taken its own.
    """

    case_id: str
    step: int
    client_id: str
    at: datetime
    direction: str
    channel: str
    party: str
    result: str
    two_way: bool
    purpose: str
    actor_id: str
    noted_at: datetime | None = None
    task_id: str | None = None
    element: str | None = None
    minutes: int | None = None
    amends: int | None = None
    text: str = ""
    reason: str = ""
    standing: bool = True


@dataclass(frozen=True, slots=True)
class CareSettings:
    """The rules of care that an organisation may change.

    `expired_codes` and `against_advice_codes` are values of PV1-36, `expired_by_sender` replaces the former per MSH-3;
    `planned_reasons` are DG1-3 codes of stays that are not acute when PV1-4 is silent (a heuristic of the sample: the case
    manager's answer wins); `authority` names the assigner of numbers that come without one.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("America/New_York"))
    authority: str = "SYNTH"
    process: str = "case_lifecycle"
    unit: str | None = None
    expired_codes: frozenset[str] = frozenset({"20", "40", "41", "42"})
    expired_by_sender: Mapping[str, frozenset[str]] = field(default_factory=dict)
    against_advice_codes: frozenset[str] = frozenset({"07"})
    planned_reasons: frozenset[str] = frozenset({"6525002", "161665007"})
    call_after: timedelta = timedelta(hours=24)
    outreach_within: timedelta = timedelta(hours=48)
    silent_after: timedelta = timedelta(days=30)
    readmission_within: timedelta = timedelta(days=31)
    emergency_before: timedelta = timedelta(hours=24)

    def expired(self, sender: str) -> frozenset[str]:
        return self.expired_by_sender.get(sender, self.expired_codes)
