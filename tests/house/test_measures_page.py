"""docs/measures.md says of each measure what its definition says, and nothing of others; the CSV header is documented."""

import re

from care import CATALOGUE
from program.eventlog.sheet import HEADER
from tests.house.tree import ROOT


def test_the_page_of_measures_is_the_catalogue() -> None:
    page = (ROOT / "docs/measures.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]

    expected = [
        f"| `{item.id}` | {item.unit} | {item.numerator} | {item.denominator} | {item.exclusions} | {item.window} | {item.source} |"
        for item in CATALOGUE
        if item.query is not None
    ]
    expected += [f"| `{item.id}` | {item.missing} |" for item in CATALOGUE if item.query is None]
    assert rows == expected


def test_the_page_of_event_logs_names_every_column() -> None:
    page = (ROOT / "docs/event-log.md").read_text(encoding="utf-8")

    assert set(HEADER) <= set(re.findall(r"`(\w+)`", page))
