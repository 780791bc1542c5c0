"""Contacts and attempts: who was reached, how, why and for how long, from the words of a form (care-process.md, section 8). Pure."""

from care.entry import Told, Values, code, instant, whole, words
from care.model import Contact

CALL = "outreach_48h"
FORMS = {CALL: "post_discharge", "follow_up": "follow_up", "contact_note": "note"}
PURPOSES = {"log_contact": "enrolment", "ed_follow_up": "ed_follow_up", "report_feedback": "feedback"}
"""What a contact note is for, by the task that it answers."""
_PEOPLE = frozenset({"client", "caregiver", "proxy"})
_ONE_WAY = frozenset({"record", "letter"})
_NOBODY = frozenset({"no_answer", "busy", "voicemail", "wrong_number", "refused"})
_WRITTEN = {
    CALL: ("meds_note", "concerns", "comment"),
    "follow_up": ("symptoms", "new_needs"),
    "contact_note": ("text",),
}


def take(told: Told) -> Contact | None:
    """The contact that a completed form was; none for other forms."""
    if told.form not in FORMS:
        return None
    purpose = FORMS[told.form]
    if told.form == "contact_note":
        purpose = PURPOSES.get(told.element, purpose)
    return contact_of(told, purpose, _text(told.values, _WRITTEN[told.form]))


def contact_of(told: Told, purpose: str, text: str) -> Contact:
    """A contact in the words of a form: it is two-way when a person of the client's side was spoken to."""
    values = told.values
    party = _first(values, "reached", "informant", "with") or "unknown"
    result = _first(values, "result")
    channel = _first(values, "channel") or "phone"
    two_way = party in _PEOPLE and channel not in _ONE_WAY and result not in _NOBODY
    return Contact(
        case_id=told.case_id,
        step=told.step,
        client_id=told.client_id,
        at=instant(values.get("at")) or told.at,
        direction=(_first(values, "direction") or "out")[:10],
        channel=channel,
        party=party,
        result=result or ("reached" if two_way else "none"),
        two_way=two_way,
        purpose=purpose,
        actor_id=told.actor_id,
        noted_at=told.noted_at,
        task_id=told.task_id,
        element=told.element,
        minutes=whole(values.get("minutes")),
        text=text,
    )


def _first(values: Values, *names: str) -> str:
    """The first of the names that holds a short code."""
    found = (code(values.get(name), 1000) for name in names)
    return next((value[:20] for value in found if value), "")


def _text(values: Values, names: tuple[str, ...]) -> str:
    return "\n".join(text for name in names if (text := words(values.get(name))))
