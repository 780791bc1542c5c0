"""The help behind a problem's type: /problems/<slug>, a page for people and JSON for programs."""

from html import escape

from flask import Blueprint, Response, jsonify, request

from api.policies import PUBLIC, declares
from api.refusal import KINDS, Kind, Refusal

PAGE = (
    "<!doctype html>\n<html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<title>{title} · Ninefold</title><main><h1>{title}</h1><p>{cure}</p><p>HTTP status {status}.</p>"
    "<p><a href='/problems'>All problems</a></p></main></html>\n"
)
LIST = (
    "<!doctype html>\n<html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<title>Problems · Ninefold</title><main><h1>Problems</h1><ul>{items}</ul></main></html>\n"
)
ITEM = "<li><a href='/problems/{slug}'>{title}</a> ({status}): {cure}</li>"
pages = Blueprint("problems", __name__)


@pages.get("/problems")
@declares(PUBLIC)
def list_problems() -> Response:
    """Every problem type."""
    if wants_page():
        items = "".join(ITEM.format(slug=slug, **_escaped(kind)) for slug, kind in KINDS.items())
        return Response(LIST.format(items=items), mimetype="text/html")
    return jsonify({"items": [_member(slug, kind) for slug, kind in KINDS.items()], "next_cursor": None})


@pages.get("/problems/<slug:slug>")
@declares(PUBLIC)
def read_problem(slug: str) -> Response:
    """What a problem means and what to do about it."""
    kind = KINDS.get(slug)
    if kind is None:
        raise Refusal("not-found")
    if wants_page():
        return Response(PAGE.format(**_escaped(kind)), mimetype="text/html")
    return jsonify(_member(slug, kind))


def wants_page() -> bool:
    """Whether a browser asks, rather than a program."""
    best = request.accept_mimetypes.best_match(["application/json", "text/html"], "application/json")
    return best == "text/html"


def _words(kind: Kind) -> dict[str, object]:
    return {"title": kind.title, "cure": kind.cure, "status": kind.status}


def _escaped(kind: Kind) -> dict[str, str]:
    return {name: escape(str(value)) for name, value in _words(kind).items()}


def _member(slug: str, kind: Kind) -> dict[str, object]:
    return {"type": f"/problems/{slug}", **_words(kind)}
