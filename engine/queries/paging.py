"""Pages by keyset: each goes on behind the last item of the one before, whatever came in between."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from database import Row, Tx
from engine.queries.cursor import open_place, seal_cursor
from engine.views import Page

T = TypeVar("T")
Statement = sa.Select[*tuple[Any, ...]]


def by_instant(
    tx: Tx,
    statement: Statement,
    order: tuple[sa.ColumnElement[datetime], sa.ColumnElement[str]],
    cursor: str | None,
    limit: int,
    view: Callable[[Row], T],
    *,
    descending: bool,
) -> Page[T]:
    """A page in the order of an instant and, where that is the same, of the id. Raises CursorRefused."""
    key, own_id = order
    if cursor is not None:
        after, last = open_place(cursor)
        pair, place = sa.tuple_(key, own_id), sa.tuple_(sa.literal(after, key.type), sa.literal(last))
        statement = statement.where(pair < place if descending else pair > place)
    by = (key.desc(), own_id.desc()) if descending else (key, own_id)
    rows = tx.rows(statement.add_columns(key.label("key_")).order_by(*by).limit(limit + 1))
    return cut(rows, limit, view, lambda row: seal_cursor(row.key_, row.id))


def cut(rows: Sequence[Row], limit: int, view: Callable[[Row], T], seal: Callable[[Row], str]) -> Page[T]:
    """The page of rows that were read one beyond its limit, which tells whether the list goes on."""
    shown = rows[:limit]
    return Page(tuple(view(row) for row in shown), seal(shown[-1]) if len(rows) > limit else None)
