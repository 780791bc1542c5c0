"""The built web interface: hashed assets for ever, the page itself always fresh, and every other path is the page's own."""

from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory

from api.policies import PUBLIC, declares
from api.refusal import KINDS, Refusal

STATIC = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
CHECKED = "no-cache"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
NOT_BUILT = (
    "<!doctype html>\n<html lang=en><meta charset=utf-8><title>Ninefold</title>"
    "<main><h1>{title}</h1><p>{cure}</p><p>The API works without: "
    "<a href='/api/v1/openapi.json'>/api/v1/openapi.json</a>.</p></main></html>\n"
)
page = Blueprint("web", __name__)


@page.get("/")
@page.get("/<page:path>")
@declares(PUBLIC)
def read_page(path: str = "") -> Response:
    """A file of the build, or the page, which knows its own paths."""
    if not (STATIC / "index.html").is_file():
        return _not_built()
    if path and (STATIC / path).is_file() and not path.startswith("."):
        return _file(path, FOR_EVER if path.startswith("assets/") else CHECKED)
    if path.startswith("assets/"):
        raise Refusal("not-found")
    return _file("index.html", CHECKED)


def _file(path: str, caching: str) -> Response:
    """A file, pre-compressed where the build did so and the browser takes it. Nothing outside the folder is reached."""
    for encoding, ending in ENCODINGS:
        if request.accept_encodings.quality(encoding) > 0 and (STATIC / f"{path}{ending}").is_file():
            plain = send_from_directory(STATIC, path)
            answer = send_from_directory(STATIC, f"{path}{ending}", mimetype=plain.mimetype)
            plain.close()
            answer.headers["Content-Encoding"] = encoding
            break
    else:
        answer = send_from_directory(STATIC, path)
    answer.headers["Cache-Control"] = caching
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


def _not_built() -> Response:
    kind = KINDS["web-not-built"]
    return Response(NOT_BUILT.format(title=kind.title, cure=kind.cure), kind.status, mimetype="text/html")
