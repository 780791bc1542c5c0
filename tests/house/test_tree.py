"""The project's own files: make targets, containers, locks, and what must stand nowhere in the tree."""

import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.house.tree import ROOT, files, name_of

TARGETS = (
    "setup",
    "run",
    "test",
    "quick",
    "check",
    "bench",
    "torture",
    "fuzz",
    "docs",
    "dev",
    "web",
    "web-test",
    "clean",
)
# written in halves, so that this file does not name what it forbids
REGISTRIES = tuple(
    host + "." + ending
    for host, ending in (
        ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("yarnpkg", "com"),
        ("crates", "io"), ("proxy.golang", "org"), ("repo1.maven", "org"), ("deb.debian", "org"), ("npmmirror", "com"),
    )
)  # fmt: skip


def settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locked(name: str) -> dict[str, str]:
    pins = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    return {package.lower().replace("_", "-"): version for package, version in pins}


def package_of(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower()


@pytest.mark.parametrize("target", TARGETS)
def test_make_knows_the_target(target: str) -> None:
    told = subprocess.run(
        ["make", "--dry-run", "--question", target], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert "No rule to make target" not in told.stderr


def test_make_alone_lists_the_targets() -> None:
    told = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert [target for target in TARGETS if f"make {target} " not in told] == []


def test_ci_stops_at_the_first_failure_and_ends_with_the_suite() -> None:
    script = ROOT / ".ci/run"

    assert script.stat().st_mode & 0o111
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")
    assert script.read_text(encoding="utf-8").rstrip().splitlines()[-1].startswith("exec make test")
    subprocess.run(["bash", "-n", str(script)], check=True)


def test_no_package_registry_is_named_in_the_tree() -> None:
    found = [
        f"{name_of(path)}: {host}"
        for path in files()
        if path.stat().st_size < 5_000_000
        for host in REGISTRIES
        if host.encode() in path.read_bytes()
    ]

    assert found == []


def test_the_locks_pin_and_hash_all_that_is_declared() -> None:
    declared = [package_of(line) for line in settings()["project"]["dependencies"]]
    tools = [package_of(line) for line in settings()["dependency-groups"]["dev"]]
    run, dev = locked("requirements.lock"), locked("requirements-dev.lock")

    assert [name for name in declared if name not in run] == []
    assert [name for name in declared + tools if name not in dev] == []
    assert {name: version for name, version in run.items() if dev.get(name) != version} == {}
    for name in ("requirements.lock", "requirements-dev.lock"):
        pins = (ROOT / name).read_text(encoding="utf-8").split("\n")
        assert [line for line in pins if "==" in line and not line.endswith("\\")] == []


def test_each_dependency_says_what_it_is_for() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wanted = settings()["project"]["dependencies"] + settings()["dependency-groups"]["dev"]

    assert [line for line in wanted if not re.search(re.escape(f'"{line}",') + r" +# \w", text)] == []


def instructions(path: Path) -> Iterator[tuple[str, str]]:
    joined = re.sub(r"\\\n\s*", " ", path.read_text(encoding="utf-8"))
    for line in joined.splitlines():
        if line.strip() and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, rest


def test_the_image_is_built_in_two_stages_and_runs_as_nobody_special() -> None:
    steps = list(instructions(ROOT / "Dockerfile"))
    words = [word for word, _ in steps]
    last_stage = steps[len(words) - 1 - words[::-1].index("FROM") :]

    assert set(words) <= {
        "FROM",
        "ARG",
        "ENV",
        "WORKDIR",
        "COPY",
        "RUN",
        "USER",
        "EXPOSE",
        "VOLUME",
        "HEALTHCHECK",
        "ENTRYPOINT",
        "CMD",
        "LABEL",
    }
    assert words.count("FROM") == 2
    assert [user for word, user in last_stage if word == "USER"][-1] not in {"root", "0"}
    assert not any("node" in rest for _, rest in last_stage)
    assert all(shlex.split(rest) for word, rest in steps if word == "RUN")


def test_what_the_image_copies_exists_and_is_not_ignored() -> None:
    ignored = {line.strip("/") for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split() if line}
    sources = [
        source.strip("/")
        for word, rest in instructions(ROOT / "Dockerfile")
        if word == "COPY" and "--from=" not in rest
        for source in rest.split()[:-1]
        if not source.startswith("--") and source != "."
    ]

    assert sources
    assert [source for source in sources if not (ROOT / source).exists() or source in ignored] == []


def test_compose_brings_database_server_and_worker_each_with_a_health_check() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    services = compose["services"]

    assert set(services) == {"database", "upgrade", "server", "worker"}
    assert [name for name, service in services.items() if "healthcheck" not in service] == []
    assert all(after in services for service in services.values() for after in service.get("depends_on", {}))
    assert all(port.startswith("127.0.0.1:") for service in services.values() for port in service.get("ports", ()))


@pytest.mark.parametrize(
    "setting",
    [
        "synchronous_commit=on", "commit_delay=0", "wal_compression=lz4", "idle_in_transaction_session_timeout=30s",
        "lock_timeout=2s", "max_wal_size=4GB", "tcp_keepalives_idle=30",
    ],
)  # fmt: skip
def test_postgresql_runs_with_the_measured_settings(setting: str) -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))

    assert setting in compose["services"]["database"]["command"]


def test_the_licence_is_the_whole_canonical_text() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert text.lstrip().startswith("Apache License\n                           Version 2.0, January 2004")
    assert text.rstrip().endswith("limitations under the License.")
    assert [number for number in range(1, 10) if f"\n   {number}. " not in text] == []
