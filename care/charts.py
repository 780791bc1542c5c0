"""Reads the chart of a case: its plan, contacts, notes, consents, referrals, authorisations, risks and the client's surroundings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from care.chart.authorisations import Authorisation, authorisations_of
from care.chart.consents import Share, active_scopes, shares_of
from care.chart.plans import Progress, Version, progress_of, same_words, versions_of, with_progress
from care.chart.profiles import Part, profile_of
from care.chart.referrals import Referral, referrals_of
from care.chart.risks import Risk, risks_of
from care.entry import Kept, texts
from care.model import Contact
from care.plan import Plan
from care.store import contacts as contact_rows
from care.store import entries as rows
from database import Keyring, Tx

MOST_CONTACTS = 1000


@dataclass(frozen=True, slots=True)
class PlanFile:
    """All versions of a plan, oldest first, with what reviews said of its goals and what became of its services."""

    versions: tuple[Version, ...]
    progress: tuple[Progress, ...]
    referrals: tuple[Referral, ...]

    @property
    def current(self) -> Version | None:
        """The final version, or the draft while none is final."""
        finals = [version for version in self.versions if version.status == "final"]
        return finals[-1] if finals else self.versions[-1] if self.versions else None

    def shown(self, version: Version, revision: int | None = None) -> Plan:
        """A version with the progress of its goals and the state of its services; an earlier revision of it as it was written."""
        if revision is not None:
            return next(item.plan for item in version.revisions if item.revision == revision)
        plan = with_progress(version, self.progress)
        done = tuple(_served(item, self.referrals) for item in plan.sections["interventions"])
        return replace(plan, sections={**plan.sections, "interventions": done})


@dataclass(frozen=True, slots=True)
class Note:
    """A note. `adds_to` is the id of the note that it is an addendum to; `part2` marks substance-use content (42 CFR Part 2)."""

    id: str
    kind: str
    phase: str | None
    at: datetime
    by: str
    text: str
    outcome: Mapping[str, Any]
    adds_to: str | None
    part2: bool


@dataclass(frozen=True, slots=True)
class Consent:
    """One answer about consent, or its end; `standing` is false once an addendum has taken its place."""

    id: str
    at: datetime
    by: str
    result: str
    given_by: str | None
    method: str | None
    capacity: str | None
    scopes: tuple[str, ...]
    until: date | None
    said: Mapping[str, Any]
    standing: bool


@dataclass(frozen=True, slots=True)
class ConsentFile:
    """The consents of a case, newest first, and what may be shared by them."""

    consents: tuple[Consent, ...]
    shares: tuple[Share, ...]


def read_plan(tx: Tx, keyring: Keyring, case_id: str) -> PlanFile:
    """The plan of care with all its versions; four selects by primary key prefix."""
    versions = rows.of_case(tx, keyring, "plan_versions", case_id)
    events = rows.of_case(tx, keyring, "plan_events", case_id)
    told = _of_latest(rows.of_case(tx, keyring, "plan_progress", case_id), events)
    return PlanFile(versions_of(versions, events), progress_of(told), read_referrals(tx, keyring, case_id))


def read_contacts(tx: Tx, keyring: Keyring, case_id: str) -> tuple[Contact, ...]:
    """Contacts and attempts, newest first, those that were amended too."""
    return contact_rows.of_case(tx, keyring, case_id, MOST_CONTACTS)


def read_notes(tx: Tx, keyring: Keyring, case_id: str) -> tuple[Note, ...]:
    """Phase notes, free notes and addenda, newest first."""
    return tuple(_note(row) for row in reversed(rows.of_case(tx, keyring, "notes", case_id)))


def read_consents(tx: Tx, keyring: Keyring, case_id: str, today: date) -> ConsentFile:
    """Consents, and the shares that rest on them as they are on a day of the organisation."""
    held = rows.of_case(tx, keyring, "consents", case_id)
    return ConsentFile(tuple(_consent(row) for row in reversed(held)), shares_of(held, today))


def may_share(tx: Tx, keyring: Keyring, case_id: str, scope: str, today: date) -> bool:
    """Whether the client's consent covers a scope on a day."""
    return scope in active_scopes(rows.of_case(tx, keyring, "consents", case_id), today)


def read_referrals(tx: Tx, keyring: Keyring, case_id: str) -> tuple[Referral, ...]:
    """Referrals as closed loops, in the order in which they were sent."""
    return referrals_of(rows.of_case(tx, keyring, "referrals", case_id))


def read_authorisations(tx: Tx, keyring: Keyring, case_id: str) -> tuple[Authorisation, ...]:
    """Authorisations from request to appeal, in the order in which they began."""
    return authorisations_of(rows.of_case(tx, keyring, "authorisations", case_id))


def read_risks(tx: Tx, keyring: Keyring, case_id: str) -> tuple[Risk, ...]:
    """Every stratification, newest first."""
    return risks_of(rows.of_case(tx, keyring, "risks", case_id))


def read_profile(tx: Tx, keyring: Keyring, case_id: str) -> Mapping[str, Part]:
    """What surrounds the client: support, team, cover and language, as it is known now."""
    return profile_of(rows.of_case(tx, keyring, "profiles", case_id))


def _of_latest(progress: tuple[Kept, ...], events: tuple[Kept, ...]) -> tuple[Kept, ...]:
    """Goals that the last addendum to a review no longer speaks of are not told of any more."""
    reviews = {item.task_id: item.step for item in events if item.standing and item.plain["kind"] == "review"}
    return tuple(item for item in progress if item.step == reviews.get(item.task_id, item.step))


def _served(item: Mapping[str, Any], referrals: tuple[Referral, ...]) -> Mapping[str, Any]:
    """An intervention with the referral that arranges it."""
    found = next((each for each in reversed(referrals) if same_words(each.intervention, item.get("action"))), None)
    if found is None:
        return item
    return {**item, "referral": found.status, "provider": found.provider or item.get("provider")}


def _note(row: Kept) -> Note:
    said, phase, adds_to = row.sealed, row.plain["phase"], row.plain["adds_to"]
    outcome = said.get("outcome")
    return Note(
        id=row.id,
        kind=str(row.plain["kind"]),
        phase=phase if isinstance(phase, str) else None,
        at=row.at,
        by=row.actor_id,
        text=str(said.get("text", "")),
        outcome=outcome if isinstance(outcome, Mapping) else {},
        adds_to=adds_to if isinstance(adds_to, str) else None,
        part2=said.get("part2") is True,
    )


def _consent(row: Kept) -> Consent:
    plain: Mapping[str, Any] = row.plain
    return Consent(
        id=row.id,
        at=row.at,
        by=row.actor_id,
        result=plain["result"],
        given_by=plain["given_by"],
        method=plain["method"],
        capacity=plain["capacity"],
        scopes=tuple(texts(row.sealed.get("scopes"))),
        until=plain["until"],
        said={name: value for name, value in row.sealed.items() if name != "scopes"},
        standing=row.standing,
    )
