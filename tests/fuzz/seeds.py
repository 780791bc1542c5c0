"""Which random numbers a run draws: the same ones in the suite, fresh ones in `make fuzz`, given ones to play a failure again."""

from __future__ import annotations

import os
import random

FIXED = 20_251_122


def seed() -> int:
    """Where this run's random numbers begin."""
    return int(os.environ.get("FUZZ_SEED", FIXED))


def dice(number: int) -> random.Random:
    """A source of random numbers."""
    return random.Random(number)  # noqa: S311  # a seeded test


def scale() -> int:
    """How many times the suite's share is asked."""
    return int(os.environ.get("FUZZ_SCALE", "1"))


def again() -> str:
    """How the same run is had again."""
    return f"Again: FUZZ_SEED={seed()} FUZZ_SCALE={scale()} python -m pytest -m fuzz"
