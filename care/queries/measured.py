"""What measures read of care's rows over a span of time: stays, contacts, arrivals told, people. Scans for reports; ids, codes and dates leave, no names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from care.stays import Stay
from care.store import clients as client_rows
from care.store import stays as stay_rows
from care.store.tables import adt_messages, clients, contacts, stays
from database import Instant, Keyring, Tx

b = sa.bindparam
ASKED = 500
"""Ids of one question."""
_SINCE, _UNTIL = b("since", type_=Instant), b("until", type_=Instant)
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
    .order_by(contacts.c.at, contacts.c.case_id, contacts.c.step)
)
_ARRIVALS = (
    sa.select(adt_messages.c.client_id, adt_messages.c.event_at, adt_messages.c.received_at)
    .where(adt_messages.c.event.in_(("A01", "A06")), adt_messages.c.client_id.is_not(None))
    .where(adt_messages.c.received_at >= _SINCE, adt_messages.c.received_at < _UNTIL)
    .order_by(adt_messages.c.received_at)
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
class Served:
    """What measures need of a client."""

    birth_date: date | None
    deceased_at: datetime | None
    programme: str | None


def stays_in(tx: Tx, keyring: Keyring, since: datetime, until: datetime) -> tuple[Stay, ...]:
    """Stays and visits that lie in a span at least in part, by their begin."""
    return tuple(stay_rows.from_row(row, keyring) for row in tx.rows(_STAYS, {"since": since, "until": until}))


def contacts_in(tx: Tx, since: datetime, until: datetime) -> tuple[Touch, ...]:
    """Contacts of a span, in order of time."""
    return tuple(Touch(*row) for row in tx.rows(_CONTACTS, {"since": since, "until": until}))


def arrivals_in(tx: Tx, since: datetime, until: datetime) -> tuple[Arrival, ...]:
    """Admissions told of in a span, in order of receipt; served by adt_messages_received."""
    return tuple(Arrival(*row) for row in tx.rows(_ARRIVALS, {"since": since, "until": until}))


def merged(tx: Tx) -> Mapping[str, str]:
    """Retired client -> the one in their place; served by clients_merged."""
    return {row.id: row.merged_into for row in tx.rows(_MERGED)}


def served(tx: Tx, keyring: Keyring, client_ids: Iterable[str]) -> Mapping[str, Served]:
    """What measures need of the clients; by primary key."""
    wanted, found = sorted(set(client_ids)), {}
    for start in range(0, len(wanted), ASKED):
        for row in tx.rows(_PEOPLE, {"ids": wanted[start : start + ASKED]}):
            client = client_rows.from_row(row, keyring)
            person = client.demographics
            found[client.id] = Served(person.birth_date, client.deceased_at, person.programme or None)
    return found
