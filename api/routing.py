"""One declaration per route: method, path, policy, shapes in and out. Flask-smorest makes the OpenAPI document of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema
from werkzeug.routing import BaseConverter

from api.body import checked, read_json, read_query
from api.conditions import with_digest
from api.policies import Policy, declares
from api.shapes.problem import Problem

View = TypeVar("View", bound=Callable[..., Any])  # Any: each view has arguments of its own
PROBLEM_TYPE = "application/problem+json"
DONE = {201: "Made", 202: "Kept"}
HEADERS: Mapping[str, Mapping[str, object]] = {
    "If-Match": {"required": True, "description": "The ETag that was read; 428 without, 412 when it is stale."},
    "Idempotency-Key": {"required": False, "description": "The same key and body get the first answer again."},
    "X-CSRF-Token": {"required": True, "description": "The csrf_token of GET /sessions."},
}


class IdConverter(BaseConverter):
    """Opaque ids; no colon, so that a verb can follow."""

    regex = r"[A-Za-z0-9_-]{1,120}"


class DesignConverter(BaseConverter):
    """kind-key of a design."""

    regex = r"(?:model|decision|form)-[A-Za-z_][\w.-]{0,119}"


class SlugConverter(BaseConverter):
    """Words joined by hyphens."""

    regex = r"[a-z][a-z-]{0,60}"


class PageConverter(BaseConverter):
    """Any path that is not the API's."""

    part_isolating = False
    regex = r"(?!api(?:/|$))[^/].*?"
    weight = 300


CONVERTERS = {"id": IdConverter, "design": DesignConverter, "slug": SlugConverter, "page": PageConverter}


@dataclass(frozen=True, slots=True)
class Takes:
    """What a route takes: `query` and `body` are loaded strictly and handed to the view in this order.

    `lazy` bodies are documented only: the view reads them itself, because something else is answered first.
    """

    query: Schema | None = None
    body: Schema | None = None
    lazy: bool = False
    headers: Sequence[str] = ()
    media: str = "application/json"
    example: Mapping[str, object] | None = None
    largest: int = 1_000_000


class Room:
    """The routes of one resource."""

    def __init__(self, name: str, description: str) -> None:
        self.blueprint = Blueprint(name, __name__, url_prefix="/api/v1", description=description)

    def route(
        self,
        call: str,
        policy: Policy,
        answers: Schema | None = None,
        *,
        status: int = 200,
        takes: Takes | None = None,
        media: str = "application/json",
        polled: bool = False,
        also: Sequence[int] = (),
    ) -> Callable[[View], View]:
        """`call` is method and path; a view answers a value to dump, or (value, headers), or a Response.

        `also` are further statuses that a Response of the view may have, with the same shape. `polled` reads get an ETag of their bytes.
        """
        method, _, path = call.partition(" ")
        wanted = takes or Takes()

        def decorate(view: View) -> View:
            answer = _answering(view, wanted, answers, status, polled)
            answer.__dict__["_apidoc"] = _documented(method, policy, wanted, answers, (status, *also), media)
            self.blueprint.route(path, methods=[method])(declares(policy)(answer))
            return view

        return decorate


def _answering(
    view: Callable[..., Any], takes: Takes, shape: Schema | None, status: int, polled: bool
) -> Callable[..., Response]:
    @wraps(view)
    def answer(**place: str) -> Response:
        given = [read_query(takes.query)] if takes.query else []
        if takes.body is not None and not takes.lazy:
            given.append(checked(takes.body, read_json(takes.largest)))
        found = view(*given, **place)
        if isinstance(found, Response):
            return found
        value, headers = found if isinstance(found, tuple) else (found, {})
        made = jsonify(shape.dump(value)) if shape is not None else Response()
        made.status_code = status
        made.headers.update(headers)
        return with_digest(made) if polled else made

    return answer


def _documented(
    method: str, policy: Policy, takes: Takes, shape: Schema | None, statuses: Sequence[int], media: str
) -> dict[str, Any]:
    headers = [*takes.headers, *(["X-CSRF-Token"] if method != "GET" and not policy.public else [])]
    parameters: list[Any] = [{"in": "query", "schema": takes.query}] if takes.query else []
    parameters += [{"in": "header", "name": name, "schema": {"type": "string"}, **HEADERS[name]} for name in headers]
    success: dict[str, Any] = {}
    if shape is not None:
        success["content"] = {media: {"schema": shape}}
    elif media != "application/json":
        success["content"] = {media: {"schema": {"type": "string"}}}
    manual: dict[str, Any] = {
        "responses": {
            **{str(status): {"description": DONE.get(status, "Done"), **success} for status in statuses},
            "default": {"description": "A problem", "content": {PROBLEM_TYPE: {"schema": Problem}}},
        },
        "x-ninefold-right": policy.right,
        "security": [] if policy.public else [{"session": []}],
    }
    if parameters:
        manual["parameters"] = parameters
    if takes.body is not None:
        shown = {"example": takes.example} if takes.example is not None else {}
        manual["requestBody"] = {"required": True, "content": {takes.media: {"schema": takes.body, **shown}}}
    elif takes.media != "application/json":
        manual["requestBody"] = {"required": True, "content": {takes.media: {"schema": {"type": "string"}}}}
    return {"manual_doc": manual}
