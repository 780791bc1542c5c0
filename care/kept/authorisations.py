"""Authorisations: requested, decided, talked over, appealed. One thread per service for which the payor was asked. Pure."""

from collections.abc import Iterator

from care.entry import Entry, Told, code, day, flag, instant, said, texts, whole

TABLE = "authorisations"
REQUEST, DECISION, TALK, APPEAL, SERVICE = "auth_request", "auth_decision", "peer_to_peer", "appeal", "service"
PROCESS = "authorization"
CHASED = "chased"
EVERY = "*"
"""The thread of what concerns all that is open."""


def take(told: Told) -> Iterator[Entry]:
    """The forms of an authorisation, a payor that was chased, and the withdrawal of all when the case ends."""
    match told.form:
        case "auth_request":
            yield _requested(told)
        case "auth_decision":
            yield _decided(told)
        case "peer_to_peer":
            yield _entry(told, "talked", said(told.values, "participants", "note"), at=instant(told.values.get("at")))
        case "appeal":
            yield _appealed(told)
        case "service" if told.process == PROCESS:
            yield _entry(told, "alternative", said(told.values, "intervention", "provider", "barrier"))
    if any(call.parameters.get("what") == "authorisation" for call in told.calls("chase")):
        yield _entry(told, CHASED, {})
    if any("authorisations" in texts(call.parameters.get("withdraw")) for call in told.calls("notify")):
        yield Entry(TABLE, {"thread": EVERY, "event": "withdrawn"})


def _requested(told: Told) -> Entry:
    values, asked = told.values, None
    if told.advance is not None:
        asked = next((task for task in told.advance.opened if task.form == DECISION), None)
    return _entry(
        told,
        "requested",
        said(values, "provider", "code", "clinical_reason", "attachments"),
        service_class=code(values.get("service_class")),
        urgency=code(values.get("urgency")),
        in_network=flag(values.get("in_network")),
        units=whole(values.get("units")),
        begins_on=day(values.get("from")),
        ends_on=day(values.get("to")),
        due_at=asked.due_at if asked is not None else None,
        reviewer=asked.group if asked is not None else None,
    )


def _decided(told: Told) -> Entry:
    values = told.values
    return _entry(
        told,
        "decided",
        said(values, "number", "note"),
        result=code(values.get("decision")),
        units=whole(values.get("units_ok")),
        begins_on=day(values.get("from")),
        ends_on=day(values.get("to")),
        reason=code(values.get("denial_reason")),
        reviewer=told.group or None,
    )


def _appealed(told: Told) -> Entry:
    values = told.values
    return _entry(
        told,
        "appealed",
        said(values, "grounds"),
        at=instant(values.get("filed")),
        level=code(values.get("level")),
        due_on=day(values.get("due")),
    )


def _entry(told: Told, event: str, sealed: dict[str, object], at: object = None, **more: object) -> Entry:
    thread = told.within[-1] if told.within else told.case_id
    plain = {"thread": thread, "event": event, "result": code(told.values.get("result")), **more}
    return Entry(TABLE, plain, sealed, instant(at), formed=event != CHASED)
