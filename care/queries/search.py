"""Finding clients by number, words of the name and birth date, through blind columns only."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from care.model import Client
from care.store.clients import COLUMNS, blind_birth, blind_number, blind_word, from_row
from care.store.tables import client_aliases, client_names, clients
from database import Keyring, Tx

b = sa.bindparam
MAX_WORDS = 8
_NUMBERS, _NAMES = frozenset({"number", "text"}), frozenset({"name", "text"})


@lru_cache(maxsize=64)
def _select(kinds: tuple[str, ...]) -> sa.Select[Any]:  # Any: the columns are those of COLUMNS
    """Clients for whom every part holds; served by client_names' and client_aliases_mrn's keys and clients_birth."""
    query = sa.select(*COLUMNS).where(clients.c.merged_into.is_(None))
    for place, kind in enumerate(kinds):
        if kind == "day":
            query = query.where(clients.c.birth_blind == b(f"day{place}"))
            continue
        numbered = sa.select(client_aliases.c.client_id).where(client_aliases.c.mrn_blind == b(f"number{place}"))
        named = sa.select(client_names.c.client_id).where(client_names.c.word_blind == b(f"word{place}"))
        choices = [clients.c.id.in_(held) for held, fits in ((numbered, _NUMBERS), (named, _NAMES)) if kind in fits]
        query = query.where(sa.or_(*choices))
    return query.order_by(clients.c.id).limit(b("limit"))


def find(tx: Tx, keyring: Keyring, parts: Sequence[tuple[str, str]], limit: int) -> tuple[Client, ...]:
    """At most `limit` clients for whom every part holds; a part is (kind, text), kind one of name, number, text (either), day."""
    parts = parts[:MAX_WORDS]
    if not parts:
        return ()
    params: dict[str, object] = {"limit": limit}
    for place, (kind, text) in enumerate(parts):
        if kind == "day":
            params[f"day{place}"] = blind_birth(keyring, date.fromisoformat(text))
        if kind in _NUMBERS:
            params[f"number{place}"] = blind_number(keyring, text)
        if kind in _NAMES:
            params[f"word{place}"] = blind_word(keyring, text)
    rows = tx.rows(_select(tuple(kind for kind, _ in parts)), params)
    return tuple(from_row(row, keyring) for row in rows)
