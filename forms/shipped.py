"""Where the shipped definitions lie."""

from __future__ import annotations

from pathlib import Path


def definitions_folder() -> Path:
    """Return the folder of `<key>.form.json` files that seed the first release; it ships inside the wheel."""
    return Path(__file__).with_name("definitions")
