"""Finds and keeps the people who may sign in."""

from collections.abc import Iterable

from access.model import Person
from access.store import people
from access.store import sessions as session_rows
from database import Tx


def find_person(tx: Tx, person_id: str) -> Person | None:
    """A person by id, active or not."""
    return people.find(tx, person_id)


def active_people(tx: Tx) -> tuple[Person, ...]:
    """Those who may sign in, by name; at most 1000."""
    return people.active(tx)


def add_people(tx: Tx, wanted: Iterable[Person]) -> None:
    """Adds those who are not there yet and leaves the others as they are: safe to call at every start."""
    people.insert_missing(tx, wanted)


def change_person(tx: Tx, person: Person) -> None:
    """Replaces all that is known of a person; one who is no longer active is signed out everywhere."""
    people.change(tx, person)
    if not person.active:
        session_rows.close_all(tx, person.id)
