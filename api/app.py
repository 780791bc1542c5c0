"""Puts the Flask app together around a program."""

from typing import Any

from flask import Flask, Response, request
from flask.json.provider import DefaultJSONProvider
from flask_smorest import Api

from api import gate, headers, problem_pages, problems, web
from api.policies import PUBLIC, declares, require_policies
from api.refusal import KINDS
from api.rooms import (
    adt,
    board,
    candidates,
    cases,
    clients,
    clock,
    designs,
    handing,
    health,
    incidents,
    measures,
    mending,
    messages,
    migrations,
    outbox,
    records,
    releases,
    sessions,
    tasks,
    timers,
)
from api.routing import CONVERTERS, DesignConverter, IdConverter
from program import Program

DESCRIPTION = (
    "Case management on BPMN. Instants are RFC 3339 in UTC, ids are opaque, lists go on where next_cursor says. "
    "Errors are application/problem+json; their types: {types}."
)
ROOMS = (
    sessions,
    tasks,
    handing,
    cases,
    records,
    mending,
    timers,
    incidents,
    migrations,
    board,
    measures,
    candidates,
    clients,
    messages,
    outbox,
    adt,
    designs,
    releases,
)
SAMPLE_ROOMS = (clock,)


def create_app(program: Program) -> Flask:
    """The HTTP side of a program. Raises RouteWithoutPolicy when a route declares no policy."""
    app = Flask("ninefold", static_folder=None, template_folder=None)
    app.config.update(
        API_TITLE="Ninefold",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        MAX_CONTENT_LENGTH=1_000_000,
        MAX_FORM_PARTS=10,
    )
    app.url_map.converters.update(CONVERTERS)
    app.url_map.strict_slashes = False
    app.json = InOrder(app)
    app.extensions["ninefold"] = program
    gate.register(app)
    problems_and_headers(app)
    document = _rooms(app, program)
    _serve(app, document)
    require_policies(app)
    return app


def problems_and_headers(app: Flask) -> None:
    headers.register(app)
    problems.register(app)


def _rooms(app: Flask, program: Program) -> dict[str, Any]:
    """Registers the resources and answers the OpenAPI document."""
    api = Documented(app, spec_kwargs={"info": {"description": DESCRIPTION.format(types=", ".join(KINDS))}})
    api.register_converter(IdConverter, _pattern)
    api.register_converter(DesignConverter, _pattern)
    scheme = {"type": "apiKey", "in": "cookie", "name": gate.COOKIE, "description": "POST /sessions sets it"}
    api.spec.components.security_scheme("session", scheme)
    rooms = [*ROOMS, *(SAMPLE_ROOMS if program.settings.profile == "sample" else ())]
    for room in rooms:
        api.register_blueprint(room.room.blueprint)
    app.register_blueprint(health.checks)
    app.register_blueprint(problem_pages.pages)
    app.register_blueprint(web.page)
    document: dict[str, Any] = api.spec.to_dict()
    _name_operations(app, api, document)
    return document


class InOrder(DefaultJSONProvider):
    """JSON in the order of the shapes."""

    sort_keys = False


class Documented(Api):  # type: ignore[misc]  # flask-smorest ships no types
    """Errors are ours, and so is the address of the document."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Ours are registered already."""

    def _register_responses(self) -> None:
        """Each route names its own."""

    def _register_etag_headers(self) -> None:
        """Each route names its own."""

    def _register_pagination_header(self) -> None:
        """Lists carry their cursors in the body."""


def _pattern(converter: Any) -> dict[str, str]:
    return {"type": "string", "pattern": f"^{converter.regex}$"}


def _name_operations(app: Flask, api: Api, document: dict[str, Any]) -> None:
    for rule in app.url_map.iter_rules():
        for method, operation in document["paths"].get(api.flask_plugin.flaskpath2openapi(rule.rule), {}).items():
            if method.upper() in (rule.methods or ()):
                operation["operationId"] = rule.endpoint.rpartition(".")[2]


def _serve(app: Flask, document: dict[str, Any]) -> None:
    body = app.json.dumps(document)

    @app.get("/api/v1/openapi.json")
    @declares(PUBLIC)
    def read_openapi() -> Response:
        answer = Response(body, mimetype="application/json")
        answer.add_etag()
        answer.make_conditional(request)
        return answer
