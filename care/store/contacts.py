"""Rows of contacts: one per completed contact task or logged call, append-only; an addendum takes the place of an earlier row."""

from dataclasses import replace
from datetime import datetime

import orjson
import sqlalchemy as sa

from care.model import Contact
from care.store.tables import contacts, stays
from database import Keyring, Row, Tx

b = sa.bindparam
TABLE, DETAIL = "contacts", "detail"
_PLAIN = (
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
    "noted_at",
    "task_id",
    "element",
    "minutes",
    "amends",
)
# The stay that the contact follows: the one whose discharge the case was told of last, or that of the row that it amends.
_LATEST = (
    sa.select(stays.c.id)
    .where(stays.c.case_id == b("case_"), stays.c.told_for.is_not(None))
    .order_by(stays.c.told_for.desc())
    .limit(1)
    .scalar_subquery()
)
_INSERT = sa.insert(contacts).values(stay_id=_LATEST)
_earlier = contacts.alias("earlier")
_SAME = (
    sa.select(_earlier.c.stay_id)
    .where(_earlier.c.case_id == b("case_"), _earlier.c.step == b("amended_"))
    .scalar_subquery()
)
_AMEND = sa.insert(contacts).values(stay_id=_SAME)
_OF_CASE = sa.select(contacts).where(contacts.c.case_id == b("case")).order_by(contacts.c.step.desc()).limit(b("limit"))
_OF_TASK = (
    sa.select(contacts.c.step, contacts.c.at)
    .where(
        contacts.c.case_id == b("case"),
        sa.or_(
            contacts.c.task_id == b("task"),
            sa.and_(contacts.c.task_id.is_(None), contacts.c.at == b("when", type_=contacts.c.at.type)),
        ),
    )
    .order_by(contacts.c.step.desc())
    .limit(1)
)
_later = contacts.alias("later")
_STANDING = sa.not_(sa.exists().where(_later.c.case_id == contacts.c.case_id, _later.c.amends == contacts.c.step))
_FIRST_SPOKEN = (
    sa.select(sa.func.min(contacts.c.at))
    .where(
        contacts.c.case_id == b("case"),
        contacts.c.stay_id == stays.c.id,
        contacts.c.purpose == "post_discharge",
        contacts.c.two_way,
        _STANDING,
    )
    .scalar_subquery()
)
_RECKON = (
    sa.update(stays)
    .where(
        stays.c.id
        == sa.select(contacts.c.stay_id)
        .where(contacts.c.case_id == b("case"), contacts.c.step == b("step"))
        .scalar_subquery()
    )
    .values(contacted_at=_FIRST_SPOKEN)
)


def insert(tx: Tx, keyring: Keyring, contact: Contact) -> None:
    """Keeps a contact in the transaction of the step that made it."""
    row: dict[str, object] = {name: getattr(contact, name) for name in _PLAIN}
    written = {name: text for name, text in (("text", contact.text), ("reason", contact.reason)) if text}
    place = f"{contact.case_id}.{contact.step}"
    row["detail"] = keyring.seal(orjson.dumps(written), TABLE, DETAIL, place) if written else None
    if contact.amends is None:
        tx.run(_INSERT, {"case_": contact.case_id, **row})
    else:
        tx.run(_AMEND, {"case_": contact.case_id, "amended_": contact.amends, **row})


def reckon(tx: Tx, case_id: str, step: int) -> None:
    """When the stay that a contact follows was first answered, reckoned again from the contacts that stand."""
    tx.run(_RECKON, {"case": case_id, "step": step})


def of_task(tx: Tx, case_id: str, task_id: str, at: datetime) -> Row | None:
    """Step and instant of the contact that stands for a task; a row of an earlier release is known by its instant."""
    return tx.one(_OF_TASK, {"case": case_id, "task": task_id, "when": at})


def of_case(tx: Tx, keyring: Keyring, case_id: str, limit: int) -> tuple[Contact, ...]:
    """The contacts of a case, newest first, those that were amended too; by primary key."""
    found = [_from_row(row, keyring) for row in tx.rows(_OF_CASE, {"case": case_id, "limit": limit})]
    replaced = {contact.amends for contact in found}
    return tuple(replace(contact, standing=contact.step not in replaced) for contact in found)


def _from_row(row: Row, keyring: Keyring) -> Contact:
    values = {name: getattr(row, name) for name in _PLAIN}
    place = f"{row.case_id}.{row.step}"
    written = orjson.loads(keyring.open(row.detail, TABLE, DETAIL, place)) if row.detail is not None else {}
    return Contact(**values, **written)
