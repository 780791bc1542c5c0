"""Writes the table of docs/feelin-differences.md from the list in differences.py."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.house.tree import ROOT
from tests.oracle.differences import LISTED, Listed

PAGE = ROOT / "docs" / "feelin-differences.md"
FROM, TO = "<!-- table: python -m tests.oracle -->", "<!-- end of the table -->"


def table() -> str:
    """The rows, sorted by name, as Markdown."""
    rows = [
        f"| {one.name} | {_example(one)} | {_cell(one.ours)} | {_cell(one.theirs)} | {_cell(one.clause)} |"
        for one in sorted(LISTED, key=lambda one: one.name)
    ]
    return "\n".join(["| class | example | ours | feelin | clause |", "|---|---|---|---|---|", *rows])


def _example(one: Listed) -> str:
    code = _cell(f"`` {one.example} ``" if "`" in one.example else f"`{one.example}`")
    return f"{code} tested with `{one.value!r}`" if one.unary else code


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def with_table(page: str) -> str:
    """The page with the table of now."""
    before, _, rest = page.partition(FROM)
    return f"{before}{FROM}\n\n{table()}\n\n{TO}{rest.partition(TO)[2]}"


def main(page: Path = PAGE) -> int:
    page.write_text(with_table(page.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
