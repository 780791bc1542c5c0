"""Every error as application/problem+json, those of the framework too; the last resort says nothing but the request's id."""

import json
from pathlib import PurePath
from traceback import extract_tb

import structlog
from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException

from api.causes import refusal_of
from api.refusal import KINDS, Refusal

log = structlog.get_logger("api")
OF_STATUS = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 415: "content-type-refused"}


def problem(refusal: Refusal) -> Response:
    """The answer to a refused request."""
    body = {
        "type": f"/problems/{refusal.slug}",
        "title": refusal.kind.title,
        "status": refusal.kind.status,
        "detail": refusal.detail,
        "instance": g.get("request_id", ""),
        **refusal.members,
    }
    if refusal.errors:
        body["errors"] = list(refusal.errors)
    answer = Response(json.dumps(body), refusal.kind.status, mimetype="application/problem+json")
    answer.headers.update(refusal.headers)
    return answer


def handle(error: Exception) -> Response:
    """Answers any error at all."""
    if isinstance(error, HTTPException):
        return _of_framework(error)
    refusal = refusal_of(error)
    if refusal is None:
        frames = [f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in extract_tb(error.__traceback__)]
        log.error("request_failed", request=g.get("request_id"), error=type(error).__name__, frames=frames[-8:])
        refusal = Refusal("internal", "The request failed; nothing of it was kept")
    return problem(refusal)


def _of_framework(error: HTTPException) -> Response:
    code = error.code or 500
    if code < 400:  # a redirect
        given = error.get_response()
        return Response(status=code, headers={"Location": given.headers.get("Location", "/")})
    slug = OF_STATUS.get(code, "bad-request" if code < 500 else "internal")
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    return problem(Refusal(slug, KINDS[slug].title, headers=headers))


def register(app: Flask) -> None:
    """Makes every error of the app a problem."""
    app.register_error_handler(Exception, handle)
