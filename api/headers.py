"""Security headers of every answer; data is never stored by anybody on the way."""

from flask import Flask, Response, g

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def register(app: Flask) -> None:
    app.after_request(finish)


def finish(answer: Response) -> Response:
    """Adds what the view did not set itself."""
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if "request_id" in g:
        answer.headers["X-Request-Id"] = g.request_id
    return answer
