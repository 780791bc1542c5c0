"""Plain selects under a Scope, answered as frozen views."""

from engine.queries import board, case, inbox, incidents, statistics
from engine.queries.case import CaseFilter
from engine.queries.cursor import CursorRefused, open_place, seal_cursor
from engine.queries.inbox import InboxFilter
from engine.queries.incidents import IncidentFilter

__all__ = [
    "CaseFilter",
    "CursorRefused",
    "InboxFilter",
    "IncidentFilter",
    "board",
    "case",
    "inbox",
    "incidents",
    "open_place",
    "seal_cursor",
    "statistics",
]
