"""Rows of clients, their numbers and the blind words of their names."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime

import orjson
import sqlalchemy as sa

from care.model import Client
from care.registers import registers_from_json, registers_to_json
from care.store.tables import client_aliases, client_names, clients
from database import Keyring, Row, Tx

b = sa.bindparam
COLUMNS = (
    clients.c.id,
    clients.c.demographics,
    clients.c.version,
    clients.c.updated_at,
    clients.c.deceased_at,
    clients.c.merged_into,
)
_BY_ID = sa.select(*COLUMNS).where(clients.c.id == b("id"))
_BY_NUMBER = (
    sa.select(*COLUMNS)
    .join_from(client_aliases, clients, clients.c.id == client_aliases.c.client_id)
    .where(client_aliases.c.authority == b("authority"), client_aliases.c.mrn_blind == b("mrn"))
)
_MERGED = sa.select(clients.c.id).where(clients.c.merged_into == b("id")).order_by(clients.c.id).limit(50)
_NUMBERS = (
    sa.select(client_aliases.c.authority, client_aliases.c.mrn_blind, client_aliases.c.mrn)
    .where(client_aliases.c.client_id == b("id"))
    .order_by(client_aliases.c.authority, client_aliases.c.mrn_blind)
    .limit(50)
)
_CHANGING = ("demographics", "birth_blind", "updated_at", "deceased_at", "merged_into")
_INSERT = sa.insert(clients)
_UPDATE = (
    sa.update(clients)
    .where(clients.c.id == b("id_"), clients.c.version == b("version_"))
    .values({name: b(f"{name}_") for name in _CHANGING} | {"version": clients.c.version + 1})
)
_REPOINT = sa.update(clients).where(clients.c.merged_into == b("retired")).values(merged_into=b("survivor"))
_ADD_NUMBER = sa.insert(client_aliases)
_MOVE_NUMBERS = (
    sa.update(client_aliases).where(client_aliases.c.client_id == b("retired")).values(client_id=b("survivor"))
)
_ADD_WORD = sa.insert(client_names)
_DROP_WORDS = sa.delete(client_names).where(client_names.c.client_id == b("id"))
_WORD = re.compile(r"[^\W_]+")


def by_id(tx: Tx, keyring: Keyring, client_id: str) -> Client | None:
    """By primary key."""
    row = tx.one(_BY_ID, {"id": client_id})
    return None if row is None else from_row(row, keyring)


def by_number(tx: Tx, keyring: Keyring, authority: str, mrn: str) -> Client | None:
    """The client who holds a number, by the primary key of client_aliases."""
    row = tx.one(_BY_NUMBER, {"authority": authority, "mrn": blind_number(keyring, mrn)})
    return None if row is None else from_row(row, keyring)


def numbers(tx: Tx, keyring: Keyring, client_id: str) -> tuple[tuple[str, str], ...]:
    """All numbers of a client as (authority, mrn), by client_aliases_client."""
    rows = tx.rows(_NUMBERS, {"id": client_id})
    return tuple(
        (row.authority, keyring.open(row.mrn, "client_aliases", "mrn", _place(row.authority, row.mrn_blind)).decode())
        for row in rows
    )


def merged_ids(tx: Tx, client_id: str) -> tuple[str, ...]:
    """The ids of the clients that were merged into this one, by clients_merged."""
    return tuple(row.id for row in tx.rows(_MERGED, {"id": client_id}))


def insert(tx: Tx, keyring: Keyring, client: Client) -> None:
    """Keeps a new client with its number and the words of its name."""
    tx.run(_INSERT, {"id": client.id, "version": 1, **_values(client, keyring)})
    add_number(tx, keyring, client.id, client.authority, client.mrn)
    _add_words(tx, keyring, client)


def update(tx: Tx, keyring: Keyring, before: Client, after: Client) -> None:
    """Keeps a changed client; a Conflict when it is not as it was read."""
    values = {"id_": after.id, "version_": before.version}
    values |= {f"{name}_": value for name, value in _values(after, keyring).items()}
    tx.run(_UPDATE, values, expect=1)
    if words(after) != words(before):
        tx.run(_DROP_WORDS, {"id": after.id})
        _add_words(tx, keyring, after)


def add_number(tx: Tx, keyring: Keyring, client_id: str, authority: str, mrn: str) -> None:
    """Gives a client one more number; a Conflict when somebody holds it."""
    blind = blind_number(keyring, mrn)
    sealed = keyring.seal(mrn.encode(), "client_aliases", "mrn", _place(authority, blind))
    tx.run(_ADD_NUMBER, {"authority": authority, "mrn_blind": blind, "client_id": client_id, "mrn": sealed})


def move_numbers(tx: Tx, retired: str, survivor: str) -> None:
    """Gives all numbers of the retired client, and the clients merged into it before, to the survivor."""
    tx.run(_MOVE_NUMBERS, {"retired": retired, "survivor": survivor})
    tx.run(_REPOINT, {"retired": retired, "survivor": survivor})
    tx.run(_DROP_WORDS, {"id": retired})


def from_row(row: Row, keyring: Keyring) -> Client:
    """A client from the columns of COLUMNS."""
    data = orjson.loads(keyring.open(row.demographics, "clients", "demographics", row.id))
    return Client(
        id=row.id,
        mrn=data["mrn"],
        authority=data["authority"],
        said=registers_from_json(data["said"]),
        version=row.version,
        updated_at=row.updated_at,
        deceased_at=row.deceased_at,
        merged_into=row.merged_into,
    )


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name for search: without accents and case, each once, in order."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return tuple(dict.fromkeys(_WORD.findall(plain.casefold())))


def words(client: Client) -> tuple[str, ...]:
    return words_of(client.demographics.name)


def blind_number(keyring: Keyring, mrn: str) -> bytes:
    """The search token of a medical record number."""
    return keyring.blind("clients.mrn", mrn)


def blind_word(keyring: Keyring, word: str) -> bytes:
    """The search token of one word of a name."""
    return keyring.blind("clients.name", word)


def blind_birth(keyring: Keyring, day: date | None) -> bytes | None:
    """The search token of a birth date."""
    return keyring.blind("clients.birth_date", day.isoformat()) if day else None


def _add_words(tx: Tx, keyring: Keyring, client: Client) -> None:
    rows: Sequence[dict[str, object]] = [
        {"word_blind": blind_word(keyring, word), "client_id": client.id} for word in words(client)[:40]
    ]
    if rows and client.merged_into is None:
        tx.run(_ADD_WORD, rows)


def _values(client: Client, keyring: Keyring) -> dict[str, bytes | str | datetime | None]:
    data = {"mrn": client.mrn, "authority": client.authority, "said": registers_to_json(client.said)}
    return {
        "demographics": keyring.seal(orjson.dumps(data), "clients", "demographics", client.id),
        "birth_blind": blind_birth(keyring, client.demographics.birth_date),
        "updated_at": client.updated_at,
        "deceased_at": client.deceased_at,
        "merged_into": client.merged_into,
    }


def _place(authority: str, blind: bytes) -> str:
    return f"{authority}.{blind.hex()}"
