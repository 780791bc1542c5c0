"""Lists for pages: candidates, the ADT inbox, a case's contacts, clients by id. Bounded, newest first."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from care.model import Candidate, Client, Contact
from care.store import candidates as candidate_rows
from care.store import clients as client_rows
from care.store.inbox import Kept
from care.store.tables import adt_messages, candidates, clients, contacts
from database import Instant, Keyring, Tx

b = sa.bindparam
_BEFORE = b("before", type_=Instant)
_CANDIDATES = (
    sa.select(*candidate_rows.COLUMNS)
    .where(
        candidates.c.status == b("status"),
        sa.tuple_(candidates.c.at, candidates.c.id) < sa.tuple_(_BEFORE, b("before_id")),
    )
    .order_by(candidates.c.at.desc(), candidates.c.id.desc())
    .limit(b("limit"))
)
_MESSAGES = (
    sa.select(
        adt_messages.c.application,
        adt_messages.c.facility,
        adt_messages.c.control_id,
        adt_messages.c.event,
        adt_messages.c.event_at,
        adt_messages.c.received_at,
        adt_messages.c.outcome,
        adt_messages.c.client_id,
        adt_messages.c.case_id,
    )
    .where(adt_messages.c.received_at < _BEFORE)
    .order_by(adt_messages.c.received_at.desc(), adt_messages.c.control_id.desc())
    .limit(b("limit"))
)
_LATER = contacts.alias("later")
_CONTACTS = (
    sa.select(
        contacts.c.case_id,
        contacts.c.step,
        contacts.c.client_id,
        contacts.c.at,
        contacts.c.direction,
        contacts.c.channel,
        contacts.c.party,
        contacts.c.result,
        contacts.c.two_way,
        contacts.c.purpose,
        contacts.c.actor_id,
    )
    .where(
        contacts.c.case_id == b("case"),
        sa.not_(sa.exists().where(_LATER.c.case_id == contacts.c.case_id, _LATER.c.amends == contacts.c.step)),
    )
    .order_by(contacts.c.step.desc())
    .limit(b("limit"))
)
_ASKED = clients.alias("asked")
_CLIENTS = (
    sa.select(_ASKED.c.id.label("asked_id"), *client_rows.COLUMNS)
    .join_from(_ASKED, clients, clients.c.id == sa.func.coalesce(_ASKED.c.merged_into, _ASKED.c.id))
    .where(_ASKED.c.id.in_(b("ids", expanding=True)))
)


def list_candidates(tx: Tx, *, status: str, before: datetime, before_id: str = "", limit: int) -> tuple[Candidate, ...]:
    """Candidates made before an instant, or in it and with a lesser id; served by candidates_status."""
    place = {"before": before, "before_id": before_id}
    rows = tx.rows(_CANDIDATES, {"status": status, **place, "limit": min(limit, 200)})
    return tuple(candidate_rows.from_row(row) for row in rows)


def list_adt_messages(tx: Tx, *, before: datetime, limit: int) -> tuple[Kept, ...]:
    """ADT messages received before an instant, without their bodies; served by adt_messages_received."""
    rows = tx.rows(_MESSAGES, {"before": before, "limit": min(limit, 200)})
    return tuple(Kept(*row) for row in rows)


def list_contacts(tx: Tx, case_id: str, *, limit: int = 200) -> tuple[Contact, ...]:
    """The contacts of a case that stand, newest first, without what was said; served by the primary key."""
    return tuple(Contact(*row) for row in tx.rows(_CONTACTS, {"case": case_id, "limit": min(limit, 200)}))


def clients_by_id(tx: Tx, keyring: Keyring, client_ids: Sequence[str]) -> Mapping[str, Client]:
    """At most 200 clients under the ids that were asked for (a merged client's id gives the one in their place)."""
    rows = tx.rows(_CLIENTS, {"ids": list(client_ids)[:200]})
    return {row.asked_id: client_rows.from_row(row, keyring) for row in rows}
