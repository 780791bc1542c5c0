"""Where data for tests lies that is no part of the project; what needs it skips where it is absent."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("NINEFOLD_DATA") or Path(__file__).parents[3] / "shared" / "data")


def shared(*parts: str) -> Path:
    """A folder or file of the shared data; skips the test, saying so, where there is none."""
    found = SHARED.joinpath(*parts)
    if not found.exists():
        pytest.skip(f"no shared data: expected {'/'.join(parts)} in {SHARED}, or in NINEFOLD_DATA")
    return found
