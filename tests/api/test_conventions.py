import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from api import create_app
from api.policies import RouteWithoutPolicy, policy_of, require_policies
from api.refusal import KINDS
from program import Program
from tests.api.site import Visitor, pointers, slug


def deep(levels: int) -> str:
    return '{"person": ' + "[" * (levels - 1) + "]" * (levels - 1) + "}"


@pytest.mark.parametrize(
    "body",
    [
        "{", "nonsense", '{"person": NaN}', '{"person": Infinity}', '{"person": -Infinity}', '{"person": 1e999}',
        '{"person": "a", "person": "b"}', '{"a": {"b": 1, "b": 2}}', b'{"person": "\xff"}', b'\xef\xbb\xbf{"person": "a"}',
        '{"person": "\\ud800"}', '{"person": "a\\u0000b"}', '{"person": ' + "9" * 5000 + "}", deep(65), deep(100_000),
    ],
    ids=lambda body: str(body)[:24],
)  # fmt: skip
def test_what_is_not_strict_json_is_refused(app: Flask, body: str | bytes) -> None:
    answer = Visitor(app).send("POST", "/sessions", body, Content_Type="application/json")

    assert slug(answer) == (400, "json-malformed")


def test_64_levels_are_read(app: Flask) -> None:
    answer = Visitor(app).send("POST", "/sessions", deep(64), Content_Type="application/json")

    assert slug(answer) == (422, "fields-refused")


@pytest.mark.parametrize("body", ["[]", '"text"', "1", "null"])
def test_a_body_is_an_object(app: Flask, body: str) -> None:
    answer = Visitor(app).send("POST", "/sessions", body, Content_Type="application/json")

    assert slug(answer) == (422, "fields-refused")
    assert pointers(answer) == ["#"]


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None]
)
def test_another_content_type_is_refused(app: Flask, kind: str | None) -> None:
    answer = Visitor(app).send("POST", "/sessions", b'{"person": "x"}', Content_Type=kind)

    assert slug(answer) == (415, "content-type-refused")
    assert answer.headers["Accept"] == "application/json"


def test_a_body_over_1_mb_is_refused(app: Flask) -> None:
    body = json.dumps({"person": "x" * 1_000_001})

    assert slug(Visitor(app).send("POST", "/sessions", body, Content_Type="application/json")) == (413, "too-large")


def test_unknown_missing_and_wrong_fields_are_pointed_at(app: Flask) -> None:
    answer = Visitor(app).post("/sessions", {"name": "x", "a/b~c": 1})

    assert slug(answer) == (422, "fields-refused")
    assert sorted(pointers(answer)) == ["#/a~1b~0c", "#/name", "#/person"]
    assert pointers(Visitor(app).post("/sessions", {"person": 7})) == ["#/person"]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/tasks?colour=red", ["colour"]),
        ("/tasks?queue=everyone", ["queue"]),
        ("/tasks?limit=201", ["limit"]),
        ("/tasks?limit=0", ["limit"]),
        ("/tasks?limit=ten", ["limit"]),
        ("/tasks?due_before=yesterday", ["due_before"]),
        ("/tasks?due_before=2026-01-01T00:00:00", ["due_before"]),
        ("/tasks?limit=1&limit=2", ["limit"]),
        ("/cases?sort=name", ["sort"]),
    ],
)
def test_a_query_that_is_not_understood_is_refused(nora: Visitor, path: str, names: list[str]) -> None:
    answer = nora.send("GET", path)

    assert slug(answer) == (422, "fields-refused")
    assert pointers(answer) == names


@pytest.mark.parametrize("cursor", ["x", "!!", "bnVsbA", "WzFd", "WyJhIiwiYiJd", "é"])
def test_a_made_up_cursor_is_refused(nora: Visitor, cursor: str) -> None:
    for path in ("/tasks", "/cases", "/candidates"):
        assert slug(nora.send("GET", f"{path}?cursor={cursor}")) == (422, "cursor-refused")


@pytest.mark.parametrize("path", ["/nope", "/tasks/a/b/c", "/tasks/a%20b", "/tasks/x:nope", "/"])
def test_an_unknown_path_of_the_api_is_a_problem(nora: Visitor, path: str) -> None:
    assert slug(nora.send("GET", f"/api/v1{path}")) == (404, "not-found")


def test_a_method_that_does_not_fit_is_told_which_do(nora: Visitor) -> None:
    answer = nora.send("DELETE", "/tasks")

    assert slug(answer) == (405, "method-not-allowed")
    assert "GET" in answer.headers["Allow"]
    assert slug(nora.send("GET", "/tasks/abc:claim")) == (405, "method-not-allowed")


def test_an_error_that_nobody_expected_says_nothing_but_its_id(
    nora: Visitor, program: Program, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("Zyxwvut lives in Elm Street")

    monkeypatch.setattr(type(program.database), "read", fail)
    answer = nora.send("GET", "/tasks")

    assert slug(answer) == (500, "internal")
    assert "Elm" not in answer.get_data(as_text=True)
    told = capsys.readouterr()
    assert "RuntimeError" in told.out + told.err
    assert "Elm" not in told.out + told.err


def test_every_answer_carries_the_security_headers(nora: Visitor) -> None:
    for path in ("/api/v1/tasks", "/api/v1/nope", "/healthz", "/problems/not-found", "/api/v1/openapi.json"):
        headers = nora.send("GET", path).headers

        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert "camera=()" in headers["Permissions-Policy"]
        assert "Server" not in headers


def test_a_list_that_did_not_change_is_304(nora: Visitor, task: dict) -> None:
    first = nora.send("GET", "/tasks")

    again = nora.send("GET", "/tasks", If_None_Match=first.headers["ETag"])

    assert first.json["items"][0]["id"] == task["id"]
    assert (again.status_code, again.data) == (304, b"")


def test_every_problem_has_a_page_with_a_cure(app: Flask) -> None:
    visitor = Visitor(app)

    assert {item["type"] for item in visitor.get("/problems")["items"]} == {f"/problems/{name}" for name in KINDS}
    for name, kind in KINDS.items():
        assert visitor.get(f"/problems/{name}")["cure"] == kind.cure
        page = visitor.send("GET", f"/problems/{name}", Accept="text/html")
        assert page.mimetype == "text/html"
        assert kind.title in page.get_data(as_text=True)
    assert slug(visitor.send("GET", "/problems/none-such")) == (404, "not-found")


def test_the_app_does_not_start_with_a_route_without_a_policy(program: Program) -> None:
    app = create_app(program)
    app.add_url_rule("/bare", "bare", lambda: "")

    with pytest.raises(RouteWithoutPolicy, match="/bare"):
        require_policies(app)


def test_only_what_needs_no_sign_in_is_public(app: Flask) -> None:
    public = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if (policy := policy_of(app.view_functions[rule.endpoint])) is not None and policy.public
    }

    assert public == {
        "/", "/<page:path>", "/api/v1/openapi.json", "/api/v1/sessions", "/api/v1/sessions/people", "/healthz",
        "/readyz", "/problems", "/problems/<slug:slug>",
    }  # fmt: skip


def test_each_role_reaches_something(visit: Callable[[str], Visitor]) -> None:
    for person, path in (
        ("ines-intake", "/candidates"), ("nina-nurse", "/tasks"), ("rita-payor-reviewer", "/tasks"),
        ("sofia-supervisor", "/board?process=visit"), ("quentin-quality", "/board?process=visit"), ("priya-privacy", "/cases"),
        ("dora-designer", "/designs"), ("adam-administrator", "/cases"), ("anna-auditor", "/releases"),
    ):  # fmt: skip
        visit(person).get(path)
