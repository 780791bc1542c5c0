"""The engine's Records port: what is kept of a step about its case, in the transaction of the step. It reads before it writes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from care.entry import Entry, Kept, Told, Values
from care.kept import authorisations, consents, contacts, notes, plans, profiles, referrals, risks
from care.plan import Standing
from care.store import contacts as contact_rows
from care.store import entries as rows
from care.store import plans as plan_rows
from care.store import stays
from database import Keyring, Tx
from engine import Advance, Amendment, Case

CLOCK, CALL = "outreach_48h", "outreach_call"
FORMS = {CALL: contacts.CALL, "contact_and_review": plans.REVIEW}
"""What tasks are to the records, whatever form a site gives them."""
KINDS = (consents.take, referrals.take, authorisations.take, risks.take, notes.take, profiles.take)
ROOTED = frozenset({plans.VERSIONS, plans.ITEMS})
"""Where an addendum names the first row that a form wrote, not the one before it: drafts come and go between."""
CARRIED: Mapping[str, tuple[str, ...]] = {"referrals": ("thread",), "authorisations": ("thread", "due_at", "reviewer")}
"""What a step knew and an addendum to its form does not: the first row's columns stay."""


@dataclass(frozen=True, slots=True)
class CareRecords:
    """One statement for each kind of record that a step adds to, and a read of the plan where the step changes it."""

    keyring: Keyring

    def apply(self, tx: Tx, case: Case, advance: Advance, actor_id: str, at: datetime) -> None:
        """Keeps what the step tells: the plan, contacts, consents and the like, and the clock of the 48-hour outreach."""
        told = told_by(case, advance, actor_id, at)
        standing = plan_rows.standing(tx, self.keyring, case.id) if plans.asks_for_plan(told) else Standing()
        rows.insert(tx, self.keyring, told, [*_entries(told), *plans.take(told, standing)])
        contact = contacts.take(told)
        if contact is not None:
            contact_rows.insert(tx, self.keyring, contact)
            if told.form == contacts.CALL and contact.two_way:
                stays.note_contacted(tx, case.id, at)
        _keep_clock(tx, case, advance, told, at)

    def amend(self, tx: Tx, case: Case, amendment: Amendment, actor_id: str, at: datetime) -> None:
        """Keeps what an addendum makes of a form: its rows take the place of the earlier ones, which stay readable."""
        told = told_again(case, amendment, actor_id, at)
        found = [*_entries(told), *self._plan(tx, told)]
        earlier = {
            table: rows.of_task(tx, self.keyring, table, case.id, amendment.task.id)
            for table in dict.fromkeys(entry.table for entry in found)
        }
        contact = contacts.take(told)
        before = contact_rows.of_task(tx, case.id, amendment.task.id, told.at) if contact is not None else None
        amends = {table: held[0 if table in ROOTED else -1].step for table, held in earlier.items() if held}
        rows.insert(tx, self.keyring, told, list(_carried(found, earlier, told)), amends)
        if contact is not None:
            kept_at = before.at if before is not None and contact.at == told.at else contact.at
            step = before.step if before is not None else None
            contact = replace(contact, at=kept_at, amends=step, reason=amendment.reason)
            contact_rows.insert(tx, self.keyring, contact)
            contact_rows.reckon(tx, case.id, contact.step)

    def _plan(self, tx: Tx, told: Told) -> Iterator[Entry]:
        """An addendum to a plan corrects the version that its form wrote; other forms are kept as ever."""
        task_id = told.task_id or ""
        held = plan_rows.written_by(tx, self.keyring, told.case_id, task_id) if told.form == plans.FORM else ()
        if held:
            return plans.corrected(told, held, plan_rows.newest(tx, self.keyring, told.case_id))
        asked = plans.asks_for_plan(told)
        return plans.take(told, plan_rows.standing(tx, self.keyring, told.case_id) if asked else Standing())


def told_by(case: Case, advance: Advance, actor_id: str, at: datetime) -> Told:
    """What a step tells; without a completed task there are no answers."""
    done = advance.done
    completed = advance.completed_task is not None
    form = FORMS.get(advance.element) or (done.form if done is not None else advance.element)
    return Told(
        case_id=case.id,
        client_id=case.subject_id,
        step=case.version + 1,
        at=at,
        noted_at=at,
        actor_id=actor_id,
        element=advance.element,
        form=(form or "") if completed else "",
        group=(done.group if done is not None else None) or "",
        process=advance.process or "",
        task_id=advance.completed_task,
        values=_answers(advance.delta) if completed else {},
        within=advance.within,
        known=case.facts,
        advance=advance,
    )


def told_again(case: Case, amendment: Amendment, actor_id: str, at: datetime) -> Told:
    """What an addendum tells: the form as it stands now, of the time when it was completed."""
    task = amendment.task
    return Told(
        case_id=case.id,
        client_id=case.subject_id,
        step=case.version + 1,
        at=task.closed_at or at,
        noted_at=at,
        actor_id=actor_id,
        element=task.element,
        form=FORMS.get(task.element) or task.form or "",
        group=task.group or "",
        process=task.process,
        task_id=task.id,
        values=amendment.after,
        known=case.facts,
        reason=amendment.reason,
    )


def _entries(told: Told) -> Iterator[Entry]:
    for take in KINDS:
        yield from take(told)


def _carried(found: Iterable[Entry], earlier: Mapping[str, tuple[Kept, ...]], told: Told) -> Iterator[Entry]:
    """The entries with what the first row of their form knew of its step."""
    for entry in found:
        held = earlier[entry.table]
        if not held or entry.table not in CARRIED:
            yield entry
            continue
        lasting = {name: held[0].plain[name] for name in CARRIED[entry.table] if held[0].plain[name] is not None}
        if told.form == referrals.SERVICE and entry.table == referrals.TABLE:
            lasting["status"] = held[0].plain["status"]
        yield replace(entry, plain={**entry.plain, **lasting})


def _keep_clock(tx: Tx, case: Case, advance: Advance, told: Told, at: datetime) -> None:
    """The 48-hour clock of the current outreach: set, rung or disarmed."""
    opened = any(task.element == CALL for task in advance.opened)
    was_set = any(timer.element == CLOCK for timer in advance.timers_set)
    was_cleared = any(timer.element == CLOCK for timer in advance.timers_cleared)
    rang = opened and (told.task_id is None or told.element != CALL)
    withdrawn = any(task.element == CALL for task in advance.withdrawn)
    if (was_cleared and not rang) or withdrawn:
        stays.note_cancelled(tx, case.id, at)
    if was_set:
        stays.note_armed(tx, case.id, at)
    if rang:
        stays.note_fired(tx, case.id, at)


def _answers(delta: Values) -> Values:
    """The form's values, whether they stand bare or under the form's name."""
    only = next(iter(delta.values())) if len(delta) == 1 else None
    return only if isinstance(only, Mapping) else delta
