"""Rows of people."""

from collections.abc import Iterable

import sqlalchemy as sa

from access.model import Person
from access.store.tables import people
from database import Row, Tx

COLUMNS = (people.c.name, people.c.roles, people.c.groups, people.c.unit, people.c.may_assess, people.c.active)
_ONE = sa.select(people.c.id, *COLUMNS).where(people.c.id == sa.bindparam("id"))
_ACTIVE = sa.select(people.c.id, *COLUMNS).where(people.c.active).order_by(people.c.name, people.c.id).limit(1000)
_IDS = sa.select(people.c.id)
_INSERT = sa.insert(people)
_CHANGE = (
    sa.update(people)
    .where(people.c.id == sa.bindparam("i"))
    .values({column: sa.bindparam(f"new_{column.name}") for column in COLUMNS})
)


def find(tx: Tx, person_id: str) -> Person | None:
    """By primary key."""
    row = tx.one(_ONE, {"id": person_id})
    return None if row is None else from_row(row)


def active(tx: Tx) -> tuple[Person, ...]:
    """Those who may sign in, by name; at most 1000."""
    return tuple(from_row(row) for row in tx.rows(_ACTIVE))


def insert_missing(tx: Tx, wanted: Iterable[Person]) -> None:
    """Inserts those whose id is not there yet; leaves the others as they are."""
    known = {row.id for row in tx.rows(_IDS)}
    tx.run(_INSERT, [{"id": person.id, **_values(person)} for person in wanted if person.id not in known])


def change(tx: Tx, person: Person) -> None:
    """Sets all columns of a person who is there (else Conflict)."""
    values = {f"new_{name}": value for name, value in _values(person).items()}
    tx.run(_CHANGE, {"i": person.id, **values}, expect=1)


def from_row(row: Row) -> Person:
    """The person in a row that has `id` and COLUMNS."""
    return Person(row.id, row.name, frozenset(row.roles), frozenset(row.groups), row.unit, row.may_assess, row.active)


def _values(person: Person) -> dict[str, object]:
    return {
        "name": person.name,
        "roles": sorted(person.roles),
        "groups": sorted(person.groups),
        "unit": person.unit,
        "may_assess": person.may_assess,
        "active": person.active,
    }
