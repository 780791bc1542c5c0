"""Opaque cursors: the sort key and id of the last item, so that a list goes on where it stopped whatever came in between."""

import base64
from datetime import UTC, datetime

import orjson

from engine.errors import EngineError

MOST_DIGITS = 9


class CursorRefused(EngineError):
    """Expected a cursor that a list of ours has given."""

    code = "cursor-refused"


def seal_cursor(*parts: str | int | datetime | None) -> str:
    plain = orjson.dumps([part.isoformat() if isinstance(part, datetime) else part for part in parts])
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


def open_cursor(text: str, parts: int) -> list[str]:
    """The parts as text; raises CursorRefused for anything else."""
    try:
        found = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError as error:
        raise CursorRefused from error
    if (
        not text.isascii()
        or not isinstance(found, list)
        or len(found) != parts
        or not all(isinstance(part, str) for part in found)
    ):
        raise CursorRefused
    return found


def open_place(text: str) -> tuple[datetime, str]:
    """Instant and id of the last item; raises CursorRefused."""
    at, own_id = open_cursor(text, 2)
    return _instant(at), own_id


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CursorRefused from error
    if moment.tzinfo is None:
        raise CursorRefused
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise CursorRefused from error


def whole(text: str) -> int:
    """A whole number of at most nine digits."""
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise CursorRefused
    return int(text)
