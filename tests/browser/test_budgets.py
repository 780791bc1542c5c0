"""What a page may weigh: gzip sizes of the built files, from Vite's manifest."""

import gzip
import json

import pytest

pytestmark = pytest.mark.browser

SHELL = "index.html"
TOLERANCE = 1.1
BUDGETS = {  # JavaScript in kB over the shell (web.md §3); the shell itself with the inbox
    SHELL: 110,
    "src/tasks/TaskPage.tsx": 90,
    "src/cases/CasesPage.tsx": 20,
    "src/cases/CasePage.tsx": 70,  # the viewer and everything around it
    "src/board/BoardPage.tsx": 62,
    "src/designs/DesignsPage.tsx": 20,
    "src/designs/Modeler.tsx": 450,
    "src/designs/Reader.tsx": 324,
}
OPENED_AT_ONCE = {
    "src/cases/CasePage.tsx": "src/diagram/DiagramView.tsx",
    "src/board/BoardPage.tsx": "src/diagram/DiagramView.tsx",
}


def needed(manifest, entry):
    """The files an entry loads, those of its static imports included."""
    found, waiting = set(), [entry]
    while waiting:
        one = manifest[waiting.pop()]
        if one["file"] not in found:
            found.add(one["file"])
            waiting += one.get("imports", [])
    return found


@pytest.mark.parametrize("entry", BUDGETS)
def test_a_page_is_no_heavier_than_its_budget(static, entry):
    manifest = json.loads((static / ".vite" / "manifest.json").read_text())
    shell = needed(manifest, SHELL)
    files = needed(manifest, entry) | (needed(manifest, OPENED_AT_ONCE[entry]) if entry in OPENED_AT_ONCE else set())

    weighed = files if entry == SHELL else files - shell
    kilobytes = sum(len(gzip.compress((static / name).read_bytes(), 9)) for name in weighed) / 1000

    assert kilobytes <= BUDGETS[entry] * TOLERANCE


def test_a_case_manager_never_downloads_the_modeler(static):
    manifest = json.loads((static / ".vite" / "manifest.json").read_text())
    modeler = manifest["src/designs/Modeler.tsx"]["file"]

    assert all(
        modeler not in needed(manifest, entry) for entry in (SHELL, "src/tasks/TaskPage.tsx", "src/cases/CasePage.tsx")
    )
