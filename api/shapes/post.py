"""Messages that are kept, and the calls of the outbox: which and in what state, never what they say."""

from marshmallow import validate

from api.shapes.field import (
    Shape,
    choice,
    cursor,
    flag,
    instant,
    limit,
    many,
    maybe_instant,
    maybe_text,
    next_cursor,
    text,
    whole,
)

REASON = 400


class MessageItem(Shape):
    """A message."""

    id = text("Id")
    name = text("Name")
    case_id = maybe_text("Case that it is for; null when it is for whoever waits with its key")
    source = text("Who sent it")
    status = choice("State", "waiting", "consumed", "expired")
    received_at = instant("When it came")
    expires_at = instant("Until when it is kept")
    consumed_at = maybe_instant("When a case took it")
    consumed_by = maybe_text("The first case that took it")


class MessageList(Shape):
    """Messages, the latest first."""

    items = many(MessageItem, "Messages")
    next_cursor = next_cursor()


class MessageQuery(Shape):
    """Which messages."""

    status = choice("State", "waiting", "consumed", "expired", load_default=None)
    name = text("Name", load_default=None)
    case_id = text("Case that it is for", load_default=None)
    limit = limit()
    cursor = cursor()


class CallItem(Shape):
    """A call of the outbox."""

    id = text("Id; also the webhook-id")
    case_id = text("Case that makes the call")
    step = whole("Step of the case")
    topic = text("Operation")
    element = text("Element id in the case's diagrams")
    status = choice("State", "pending", "delivered", "dead", "discarded")
    connected = flag("Whether a connector takes this topic; calls without one stay pending")
    awaited = flag("Whether a service task waits for the answer")
    under_way = flag("Whether a relay is making it now")
    created_at = instant("When the case made it")
    attempts = whole("Tries so far")
    next_at = instant("When it is tried next, while it is pending")
    give_up_at = maybe_instant("When it becomes a dead letter")
    done_at = maybe_instant("When it was delivered, died or was discarded")
    error = maybe_text("What the last try met, as a code")


class CallList(Shape):
    """Calls, the latest first."""

    items = many(CallItem, "Calls")
    next_cursor = next_cursor()


class CallQuery(Shape):
    """Which calls."""

    status = choice("State", "pending", "delivered", "dead", "discarded", load_default=None)
    topic = text("Operation", load_default=None)
    case_id = text("Case", load_default=None)
    limit = limit()
    cursor = cursor()


class Resending(Shape):
    """Sending a call again."""

    reason = text("Why, for the audit; names no client", load_default=None, validate=validate.Length(1, REASON))


class Discarding(Shape):
    """Giving a call up."""

    reason = text("Why, for the audit; names no client", required=True, validate=validate.Length(1, REASON))
