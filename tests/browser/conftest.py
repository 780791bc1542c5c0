"""A served Ninefold with the sample, and Chromium to look at it. Everything here skips, saying why, where one is missing."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

playwright_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

ROOT = Path(__file__).parents[2]
READY_WITHIN_SECONDS = 300
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
COUNT_VIOLATIONS = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


@pytest.fixture(scope="session")
def static() -> Path:
    """The built interface."""
    folder = ROOT / "api" / "static"
    if not (folder / "index.html").exists():
        pytest.skip("the interface is not built: run `make web`")
    return folder


@pytest.fixture(scope="session")
def ninefold_server(static: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a server with the sample in a database of its own; NINEFOLD_BROWSER_ADDRESS names a running one."""
    del static
    if running := os.environ.get("NINEFOLD_BROWSER_ADDRESS"):
        yield running
        return
    pytest.importorskip("cli", reason="the command line does not exist yet")
    home: Path = request.getfixturevalue("sample_home")
    environment = os.environ | {"NINEFOLD_PROFILE": "sample", "NINEFOLD_HOME": str(home)}
    environment.pop("NINEFOLD_DATABASE_URL", None)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = home / "server.log"
    with log.open("wb") as output:
        subprocess.run(
            [sys.executable, "-m", "cli", "db", "upgrade"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            check=False,
        )
        server = subprocess.Popen(
            [sys.executable, "-m", "cli", "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(server, address, log)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait_until_ready(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            pytest.fail(f"the server ended with {server.returncode}:\n{log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2) as answer:  # noqa: S310 - our own http address
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            server_poll_pause()
    pytest.fail(f"the server was not ready within {READY_WITHIN_SECONDS} s:\n{log.read_text()[-3000:]}")


def server_poll_pause() -> None:
    """Wait for another process: nothing in this one can be awaited instead."""
    time.sleep(0.2)


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """The browser of the machine; nothing is downloaded."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine: apt-get install -y chromium")
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """A signed-in person at a page."""

    page: object
    address: str
    person: dict[str, object]
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to a page and wait until nothing is loading."""
        self.page.goto(self.address + path)
        self.page.wait_for_selector("main h1")
        self.page.wait_for_selector("[aria-busy=true]", state="detached")

    def get(self, path: str) -> dict[str, object]:
        """What the API answers this person."""
        answer = self.page.request.get(f"{self.address}/api/v1{path}")
        assert answer.ok, f"{path}: {answer.status} {answer.text()[:300]}"
        return answer.json()

    def violations(self) -> list[str]:
        """Breaches of the content security policy on the current document."""
        return self.page.evaluate("window.violations")


@pytest.fixture
def visit(chromium: object, ninefold_server: str) -> Iterator[Callable[..., Visitor]]:
    """Sign in as somebody of a role or group: `visit("designer", width=390, bypass_csp=True)`, `visit(group="nurse")`."""
    contexts = []

    def sign_in(
        role: str | None = None, *, group: str | None = None, width: int = 1440, height: int = 900, **options: object
    ) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="en-US", timezone_id="UTC", **options
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.add_init_script(COUNT_VIOLATIONS)
        people = context.request.get(f"{ninefold_server}/api/v1/sessions/people").json()["items"]
        able = [one for one in people if (role in one["roles"] if role else group in one["groups"])]
        able.sort(key=lambda one: not one["may_assess"])
        if not able:
            pytest.skip(f"the sample has nobody for {role or group}")
        made = context.request.post(f"{ninefold_server}/api/v1/sessions", data={"person": able[0]["id"]})
        assert made.status == 201, made.text()
        page = context.new_page()
        visitor = Visitor(page, ninefold_server, able[0])
        page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        page.on("console", lambda said: visitor.complaints.append(said.text) if said.type == "error" else None)
        return visitor

    yield sign_in
    for context in contexts:
        context.close()
