"""Tells a client's open cases what happened: which message, under which key, and only to who awaits it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from care.model import CareSettings
from care.reactions import Admitted, BecameOutpatient, Cancelled, Discharged, EmergencyLeft
from care.stays import Stay
from database import Tx
from engine import Actor, CaseId, Correlate

ADT = Actor(id="adt", roles=frozenset({"service"}))


class Cases(Protocol):
    """What care needs of the engine: `engine.Engine` fits."""

    def execute(self, command: Any, tx: Tx) -> Any:  # Any: the engine's own signature, one answer type per command
        """Carries out a command inside `tx`."""

    def awaited(self, tx: Tx, case_id: CaseId) -> Sequence[tuple[str, str | None]]:
        """(message name, key) of everything a case waits for."""

    def open_cases(self, tx: Tx, subject_ids: Sequence[str]) -> Sequence[CaseId]:
        """The active cases of the subjects, oldest first."""


@dataclass(slots=True)
class Postman:
    """Sends one message's news. `open_cases` belong to the client; news goes to the first, death to all.

    `origin` is the id of that one message: what it says to several cases, or to one in several messages, counts once each.
    `sent` collects the names of the messages that were taken, `reached` the cases that took one.
    """

    cases: Cases
    tx: Tx
    open_cases: list[CaseId]
    at: datetime
    settings: CareSettings
    origin: str = ""
    sent: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)

    @property
    def case_id(self) -> CaseId | None:
        return self.open_cases[0] if self.open_cases else None

    def tell_of_merge(self) -> None:
        """Two open cases of one client ask for a review."""
        if len(self.open_cases) > 1:
            other = [str(case_id) for case_id in self.open_cases[1:]]
            self._send(self.open_cases[0], "new_information", None, {"source": "adt", "what": "merge", "cases": other})

    def tell_of_death(self, died_at: datetime) -> None:
        """Every open case learns of the death before anything else; none of them is told more."""
        for case_id in self.open_cases:
            self._send(case_id, "client_deceased", None, {"died_at": died_at})
        self.open_cases = []

    def tell_of_admission(self, effect: Admitted, pending: Sequence[Stay]) -> None:
        """Disarms the outreach of earlier stays, then tells the wait for an admission, or else of a readmission."""
        for stay in pending:
            self._disarm(stay, "readmission")
        payload = admission(effect)
        self._tell(("adt_admit", "readmission"), effect.stay.encounter_id, payload)

    def tell_of_discharge(self, effect: Discharged) -> bool:
        """Tells the wait for this encounter's discharge, or else of an unplanned one; whether anybody took it."""
        payload = discharge(effect, self.settings)
        return self._tell(("adt_discharge", "adt_discharge_unplanned"), effect.stay.encounter_id, payload)

    def tell_of_emergency(self, effect: EmergencyLeft) -> bool:
        """Tells of an emergency visit that has ended; whether anybody took it."""
        stay = effect.stay
        payload = {
            "encounter_id": stay.encounter_id,
            "visited_at": stay.admitted_at,
            "discharged_at": stay.discharged_at,
        }
        return self._tell(("ed_visit",), stay.encounter_id, payload)

    def tell_of_cancellation(self, effect: Cancelled, before: Stay | None) -> None:
        """Disarms a pending outreach, then tells that the admission or discharge never was."""
        if before is not None and before.is_inpatient and before.outreach.is_pending:
            self._disarm(effect.stay, "cancelled")
        payload = {"encounter_id": effect.stay.encounter_id, "what": effect.what}
        self._tell(("adt_cancelled",), effect.stay.encounter_id, payload)

    def tell_of_outpatient(self, effect: BecameOutpatient) -> None:
        """The stay ended without a discharge home: somebody should look."""
        payload = {"source": "adt", "what": "inpatient_to_outpatient", "encounter_id": effect.stay.encounter_id}
        self._tell(("new_information",), None, payload)
        over = {"encounter_id": effect.stay.encounter_id, "what": "admit"}
        self._tell(("adt_cancelled",), effect.stay.encounter_id, over)

    def _disarm(self, stay: Stay, reason: str) -> None:
        self._tell(("outreach_disarmed",), stay.encounter_id, {"encounter_id": stay.encounter_id, "reason": reason})

    def _tell(self, names: tuple[str, ...], key: str | None, payload: Mapping[str, object]) -> bool:
        """Sends the first of the messages that the case awaits."""
        return self.case_id is not None and any(self._send(self.case_id, name, key, payload) for name in names)

    def _send(self, case_id: CaseId, name: str, key: str | None, payload: Mapping[str, object]) -> bool:
        awaited = self.cases.awaited(self.tx, case_id)
        if not any(name == wanted and (fits is None or key is None or fits == key) for wanted, fits in awaited):
            return False
        source_id = f"{self.origin}.{len(self.sent)}" if self.origin else None
        self.cases.execute(
            Correlate(case_id=case_id, name=name, actor=ADT, at=self.at, key=key, payload=payload, source_id=source_id),
            self.tx,
        )
        self.sent.append(name)
        if case_id not in self.reached:
            self.reached.append(case_id)
        return True


def admission(effect: Admitted) -> dict[str, object]:
    """The payload of adt_admit and readmission, and what a case starts with."""
    return {
        "encounter_id": effect.stay.encounter_id,
        "admitted_at": effect.stay.began_at,
        "class": effect.stay.patient_class,
        "urgent": bool(effect.stay.urgent),
        "readmission": effect.readmission,
        "days_since_discharge": effect.days,
    }


def discharge(effect: Discharged, settings: CareSettings) -> dict[str, object]:
    """The payload of adt_discharge and adt_discharge_unplanned."""
    return {
        "encounter_id": effect.stay.encounter_id,
        "discharged_at": effect.stay.discharged_at,
        "late": effect.late,
        "against_advice": effect.against_advice,
        "los_days": effect.stay.los_days(settings),
        "acute": effect.stay.is_acute(settings),
        "destination": effect.stay.destination,
    }
