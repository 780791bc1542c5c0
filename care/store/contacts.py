"""Rows of contacts: one per completed contact task."""

import sqlalchemy as sa

from care.model import Contact
from care.store.tables import contacts, stays
from database import Tx

b = sa.bindparam
_COLUMNS = (
    "case_id",
    "step",
    "client_id",
    "at",
    "direction",
    "channel",
    "party",
    "result",
    "two_way",
    "purpose",
    "actor_id",
)
# The stay that the contact follows: the one whose discharge the case was told of last.
_STAY = (
    sa.select(stays.c.id)
    .where(stays.c.case_id == b("case_"), stays.c.told_for.is_not(None))
    .order_by(stays.c.told_for.desc())
    .limit(1)
    .scalar_subquery()
)
_INSERT = sa.insert(contacts).values(stay_id=_STAY)


def insert(tx: Tx, contact: Contact) -> None:
    """Keeps a contact in the transaction of the step that made it."""
    row = {name: getattr(contact, name) for name in _COLUMNS}
    tx.run(_INSERT, {"case_": contact.case_id, **row})
