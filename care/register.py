"""The register of clients: register, change, search, merge. Every function works in the caller's transaction."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from care.errors import ClientKnown, ClientUnknown, StaleClient
from care.model import TEXTS, Client, Demographics, statements_of
from care.queries import search as search_rows
from care.registers import Registers, Said, Stamp, merge_registers
from care.stays import Stay
from care.store import candidates, clients, stays
from database import Keyring, Tx

_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_US_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_BY_HAND = 2


def register_client(
    tx: Tx,
    keyring: Keyring,
    *,
    client_id: str,
    authority: str,
    mrn: str,
    demographics: Demographics,
    at: datetime,
    deceased_at: datetime | None = None,
) -> Client:
    """Registers a client under a number of an authority. Raises ClientKnown when somebody holds the number."""
    if clients.by_number(tx, keyring, authority, mrn) is not None:
        raise ClientKnown
    said = statements_of(demographics, by_hand(at))
    client = Client(client_id, mrn, authority, said, 0, at, deceased_at)
    clients.insert(tx, keyring, client)
    return replace(client, version=1)


def get_client(tx: Tx, keyring: Keyring, client_id: str) -> Client:
    """The client, or the one who took the client's place. Raises ClientUnknown."""
    found = clients.by_id(tx, keyring, client_id)
    if found is not None and found.merged_into is not None:
        found = clients.by_id(tx, keyring, found.merged_into)
    if found is None:
        raise ClientUnknown
    return found


def find_client(tx: Tx, keyring: Keyring, authority: str, mrn: str) -> Client | None:
    """The client who holds a number."""
    return clients.by_number(tx, keyring, authority, mrn)


def change_client(
    tx: Tx, keyring: Keyring, client_id: str, changes: Mapping[str, str | date | None], *, version: int, at: datetime
) -> Client:
    """Changes demographics by field name; empty text or None takes a value back.

    Raises ClientUnknown, StaleClient, ValueError for a field that there is not.
    """
    before = get_client(tx, keyring, client_id)
    if before.version != version:
        raise StaleClient(before.version)
    unknown = set(changes) - {*TEXTS, "birth_date"}
    if unknown:
        raise ValueError(f"Expected fields of a client, but found {', '.join(sorted(unknown))}")
    stamp = by_hand(at)
    said = {name: Said(stamp, _text(value)) for name, value in changes.items()}
    after = replace(before, said=merge_registers(before.said, said), updated_at=at)
    clients.update(tx, keyring, before, after)
    return replace(after, version=before.version + 1)


def correct_death(
    tx: Tx, keyring: Keyring, client_id: str, died_at: datetime | None, *, version: int, at: datetime
) -> Client:
    """Sets the instant of death, or takes a wrong report of it back (None); messages never do the latter.

    Raises ClientUnknown, StaleClient. The client's cases are not touched.
    """
    before = get_client(tx, keyring, client_id)
    if before.version != version:
        raise StaleClient(before.version)
    after = replace(before, deceased_at=died_at, updated_at=at)
    clients.update(tx, keyring, before, after)
    return replace(after, version=before.version + 1)


def search_clients(tx: Tx, keyring: Keyring, query: str, *, limit: int = 50) -> tuple[Client, ...]:
    """Clients for whom every part of the query holds: a word of the name, a number, or a birth date.

    Words match whole, without case and accents; a date reads 1966-05-20 or 05/20/1966. At most 200 clients.
    """
    parts = _parts(query)
    return search_rows.find(tx, keyring, parts, max(1, min(limit, 200)))


def find_clients(
    tx: Tx,
    keyring: Keyring,
    *,
    mrn: str | None = None,
    name: str | None = None,
    birth_date: date | None = None,
    limit: int = 50,
) -> tuple[Client, ...]:
    """Clients for whom all that is given holds; none when nothing is given."""
    parts = [("number", mrn)] if mrn else []
    parts += [("name", word) for word in clients.words_of(name or "")]
    parts += [("day", birth_date.isoformat())] if birth_date else []
    return search_rows.find(tx, keyring, parts, max(1, min(limit, 200)))


def client_numbers(tx: Tx, keyring: Keyring, client_id: str) -> tuple[tuple[str, str], ...]:
    """All numbers a client goes by, as (authority, mrn)."""
    return clients.numbers(tx, keyring, client_id)


def merge_clients(tx: Tx, keyring: Keyring, *, survivor_id: str, retired_id: str, at: datetime) -> Client:
    """Gives the retired client's numbers, stays and candidates to the survivor; fills what the survivor lacks.

    Raises ClientUnknown; merging a client with itself, or again, changes nothing.
    """
    survivor, retired = get_client(tx, keyring, survivor_id), get_client(tx, keyring, retired_id)
    if survivor.id == retired.id:
        return survivor
    held = stays.of_clients(tx, keyring, [survivor.id, retired.id])
    mine = {stay.encounter_id: stay for stay in held if stay.client_id == survivor.id}
    theirs = [stay for stay in held if stay.client_id == retired.id]
    deaths = [death for death in (survivor.deceased_at, retired.deceased_at) if death]
    after = replace(
        survivor,
        said=merge_registers(retired.said, survivor.said),
        updated_at=at,
        deceased_at=min(deaths) if deaths else None,
    )
    clients.move_numbers(tx, retired.id, survivor.id)
    clients.update(tx, keyring, survivor, after)
    clients.update(tx, keyring, retired, replace(retired, merged_into=survivor.id, updated_at=at))
    for stay in theirs:
        _move(tx, keyring, stay, mine.get(stay.encounter_id), survivor.id)
    candidates.move(tx, retired.id, survivor.id)
    return replace(after, version=survivor.version + 1)


def by_hand(at: datetime) -> Stamp:
    """The stamp of what a person entered: at equal times it wins over a message."""
    return Stamp(at, at, _BY_HAND, "")


def refreshed(before: Registers, demographics: Demographics, stamp: Stamp) -> Registers:
    """The demographics after a message: what is newer replaces, what is older fills what is empty."""
    return merge_registers(before, statements_of(demographics, stamp))


def _move(tx: Tx, keyring: Keyring, stay: Stay, same: Stay | None, survivor_id: str) -> None:
    if same is None:
        stays.save(tx, keyring, replace(stay, client_id=survivor_id))
        return
    registers = merge_registers(same.registers, stay.registers)
    stays.delete(tx, stay.id)
    stays.save(tx, keyring, replace(same, registers=registers, case_id=same.case_id or stay.case_id))


def _parts(query: str) -> list[tuple[str, str]]:
    parts: list[tuple[str, str]] = []
    for piece in query.replace(",", " ").split():
        day = _day(piece)
        if day is not None:
            parts.append(("day", day.isoformat()))
        elif any(char.isdigit() for char in piece):
            parts.append(("number", piece))
        else:
            parts += [("text", word) for word in clients.words_of(piece)]
    return parts


def _day(piece: str) -> date | None:
    iso, us = _ISO_DAY.fullmatch(piece), _US_DAY.fullmatch(piece)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        return date(int(us[3]), int(us[1]), int(us[2])) if us else None
    except ValueError:
        return None


def _text(value: str | date | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else (value or None)
