"""The real server as a process of its own, and people who work through HTTP, whatever happens to the server."""

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from program import FormBook
from trial.fill import fill

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120


def free_port() -> int:
    with contextlib.closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a command of the program sees: nothing of ours but the profile and the folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NINEFOLD_")}
    return {**kept, "NINEFOLD_PROFILE": "sample", "NINEFOLD_HOME": str(home), "PYTHONUNBUFFERED": "1", **more}


def ninefold(*command: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *command],
        cwd=ROOT,
        env=environment(home, **more),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@dataclass
class Server:
    """`ninefold serve` on a folder; may be killed and started again on the same port."""

    home: Path
    port: int = field(default_factory=free_port)
    up: threading.Event = field(default_factory=threading.Event)
    starts: int = 0
    settings: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it is ready."""
        self.starts += 1
        log = (self.home / f"server-{self.starts}.log").open("wb")
        with log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "cli", "serve", "--port", str(self.port), "--empty", "--no-watch"],
                cwd=ROOT,
                env=environment(self.home, NINEFOLD_SYNCHRONOUS="NORMAL", **self.settings),
                stdout=log,
                stderr=log,
            )
        for _ in range(20 * PATIENCE_S):
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.ask("GET", "/readyz")[0] == 200:
                    self.up.set()
                    return
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = self._process.wait(0.05)
                raise AssertionError(f"the server ended with {code}: {self.log()}")
        raise AssertionError(f"the server was not ready in time: {self.log()}")

    def kill(self) -> None:
        """As a power cut for the process: no handler runs."""
        assert self._process is not None
        self.up.clear()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """As Ctrl+C does, or a container's end; the exit code."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                return self._process.wait(20)
            self._process.kill()
        return self._process.wait()

    @property
    def peak_megabytes(self) -> float:
        """The most memory that the process ever held."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text("utf-8")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024

    def log(self) -> str:
        return "\n".join(path.read_text("utf-8") for path in sorted(self.home.glob("server-*.log")))[-4000:]

    def ask(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], Any]:
        """Status, headers and JSON of one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            given = {"Content-Type": "application/json"} if body is not None else {}
            data = None if body is None else json.dumps(body).encode()
            connection.request(method, path, data, {**given, **(headers or {})})
            answer = connection.getresponse()
            read = answer.read()
            kind = answer.headers.get_content_type()
            shown = json.loads(read) if read and kind.endswith("json") else read
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, shown


@dataclass
class Person:
    """Works through an inbox; asks again with the same key when an answer does not come."""

    server: Server
    name: str
    cookie: str = ""
    csrf: str = ""
    answered: dict[str, tuple[str, object, int, Any]] = field(default_factory=dict)
    asked: int = 0

    def sign_in(self) -> None:
        status, headers, session = self._ask("POST", "/sessions", {"person": self.name})
        assert status == 201, session
        self.cookie, self.csrf = headers["set-cookie"].split(";")[0], session["csrf_token"]

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, dict[str, str], Any]:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._ask(method, path, body, {"Cookie": self.cookie, "X-CSRF-Token": self.csrf, **given})

    def _ask(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], Any]:
        while True:
            assert self.server.up.wait(PATIENCE_S), "the server did not come back"
            self.asked += 1
            try:
                return self.server.ask(method, "/api/v1" + path, body, headers)
            except (OSError, http.client.HTTPException):
                if self.server.up.is_set():  # killed, but not yet said so
                    threading.Event().wait(0.01)

    def work(self, dice: random.Random, enough: threading.Event) -> None:
        """Claims and completes what there is until told that it is enough."""
        while not enough.wait(0.01):
            status, _, page = self.ask("GET", "/tasks?queue=claimable&limit=50")
            assert status == 200, page
            tasks = page["items"]
            dice.shuffle(tasks)
            for task in tasks:
                if enough.is_set():
                    return
                self.do(task["id"])

    def do(self, task_id: str) -> None:
        """One task: look, claim, look again, complete with a key of its own."""
        status, headers, page = self.ask("GET", f"/tasks/{task_id}")
        if status == 404 or page["status"] != "open":
            return
        if page["assignee"] is None:
            status, headers, item = self.ask("POST", f"/tasks/{task_id}:claim", {}, If_Match=headers["etag"])
            if status != 200:
                assert status in {404, 409, 412}, item
                return
        elif page["assignee"]["id"] != self.name:
            return
        values = self.values(page)
        key, path = f"{self.name}-{task_id}", f"/tasks/{task_id}:complete"
        status, _, shown = self.ask("POST", path, {"values": values}, If_Match=headers["etag"], Idempotency_Key=key)
        assert status == 200, (page["element"], shown)
        self.answered[key] = (path, {"values": values}, status, shown)

    def values(self, page: dict[str, Any]) -> dict[str, Any]:
        if page["form"] is None:
            return {}
        now = datetime.now(UTC)
        known = {**page["context"], **page["values"]}
        given = dict(page["values"])
        if page["element"] == "screen_client":
            given |= {"decision": "eligible", "level": "standard", "programme": "complex", "override_reason": "Trial."}
        if page["element"] == "obtain_consent":
            given |= {"result": "given", "given_by": "client", "capacity": "has", "scopes": ["enrol"]}
        return fill(FormBook(lambda: now), json.dumps(page["form"]).encode(), given, known, now)
