"""Signing in and out of the sample: one person per role, without a password, on loopback only."""

from typing import Any

from flask import Response, g, make_response

from access import Opened, Person, active_people
from api.caller import Caller, caller, program
from api.gate import COOKIE, cookie_parts, session_time
from api.policies import PUBLIC, SIGNED_IN
from api.routing import Room, Takes
from api.shapes import people as shapes
from database import Tx
from engine import Entry
from program import Program

room = Room("sessions", "Signing in and out. The sample offers its people without a password, on loopback only.")


def person_shown(person: Person) -> dict[str, Any]:
    found = {name: getattr(person, name) for name in ("id", "name", "unit", "may_assess")}
    return {**found, "roles": sorted(person.roles), "groups": sorted(person.groups)}


@room.route("GET /sessions/people", PUBLIC, shapes.PersonList())
def list_people() -> Any:
    """The sample's people."""
    found = program()
    people = found.database.read(active_people)
    return {"items": [person_shown(person) for person in people], "next_cursor": None}


@room.route("POST /sessions", PUBLIC, shapes.Session(), status=201, takes=Takes(body=shapes.SignIn()))
def sign_in(body: dict[str, Any]) -> Any:
    """Signs in as a person of the sample."""
    found = program()
    old, _ = cookie_parts()
    request_id: str = g.request_id  # works may run in the writer's thread, which knows no request
    opened = found.database.write(lambda tx: _open(tx, found, body["person"], old, request_id))
    return _session(opened.person, opened.csrf, opened, found), {"Set-Cookie": _cookie(opened, found)}


def _open(tx: Tx, found: Program, person_id: str, old: str, request_id: str) -> Opened:
    opened = found.sessions.open(tx, person_id, session_time(found))
    if old:
        found.sessions.close(tx, old)
    _note(tx, found, opened.person, "sign_in", request_id)
    return opened


def _note(tx: Tx, found: Program, person: Person, action: str, request_id: str) -> None:
    role = ",".join(sorted(person.roles))
    entry = Entry(0, None, found.clock.now(), person.id, role, action, "session", request_id=request_id)
    found.ledger.note(tx, entry)


def _cookie(opened: Opened, found: Program) -> str:
    answer = Response()
    answer.set_cookie(
        COOKIE,
        f"{opened.token}.{opened.csrf}",
        max_age=int(found.sessions.absolute.total_seconds()),
        httponly=True,
        samesite="Lax",
        path="/",
        secure=found.settings.profile != "sample",
    )
    return answer.headers["Set-Cookie"]


def _session(person: Person, csrf: str, times: Any, found: Program) -> dict[str, Any]:
    shown = {"person": person_shown(person), "csrf_token": csrf, "expires_at": times.expires_at}
    return {**shown, "profile": found.settings.profile}


@room.route("GET /sessions", SIGNED_IN, shapes.Session())
def read_session() -> Any:
    """Who is signed in."""
    _, csrf = cookie_parts()
    return _session(caller().person, csrf, g.signed, program())


def _close(tx: Tx, who: Caller, token: str) -> None:
    _note(tx, who.program, who.person, "sign_out", who.request_id)
    who.program.sessions.close(tx, token)


@room.route("DELETE /sessions", SIGNED_IN, status=204)
def sign_out() -> Any:
    """Signs out."""
    who, (token, _) = caller(), cookie_parts()
    who.write(lambda tx: _close(tx, who, token))
    answer = make_response("", 204)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="Lax")
    return answer
