"""What a handler finds on its desk: the engine's ports and the few ways in which a command leaves its mark. No command is here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from database import Keyring, Tx
from engine.course import Course
from engine.errors import CaseClosed, CaseGoesOn, CaseSuspended, EngineError, NotFound
from engine.library import Library
from engine.model import Actor, Advance, Case, CaseId, Change, Entry, TaskId, Values
from engine.ports import Audience, Calendar, Facts, FormCheck, Records
from engine.spiff import Release, Runner
from engine.store import cases

_UNFIT: Mapping[str, type[EngineError]] = {"active": CaseGoesOn, "suspended": CaseSuspended}

ANY_STATUS = ("active", "suspended", "completed", "cancelled")
"""For what may be done to a case that has ended too."""


class Desk(Protocol):
    """The engine as its handlers see it."""

    @property
    def keyring(self) -> Keyring: ...
    @property
    def forms(self) -> FormCheck: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def records(self) -> Records: ...
    @property
    def audience(self) -> Audience: ...
    @property
    def calendar(self) -> Calendar: ...
    @property
    def library(self) -> Library: ...

    def runner(self) -> Runner:
        """Runs steps of cases in memory."""

    def entry(self, case: Case, actor: Actor, at: datetime, action: str, object_: str) -> Entry:
        """What the ledger would note."""

    def store(
        self,
        tx: Tx,
        case: Case,
        advance: Advance,
        actor: Actor,
        at: datetime,
        object_: str = "",
        fields: tuple[str, ...] = (),
    ) -> tuple[TaskId, ...]:
        """Stores a step that moved tokens, and what kept messages make of it; the tasks that are open through it."""

    def course(self) -> Course:
        """Decides and stores what follows a step."""

    def record(self, tx: Tx, case: Case, change: Change, actor: Actor, at: datetime) -> None:
        """Stores a step that moved none."""

    def join(self, tx: Tx, case: Case, actor: Actor) -> None:
        """Whoever works on a case may know of it from then on."""


def surroundings(desk: Desk, tx: Tx, case: Case) -> tuple[Release, Values]:
    """What every step of a case needs: the release that it is on, and what the houses above know of it now."""
    return desk.library.release(tx, case.release), desk.facts.read(tx, case)


def require_case(desk: Desk, tx: Tx, case_id: CaseId, *statuses: str) -> Case:
    """A case, locked on PostgreSQL, in one of the statuses (active and suspended unless named). NotFound, CaseClosed, CaseGoesOn, CaseSuspended."""
    case = cases.for_case(tx, desk.keyring, case_id)
    if case is None:
        raise NotFound(f"Expected case '{case_id}', but there is none")
    if case.status not in (statuses or ("active", "suspended")):
        error = _UNFIT.get(case.status, CaseClosed)
        raise error(f"Expected case '{case_id}' to be {' or '.join(statuses or ('open',))}, but it is {case.status}")
    return case
