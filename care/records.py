"""The engine's Records port: contacts, and what came of each stay's 48-hour outreach, in the transaction of the step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from care.model import Contact
from care.store import contacts, stays
from database import Tx
from engine import Advance, Case

CLOCK, CALL = "outreach_48h", "outreach_call"
CONTACT_TASKS = {CALL: "post_discharge", "contact_and_review": "follow_up", "contact_note": "note"}
_PEOPLE = frozenset({"client", "caregiver", "proxy"})
_ONE_WAY = frozenset({"record", "letter"})
_NOBODY = frozenset({"no_answer", "busy", "voicemail", "wrong_number", "refused"})


@dataclass(frozen=True, slots=True)
class CareRecords:
    """Writes only; at most two statements for a step that touches an outreach or completes a contact, else none."""

    def apply(self, tx: Tx, case: Case, advance: Advance, actor_id: str, at: datetime) -> None:
        """Notes clocks set, rung and disarmed, and the contact that a completed task was."""
        done = advance.element if advance.completed_task is not None else None
        if done in CONTACT_TASKS:
            contact = contact_of(case, advance, actor_id, at)
            contacts.insert(tx, contact)
            if done == CALL and contact.two_way:
                stays.note_contacted(tx, case.id, at)
        opened = any(task.element == CALL for task in advance.opened)
        was_set = any(timer.element == CLOCK for timer in advance.timers_set)
        was_cleared = any(timer.element == CLOCK for timer in advance.timers_cleared)
        rang = opened and done != CALL
        withdrawn = any(task.element == CALL for task in advance.withdrawn)
        if (was_cleared and not rang) or withdrawn:
            stays.note_cancelled(tx, case.id, at)
        if was_set:
            stays.note_armed(tx, case.id, at)
        if rang:
            stays.note_fired(tx, case.id, at)


def contact_of(case: Case, advance: Advance, actor_id: str, at: datetime) -> Contact:
    """The contact that a completed contact task was, from the words of its form (care-process.md, section 8)."""
    values = _answers(advance.delta)
    party = _text(values, "reached", "informant", "with") or "unknown"
    result = _text(values, "result")
    channel = _text(values, "channel") or "phone"
    two_way = party in _PEOPLE and channel not in _ONE_WAY and result not in _NOBODY
    when = values.get("at")
    return Contact(
        case_id=case.id,
        step=case.version + 1,
        client_id=case.subject_id,
        at=when if isinstance(when, datetime) and when.tzinfo else at,
        direction=_text(values, "direction") or "out",
        channel=channel,
        party=party,
        result=result or ("reached" if two_way else "none"),
        two_way=two_way,
        purpose=CONTACT_TASKS[advance.element],
        actor_id=actor_id,
    )


def _answers(delta: Mapping[str, object]) -> Mapping[str, object]:
    """The form's values, whether they stand bare or under the form's name."""
    only = next(iter(delta.values())) if len(delta) == 1 else None
    return only if isinstance(only, Mapping) else delta


def _text(values: Mapping[str, object], *names: str) -> str:
    """The first of the names that holds a short code."""
    found = (values.get(name) for name in names)
    return next((value[:20] for value in found if isinstance(value, str) and value), "")
