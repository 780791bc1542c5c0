"""Each hostile expression ends in a value or a typed error, by its steps alone, and within a process of bounded memory."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.fuzz.attacks import ATTACKS
from tests.fuzz.outcome import outcome
from tests.house.tree import ROOT

NAMES = {"x": {"a": [1]}, "c": {"c": 1}, "f": 1, "a": 1, "n": 1}
ENDS = {"value", "expression-syntax", "expression-budget-exceeded"}
MEMORY = 400_000_000
"""Bytes that all of them together may take of address space on top of what the child has when it begins."""
FILES = 60
PROCESSOR = 240
"""Seconds of the processor after which the system ends the child; it takes about ten."""


@pytest.mark.parametrize("text", ATTACKS, ids=lambda text: ascii(text[:40]))
def test_an_attack_ends_in_a_value_or_a_typed_error(text):
    assert outcome(text, NAMES) in ENDS
    assert outcome(text, NAMES, 1, unary=True) in ENDS


def test_all_attacks_and_many_decision_files_fit_into_a_small_process():
    child = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.confined", str(MEMORY), str(PROCESSOR), str(FILES)],
        input=json.dumps([*ATTACKS]), capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip

    assert child.returncode == 0, child.stderr[-2_000:]
    told = json.loads(child.stdout)
    assert told["ended"] == len(ATTACKS) + FILES
    assert told["grown"] < MEMORY


def test_there_are_attacks_of_every_kind():
    ends = {outcome(text, NAMES) for text in ATTACKS}

    assert len(ATTACKS) == len(set(ATTACKS)) > 120
    assert ends == ENDS
