"""Releases and the bytes of their artefacts."""

from dataclasses import asdict
from typing import Any

from flask import Response, request

from api.caller import Caller, caller
from api.policies import RELEASES_READ
from api.routing import Room, Takes
from api.shapes import designs as shapes
from api.shown import as_json
from database import Tx

room = Room("releases", "What was deployed, byte for byte.")
MEDIA = {"model": "application/xml", "decision": "application/xml", "form": "application/json"}
ENDING = {"model": ".bpmn", "decision": ".dmn", "form": ".form.json"}


@room.route("GET /releases", RELEASES_READ, shapes.ReleaseList(), takes=Takes(query=shapes.PageQuery()), polled=True)
def list_releases(query: dict[str, Any]) -> Any:
    """Releases, newest first."""
    who = caller()
    page = who.read(lambda tx: who.program.reading.releases(tx, query["limit"], query["cursor"]))
    return {"items": [as_json(item) for item in page.items], "next_cursor": page.cursor}


@room.route("GET /releases/<id:release_id>", RELEASES_READ, shapes.ReleasePage(), polled=True)
def read_release(release_id: str) -> Any:
    """A release with its members."""
    who = caller()
    return who.read(lambda tx: _release(tx, who, release_id))


def _release(tx: Tx, who: Caller, release_id: str) -> dict[str, Any]:
    found = who.program.reading.release(tx, release_id)
    members = who.program.reading.artefacts(tx, release_id)
    return {**asdict(found), "artefacts": [as_json(item) for item in members]}


@room.route("GET /releases/<id:release_id>/artefacts/<design:artefact>", RELEASES_READ, media="application/xml")
def read_artefact(release_id: str, artefact: str) -> Any:
    """The bytes as they were deployed."""
    who, (kind, _, key) = caller(), artefact.partition("-")
    source = who.read(lambda tx: who.program.reading.artefact(tx, release_id, kind, key))
    answer = Response(source, mimetype=MEDIA[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{key}{ENDING[kind]}"'
    answer.headers["Content-Security-Policy"] = "sandbox"
    answer.add_etag()
    answer.make_conditional(request)
    return answer
