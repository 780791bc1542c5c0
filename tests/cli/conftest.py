"""Runs commands in this process, on a folder with schema and first release."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.main import cli
from tests.journeys.conftest import prepared_home

__all__ = ["prepared_home"]


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


Command = Callable[..., Answer]


@pytest.fixture
def home(tmp_path: Path, prepared_home: Path) -> Path:
    """A folder with keys, schema, people and the first release."""
    return Path(shutil.copytree(prepared_home, tmp_path / "home"))


@pytest.fixture
def ninefold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Runs `ninefold …` with a clean environment; `home=None` and `profile=None` leave the variable out."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object, home: Path | None = None, profile: str | None = "sample", **more: str) -> Answer:
        given: dict[str, str | None] = {name: None for name in os.environ if name.startswith("NINEFOLD_")}
        given |= {"NINEFOLD_PROFILE": profile, "NINEFOLD_HOME": str(home) if home else None, **more}
        found = CliRunner().invoke(cli, [str(word) for word in words], env=given, prog_name="ninefold")
        if found.exception is not None and not isinstance(found.exception, SystemExit):
            raise found.exception
        return Answer(found.exit_code, found.stdout, found.stderr)

    return run
