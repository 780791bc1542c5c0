"""Plays days again: `python -m tests.simulation 4711` prints the log of a seed, `python -m tests.simulation 0 5000` runs a range."""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.simulation.world import Day, template


def play(seeds: Iterable[int], folder: Path) -> Counter[str]:
    """Runs days; the first that fails is named with the command that plays it again."""
    made, happened = template(folder), Counter()
    for seed in seeds:
        try:
            happened += Day(seed, folder, made).run()
        except Exception as error:
            raise AssertionError(f"seed {seed} fails; play it again: python -m tests.simulation {seed}") from error
    made[0].unlink()
    return happened


def main(arguments: list[str]) -> None:
    numbers = [int(item) for item in arguments]
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:  # noqa: S108
        folder = Path(name)
        if len(numbers) == 2:
            begun = time.perf_counter()
            happened = play(range(*numbers), folder)
            spent = time.perf_counter() - begun
            print(
                f"{numbers[1] - numbers[0]} days in {spent:.1f} s, {(numbers[1] - numbers[0]) / spent:.1f} a second: {happened}"
            )
            return
        day = Day(numbers[0], folder, template(folder))
        try:
            day.run()
        finally:
            print("\n".join(day.log))


if __name__ == "__main__":
    main(sys.argv[1:])
