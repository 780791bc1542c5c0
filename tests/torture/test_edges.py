"""Clients that send a byte now and then, and bodies of any size and shape: others are served, memory stays bounded."""

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from itertools import product
from string import ascii_lowercase, digits
from typing import Any

import pytest
import sqlalchemy as sa

from engine import StartCase, case_id_of
from program import SYSTEM_ACTOR
from tests.api.site import add_client, make_site, open_site
from tests.journeys.served import Person, Server
from tests.torture.report import LONG, Report

pytestmark = pytest.mark.torture
SLOW = 200
ASKED = 1000 if LONG else 60
MEGABYTE = 1_000_000
SPARE_MEGABYTES = 60
"""What the largest bodies may add to the server's memory."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A served site with one open task."""
    tmp_path, url = tmp_path_factory.mktemp("edges"), ""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_server").fresh(tables=False)
    make_site(tmp_path, url)
    program = open_site(tmp_path, url)
    client, case, now = add_client(program, "9001"), case_id_of(program.clock.new_id()), program.clock.now()
    start = StartCase(case, "visit", client, SYSTEM_ACTOR, now, "north")
    program.database.write(lambda tx: program.engine.execute(start, tx))
    program.close()
    found = Server(tmp_path, settings={"NINEFOLD_DATABASE_URL": url} if url else {})
    found.start()
    yield found
    found.stop()
    if url:
        request.getfixturevalue("postgresql_server").drop(url)


@contextlib.contextmanager
def slow_clients(port: int, count: int) -> Iterator[Callable[[], int]]:
    """So many connections that each send a byte of a body in a second; gives how many the server has not cut off."""
    head = b"POST /api/v1/sessions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"
    with contextlib.ExitStack() as stack:
        made = [stack.enter_context(socket.create_connection(("127.0.0.1", port), 30)) for _ in range(count)]
        for each in made:
            each.sendall(head)
        stop = threading.Event()

        def drip() -> None:
            while not stop.wait(1.0):
                for each in made:
                    with contextlib.suppress(OSError):
                        each.send(b" ")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        try:
            yield lambda: sum(open_still(each) for each in made)
        finally:
            stop.set()
            thread.join()


def open_still(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return client.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        client.setblocking(True)


def test_two_hundred_slow_clients_keep_nobody_else_waiting(
    server: Server, report: Report, request: pytest.FixtureRequest
) -> None:
    nora, waits = Person(server, "nora-case-manager"), []
    nora.sign_in()

    with slow_clients(server.port, SLOW) as still:
        for _ in range(ASKED):
            began = time.monotonic()
            status, _, page = server.ask("GET", "/api/v1/tasks?queue=claimable", headers={"Cookie": nora.cookie})
            waits.append(time.monotonic() - began)
            assert (status, page["next_cursor"]) == (200, None)
        assert transactions_open(server) == 0
        assert still() == SLOW

    slowest = sorted(waits)[int(len(waits) * 0.99)]
    report("12 slow clients", request.node.callspec.params["server"], rounds=ASKED, recovery_ms=slowest * 1000)


def transactions_open(server: Server) -> int:
    """Transactions that wait for something else than the database."""
    if not server.settings:
        return 0  # SQLite's begin after the body is read: there is none to see from outside
    engine = sa.create_engine(server.settings["NINEFOLD_DATABASE_URL"])
    with engine.connect() as connection:
        idle = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'"
        )
        count = connection.exec_driver_sql(idle).scalar()
    engine.dispose()
    return int(count or 0)


def keys(count: int) -> list[str]:
    names = ("".join(letters) for letters in product(ascii_lowercase + digits, repeat=4))
    return [name for name, _ in zip(names, range(count), strict=False)]


BODIES: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "1 MB of text": (lambda: json.dumps({"values": {"mood": "x" * (MEGABYTE - 100)}}).encode(), 422, "form-refused"),
    "10 MB": (lambda: b'{"values": {"mood": "' + b"x" * 10 * MEGABYTE + b'"}}', 413, "too-large"),
    "100 MB": (lambda: b'{"values": {"mood": "' + b"x" * 100 * MEGABYTE + b'"}}', 413, "too-large"),
    "1e5 keys": (
        lambda: json.dumps({"values": dict.fromkeys(keys(100_000), 1)}, separators=(",", ":")).encode(),
        422,
        "fields-refused",
    ),
    "1e4 deep": (lambda: b'{"values": {"mood": ' + b"[" * 10_000 + b"]" * 10_000 + b"}}", 400, "json-malformed"),
    "1e5 numbers": (
        lambda: json.dumps({"values": {"mood": [1] * 100_000}}, separators=(",", ":")).encode(),
        422,
        "form-refused",
    ),
}


def test_bodies_of_any_size_and_shape_are_refused_as_problems_in_bounded_memory(
    server: Server, report: Report, request: pytest.FixtureRequest
) -> None:
    nora, slowest, lengths = Person(server, "nora-case-manager"), 0.0, {}
    nora.sign_in()
    (task,) = [each["id"] for each in nora.ask("GET", "/tasks?queue=claimable")[2]["items"]]
    assert post(nora, f"/tasks/{task}:claim", b"{}")[0] == 200
    before = server.peak_megabytes

    for name, (make, status, slug) in BODIES.items():
        body = make()
        began = time.monotonic()
        answer, problem, length = post(nora, f"/tasks/{task}:complete", body, version=2)
        took, lengths[name] = time.monotonic() - began, length
        slowest = max(slowest, took)
        assert (answer, problem["type"]) == (status, f"/problems/{slug}"), name
        print(f"{name}: {took * 1000:.0f} ms, {length} bytes back, {server.peak_megabytes - before:.0f} MB more")

    assert max(lengths.values()) < 100_000
    assert server.peak_megabytes - before < SPARE_MEGABYTES
    status, shown, _ = post(nora, f"/tasks/{task}:complete", b'{"values": {"mood": "calm"}}', version=2)
    assert (status, shown["status"]) == (200, "completed")
    report("13 huge bodies", request.node.callspec.params["server"], rounds=len(BODIES), recovery_ms=slowest * 1000)


def post(person: Person, path: str, body: bytes, version: int = 1) -> tuple[int, Any, int]:
    """Status, JSON and length of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", person.server.port, timeout=60)
    headers = {"Cookie": person.cookie, "X-CSRF-Token": person.csrf, "If-Match": f'"{version}"'}
    with contextlib.closing(connection):
        connection.request("POST", f"/api/v1{path}", body, {**headers, "Content-Type": "application/json"})
        answer = connection.getresponse()
        read = answer.read()
        return answer.status, json.loads(read), len(read)
