from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from program import Program
from tests.api.site import Visitor, slug


def test_the_sample_lists_its_people_without_a_sign_in(app: Flask) -> None:
    items = Visitor(app).get("/sessions/people")["items"]

    assert {"nora-case-manager", "dora-designer", "adam-administrator"} <= {item["id"] for item in items}
    assert set(items[0]) == {"id", "name", "roles", "groups", "unit", "may_assess"}


def test_signing_in_gives_a_cookie_that_scripts_cannot_read(app: Flask) -> None:
    answer = Visitor(app).post("/sessions", {"person": "nora-case-manager"})

    assert answer.status_code == 201
    assert answer.json["person"]["id"] == "nora-case-manager"
    assert answer.json["profile"] == "sample"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("ninefold_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_the_current_session_tells_the_csrf_token_again(nora: Visitor) -> None:
    found = nora.get("/sessions")

    assert found["csrf_token"] == nora.csrf
    assert found["person"]["name"] == "Nora Lindqvist"


def test_an_unknown_person_is_not_signed_in(app: Flask) -> None:
    assert slug(Visitor(app).post("/sessions", {"person": "nobody"})) == (401, "sign-in-refused")


def test_nothing_is_told_without_a_sign_in(app: Flask) -> None:
    visitor = Visitor(app)

    for path in ("/sessions", "/tasks", "/cases", "/designs", "/clock", "/cases/000", "/board"):
        assert slug(visitor.send("GET", path)) == (401, "not-signed-in")


def test_signing_out_ends_the_session(nora: Visitor) -> None:
    assert nora.send("DELETE", "/sessions").status_code == 204
    assert slug(nora.send("GET", "/sessions")) == (401, "not-signed-in")


def test_a_copied_cookie_is_worthless_after_signing_out(nora: Visitor, app: Flask) -> None:
    cookie = nora.client.get_cookie("ninefold_session").value
    nora.send("DELETE", "/sessions")
    thief = Visitor(app)
    thief.client.set_cookie("ninefold_session", cookie)

    assert slug(thief.send("GET", "/sessions")) == (401, "not-signed-in")


def test_signing_in_again_ends_the_session_before(nora: Visitor, app: Flask) -> None:
    cookie = nora.client.get_cookie("ninefold_session").value
    nora.sign_in("nora-case-manager")
    other = Visitor(app)
    other.client.set_cookie("ninefold_session", cookie)

    assert slug(other.send("GET", "/sessions")) == (401, "not-signed-in")


@pytest.mark.parametrize("token", ["", "x" * 43])
def test_a_change_needs_the_csrf_token(nora: Visitor, token: str) -> None:
    assert slug(nora.post("/cases", X_CSRF_Token=token)) == (403, "csrf-refused")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_change_from_another_site_is_refused(nora: Visitor, headers: dict[str, str]) -> None:
    assert slug(nora.post("/cases", **headers)) == (403, "cross-site-refused")


def test_a_change_from_our_own_page_passes(nora: Visitor) -> None:
    answer = nora.send("DELETE", "/sessions", Sec_Fetch_Site="same-origin", Origin="http://localhost")

    assert answer.status_code == 204


def test_an_authorization_header_makes_the_cookie_count_for_nothing(nora: Visitor) -> None:
    assert slug(nora.send("GET", "/sessions", Authorization="Bearer nf_x_y")) == (401, "not-signed-in")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "192.168.1.4:8000"])
def test_other_host_names_than_loopback_are_not_served(app: Flask, host: str) -> None:
    assert slug(Visitor(app).send("GET", "/sessions/people", Host=host)) == (421, "host-refused")


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "[::1]", "localhost"])
def test_loopback_names_are_served(app: Flask, host: str) -> None:
    assert Visitor(app).send("GET", "/sessions/people", Host=host).status_code == 200


def test_a_poll_does_not_keep_the_session_alive(program: Program, nora: Visitor) -> None:
    def idle(background: str | None) -> bool:
        program.clock.on_machine = lambda instant: instant + passed  # type: ignore[method-assign]
        return nora.send("GET", "/sessions", X_Ninefold_Background=background).status_code == 200

    passed = program.sessions.idle * 0.9
    assert idle("1")
    passed = program.sessions.idle * 1.1
    assert not idle(None)


def test_a_person_keeps_the_session_alive(program: Program, app: Flask) -> None:
    program.clock.on_machine = lambda instant: instant + passed  # type: ignore[method-assign]
    passed = timedelta(0)
    short = type(program.sessions)(idle=timedelta(minutes=15))
    object.__setattr__(program, "sessions", short)
    nora = Visitor(app).sign_in("nora-case-manager")

    for minutes in (10, 20, 30):
        passed = timedelta(minutes=minutes)
        assert nora.send("GET", "/sessions").status_code == 200
    passed = timedelta(minutes=46)
    assert nora.send("GET", "/sessions").status_code == 401


def test_roles_without_a_right_are_told_which_is_missing(visit: Callable[[str], Visitor]) -> None:
    answer = visit("anna-auditor").send("GET", "/tasks")

    assert slug(answer) == (403, "right-missing")
    assert answer.json["right"] == "tasks.read"
