"""A child process that may take little memory and processor: evaluates each expression of a JSON list on standard input,
then reads and decides as many mutated decision files as its last argument says.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from tests.fuzz import seeds
from tests.fuzz.outcome import outcome
from tests.fuzz.test_decision_files import ended, file_of

KIB = 1024


def size() -> int:
    """Bytes of address space this process has taken."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()


def main(memory: int, processor: int, files: int) -> int:
    texts, dice = json.loads(sys.stdin.read()), seeds.dice(seeds.seed() + 3)
    drawn = [file_of(dice) for _ in range(files)]
    outcome("1 + 1", {})
    limit = size() + memory
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for text in texts:
        outcome(text, {})
        outcome(text, {}, 1, unary=True)
    for data in drawn:
        ended(data, dice)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * KIB
    json.dump({"ended": len(texts) + len(drawn), "grown": grown}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
