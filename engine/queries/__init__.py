"""Plain selects under a Scope, answered as frozen views."""

from engine.queries import board, case, inbox, incidents, outbox, statistics
from engine.queries.case import CaseFilter
from engine.queries.cursor import CursorRefused, open_place, seal_cursor
from engine.queries.inbox import InboxFilter
from engine.queries.incidents import IncidentFilter
from engine.queries.outbox import CallFilter, MessageFilter

__all__ = [
    "CallFilter",
    "CaseFilter",
    "CursorRefused",
    "InboxFilter",
    "IncidentFilter",
    "MessageFilter",
    "board",
    "case",
    "inbox",
    "incidents",
    "open_place",
    "outbox",
    "seal_cursor",
    "statistics",
]
