"""Nothing runs code, opens a file, imports, starts a process or speaks to the network while a model, table or form is evaluated.

An audit hook sees all of that, and can never be removed: each run is a process of its own.
"""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.guard.payloads import MARKER
from tests.guard.places import PLACES
from tests.house.tree import ROOT

PARTS = 1 if settings.default.max_examples > 100 else 3
"""`make fuzz` tries every attack in every place, the suite each third pair."""
FEW = 300
NEVER = {
    *(name for name in PLACES if name.startswith(("camunda:", "zeebe:", "spiffworkflow:"))),
    *(f"script, format {kind}" for kind in ("python", "javascript", "groovy", "application/x-python")),
    "called process",
}
"""Places that are refused whatever stands there. A Camunda form key or assignee is not: nothing reads them."""
READ_BY_NOBODY = {"camunda:formKey", "camunda:assignee"}


@cache
def answers(what: str, n: int = 0, m: int = 1) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.guard.child", what, str(n), str(m)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("control", range(3))
def test_the_hook_sees_code_that_runs_a_file_that_is_opened_and_an_import(control: int) -> None:
    assert answers("control")[control]["events"]


def test_no_attack_does_anything_wherever_it_stands() -> None:
    """Refused with a sentence, or run and come to nothing: null, an incident, or text that stays text."""
    seen = [item for item in answers("attacks", 0, PARTS) if "payload" in item]

    assert len(seen) > 7000 // PARTS
    assert [item for item in seen if item["events"]] == []
    assert [item for item in seen if item.get("canary")] == []
    assert list(Path(ROOT).glob(MARKER)) == []
    for item in seen:
        for _rule, _element, message in item["refused"]:
            assert message[0].isupper(), item
            assert "Traceback" not in message
        if not item["refused"]:
            assert item.get("status") in {"active", "completed"} or item["failed"] == "step-failed", item
            assert item["payload"] not in item.get("told", "")


def test_each_place_takes_what_is_sound_so_that_the_attacks_get_there() -> None:
    taken = {item["place"] for item in answers("attacks", 0, FEW) if item.get("taken")}

    assert set(PLACES) - taken == NEVER - READ_BY_NOBODY


def test_a_refusal_by_another_products_name_says_which_element() -> None:
    for item in answers("attacks", 0, FEW):
        if "payload" in item and item["place"] in NEVER - READ_BY_NOBODY and item["place"] != "called process":
            assert {"x"} & {
                element for rule, element, _ in item["refused"] if rule in {"foreign", "script-language"}
            }, item


def test_random_models_go_their_ways_without_an_event() -> None:
    seen = answers("models", 0, 40)

    assert sum(item["steps"] for item in seen) > 100
    assert [item for item in seen if item["events"]] == []


def test_the_shipped_models_tables_and_forms_run_without_an_event() -> None:
    seen = answers("shipped")

    assert seen[0]["steps"] == 0, "errors"
    assert len(seen) > 20
    assert sum(item["steps"] > 0 for item in seen) > 15
    assert [item for item in seen if item["events"]] == []
