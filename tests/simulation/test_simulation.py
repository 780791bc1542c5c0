"""Deterministic simulation: days of faults, deaths and meetings, one per seed; nothing is lost and nothing happens twice.

A failing seed is named with the command that plays it again: `python -m tests.simulation SEED` prints its log.
`make torture` runs as many as TORTURE_SECONDS allow.
"""

import os
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.simulation.__main__ import play
from tests.simulation.world import Day, template
from tests.support.faults import POINTS

SEEDS = 25
SECONDS = float(os.environ.get("TORTURE_SECONDS", "0"))


def test_nothing_is_lost_and_nothing_happens_twice(tmp_path: Path) -> None:
    happened = play(range(SEEDS), tmp_path)

    assert set(happened) == set(POINTS), "a point was never reached"


def test_a_seed_is_the_same_day_every_time(tmp_path: Path) -> None:
    made = template(tmp_path)
    days = [Day(5, tmp_path, made) for _ in range(2)]

    one, two = [(day.run(), day.log, day.now) for day in days]

    assert one == two
    assert len(one[1]) > 10


@pytest.mark.torture
@pytest.mark.skipif(not SECONDS, reason="a slice of it runs above; TORTURE_SECONDS gives it time")
def test_as_many_days_as_there_is_time_for(tmp_path: Path) -> None:
    until, seed, happened = time.perf_counter() + SECONDS, SEEDS, Counter()
    while time.perf_counter() < until:
        happened += play(range(seed, seed + 50), tmp_path)
        seed += 50

    print(f"{seed - SEEDS} days, {happened}")
    assert happened
