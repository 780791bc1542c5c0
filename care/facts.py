"""The engine's Facts port: what decisions and prefill see of the register and the stays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from care.model import CareSettings, Client
from care.queries.facts import client_with_stays
from care.stays import Stay
from care.utilisation import (
    SIX_MONTHS,
    TWELVE_MONTHS,
    admissions,
    days_after_discharge,
    emergency_visits,
    index_stay,
    last_discharge_before,
)
from database import Keyring, Tx
from engine import Case

GIVEN_NAMES = frozenset(
    {
        *("age", "deceased", "programme", "payor_type", "adm_6m", "adm_12m", "ed_6m"),
        *("encounter_id", "admitted_at", "discharged_at", "los_days", "acute", "urgent", "destination"),
        *("days_since_discharge", "readmission", "class", "source_type", "setting"),
        *("family_name", "given_name", "birth_date", "sex", "mrn", "phone", "address", "language", "received_at"),
    }
)
"""Every name that a case has from outside its models: what the register knows of its client, and what it starts with."""


@dataclass(frozen=True, slots=True)
class CareFacts:
    """Reads the facts of a case's client in one SELECT; `now` is the program's clock."""

    keyring: Keyring
    now: Callable[[], datetime]
    settings: CareSettings = field(default_factory=CareSettings)

    def read(self, tx: Tx, case: Case) -> Mapping[str, object]:
        """The facts by name, as `facts_of` says; none when the case's subject is not in the register."""
        found = client_with_stays(tx, self.keyring, case.subject_id)
        return {} if found is None else facts_of(found.client, found.stays, self.now(), self.settings)


def facts_of(client: Client, stays: tuple[Stay, ...], now: datetime, settings: CareSettings) -> Mapping[str, object]:
    """What is known of a client at an instant, under the names of the decision tables.

    Of the index stay (the latest one, open or ended in the last 30 days): encounter_id, admitted_at, discharged_at, los_days,
    acute, urgent, destination, days_since_discharge, readmission. Counted before it, or before now without one: adm_6m
    (183 days), adm_12m (365 days), ed_6m (183 days, without visits that belong to a stay; later visits count). Of the
    person: age (whole years), deceased, programme, payor_type.
    """
    demographics = client.demographics
    index = index_stay(stays, now, settings)
    return {
        "age": age_at(demographics.birth_date, now.astimezone(settings.zone).date()),
        "deceased": client.deceased_at is not None,
        "programme": demographics.programme or None,
        "payor_type": demographics.payor_type or None,
        "adm_6m": admissions(stays, index, now, SIX_MONTHS),
        "adm_12m": admissions(stays, index, now, TWELVE_MONTHS),
        "ed_6m": emergency_visits(stays, index, now, settings),
        **_of_index(index, stays, now, settings),
    }


def age_at(birth_date: date | None, day: date) -> int | None:
    """Whole years."""
    if birth_date is None:
        return None
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def _of_index(index: Stay | None, stays: tuple[Stay, ...], now: datetime, settings: CareSettings) -> dict[str, object]:
    previous = last_discharge_before(index, stays) if index else None
    gap = days_after_discharge(previous, index.began_at) if index else None
    left = index.discharged_at if index else None
    return {
        "encounter_id": index.encounter_id if index else None,
        "admitted_at": index.admitted_at if index else None,
        "discharged_at": left,
        "los_days": index.los_days(settings) if index else None,
        "acute": index.is_acute(settings) if index else None,
        "urgent": index.urgent if index else None,
        "destination": index.destination if index else None,
        "days_since_discharge": days_after_discharge(index if left else previous, now),
        "readmission": gap is not None and gap < settings.readmission_within.days,
    }
