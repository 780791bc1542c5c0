"""Cursors of lists whose houses page by an instant."""

import base64
from datetime import UTC, datetime

from api.refusal import Refusal

END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)


def seal_place(instant: datetime) -> str:
    return base64.urlsafe_b64encode(instant.isoformat().encode()).rstrip(b"=").decode()


def open_place(cursor: str | None) -> datetime:
    """The instant that a page goes on before. Raises Refusal for a cursor that is none of ours."""
    if cursor is None:
        return END_OF_TIME
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal("cursor-refused") from None
    if found.tzinfo is None:
        raise Refusal("cursor-refused")
    return found
