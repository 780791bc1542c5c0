"""Several requests at once, on both databases."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from api import create_app
from tests.api.site import Visitor, add_client, make_site, open_site

TRIES = 6


@pytest.fixture
def place(address: Callable[..., str], tmp_path: Path) -> Iterator[tuple[Visitor, str]]:
    """Somebody signed in, and a client."""
    url = address(tables=False)
    make_site(tmp_path, url)
    program = open_site(tmp_path, url)
    yield Visitor(create_app(program)).sign_in("nora-case-manager"), add_client(program, "MRN-1")
    program.close()


def at_once(nora: Visitor, path: str, body: Any, *keys: str, **headers: str) -> list[TestResponse]:
    cookie = nora.client.get_cookie("ninefold_session").value
    answers: list[TestResponse] = []
    ready = threading.Barrier(len(keys))

    def go(key: str) -> None:
        twin = Visitor(nora.app)
        twin.csrf = nora.csrf
        twin.client.set_cookie("ninefold_session", cookie)
        ready.wait()
        answers.append(twin.post(path, body, Idempotency_Key=key, **headers))

    threads = [threading.Thread(target=go, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def completing(nora: Visitor, client: str) -> tuple[str, dict[str, Any], str]:
    nora.post("/cases", {"process": "visit", "client_id": client})
    (task,) = nora.get("/tasks")["items"]
    return f"/tasks/{task['id']}:complete", {"values": {"mood": "x"}}, f'"{task["version"]}"'


def test_one_key_completes_once_and_gets_one_answer(place: tuple[Visitor, str]) -> None:
    nora, client = place
    path, body, tag = completing(nora, client)

    answers = at_once(nora, path, body, *["k"] * TRIES, If_Match=tag)

    assert [answer.status_code for answer in answers] == [200] * TRIES
    assert len({answer.get_data() for answer in answers}) == 1


def test_of_several_keys_one_completes(place: tuple[Visitor, str]) -> None:
    nora, client = place
    path, body, tag = completing(nora, client)

    answers = at_once(nora, path, body, *(f"k{number}" for number in range(TRIES)), If_Match=tag)

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (TRIES - 1)


def test_one_key_starts_one_case(place: tuple[Visitor, str]) -> None:
    nora, client = place

    answers = at_once(nora, "/cases", {"process": "visit", "client_id": client}, *["k"] * TRIES)

    assert [answer.status_code for answer in answers] == [201] * TRIES
    assert len({answer.json["id"] for answer in answers}) == len(nora.get("/cases")["items"]) == 1
