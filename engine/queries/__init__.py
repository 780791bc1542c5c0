"""Plain selects under a Scope, answered as frozen views."""

from engine.queries import board, case, inbox, statistics
from engine.queries.case import CaseFilter
from engine.queries.cursor import CursorRefused, open_place, seal_cursor
from engine.queries.inbox import InboxFilter

__all__ = [
    "CaseFilter",
    "CursorRefused",
    "InboxFilter",
    "board",
    "case",
    "inbox",
    "open_place",
    "seal_cursor",
    "statistics",
]
