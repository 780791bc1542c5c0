"""What people write down outside a task: a call that was made, a note. Each is a step of the case that moves no token."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from care.entry import Entry, Told, Values
from care.errors import ContactUnknown, NoteUnknown
from care.kept.contacts import contact_of
from care.kept.notes import ADDENDUM, FREE, TABLE
from care.model import Contact
from care.store import contacts as contact_rows
from care.store import entries as rows
from care.store import stays
from database import Keyring, Tx
from engine import Actor, CaseId, NoteRecord

POST_DISCHARGE = "post_discharge"
MOST = 1000


class Steps(Protocol):
    """The engine, as far as writing down needs it."""

    def execute(self, command: Any, tx: Tx) -> Any: ...  # Any: the engine's own commands and answers


@dataclass(frozen=True, slots=True)
class Writing:
    """Who writes about which case, and when. That the writer may know of the case has been asked before."""

    case_id: CaseId
    client_id: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Journal:
    """Writes down contacts and notes."""

    engine: Steps
    keyring: Keyring

    def log_contact(self, tx: Tx, writing: Writing, values: Mapping[str, Any]) -> Contact:
        """Keeps a contact or an attempt at one, in the words of the form `contact_note` and with its `purpose`.

        One that `amends` an earlier one, named by its step, takes its place for a `reason`. Raises NotFound; ContactUnknown for
        a contact that does not stand, or that a form made: its task is amended instead.
        """
        amends, reason = values.get("amends"), values.get("reason") or ""
        if amends is not None:
            self._require_contact(tx, writing.case_id, amends)
        facts = {name: values[name] for name in ("purpose", "channel", "result", "direction")}
        told = self._noted(tx, writing, "ContactLogged", facts, values, reason)
        contact = replace(contact_of(told, values["purpose"], values.get("text") or ""), amends=amends, reason=reason)
        contact_rows.insert(tx, self.keyring, contact)
        if amends is not None:
            contact_rows.reckon(tx, writing.case_id, contact.step)
        elif contact.purpose == POST_DISCHARGE and contact.two_way:
            stays.note_contacted(tx, writing.case_id, contact.at)
        return contact

    def add_note(self, tx: Tx, writing: Writing, values: Mapping[str, Any]) -> str:
        """Keeps a note, or an addendum to the one that `adds_to` names; its id. Raises NotFound, NoteUnknown."""
        adds_to = values.get("adds_to")
        if adds_to is not None:
            held = rows.of_case(tx, self.keyring, TABLE, writing.case_id)
            if all(row.id != adds_to for row in held):
                raise NoteUnknown
        kind = FREE if adds_to is None else ADDENDUM
        facts = {"kind": kind, "phase": values.get("phase")}
        told = self._noted(tx, writing, "NoteAdded", facts, values, "")
        sealed = {"text": values["text"], **({"part2": True} if values.get("part2") else {})}
        plain = {"kind": kind, "phase": values.get("phase"), "adds_to": adds_to}
        rows.insert(tx, self.keyring, told, [Entry(TABLE, plain, sealed)])
        return f"{told.step}-0"

    def _require_contact(self, tx: Tx, case_id: str, step: int) -> None:
        held = contact_rows.of_case(tx, self.keyring, case_id, MOST)
        if not any(item.step == step and item.standing and item.task_id is None for item in held):
            raise ContactUnknown

    def _noted(
        self, tx: Tx, writing: Writing, kind: str, facts: Mapping[str, Any], values: Values, reason: str
    ) -> Told:
        """The step in the case's history under which something is written down."""
        command = NoteRecord(writing.case_id, kind, writing.actor, writing.at, reason, facts)
        changed = self.engine.execute(command, tx)
        return Told(
            case_id=writing.case_id,
            client_id=writing.client_id,
            step=changed.version,
            at=writing.at,
            noted_at=writing.at,
            actor_id=writing.actor.id,
            values=values,
        )
