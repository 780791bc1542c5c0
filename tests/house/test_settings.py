"""Each setting of the program is written down for the people who run it, and nothing that is not one."""

import re

from program import names
from tests.house.tree import ROOT


def test_each_setting_is_documented_and_nothing_else() -> None:
    page = (ROOT / "docs/operations/settings.md").read_text(encoding="utf-8")
    section = page.partition("## The program")[2].partition("\n## ")[0]

    assert re.findall(r"^\| `(NINEFOLD_\w+)` \|", section, re.MULTILINE) == list(names())
