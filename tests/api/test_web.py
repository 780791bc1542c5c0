import gzip
from pathlib import Path

import pytest
from flask import Flask

import api.web
from database import check
from program import Program
from tests.api.site import Visitor, slug


@pytest.fixture
def static(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Ninefold</title>")
    (folder / "mark.svg").write_text("<svg/>")
    (folder / "assets/app-1a2b.js").write_text("let a = 1")
    (folder / "assets/app-1a2b.js.gz").write_bytes(gzip.compress(b"let a = 1"))
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setattr(api.web, "STATIC", folder)
    return folder


def fetch(app: Flask, path: str, **headers: str) -> tuple[int, str, str, bytes]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = app.test_client().get(path, headers=given, buffered=True)
    return answer.status_code, answer.mimetype, answer.headers["Cache-Control"], answer.data


@pytest.mark.usefixtures("static")
def test_the_page_is_fresh_and_hashed_files_stay_for_ever(app: Flask) -> None:
    assert fetch(app, "/")[:3] == (200, "text/html", "no-cache")
    assert fetch(app, "/assets/app-1a2b.js")[:3] == (200, "text/javascript", "public, max-age=31536000, immutable")
    assert fetch(app, "/mark.svg")[:3] == (200, "image/svg+xml", "no-cache")


@pytest.mark.usefixtures("static")
def test_paths_of_the_page_get_the_page_and_those_of_the_api_do_not(app: Flask) -> None:
    for path in ("/inbox", "/tasks/3f", "/models/model-a.b", "/apiary"):
        assert b"<title>Ninefold" in fetch(app, path)[3]
    for path in ("/api", "/api/", "/api/v1", "/api/v2/tasks", "/api/v1/nope", "/assets/none.js"):
        assert slug(Visitor(app).client.get(path)) == (404, "not-found")


@pytest.mark.usefixtures("static")
@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/../../secret.txt", "/..%2fsecret.txt", "//etc/passwd"]
)
def test_nothing_outside_the_build_is_served(app: Flask, path: str) -> None:
    assert b"secret" not in fetch(app, path)[3]


@pytest.mark.usefixtures("static")
def test_a_compressed_file_is_taken_where_it_is_wanted(app: Flask) -> None:
    answer = app.test_client().get("/assets/app-1a2b.js", headers={"Accept-Encoding": "gzip"}, buffered=True)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.mimetype == "text/javascript"
    assert gzip.decompress(answer.data) == b"let a = 1"


def test_a_page_that_was_not_built_says_how(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.web, "STATIC", tmp_path / "nowhere")

    status, kind, _, body = fetch(app, "/inbox")

    assert (status, kind) == (503, "text/html")
    assert b"make setup" in body


def test_the_process_is_healthy_without_a_database(app: Flask, program: Program) -> None:
    program.close()

    assert fetch(app, "/healthz")[0] == 200


def test_the_program_is_ready_when_the_database_is_of_this_release(app: Flask, program: Program) -> None:
    revision = check(program.settings.database_url)

    ready = Visitor(app).get("/readyz")

    assert ready == {"status": "ready", "checks": {"database": "ok", "clock": "ok", "revision": revision}}


def test_a_missing_database_is_not_ready(app: Flask, program: Program, tmp_path: Path) -> None:
    program.close()
    for file in tmp_path.glob("ninefold.db*"):
        file.unlink()

    answer = Visitor(app).send("GET", "/readyz")

    assert slug(answer) == (503, "not-ready")
    assert answer.json["checks"]["database"] == "database-missing"
    assert answer.headers["Retry-After"] == "5"


def test_a_clock_that_stands_still_is_not_ready(app: Flask, program: Program, nora: Visitor, task: dict) -> None:
    nora.post(f"/tasks/{task['id']}:complete", {"values": {"mood": "fine"}}, If_Match=f'"{task["version"]}"')
    program.clock.move(program.clock.now() - program.clock.now().replace(year=2000))

    answer = Visitor(app).send("GET", "/readyz")

    assert answer.status_code == 503


def test_a_stopping_program_says_when_to_come_again(app: Flask, program: Program) -> None:
    program.close()

    answer = Visitor(app).send("GET", "/sessions/people")

    assert slug(answer) == (503, "not-ready")
    assert "Retry-After" in answer.headers
