"""Messages, ADT, the clock."""

from marshmallow import validate

from api.shapes.field import (
    Shape,
    choice,
    flag,
    instant,
    many,
    maybe_instant,
    maybe_text,
    one,
    text,
    texts,
    values,
    whole,
)


class Correlation(Shape):
    """Whom a message is for: one of case_id, client_id, mrn, narrowed by `key` to waits with this key; programs may send by `key` alone."""

    case_id = text("Case")
    client_id = text("Client: all open cases that one may know of")
    mrn = text("Medical record number of the client")
    key = text("Correlation key, for instance an encounter id")


class MessageToSend(Shape):
    """A message."""

    name = text("Name", required=True, validate=validate.Regexp(r"[A-Za-z_][\w.-]{0,99}\Z"))
    correlation = one(Correlation, "Whom it is for", required=True)
    message_id = text(
        "The sender's own id of it: the same one again gets the first answer; the Idempotency-Key unless given",
        load_default=None,
        validate=validate.Length(1, 200),
    )
    payload = values("What it says; RFC 3339 instants and ISO dates become temporal values", load_default=dict)


class Reached(Shape):
    """A case that took a message."""

    case_id = text("Case")
    waits = whole("How many waits took it")
    opened = texts("Tasks that opened")


class MessageSent(Shape):
    """What a message reached."""

    id = text("Id")
    name = text("Name")
    waiting = flag("Whether it is kept until somebody waits for it")
    reached = many(Reached, "Cases")


class RejectedMessage(Shape):
    """A message of a feed that was not taken."""

    index = whole("Place in the body, 0 first")
    control_id = maybe_text("MSH-10")
    reason = text("Segment and field, never content")


class FeedSummary(Shape):
    """What became of HL7 messages."""

    messages = whole("Messages in the body")
    accepted = whole("Taken")
    duplicates = whole("Known already")
    rejected = many(RejectedMessage, "Not taken")
    cases_started = whole("Cases started")
    candidates = whole("Candidates offered")
    cases_touched = whole("Cases that a message reached")


class Clock(Shape):
    """The program's time."""

    now = instant("Now")
    virtual = flag("Whether it can be moved")
    next_timer_at = maybe_instant("When the next timer is due")


class Advance(Shape):
    """How far to move time: one of the two."""

    by = text("ISO duration such as PT48H, at most P366D")
    to = choice("To the next timer", "next_timer")


class Advanced(Shape):
    """Time has moved."""

    now = instant("Now")
    fired = whole("Timers fired on the way")
