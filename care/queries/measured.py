"""What measures read of care's rows over a span of time: stays, contacts, arrivals told, people. Scans for reports; ids, codes and dates leave, no names."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from care.stays import Stay
from care.store import clients as client_rows
from care.store import stays as stay_rows
from care.store.record_tables import plan_items, plan_progress, plan_versions
from care.store.tables import adt_messages, clients, contacts, stays
from database import Instant, Keyring, Tx

b = sa.bindparam
ASKED = 500
"""Ids of one question."""
_SINCE, _UNTIL = b("since", type_=Instant), b("until", type_=Instant)
_later = contacts.alias("later")
_STAYS = (
    sa.select(*stay_rows.COLUMNS)
    .where(stays.c.began_at < _UNTIL)
    .where(sa.or_(stays.c.discharged_at.is_(None), stays.c.discharged_at >= _SINCE))
    .order_by(stays.c.began_at, stays.c.id)
)
_CONTACTS = (
    sa.select(
        contacts.c.case_id,
        contacts.c.at,
        contacts.c.direction,
        contacts.c.channel,
        contacts.c.party,
        contacts.c.two_way,
        contacts.c.purpose,
        contacts.c.actor_id,
    )
    .where(contacts.c.at >= _SINCE, contacts.c.at < _UNTIL)
    .where(sa.not_(sa.exists().where(_later.c.case_id == contacts.c.case_id, _later.c.amends == contacts.c.step)))
    .order_by(contacts.c.at, contacts.c.case_id, contacts.c.step)
)
_ARRIVALS = (
    sa.select(adt_messages.c.client_id, adt_messages.c.event_at, adt_messages.c.received_at)
    .where(adt_messages.c.event.in_(("A01", "A06")), adt_messages.c.client_id.is_not(None))
    .where(adt_messages.c.received_at >= _SINCE, adt_messages.c.received_at < _UNTIL)
    .order_by(adt_messages.c.received_at)
)
_VERSIONS = sa.select(
    plan_versions.c.case_id,
    plan_versions.c.step,
    plan_versions.c.at,
    plan_versions.c.major,
    plan_versions.c.minor,
    plan_versions.c.revision,
    plan_versions.c.change,
).order_by(plan_versions.c.case_id, plan_versions.c.major, plan_versions.c.minor, plan_versions.c.revision)
_GOALS = sa.select(plan_items.c.case_id, plan_items.c.step, plan_items.c.item).where(
    plan_items.c.kind == "goal", plan_items.c.change != "removed", plan_items.c.case_id.in_(b("ids", expanding=True))
)
_PROGRESS = (
    sa.select(plan_progress.c.case_id, plan_progress.c.item, plan_progress.c.progress)
    .where(plan_progress.c.kind == "goal", plan_progress.c.case_id.in_(b("ids", expanding=True)))
    .order_by(plan_progress.c.at, plan_progress.c.step, plan_progress.c.n)
)
_MERGED = sa.select(clients.c.id, clients.c.merged_into).where(clients.c.merged_into.is_not(None))
_PEOPLE = sa.select(*client_rows.COLUMNS).where(clients.c.id.in_(b("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class Touch:
    """A contact as measures count it."""

    case_id: str
    at: datetime
    direction: str
    channel: str
    party: str
    two_way: bool
    purpose: str
    actor: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """An admission that somebody told us of."""

    client_id: str
    event_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Drafted:
    """A version of a plan of care as it was written, or corrected once more; `change` is first, minor or complete."""

    case_id: str
    step: int
    at: datetime
    major: int
    minor: int
    revision: int
    change: str


@dataclass(frozen=True, slots=True)
class Served:
    """What measures need of a client."""

    birth_date: date | None
    deceased_at: datetime | None
    programme: str | None


def stays_in(tx: Tx, keyring: Keyring, since: datetime, until: datetime) -> tuple[Stay, ...]:
    """Stays and visits that lie in a span at least in part, by their begin."""
    return tuple(stay_rows.from_row(row, keyring) for row in tx.rows(_STAYS, {"since": since, "until": until}))


def contacts_in(tx: Tx, since: datetime, until: datetime) -> tuple[Touch, ...]:
    """Contacts of a span that no addendum took the place of, in order of time."""
    return tuple(Touch(*row) for row in tx.rows(_CONTACTS, {"since": since, "until": until}))


def arrivals_in(tx: Tx, since: datetime, until: datetime) -> tuple[Arrival, ...]:
    """Admissions told of in a span, in order of receipt; served by adt_messages_received."""
    return tuple(Arrival(*row) for row in tx.rows(_ARRIVALS, {"since": since, "until": until}))


def merged(tx: Tx) -> Mapping[str, str]:
    """Retired client -> the one in their place; served by clients_merged."""
    return {row.id: row.merged_into for row in tx.rows(_MERGED)}


def served(tx: Tx, keyring: Keyring, client_ids: Iterable[str]) -> Mapping[str, Served]:
    """What measures need of the clients; by primary key."""
    found = {}
    for asked in _chunks(client_ids):
        for row in tx.rows(_PEOPLE, {"ids": asked}):
            client = client_rows.from_row(row, keyring)
            person = client.demographics
            found[client.id] = Served(person.birth_date, client.deceased_at, person.programme or None)
    return found


def drafted(tx: Tx) -> tuple[Drafted, ...]:
    """All versions of all plans, by case and number; a scan of plain columns."""
    return tuple(Drafted(*row) for row in tx.rows(_VERSIONS))


def goals_of(tx: Tx, case_ids: Iterable[str]) -> Mapping[tuple[str, int], frozenset[str]]:
    """(case, step of a version) -> the goals in it; by primary key."""
    found: dict[tuple[str, int], set[str]] = {}
    for asked in _chunks(case_ids):
        for row in tx.rows(_GOALS, {"ids": asked}):
            found.setdefault((row.case_id, row.step), set()).add(row.item)
    return {key: frozenset(items) for key, items in found.items()}


def progress_of(tx: Tx, case_ids: Iterable[str]) -> Mapping[tuple[str, str], str]:
    """(case, goal) -> what was last said of it; by primary key."""
    found: dict[tuple[str, str], str] = {}
    for asked in _chunks(case_ids):
        found |= {(row.case_id, row.item): row.progress for row in tx.rows(_PROGRESS, {"ids": asked})}
    return found


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), ASKED):
        yield wanted[start : start + ASKED]
