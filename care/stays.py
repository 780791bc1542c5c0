"""The stay: what was said of one encounter, and what follows from it. Pure: values in, values out.

Every field is a register in which the statement with the latest event time stands, so that any order of the same messages
gives the same stay; an older statement only fills what no newer one said.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from care.model import CareSettings
from care.notices import Notice, Visit
from care.registers import Registers, Said, Stamp, merge_registers

INPATIENT, EMERGENCY, OUTPATIENT = "I", "E", "O"
ADMIT_EVENTS = frozenset({"A01", "A06"})
_ARRIVALS = frozenset({"A01", "A04", "A06"})
_DEFAULT_CLASS = {"A01": INPATIENT, "A04": OUTPATIENT}
_ACUTE_TYPES = frozenset("EUA")
_PLANNED_TYPES = frozenset("CLNR")
# PV1-36 (NUBC discharge status) -> the words of the decision tables.
_DESTINATIONS = {
    "01": "home",
    "02": "acute",
    "03": "snf",
    "04": "domiciliary",
    "06": "home",
    "07": "home",
    "21": "custody",
    "50": "hospice",
    "51": "hospice",
    "61": "snf",
    "62": "irf",
    "63": "ltac",
    "64": "snf",
    "65": "psychiatric",
    "66": "acute",
}


@dataclass(frozen=True, slots=True)
class Outreach:
    """What the case was told of a stay's discharge and what came of it; times are those of the program's clock.

    `told_for` is the discharge time that the case knows, `deadline` the end of the 48 hours; `cancelled_at` stands when the
    clock was disarmed before it rang.
    """

    told_for: datetime | None = None
    deadline: datetime | None = None
    armed_at: datetime | None = None
    fired_at: datetime | None = None
    cancelled_at: datetime | None = None
    contacted_at: datetime | None = None

    @property
    def is_pending(self) -> bool:
        return self.told_for is not None and self.contacted_at is None and self.cancelled_at is None


@dataclass(frozen=True, slots=True)
class Stay:
    """One encounter of a client; `version` 0 means not yet stored, `case_id` is the case that was told of it."""

    id: str
    client_id: str
    encounter_id: str
    registers: Registers = field(default_factory=dict)
    outreach: Outreach = field(default_factory=Outreach)
    case_id: str | None = None
    version: int = 0

    def said(self, name: str) -> str:
        found = self.registers.get(name)
        return (found.value or "") if found else ""

    def time(self, name: str) -> datetime | None:
        text = self.said(name)
        return datetime.fromisoformat(text) if text else None

    @property
    def patient_class(self) -> str:
        return self.said("class")

    @property
    def is_inpatient(self) -> bool:
        return self.patient_class == INPATIENT and self.state != "void"

    @property
    def is_emergency(self) -> bool:
        return self.patient_class == EMERGENCY and self.state != "void"

    @property
    def state(self) -> str:
        """`expected` (no arrival known), `void` (cancelled), `open` or `discharged`."""
        presence = self.said("presence")
        if presence != "present":
            return presence or "expected"
        return "discharged" if self.discharged_at else "open"

    @property
    def admitted_at(self) -> datetime | None:
        return self.time("admitted_at") or self.time("arrived_at")

    @property
    def discharged_at(self) -> datetime | None:
        if self.said("presence") != "present":
            return None
        ended, corrected = self.registers.get("discharged_at"), self.registers.get("corrected_at")
        if ended is None or not ended.value:
            return None
        later = corrected is not None and corrected.value and corrected.stamp > ended.stamp
        return self.time("corrected_at" if later else "discharged_at")

    @property
    def began_at(self) -> datetime | None:
        """For order among stays: the admission, else the discharge, else when the client was last known to be there."""
        seen = self.registers.get("presence")
        return self.admitted_at or self.discharged_at or (seen.stamp.event_at if seen else None)

    @property
    def last_event_at(self) -> datetime | None:
        return max((said.stamp.event_at for said in self.registers.values()), default=None)

    @property
    def urgent(self) -> bool | None:
        kind = self.said("admission_type")
        return kind in _ACUTE_TYPES if kind in _ACUTE_TYPES | _PLANNED_TYPES else None

    def is_acute(self, settings: CareSettings) -> bool:
        """LACE's A: by PV1-4, else by the reason (a heuristic that the case manager's answer overrides)."""
        known = self.urgent
        return self.said("reason_code") not in settings.planned_reasons if known is None else known

    def los_days(self, settings: CareSettings) -> int | None:
        """Length of stay: the difference of calendar days in the organisation's zone; never below 0."""
        if self.admitted_at is None or self.discharged_at is None:
            return None
        first, last = (at.astimezone(settings.zone).date() for at in (self.admitted_at, self.discharged_at))
        return max((last - first).days, 0)

    @property
    def destination(self) -> str | None:
        return _DESTINATIONS.get(self.said("disposition")) if self.discharged_at else None


def fold(stay: Stay, notice: Notice) -> Stay:
    """The stay after a notice that concerns it; the order of notices does not matter."""
    if notice.visit is None:
        return stay
    said = {
        name: Said(notice.stamp, value) for name, value in _statements(notice.event, notice.stamp, notice.visit).items()
    }
    return replace(stay, registers=merge_registers(stay.registers, said))


def _statements(event: str, stamp: Stamp, visit: Visit) -> dict[str, str | None]:
    """What one message says, by field; what it leaves empty it does not say."""
    facts: dict[str, str | None] = {
        "class": _class(event, visit),
        "admitted_at": _iso(visit.admitted_at),
        "facility": visit.facility,
        "place": visit.place,
        "admission_type": visit.admission_type,
        "reason_code": visit.reason_code or ("" if not visit.reason else "-"),
        "reason": visit.reason,
    }
    said: dict[str, str | None] = {name: value for name, value in facts.items() if value}
    if event in _ARRIVALS:
        said["arrived_at"] = _iso(stamp.event_at)
    if event == "A11":
        said["presence"] = "void"
    elif event not in {"A08", "A28", "A31"}:
        said["presence"] = "present"
    if event == "A03":
        said["discharged_at"] = _iso(visit.discharged_at or stamp.event_at)
        said["disposition"] = visit.disposition
    elif event == "A13":
        said["discharged_at"] = None
    elif event == "A08" and visit.discharged_at:
        said["corrected_at"] = _iso(visit.discharged_at)
    return said


def _class(event: str, visit: Visit) -> str:
    if event == "A06":
        return INPATIENT
    if event == "A07":
        return visit.patient_class if visit.patient_class not in {"", INPATIENT} else OUTPATIENT
    return visit.patient_class or _DEFAULT_CLASS.get(event, "")


def _iso(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""
