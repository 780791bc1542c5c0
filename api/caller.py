"""Who calls: the signed-in person with the program, the scope and the time of one request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

from flask import current_app, g

from access import Person, active_people, actor_of, scope_of
from api.policies import sees_clients
from care import Client, clients_by_id
from database import Tx
from engine import Actor, Scope
from program import Program

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Caller:
    """`masked` callers are shown no client data."""

    program: Program
    person: Person
    actor: Actor
    scope: Scope
    now: datetime
    request_id: str
    masked: bool

    def read(self, work: Callable[[Tx], T]) -> T:
        return self.program.database.read(work)

    def write(self, work: Callable[[Tx], T]) -> T:
        return self.program.database.write(work)

    def clients(self, tx: Tx, client_ids: Sequence[str]) -> Mapping[str, Client]:
        """The clients to show beside a page of rows, in one statement; none to masked callers."""
        wanted = tuple(dict.fromkeys(client_ids))
        return {} if self.masked or not wanted else clients_by_id(tx, self.program.keyring, wanted)


def caller() -> Caller:
    """The caller of this request; views behind a policy other than public have one."""
    return cast("Caller", g.caller)


def program() -> Program:
    return cast("Program", current_app.extensions["ninefold"])


def caller_of(found: Program, person: Person) -> Caller:
    masked = not sees_clients(person)
    return Caller(found, person, actor_of(person), scope_of(person), found.clock.now(), g.request_id, masked)


def names_of_people(tx: Tx) -> Mapping[str, str]:
    """Names of those who may act, in one statement."""
    return {person.id: person.name for person in active_people(tx)}
