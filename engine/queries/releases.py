"""Releases, newest first: no artefact is read."""

from database import Row, Tx
from engine.queries.cursor import open_cursor, seal_cursor, whole
from engine.queries.paging import cut
from engine.store import releases
from engine.views import Page, ReleaseView


def listed(tx: Tx, limit: int, cursor: str | None) -> Page[ReleaseView]:
    before = whole(open_cursor(cursor, 1)[0]) if cursor is not None else None
    active, rows = releases.active(tx), releases.listed(tx, limit + 1, before)
    return cut(rows, limit, lambda row: _view(row, active), lambda row: seal_cursor(str(row.number)))


def one(tx: Tx, release_id: str) -> ReleaseView | None:
    row = releases.one(tx, release_id)
    return None if row is None else _view(row, releases.active(tx))


def _view(row: Row, active: tuple[str, int] | None) -> ReleaseView:
    current = active is not None and row.id == active[0]
    return ReleaseView(row.id, row.number, row.created_at, row.created_by, current)
