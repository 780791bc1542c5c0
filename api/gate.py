"""What every request passes before its view: request id, host, session, CSRF, policy."""

from contextlib import suppress
from datetime import datetime
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request

from access import Signed, csrf_fits
from api.caller import caller_of, program
from api.policies import Policy, policy_of
from api.refusal import Refusal
from database import DatabaseFull
from program import Program

COOKIE = "ninefold_session"
SAFE = {"GET", "HEAD", "OPTIONS"}
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}


def session_time(found: Program) -> datetime:
    """The time that sessions live by: the machine's, so that the sample's time machine signs nobody out."""
    return found.clock.on_machine(found.clock.now())


def cookie_parts() -> tuple[str, str]:
    """The session's token and its CSRF secret, as the cookie carries them."""
    token, _, csrf = request.cookies.get(COOKIE, "").partition(".")
    return token, csrf


def register(app: Flask) -> None:
    app.before_request(enter)


def enter() -> None:
    """Raises Refusal for requests that may not pass."""
    found = program()
    g.request_id = found.clock.new_id()
    _require_host(found)
    if request.endpoint is None:
        return  # the router's own answer, 404 or 405, comes next
    policy = policy_of(current_app.view_functions.get(request.endpoint))
    if policy is None:
        raise Refusal("internal")
    if request.method not in SAFE:
        _require_same_site()
    if not policy.public:
        _require_person(found, policy)


def _require_host(found: Program) -> None:
    host = request.host
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    if found.settings.profile == "sample" and name.lower() not in LOOPBACK:
        raise Refusal("host-refused")


def _require_same_site() -> None:
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site not in {None, "same-origin", "none"}:
        raise Refusal("cross-site-refused")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise Refusal("cross-site-refused")


def _require_person(found: Program, policy: Policy) -> None:
    signed = signed_in(found)
    if signed is None:
        raise Refusal("not-signed-in", headers={"WWW-Authenticate": 'Session realm="ninefold"'})
    if request.method not in SAFE and not csrf_fits(signed, request.headers.get("X-CSRF-Token", "")):
        raise Refusal("csrf-refused")
    g.signed, g.caller = signed, caller_of(found, signed.person)
    if not policy.allows(signed.person):
        detail = f"Expected the right '{policy.right}', but it is missing"
        raise Refusal("right-missing", detail, members={"right": policy.right})


def signed_in(found: Program) -> Signed | None:
    """The living session of this request; its idle clock is put back unless a page's poll asks."""
    token, _ = cookie_parts()
    if not token or "Authorization" in request.headers:
        return None
    now, background = session_time(found), request.headers.get("X-Ninefold-Background") == "1"
    signed = found.database.read(lambda tx: found.sessions.find(tx, token, now, background=background))
    if signed is not None and signed.touch_due:
        with suppress(DatabaseFull):  # reading goes on when the disk is full
            found.database.write(lambda tx: found.sessions.touch(tx, token, now))
    return signed
