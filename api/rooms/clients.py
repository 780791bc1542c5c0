"""Clients: search and one. Nothing that names a client stands in a URL."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from api.caller import Caller, caller
from api.conditions import etag
from api.policies import CLIENTS_READ
from api.routing import Room, Takes
from api.shapes import clients as shapes
from api.shown import client_card
from care import Client, get_client, search_clients
from database import Tx
from engine import CaseFilter

room = Room("clients", "The register of clients.")


@room.route("POST /clients:search", CLIENTS_READ, shapes.FoundClientList(), takes=Takes(body=shapes.ClientSearch()))
def find_clients(body: dict[str, Any]) -> Any:
    """Clients for whom every word fits."""
    who = caller()
    return who.read(lambda tx: _search(tx, who, body["query"], body["limit"]))


@room.route("GET /clients/<id:client_id>", CLIENTS_READ, shapes.ClientPage())
def read_client(client_id: str) -> Any:
    """A client."""
    who = caller()
    shown = who.read(lambda tx: _one(tx, who, get_client(tx, who.program.keyring, client_id)))
    return shown, etag(shown["version"])


def _search(tx: Tx, who: Caller, query: str, limit: int) -> dict[str, Any]:
    found = search_clients(tx, who.program.keyring, query, limit=limit)
    open_cases = _open_cases(tx, who, found)
    return {"items": [_found(client, open_cases) for client in found], "next_cursor": None}


def _open_cases(tx: Tx, who: Caller, clients: Sequence[Client]) -> Mapping[str, str]:
    """Client id -> an open case that the caller may know of."""
    if not clients:
        return {}
    wanted = CaseFilter(status="active", subjects=tuple(client.id for client in clients), limit=200)
    return {case.subject_id: case.id for case in who.program.reading.cases(tx, who.scope, wanted).items}


def _found(client: Client, open_cases: Mapping[str, str]) -> dict[str, Any]:
    said = client.demographics
    more = {"sex": said.sex or None, "language": said.language or None, "case_id": open_cases.get(client.id)}
    return {**(client_card(client) or {}), **more}


def _one(tx: Tx, who: Caller, client: Client) -> dict[str, Any]:
    said = {name: value or None for name, value in asdict(client.demographics).items()}
    times = {"deceased_at": client.deceased_at, "version": client.version, "updated_at": client.updated_at}
    return {**said, **_found(client, _open_cases(tx, who, [client])), **times}
